/// A model of the time of one training step with any number of workers.
///
/// A step is a sequence of phases with a meeting of all workers after each. The work of a phase is
/// cut into items, which workers claim in order, each as soon as it is free; so P workers take
///
///     T(P) = serial + start(P) + Σ over phases (work · exchange(P) · makespan(P) + handOver(P)).
///
/// `makespan` is the share of a phase's work that its busiest worker does: with n equal items
/// ⌈n/P⌉ / n. So no phase is shorter than its largest item, and the speed-up rises in stairs. Apart
/// from the exchange of memory, each processor is assumed to be as fast as one alone.
public struct StepModel: Codable, Equatable, Sendable {
  /// A phase of the step.
  public struct Phase: Codable, Equatable, Sendable {
    /// The time of its work, done by one worker, in seconds.
    public let seconds: Double
    /// The slow-down of the work when it is shared.
    public let exchange: ExchangeCost

    /// A phase of some time, not negative.
    public init(seconds: Double, exchange: ExchangeCost) {
      precondition(seconds >= 0, "times are not negative")
      self.seconds = seconds
      self.exchange = exchange
    }
  }

  /// The phases, in their order.
  public let phases: [Phase]
  /// The time of a step that belongs to no phase, in seconds.
  public let serialSeconds: Double
  /// The cost of a phase's hand-overs and meeting, in seconds.
  public let handOver: HandOverCost
  /// A step's share of the cost of waking the workers, in seconds.
  public let start: WakingCost

  /// A model of costs that are not negative.
  public init(phases: [Phase], serialSeconds: Double, handOver: HandOverCost, start: WakingCost) {
    precondition(serialSeconds >= 0, "times are not negative")
    self.phases = phases
    self.serialSeconds = serialSeconds
    self.handOver = handOver
    self.start = start
  }

  /// The model from a measured step of one worker: the time that is neither in a phase nor
  /// explained by hand-overs is serial.
  public init(stepSeconds: Double, phases: [Phase], handOver: HandOverCost, start: WakingCost) {
    let explained = phases.reduce(0) { $0 + $1.seconds + handOver.seconds(workers: 1) }
    self.init(
      phases: phases, serialSeconds: max(0, stepSeconds - explained), handOver: handOver,
      start: start)
  }

  /// The time of a step, in seconds.
  ///
  /// - Parameters:
  ///   - workers: at least 1.
  ///   - items: the cost of each item of each phase, in any unit, in the order in which they are
  ///     claimed.
  /// - Returns: the time of the serial part, of waking and of all phases.
  public func stepSeconds(workers: Int, items: [[Double]]) -> Double {
    precondition(items.count == phases.count, "each phase has its items")
    let times = zip(phases, items).map { phase, items in
      phase.seconds * phase.exchange.factor(workers: workers)
        * makespanShare(of: items, workers: workers) + handOver.seconds(workers: workers)
    }
    return serialSeconds + start.seconds(workers: workers) + times.reduce(0, +)
  }
}

/// The makespan as a share of all work: the work of the busiest worker, if each item goes to the
/// worker that is free first; 0 where there is no work.
///
/// - Parameters:
///   - items: the cost of each item, in the order in which they are claimed.
///   - workers: at least 1.
/// - Returns: a share in 0…1.
public func makespanShare(of items: [Double], workers: Int) -> Double {
  precondition(workers >= 1, "work is done by someone")
  let total = items.reduce(0, +)
  guard total > 0 else { return 0 }
  var busy = [Double](repeating: 0, count: min(workers, items.count))
  for item in items {
    let free = busy.indices.min { busy[$0] < busy[$1] } ?? 0
    busy[free] += item
  }
  return (busy.max() ?? 0) / total
}

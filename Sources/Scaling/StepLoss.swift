/// The processor time that P workers need beyond that of one worker, P · T(P) − T(1), by its
/// causes, in seconds.
public struct StepLoss: Equatable, Sendable {
  /// The others wait while one works outside of the phases.
  public let serial: Double
  /// The workers are woken.
  public let waking: Double
  /// Items are handed over, and all meet after a phase.
  public let handOver: Double
  /// Items take longer, since their memory was last in another worker's cache.
  public let exchange: Double
  /// Workers wait for the busiest one.
  public let unevenItems: Double

  /// All of it.
  public var total: Double { serial + waking + handOver + exchange + unevenItems }
}

extension StepModel {
  /// The loss of `workers` by this model.
  ///
  /// - Parameters:
  ///   - workers: at least 1, all of whom take part.
  ///   - items: as of `stepSeconds`.
  /// - Returns: the loss of one step by its causes, in seconds.
  public func loss(workers: Int, items: [[Double]]) -> StepLoss {
    precondition(items.count == phases.count, "each phase has its items")
    let count = Double(workers)
    var (exchange, unevenItems) = (0.0, 0.0)
    for (phase, items) in zip(phases, items) {
      // Spread evenly, one worker has 1/P of the work.
      let share = makespanShare(of: items, workers: workers)
      unevenItems += phase.seconds * (count * share - makespanShare(of: items, workers: 1))
      exchange += count * share * phase.seconds * (phase.exchange.factor(workers: workers) - 1)
    }
    let meetings = Double(phases.count)
    return StepLoss(
      serial: (count - 1) * serialSeconds, waking: count * start.seconds(workers: workers),
      handOver: meetings
        * (count * handOver.seconds(workers: workers) - handOver.seconds(workers: 1)),
      exchange: exchange, unevenItems: unevenItems)
  }
}

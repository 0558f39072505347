import Statistics

/// The cost of the hand-overs of a phase and of the meeting at its end. It grows by the same amount
/// with each further worker, since all of them change one counter.
public struct HandOverCost: Codable, Equatable, Sendable {
  /// With one worker, in seconds.
  public let alone: Double
  /// For each further one, in seconds; nil where only one number of workers was measured, and then
  /// counted as 0.
  public let perFurtherWorker: Double?

  /// A cost.
  public init(alone: Double, perFurtherWorker: Double?) {
    self.alone = alone
    self.perFurtherWorker = perFurtherWorker
  }

  /// Fits the cost: the measured cost with one worker, and from there a line to the costs with more
  /// workers (least squares). A negative slope is noise and counts as 0.
  ///
  /// - Parameters:
  ///   - workers: ascending from 1.
  ///   - seconds: what was measured with each.
  public init(workers: [Int], seconds: [Double]) {
    precondition(workers.first == 1 && workers.count == seconds.count, "a cost from one worker up")
    alone = max(0, seconds[0])
    let further = workers.map { Double($0 - 1) }
    perFurtherWorker = LeastSquares.slope(further, seconds.map { $0 - seconds[0] })
      .map { max(0, $0) }
  }

  /// The cost for a number of workers, in seconds.
  public func seconds(workers: Int) -> Double {
    alone + (perFurtherWorker ?? 0) * Double(workers - 1)
  }
}

/// The cost of waking the workers of a region: nothing for one worker, who is awake, a start cost
/// from the second worker on, and perhaps a little more for each further worker.
public struct WakingCost: Codable, Equatable, Sendable {
  /// With two workers, in seconds.
  public let second: Double
  /// For each further one, in seconds; nil where that could not be measured, and then counted as 0.
  public let perFurtherWorker: Double?

  /// A cost.
  public init(second: Double, perFurtherWorker: Double?) {
    self.second = second
    self.perFurtherWorker = perFurtherWorker
  }

  /// Fits a line to the measured costs (least squares). A negative slope, or a negative start, is
  /// noise and counts as 0.
  ///
  /// - Parameters:
  ///   - workers: ascending from 2; none where there is one processor.
  ///   - seconds: what was measured with each.
  public init(workers: [Int], seconds: [Double]) {
    precondition(workers.count == seconds.count, "each number of workers has its cost")
    precondition(workers.allSatisfy { $0 >= 2 }, "one worker needs no waking")
    let count = Double(max(1, workers.count))
    let further = workers.map { Double($0 - 2) }
    let (middle, mean) = (further.reduce(0, +) / count, seconds.reduce(0, +) / count)
    let slope = LeastSquares.slope(further.map { $0 - middle }, seconds.map { $0 - mean })
      .map { max(0, $0) }
    perFurtherWorker = slope
    second = max(0, mean - (slope ?? 0) * middle)
  }

  /// The cost for a number of workers, in seconds.
  public func seconds(workers: Int) -> Double {
    workers < 2 ? 0 : second + (perFurtherWorker ?? 0) * Double(workers - 2)
  }
}

/// The slow-down of a phase's items by memory that other workers have changed: with P workers,
/// (P − 1)/P of the memory was last in another worker's cache and has to be fetched from there.
///
/// It includes, as far as measured, whatever else slows down processors that work at the same time.
public struct ExchangeCost: Codable, Equatable, Sendable {
  /// The share by which items take longer where others had all of their memory; nil where only one
  /// worker was measured, and then counted as 0.
  public let whole: Double?

  /// A cost.
  public init(whole: Double?) {
    self.whole = whole
  }

  /// Fits the slow-down to the measured times (least squares). A speed-up is noise and counts as 0.
  ///
  /// - Parameters:
  ///   - workers: ascending from 1.
  ///   - seconds: the time of all items of the phase with each, above 0.
  public init(workers: [Int], seconds: [Double]) {
    precondition(workers.first == 1 && workers.count == seconds.count, "a cost from one worker up")
    let shares = workers.map { Double($0 - 1) / Double($0) }
    whole = LeastSquares.slope(shares, seconds.map { $0 / seconds[0] - 1 }).map { max(0, $0) }
  }

  /// The factor by which the items take longer.
  public func factor(workers: Int) -> Double {
    1 + (whole ?? 0) * Double(workers - 1) / Double(workers)
  }
}

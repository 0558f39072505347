import Statistics

/// Gunther's universal scalability law: besides the contention σ, the serial share, there is the
/// coherency κ, the cost of each pair of workers for keeping their data consistent. The speed-up of
/// p workers is p / (1 + σ(p − 1) + κp(p − 1)). With κ above 0 the speed-up has a maximum.
///
/// Fitted by least squares of relative errors to p T(p) = T(1) (1 + σ (p − 1) + κ p (p − 1)).
///
/// Source: Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4.
public struct UniversalLaw: ScalingLaw, Equatable {
  /// σ, contention: the share of the work that is done by one worker at a time.
  public let contention: MedianInterval
  /// κ, coherency: the cost of each pair of workers.
  public let coherency: MedianInterval
  /// The number of workers with the highest speed, √((1 − σ)/κ), but at least 1; infinite without
  /// coherency.
  public let bestWorkers: MedianInterval
  private let pairs: [[Double]]

  /// Fits the law.
  ///
  /// - Throws: where less than three numbers of workers were measured, or a coefficient is outside
  ///   of what the law allows with all of its interval.
  public init(_ times: ScalingTimes) throws(NotDetermined) {
    pairs = try times.workerCosts(unknowns: 3)
    contention = MedianInterval(pairs.map { $0[0] })
    coherency = MedianInterval(pairs.map { $0[1] })
    bestWorkers = MedianInterval(
      pairs.map { Self.bestWorkers(contention: $0[0], coherency: $0[1]) })
    if contention.isOutside(-roundingOfShares ... .infinity) { throw .fasterThanTheLaw }
    if contention.isOutside(-.infinity...1 + roundingOfShares) { throw .slowerThanTheLaw }
    if coherency.isOutside(-roundingOfShares ... .infinity) { throw .growsFasterAndFaster }
  }

  private static func bestWorkers(contention: Double, coherency: Double) -> Double {
    if contention >= 1 - roundingOfShares { return 1 }
    if coherency <= roundingOfShares { return .infinity }
    return max(1, ((1 - contention) / coherency).squareRoot())
  }

  /// By the law, but never more than `workers` times.
  public func speedUp(workers: Double) -> MedianInterval {
    MedianInterval(pairs.map { workers / max(1, 1 + ($0[0] + $0[1] * workers) * (workers - 1)) })
  }
}

extension ScalingTimes {
  /// The coefficients of p T(p) / T(1) − 1 for (p − 1) and, for three unknowns, p (p − 1), of each
  /// round; T(1) is an unknown, too.
  func workerCosts(unknowns: Int) throws(NotDetermined) -> [[Double]] {
    guard workers.count >= unknowns else {
      throw .tooFewWorkerCounts(found: workers.count, needed: unknowns)
    }
    let p = workers.map(Double.init)
    let basis = [p.map { _ in 1 }, p.map { $0 - 1 }, p.map { $0 * ($0 - 1) }]
    var costs: [[Double]] = []
    for round in rounds {
      guard
        let found = LeastSquares(
          basis: Array(basis.prefix(unknowns)),
          relativeTo: zip(round, p).map { $0 / round[0] * $1 }
        )?.weights,
        found[0] > 0
      else { throw .otherShape }
      costs.append(found.dropFirst().map { $0 / found[0] })
    }
    return costs
  }
}

import Statistics

/// Gustafson's law, for work that grows with the workers: if a share α of the time is serial
/// however large the work, p workers do p − α (p − 1) times as much work in the same time.
///
/// Fitted by least squares of relative errors to the speed 1/t(p) = (1 + (1 − α)(p − 1)) / t(1),
/// t being the time for a fixed piece of the work, an image.
///
/// Source: Gustafson, Reevaluating Amdahl's law, Communications of the ACM 1988.
public struct GustafsonLaw: ScalingLaw, Equatable {
  /// α. Noise may bring it, or an end of its interval, a little below 0.
  public let serialShare: MedianInterval
  private let shares: [Double]

  /// Fits the law.
  ///
  /// - Parameter times: for a fixed piece of the work.
  /// - Throws: where less than two numbers of workers were measured, or the share is outside of
  ///   0…1 with all of its interval.
  public init(_ times: ScalingTimes) throws(NotDetermined) {
    guard times.workers.count >= 2 else {
      throw .tooFewWorkerCounts(found: times.workers.count, needed: 2)
    }
    let further = times.workers.map { Double($0 - 1) }
    var shares: [Double] = []
    for round in times.rounds {
      guard
        let found = LeastSquares(
          basis: [further.map { _ in 1 }, further], relativeTo: round.map { round[0] / $0 }
        )?.weights,
        found[0] > 0
      else { throw .otherShape }
      shares.append(1 - found[1] / found[0])
    }
    self.shares = shares
    serialShare = MedianInterval(shares)
    if serialShare.isOutside(-roundingOfShares ... .infinity) { throw .fasterThanTheLaw }
    if serialShare.isOutside(-.infinity...1 + roundingOfShares) { throw .slowerThanTheLaw }
  }

  /// The scaled speed-up by the law; a share below 0 counts as 0.
  public func speedUp(workers: Double) -> MedianInterval {
    MedianInterval(shares.map { workers - max(0, $0) * (workers - 1) })
  }
}

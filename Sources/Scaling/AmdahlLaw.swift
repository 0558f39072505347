import Statistics

/// Amdahl's law, for a fixed amount of work: one worker does the serial share s while the others
/// wait. So the speed-up of p workers is 1 / (s + (1 − s)/p), and never more than 1/s.
///
/// Fitted by least squares of relative errors to p T(p) = T(1) (1 + s (p − 1)).
///
/// Source: Amdahl, Validity of the single processor approach, AFIPS 1967.
public struct AmdahlLaw: ScalingLaw, Equatable {
  /// s. Noise may bring it, or an end of its interval, a little below 0.
  public let serialShare: MedianInterval
  private let shares: [Double]

  /// Fits the law.
  ///
  /// - Throws: where less than two numbers of workers were measured, or the share is outside of
  ///   0…1 with all of its interval.
  public init(_ times: ScalingTimes) throws(NotDetermined) {
    shares = try times.workerCosts(unknowns: 2).map { $0[0] }
    serialShare = MedianInterval(shares)
    if serialShare.isOutside(-roundingOfShares ... .infinity) { throw .fasterThanTheLaw }
    if serialShare.isOutside(-.infinity...1 + roundingOfShares) { throw .slowerThanTheLaw }
  }

  /// The speed-up by the law; a share below 0 counts as 0.
  public func speedUp(workers: Double) -> MedianInterval {
    MedianInterval(shares.map { workers / max(1, 1 + $0 * (workers - 1)) })
  }
}

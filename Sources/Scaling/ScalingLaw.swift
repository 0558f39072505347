/// Why a law of scaling cannot be told from measurements.
public enum NotDetermined: Error, Equatable, Sendable {
  /// It has more unknowns than there are numbers of workers.
  case tooFewWorkerCounts(found: Int, needed: Int)
  /// Workers are faster together than the law lets them be: p of them more than p times as fast.
  case fasterThanTheLaw
  /// Workers are slower together than the law lets them be: p of them slower than one.
  case slowerThanTheLaw
  /// Further workers help more and more instead of less and less.
  case growsFasterAndFaster
  /// The times have nothing of the law's shape.
  case otherShape
}

/// A law of how speed grows with workers, fitted to each round of measurements on its own; what it
/// tells are the medians over the rounds with their intervals.
public protocol ScalingLaw: Sendable {
  /// How many times as fast as one worker `workers` are by the law; never more than `workers` times,
  /// also where noise has brought a share below 0.
  ///
  /// - Parameter workers: 1 or more, fractions allowed for the sake of a curve.
  func speedUp(workers: Double) -> Estimate
}

extension ScalingLaw {
  /// The largest difference between the law and the measurements, as a share of the measured
  /// speed-up.
  public func largestDeviation(from times: ScalingTimes) -> Double {
    times.workers.compactMap { count in
      times.speedUp(workers: count).map { measured in
        abs(speedUp(workers: Double(count)).median / measured.median - 1)
      }
    }.max() ?? 0
  }
}

/// A share that differs from 0 by less than this does so by rounding.
let roundingOfShares = 1e-9

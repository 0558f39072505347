import Statistics

/// The reason why a law of scaling cannot be fitted to measurements.
public enum NotDetermined: Error, Equatable, Sendable {
  /// It has more unknowns than there are numbers of workers.
  case tooFewWorkerCounts(found: Int, needed: Int)
  /// The speed-up exceeds the law's limit: p workers are more than p times as fast as one.
  case fasterThanTheLaw
  /// The speed-up is below the law's limit: p workers are slower than one.
  case slowerThanTheLaw
  /// Each further worker adds more speed-up than the one before, instead of less.
  case growsFasterAndFaster
  /// The times do not have the shape of the law.
  case otherShape
}

/// A law of the speed by number of workers. It is fitted to each round of measurements on its own;
/// its coefficients are the medians over the rounds, with their intervals.
public protocol ScalingLaw: Sendable {
  /// The speed-up of `workers` by the law. It is never more than `workers`, also where noise has
  /// brought a share below 0.
  ///
  /// - Parameter workers: 1 or more, fractions allowed for the sake of a curve.
  /// - Returns: the ratio to the speed of one worker.
  func speedUp(workers: Double) -> MedianInterval
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

/// The purpose of a stream of random numbers; every purpose has its own stream.
///
/// A module names its purposes in an extension:
///
/// | number | name | module |
/// |---|---|---|
/// | 0 | `shuffle` | Training |
/// | 1 | `initialWeights` | Networks |
/// | 2 | `validationSplit` | Training |
/// | 3 | `demonstration` | Randomness |
/// | 4 | `dropout` | Networks |
/// | 5 | `distortion` | Training |
/// | 6 | `search` | Lockstep |
///
/// The numbers are part of the counter and so of every recorded fingerprint: they never change, and
/// no two purposes share one.
public struct Purpose: RawRepresentable, Hashable, Sendable {
  /// The number of the purpose in the counter.
  public let rawValue: UInt32

  /// A purpose with a number that no other purpose has.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

extension Purpose {
  /// All that is no part of a training: demonstrations, synthetic data, the order of measurements.
  /// Its streams differ by epoch.
  public static let demonstration = Purpose(rawValue: 3)
}

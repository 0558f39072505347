import Foundation

/// Random numbers from a seed, by SplitMix64 (Steele, Lea, Flood 2014).
struct SeededNoise: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number above 0 and below 1.
  mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// The standard normal distribution (Box, Muller 1958).
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// The standard Cauchy distribution, which has no mean: some values are far out.
  mutating func cauchy() -> Double { tan(.pi * (uniform() - 0.5)) }
}

/// The range in which the share of `trials` that succeed lies, but for one seed in a million: five
/// standard deviations around the probability.
func expectedShare(_ probability: Double, trials: Int) -> ClosedRange<Double> {
  let deviation = 5 * (probability * (1 - probability) / Double(trials)).squareRoot()
  return probability - deviation...probability + deviation
}

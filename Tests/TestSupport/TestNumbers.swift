import Foundation

/// Numbers that are the same in every run, by SplitMix64 (Steele, Lea, Flood 2014).
package struct TestNumbers: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: Int) { state = UInt64(seed) }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// A number in ±1 whose bits all vary; one of 16 is a zero, of either sign.
  package mutating func float() -> Float {
    let word = next()
    if word & 15 == 0 { return word & 16 == 0 ? 0 : -0.0 }
    return Float(Int64(bitPattern: word) >> 39) * 0x1p-24
  }

  /// Numbers of the uniform distribution on a range.
  package mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// A number above 0 and below 1.
  package mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A number of the uniform distribution on a range.
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }

  /// A number of the standard normal distribution (Box, Muller 1958).
  package mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// A number of the standard Cauchy distribution, which has no mean: some values are far out.
  package mutating func cauchy() -> Double { tan(.pi * (uniform() - 0.5)) }
}

/// The range in which the share of `trials` that succeed lies, but for one seed in a million: five
/// standard deviations around the probability.
package func expectedShare(_ probability: Double, trials: Int) -> ClosedRange<Double> {
  let deviation = 5 * (probability * (1 - probability) / Double(trials)).squareRoot()
  return probability - deviation...probability + deviation
}

/// Half an ulp of 1 in Double: the relative error of one rounding.
package let doubleRoundoff = 0x1p-53

/// σ(z) = 1 / (1 + e⁻ᶻ) as the course writes it, apart from the package's own.
package func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

import Foundation

/// Random numbers one after the other, for draws that are no part of a training.
public struct Chance: RandomNumberGenerator {
  private let random: Philox
  private var words: UInt64 = 0

  /// A stream: equal seeds and streams give equal numbers.
  public init(seed: UInt64, stream: UInt32) {
    random = Philox(seed: seed, purpose: .demonstration, epoch: stream)
  }

  /// The next 64 random bits: words 0 and 1, then words 2 and 3 of each block.
  public mutating func next() -> UInt64 {
    let block = random.block(words / 2)
    let (high, low) = words.isMultiple(of: 2) ? (block.0, block.1) : (block.2, block.3)
    words += 1
    return UInt64(high) << 32 | UInt64(low)
  }

  /// A number of the uniform distribution on the range.
  public mutating func uniform(_ range: ClosedRange<Double> = 0...1) -> Double {
    Double.random(in: range, using: &self)
  }

  /// A number of the standard normal distribution (Box, Muller 1958).
  public mutating func normal() -> Double {
    // 1 − u is above 0, so that its logarithm is finite.
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }
}

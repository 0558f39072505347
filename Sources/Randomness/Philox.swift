/// Random numbers as a function of their address: seed, purpose, epoch and index.
///
/// There is no state to own or to restore: any worker may draw any number in any order, and a
/// training that resumes only has to know where it is. Philox 4×32-10 maps 128-bit counters to four
/// words, one to one for every 64-bit key, and passes the BigCrush tests.
///
/// Source: Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
public struct Philox: Sendable {
  private let seed: UInt64
  private let purpose: Purpose
  private let epoch: UInt32

  /// A stream of 2^64 blocks.
  ///
  /// - Parameters:
  ///   - seed: the random seed of the training.
  ///   - purpose: the purpose of the numbers.
  ///   - epoch: the repetition within the purpose; for weights, the layer.
  public init(seed: UInt64, purpose: Purpose, epoch: UInt32) {
    self.seed = seed
    self.purpose = purpose
    self.epoch = epoch
  }

  /// Four random words.
  public func block(_ index: UInt64) -> PhiloxBlock {
    philox(
      counter: (low(index), high(index), epoch, purpose.rawValue),
      key: (low(seed), high(seed)))
  }

  /// A uniformly distributed number in [0, 1): one of the 2^24 multiples of 2^−24.
  ///
  /// - Parameter index: the numbers 4 i … 4 i + 3 come from block i.
  /// - Returns: draw number `index` of the stream.
  public func uniform(_ index: UInt64) -> Float {
    let block = block(index / 4)
    let word =
      switch index % 4 {
      case 0: block.0
      case 1: block.1
      case 2: block.2
      default: block.3
      }
    return Float(word >> 8) * 0x1p-24
  }
}

/// The four words of a counter or a result.
public typealias PhiloxBlock = (UInt32, UInt32, UInt32, UInt32)

/// Philox 4×32-10 itself: ten rounds of two widening products.
@inline(__always)
package func philox(counter: PhiloxBlock, key: (UInt32, UInt32)) -> PhiloxBlock {
  var (c0, c1, c2, c3) = counter
  var (k0, k1) = key
  for _ in 0..<10 {
    let product0 = 0xd251_1f53 &* UInt64(c0)
    let product1 = 0xcd9e_8d57 &* UInt64(c2)
    (c0, c1, c2, c3) = (
      high(product1) ^ c1 ^ k0, low(product1), high(product0) ^ c3 ^ k1, low(product0)
    )
    // Weyl sequences: the fractional parts of the golden ratio and of √3.
    k0 &+= 0x9e37_79b9
    k1 &+= 0xbb67_ae85
  }
  return (c0, c1, c2, c3)
}

@inline(__always)
func low(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word) }

@inline(__always)
func high(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

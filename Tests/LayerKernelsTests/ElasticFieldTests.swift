import Foundation
import Kernels
import KernelsTestSupport
import LayerKernels
import Randomness
import TestSupport
import Testing

/// The displacements of elastic distortions, against their definition taken word by word.
@Suite struct ElasticFieldTests {
  private static let purpose: UInt32 = 5
  private static let firstBlock: UInt32 = 16

  /// Heights and widths that fill vectors or not, more of them than a band, and sides shorter than the taps.
  static let sizes = [
    (1, 1), (5, 40), (28, 28), (15, 17), (1, 64), (65, 16), (40, 131), (129, 3),
  ]

  private func drawn(
    _ field: ElasticField, seed: UInt64, epoch: UInt32, sample: UInt32
  ) -> [[Float]] {
    field.draw(
      seed: seed, purpose: Self.purpose, epoch: epoch, sample: sample,
      firstBlock: Self.firstBlock)
    return [field.right, field.down].map { matrix in
      (0..<matrix.rows).flatMap { row in (0..<matrix.columns).map { matrix[row, $0] } }
    }
  }

  /// The documented u of every pixel to the right and down, [2][height × width].
  private func uniform(
    height: Int, width: Int, seed: UInt64, epoch: UInt32, sample: UInt32
  ) -> [[Float]] {
    let random = Philox(seed: seed, purpose: Purpose(rawValue: Self.purpose), epoch: epoch)
    return [0, height * width].map { first in
      (first..<first + height * width).map { number in
        let (group, place) = number.quotientAndRemainder(dividingBy: 256)
        let index = Int(Self.firstBlock) + group * 16 + place % 64 / 4
        let block = random.block(UInt64(sample) << 32 | UInt64(index))
        let word = [block.0, block.1, block.2, block.3][place / 64]
        let byte = Int(word >> (8 * UInt32(place % 4)) & 255)
        return Float(2 * byte - 255) / 256
      }
    }
  }

  /// Σₖ taps[|i − k|] · numbers[k], one chain of fused multiply-adds over all k.
  private func smoothed(_ numbers: [Float], _ taps: [Float]) -> [Float] {
    numbers.indices.map { i in
      numbers.indices.reduce(0) { sum, k in
        let tap = abs(i - k) < taps.count ? taps[abs(i - k)] : 0
        return sum.addingProduct(tap, numbers[k])
      }
    }
  }

  private func smoothed(
    _ field: [Float], height: Int, width: Int, columnTaps: [Float], rowTaps: [Float]
  ) -> [Float] {
    let rows = (0..<height).map { row in
      smoothed(Array(field[row * width..<(row + 1) * width]), columnTaps)
    }
    let columns = (0..<width).map { column in smoothed(rows.map { $0[column] }, rowTaps) }
    return (0..<height).flatMap { row in columns.map { $0[row] } }
  }

  @Test(arguments: sizes, [(34.0, 4.0), (7.5, 0.5), (100, 40)])
  func `displacements have the documented bits`(
    size: (Int, Int), strength: (alpha: Double, sigma: Double)
  ) {
    let (height, width) = size
    let (seed, epoch, sample): (UInt64, UInt32, UInt32) = (0xfedc_ba98_7654_3210, 99_999, .max >> 1)
    let field = ElasticField(
      alpha: strength.alpha, sigma: strength.sigma, height: height, width: width)
    let found = drawn(field, seed: seed, epoch: epoch, sample: sample)

    var powers = (0...Int(4 * strength.sigma + 0.5)).map { distance in
      Float(-Double(distance * distance) / (2 * strength.sigma * strength.sigma))
    }
    let count = powers.count
    powers.withUnsafeMutableBufferPointer { powers in
      guard let start = powers.baseAddress else { return }
      exponential(start, start, count: count)
    }
    var sum = 0.0
    for distance in -(count - 1)...(count - 1) { sum += Double(powers[abs(distance)]) }
    let columnTaps = powers.map { Float(Double($0) / sum) }
    let rowTaps = powers.map { Float(256 * strength.alpha * (Double($0) / sum)) }
    let uniform = uniform(height: height, width: width, seed: seed, epoch: epoch, sample: sample)
    for (field, numbers) in zip(found, uniform) {
      let expected = smoothed(
        numbers, height: height, width: width, columnTaps: columnTaps, rowTaps: rowTaps)
      #expect(field.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test(arguments: [(34.0, 4.0), (34.0, 1.0)])
  func `displacements are those of a Gaussian in Double`(alpha: Double, sigma: Double) {
    let (height, width) = (28, 40)
    let found = drawn(
      ElasticField(alpha: alpha, sigma: sigma, height: height, width: width), seed: 3, epoch: 1,
      sample: 2)
    let uniform = uniform(height: height, width: width, seed: 3, epoch: 1, sample: 2)
    let reach = Int(4 * sigma + 0.5)
    let sum = (-reach...reach).reduce(0) { $0 + exp(-Double($1 * $1) / (2 * sigma * sigma)) }
    for (field, numbers) in zip(found, uniform) {
      for row in stride(from: 0, to: height, by: 3) {
        for column in stride(from: 0, to: width, by: 3) {
          var expected = 0.0
          for y in max(0, row - reach)..<min(height, row + reach + 1) {
            for x in max(0, column - reach)..<min(width, column + reach + 1) {
              let distance = Double((y - row) * (y - row) + (x - column) * (x - column))
              expected +=
                exp(-distance / (2 * sigma * sigma)) * Double(numbers[y * width + x]) / (sum * sum)
            }
          }
          // The exponential errs by less than an ulp, 2 roundings; a tap is rounded twice, and a chain once per step.
          // Products of taps sum to 1, and |u| is below 1.
          let bound = errorOfRoundings(2 * 4 + height + width) * alpha
          let displacement = Double(field[row * width + column]) / 256
          #expect(abs(displacement - alpha * expected) <= bound)
        }
      }
    }
  }

  @Test func `each sample, epoch and seed has displacements of its own`() {
    let field = ElasticField(alpha: 34, sigma: 4, height: 7, width: 9)
    var seen: Set<[[Float]]> = []
    for sample: UInt32 in 0..<3 {
      for epoch: UInt32 in 0..<3 {
        for seed: UInt64 in 0..<3 {
          seen.insert(drawn(field, seed: seed, epoch: epoch, sample: sample))
        }
      }
    }
    #expect(seen.count == 27)
    #expect(seen.allSatisfy { $0[0] != $0[1] })
    let again = drawn(field, seed: 2, epoch: 2, sample: 2)
    #expect(seen.contains(again))
  }

  /// Draws are fixed, so this passes or fails for ever.
  @Test func `displacements have the deviation of smoothed uniform numbers`() {
    let (side, alpha, sigma) = (64, 34.0, 4.0)
    let field = ElasticField(alpha: alpha, sigma: sigma, height: side, width: side)
    var squares = 0.0
    var sums = 0.0
    let samples = 400
    for sample in 0..<samples {
      // The middle, where the taps see nothing of the border.
      for displacement in drawn(field, seed: 1, epoch: 0, sample: UInt32(sample)) {
        let value = Double(displacement[side / 2 * side + side / 2]) / 256
        sums += value
        squares += value * value
      }
    }
    // u has a variance of ⅓; the squares of a Gaussian's taps sum to 1/(2σ√π) in each direction.
    let variance = alpha * alpha / 3 / (4 * .pi * sigma * sigma)
    let count = Double(2 * samples)
    // Five standard deviations of a mean, and of a variance of normal numbers.
    #expect(abs(sums / count) < 5 * (variance / count).squareRoot())
    #expect(abs(squares / count / variance - 1) < 5 * (2 / count).squareRoot())
  }
}

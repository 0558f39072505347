import Kernels
import KernelsTestSupport
import LayerKernels
import Randomness
import Testing

/// The masks of dropout, sixteen blocks at a time, against Philox one by one.
@Suite struct DropoutMaskTests {
  private static let purpose: UInt32 = 4

  /// The documented factor of a unit.
  private func factor(
    rate: Double, seed: UInt64, epoch: Int, layer: Int, sample: Int, unit: Int
  ) -> Float {
    let index = layer << 18 + unit / 64 * 16 + unit % 16
    let random = Philox(
      seed: seed, purpose: Purpose(rawValue: Self.purpose), epoch: UInt32(epoch))
    let block = random.block(UInt64(sample) << 32 | UInt64(index))
    let word = [block.0, block.1, block.2, block.3][unit / 16 % 4]
    return Double(word) < (rate * 0x1p32).rounded(.down) ? 0 : Float(1 / (1 - rate))
  }

  private func mask(_ rate: Double, seed: UInt64, epoch: Int, layer: Int) -> DropoutMask {
    DropoutMask(
      rate: rate, seed: seed, purpose: Self.purpose, epoch: UInt32(epoch), layer: layer)
  }

  private static let samples = [7, 0, 59_999, Int(Int32.max)]

  private static var sampleBlock: Block<Int32> {
    let block = Block<Int32>(count: samples.count + 1)
    for (row, sample) in samples.enumerated() { block[row + 1] = Int32(sample) }
    return block
  }

  @Test(arguments: uglySizes, [0.5, 0.2, 1 - 0x1p-20])
  func `values and slopes are multiplied with the documented factors`(width: Int, rate: Double) {
    let (seed, epoch, layer): (UInt64, Int, Int) = (0xfedc_ba98_7654_3210, 99_999, 3)
    let count = Self.samples.count
    let values = HeldMatrix(Table(rows: count, columns: width) { Float($0 * 1000 + $1 + 1) })
    let slopes = HeldMatrix(Table(rows: count, columns: width) { Float($0 - $1) / 3 })
    let expected = Table(rows: count, columns: width) { row, unit in
      Float(row * 1000 + unit + 1)
        * factor(
          rate: rate, seed: seed, epoch: epoch, layer: layer, sample: Self.samples[row], unit: unit)
    }
    let expectedSlopes = Table(rows: count, columns: width) { row, unit in
      Float(row - unit) / 3
        * factor(
          rate: rate, seed: seed, epoch: epoch, layer: layer, sample: Self.samples[row], unit: unit)
    }
    withViews(values, slopes) { views in
      mask(rate, seed: seed, epoch: epoch, layer: layer).apply(
        to: views[0], slopes: views[1], samples: Self.sampleBlock, firstSample: 1)
    }
    expectSameBits(values.table, expected)
    expectSameBits(slopes.table, expectedSlopes)
  }

  @Test(arguments: uglySizes)
  func `bytes are dropped where floats are`(width: Int) {
    let count = Self.samples.count
    let source = (0..<count * width).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    let bytes = HeldBytes(rows: count, columns: width) { source[$0 * width + $1] }
    let mask = mask(0.3, seed: 5, epoch: 2, layer: 0)
    mask.apply(to: bytes.matrix, samples: Self.sampleBlock, firstSample: 1)
    for row in 0..<count {
      for unit in 0..<width {
        let isKept =
          factor(rate: 0.3, seed: 5, epoch: 2, layer: 0, sample: Self.samples[row], unit: unit) > 0
        #expect(bytes.matrix.row(row)[unit] == (isKept ? source[row * width + unit] : 0))
      }
    }
  }

  /// Draws are fixed, so this passes or fails for ever.
  @Test(arguments: [0.1, 0.5, 0.8])
  func `units are dropped at the rate, and the mean stays`(rate: Double) {
    let (count, width) = (200, 500)
    let samples = Block<Int32>(count: count)
    for row in 0..<count { samples[row] = Int32(row) }
    let values = HeldMatrix(Table(rows: count, columns: width) { _, _ in 1 })
    withViews(values) {
      mask(rate, seed: 1, epoch: 0, layer: 1).apply(
        to: $0[0], slopes: nil, samples: samples, firstSample: 0)
    }
    let elements = values.table.elements
    let dropped = Double(elements.count { $0 == 0 })
    let total = Double(count * width)
    // Five standard deviations of a binomial count.
    let bound = 5 * (total * rate * (1 - rate)).squareRoot()
    #expect(abs(dropped - total * rate) < bound)
    let mean = elements.reduce(0) { $0 + Double($1) } / total
    #expect(abs(mean - 1) < bound / total / (1 - rate))
  }
}

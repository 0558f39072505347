import Kernels
import KernelsTestSupport
import TestSupport
import Testing

/// The matrix unit, if there is one, and its emulation.
@Suite(.enabled(if: hasBFloat16, "the kernels are compiled for a processor without bfloat16"))
struct MatrixUnitTests {
  static let units = BFloat16Unit.allCases.filter { $0.isUsable && $0.hasBlocks }

  /// The samples come in shards, in memory that has held a larger mini-batch.
  @Test(arguments: units, [1, 2, 7, 31, 32, 33, 63, 64, 65, 96, 128, 131, 300])
  func `a gradient is reduced in leaves of 64 samples and a tree`(unit: BFloat16Unit, samples: Int)
  {
    for (inputs, outputs) in [(1, 1), (17, 10), (33, 40), (64, 33)] {
      var numbers = TestNumbers(seed: samples * 100 + inputs)
      let values = Table(rows: samples, columns: inputs, random: &numbers)
      let errors = Table(rows: samples, columns: outputs, random: &numbers)
      let half = (samples + 1) / 2
      let pairs = (
        HeldPairs(rows: inputs, columns: half + 21, repeating: 0x3f80_3f80),
        HeldPairs(rows: half + 21, columns: outputs, repeating: 0x3f80_3f80)
      )
      let gradient = HeldMatrix(rows: inputs, columns: outputs, repeating: 1)
      withViews(HeldMatrix(values), HeldMatrix(errors, padding: 0), gradient) {
        for first in stride(from: 0, to: samples, by: 38) {
          pairRows(
            $0[0][rows: first..<min(first + 38, samples)], transposedInto: pairs.0.matrix,
            from: first / 2)
        }
        pairRows($0[1], into: pairs.1.matrix[rows: 0..<half])
        storeGradient(
          GradientFactors(
            transposedInputs: pairs.0.matrix[columns: 0..<half],
            errors: pairs.1.matrix[rows: 0..<half], samples: samples, unit: unit),
          rows: 0..<inputs, columns: 0..<paddedToLanes(outputs), gradient: $0[2],
          scratch: GradientScratch(unit: unit))
      }
      let expected = Table(rows: inputs, columns: outputs) { input, output in
        let leaves = stride(from: 0, to: samples, by: 64).map { first in
          bfloat16Sum(unit, from: 0, first..<min(first + 64, samples)) {
            (values[$0, input], errors[$0, output])
          }
        }
        return sumInTree(leaves) * (1 / Float(samples))
      }
      expectSameBits(gradient.table, expected)
    }
  }

  /// A result is rounded as if exponents had no end, and is 0 if it is then below 2^−126.
  @Test(
    arguments: units,
    [
      // A subnormal factor, a subnormal product, a subnormal number to begin with.
      ([0x1p-130], [0x1p100], 0, 0), ([0x1p100], [-0x1p-130], 0, 0),
      ([0x1p-70], [0x1p-70], 0, 0), ([1], [0], 0x1p-130, 0), ([0x1p-126], [1], 0, 0x1p-126),
      // The first members of two pairs: 2^−126 less a half or a quarter of the spacing below it.
      ([0x1p-63, 0, 0x1p-75], [0x1p-63, 0, -0x1p-75], 0, 0),
      ([0x1p-63, 0, 0x1p-75], [0x1p-63, 0, -0x1p-76], 0, 0x1p-126),
      // The two members of a pair, and a sum with the number to begin with.
      ([0x1.8p-126, -0x1p-126], [1, 1], 0, 0), ([-0x1p-126], [1], 0x1.8p-126, 0),
    ] as [([Float], [Float], Float, Float)])
  func `numbers below the normal ones count as 0`(
    unit: BFloat16Unit, example: (left: [Float], right: [Float], bias: Float, sum: Float)
  ) {
    let factors = (HeldPairs(row: example.left), HeldPairs(column: example.right))
    let result = HeldMatrix(rows: 1, columns: 1, repeating: 7)
    withViews(HeldMatrix(rows: 1, columns: 1, repeating: example.bias, padding: 0), result) {
      multiply(factors.0.matrix, factors.1.matrix, by: unit, bias: $0[0], into: $0[1])
    }
    #expect(result.table[0, 0] == example.sum)
  }

  /// All exponents of normal numbers, so that products vanish, cancel and overflow.
  @Test(
    .enabled(if: BFloat16Unit.matrix.isUsable, "there is no matrix unit that the kernels can use"),
    arguments: 0..<200)
  func `the emulation has the bits of the matrix unit`(seed: Int) {
    var numbers = TestNumbers(seed: seed)
    let (rows, depth, columns) = (1 + seed % 40, 1 + 7 * seed % 150, 1 + 3 * seed % 50)
    let exponents = [1...254, 1...70, 100...150][seed % 3] as ClosedRange<UInt64>
    func wild() -> Float {
      let word = numbers.next()
      return Float(
        sign: word & 1 == 0 ? .plus : .minus,
        exponentBitPattern: UInt(exponents.lowerBound + (word >> 1) % UInt64(exponents.count)),
        significandBitPattern: UInt32(word >> 41))
    }
    let left = Table(rows: rows, columns: depth) { _, _ in wild() }
    let right = Table(rows: depth, columns: columns) { _, _ in wild() }
    let bias = Table(rows: 1, columns: columns) { _, _ in wild() }
    let results = [BFloat16Unit.matrix, .emulatedMatrix].map { unit in
      let half = (depth + 1) / 2
      let pairs = (HeldPairs(rows: rows, columns: half), HeldPairs(rows: half, columns: columns))
      let result = HeldMatrix(rows: rows, columns: columns, repeating: 7)
      withViews(HeldMatrix(left, padding: 0), HeldMatrix(right), HeldMatrix(bias), result) {
        pairColumns($0[0], into: pairs.0.matrix)
        pairRows($0[1], into: pairs.1.matrix)
        multiply(pairs.0.matrix, pairs.1.matrix, by: unit, bias: $0[2], into: $0[3])
      }
      return result.table
    }
    expectSameBits(results[1], results[0])
  }
}

import TestSupport
import Kernels
import KernelsTestSupport
import Testing

/// bfloat16 by the book: rounded bit by bit, multiplied one number at a time.
@Suite(.enabled(if: hasBFloat16, "the kernels are compiled for a processor without bfloat16"))
struct BFloat16PairMatrixTests {
  static let units = BFloat16Unit.allCases.filter(\.isUsable)
  static let sizes = [1, 2, 15, 16, 17, 33, 64, 65]

  @Test(arguments: sizes, sizes)
  func `a product adds its terms in the order of the unit`(rows: Int, depth: Int) {
    let columnCounts = [1, 10, 16, 31, 32, 33, 100]
    for (columns, unit) in columnCounts.flatMap({ count in Self.units.map { (count, $0) } }) {
      var numbers = TestNumbers(seed: rows * 10_000 + depth * 100 + columns)
      let left = Table(rows: rows, columns: depth, random: &numbers)
      let right = Table(rows: depth, columns: columns, random: &numbers)
      let bias = Table(rows: 1, columns: columns, random: &numbers)
      let pairs = (
        HeldPairs(rows: rows, columns: (depth + 1) / 2),
        HeldPairs(rows: (depth + 1) / 2, columns: columns)
      )
      let (squares, products) = (
        HeldMatrix(rows: rows, columns: columns, repeating: 7),
        HeldMatrix(rows: rows, columns: columns, repeating: 7)
      )
      withViews(
        HeldMatrix(left, padding: 0), HeldMatrix(right), HeldMatrix(bias), squares, products
      ) {
        pairColumns($0[0], into: pairs.0.matrix)
        pairRows($0[1], into: pairs.1.matrix)
        multiply(
          pairs.0.matrix, pairs.1.matrix, by: unit, bias: $0[2], into: $0[3],
          epilogue: Epilogue(square, slopes: nil))
        multiply(pairs.0.matrix, pairs.1.matrix, by: unit, into: $0[4])
      }
      let expected = naiveProduct(left, right, bias: bias.row(0), by: unit)
      expectSameBits(
        squares.table,
        Table(rows: rows, columns: columns) { expected[$0, $1] * expected[$0, $1] })
      expectSameBits(products.table, naiveProduct(left, right, bias: nil, by: unit))
      #expect(squares.isMarginUntouched && products.isMarginUntouched)
    }
  }

  @Test(arguments: sizes, [1, 10, 16, 31, 33])
  func `transposed pairs are the pairs of the transpose`(rows: Int, columns: Int) {
    var numbers = TestNumbers(seed: rows * 100 + columns)
    let source = Table(rows: rows, columns: columns, random: &numbers)
    let transposed = Table(rows: columns, columns: rows) { source[$1, $0] }
    let left = Table(rows: 3, columns: columns, random: &numbers)
    for unit in Self.units {
      // Memory that held undefined numbers before.
      let found = HeldPairs(rows: (columns + 1) / 2, columns: rows, repeating: 0x7fc0_7fc0)
      let factor = HeldPairs(rows: 3, columns: (columns + 1) / 2)
      let result = HeldMatrix(rows: 3, columns: rows, repeating: 1)
      withViews(HeldMatrix(source, padding: 0), HeldMatrix(left, padding: 0), result) { views in
        pairColumns(views[0], transposedInto: found.matrix)
        pairColumns(views[1], into: factor.matrix)
        multiply(factor.matrix, found.matrix, by: unit, into: views[2])
      }
      expectSameBits(result.table, naiveProduct(left, transposed, bias: nil, by: unit))
      #expect(result.padding.allSatisfy { $0.bitPattern == 0 })
    }
  }

  @Test(arguments: [1, 2, 7, 63, 64, 65, 128, 131, 300])
  func `a gradient is reduced in leaves of 64 samples and a tree`(samples: Int) {
    for (inputs, outputs) in [(1, 1), (17, 10), (33, 40)] {
      var numbers = TestNumbers(seed: samples * 100 + inputs)
      let values = Table(rows: samples, columns: inputs, random: &numbers)
      let errors = Table(rows: samples, columns: outputs, random: &numbers)
      let half = (samples + 1) / 2
      let pairs = (
        HeldPairs(rows: half, columns: inputs), HeldPairs(rows: half, columns: outputs)
      )
      let gradient = HeldMatrix(rows: inputs, columns: outputs, repeating: 1)
      withViews(HeldMatrix(values), HeldMatrix(errors, padding: 0), gradient) {
        pairRows($0[0], into: pairs.0.matrix)
        pairRows($0[1], into: pairs.1.matrix)
        storeGradient(
          GradientFactors(inputs: pairs.0.matrix, errors: pairs.1.matrix, samples: samples),
          rows: 0..<inputs, columns: 0..<paddedToLanes(outputs), gradient: $0[2],
          scratch: GradientScratch())
      }
      let expected = Table(rows: inputs, columns: outputs) { input, output in
        let leaves = stride(from: 0, to: samples, by: 64).map { first in
          bfloat16Sum(.vector, from: 0, first..<min(first + 64, samples)) {
            (values[$0, input], errors[$0, output])
          }
        }
        return sumInTree(leaves) * (1 / Float(samples))
      }
      expectSameBits(gradient.table, expected)
    }
  }

  @Test func `rounding goes to the nearest, ties to even, and keeps what is not finite`() {
    // 1 + 2^−8 lies between 1 and 1 + 2^−7; 1 + 3 · 2^−8 between that and 1 + 2^−6.
    let numbers: [Float] = [
      1, 1 + 0x1p-8, (1 + 0x1p-8).nextUp, 1 + 0x3p-8, -(1 + 0x3p-8), .greatestFiniteMagnitude,
      .infinity, -.infinity, .nan, -0.0, 0x1p-126,
    ]
    let expected: [Float] = [
      1, 1, 1 + 0x1p-7, 1 + 0x1p-6, -(1 + 0x1p-6), .infinity, .infinity, -.infinity, .nan, 0,
      0x1p-126,
    ]
    let pairs = HeldPairs(rows: 1, columns: numbers.count)
    let one = HeldPairs(rows: 1, columns: 1)
    let found = HeldMatrix(rows: 1, columns: numbers.count, repeating: 0)
    let bias = HeldMatrix(rows: 1, columns: numbers.count, repeating: 0)
    withViews(
      HeldMatrix(Table(rows: 1, columns: numbers.count) { numbers[$1] }),
      HeldMatrix(Table(rows: 1, columns: 1) { _, _ in 1 }, padding: 0), bias, found
    ) {
      pairRows($0[0], into: pairs.matrix)
      pairColumns($0[1], into: one.matrix)
      multiply(one.matrix, pairs.matrix, by: .vector, bias: $0[2], into: $0[3])
    }
    expectSameBits(found.table, Table(rows: 1, columns: numbers.count) { expected[$1] })
  }
}

import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct SparseProductTests {
  /// Extents at which a block of 64 inputs, a span of four, four spans, or a panel of 8 vectors begin
  /// or end.
  static let depths = [
    1, 2, 15, 16, 17, 63, 64, 65, 128, 191, 255, 256, 257, 1023, 1024, 1025, 1300,
  ]
  static let columnCounts = [1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 144, 145, 257]

  @Test(arguments: depths, [0, 0.05, 0.2, 1])
  func `skipping zeros gives the dense product's bits`(depth: Int, density: Double) {
    for columns in Self.columnCounts {
      check(rows: 5, depth: depth, columns: columns, density: density)
    }
  }

  @Test(arguments: [0, 1, 2, 16, 17, 64])
  func `any number of rows gives the dense product's bits`(rows: Int) {
    check(rows: rows, depth: 784, columns: 33, density: 0.2)
  }

  @Test func `lists are made anew for each matrix`() {
    let lists = SparseRows(rows: 3, columns: 130)
    for (depth, density) in [(130, 1.0), (70, 0.1), (130, 0)] {
      let (bytes, right, bias) = factors(rows: 3, depth: depth, columns: 20, density: density)
      for scale: Float in [1 / 255, 2] {
        expectSameUpToZeroSign(
          product(bytes, right, bias, scale: scale, lists),
          dense(bytes, right, bias, scale: scale))
      }
    }
  }

  private func check(rows: Int, depth: Int, columns: Int, density: Double) {
    let (bytes, right, bias) = factors(
      rows: rows, depth: depth, columns: columns, density: density)
    expectSameUpToZeroSign(
      product(bytes, right, bias, scale: 1 / 255, SparseRows(rows: rows, columns: depth)),
      dense(bytes, right, bias, scale: 1 / 255), "\(rows) × \(depth) × \(columns)")
  }

  private func factors(
    rows: Int, depth: Int, columns: Int, density: Double
  ) -> (bytes: HeldBytes, right: Table, bias: Table) {
    var numbers = TestNumbers(seed: (rows * 1000 + depth) * 1000 + columns)
    let bytes = HeldBytes(rows: rows, columns: depth, density: density, using: &numbers)
    let right = Table(rows: depth, columns: columns, random: &numbers)
    return (bytes, right, Table(rows: 1, columns: columns, random: &numbers))
  }

  private func product(
    _ bytes: HeldBytes, _ right: Table, _ bias: Table, scale: Float, _ lists: SparseRows
  ) -> Table {
    let result = HeldMatrix(rows: bytes.rows, columns: right.columns, repeating: .nan)
    withViews(HeldMatrix(right), HeldMatrix(bias), result) { views in
      withExtendedLifetime(bytes) {
        lists.list(bytes.matrix, scale: scale)
        multiply(lists, views[0], bias: views[1], into: views[2])
      }
    }
    #expect(result.isMarginUntouched)
    return result.table
  }

  private func dense(_ bytes: HeldBytes, _ right: Table, _ bias: Table, scale: Float) -> Table {
    Table(rows: bytes.rows, columns: right.columns) { row, column in
      (0..<bytes.columns).reduce(bias[0, column]) { sum, step in
        sum.addingProduct(Float(bytes[row, step]) * scale, right[step, column])
      }
    }
  }
}

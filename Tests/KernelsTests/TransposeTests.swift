import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct TransposeTests {
  static let shapes = uglySizes.flatMap { rows in uglySizes.map { (rows, $0) } }

  @Test(arguments: shapes)
  func `every element changes row and column`(rows: Int, columns: Int) {
    let source = numbered(rows: rows, columns: columns)
    let result = HeldMatrix(rows: columns, columns: rows, repeating: .nan, padding: 7)
    withViews(HeldMatrix(source), result) { transpose($0[0], into: $0[1]) }
    expectSameBits(result.table, transposed(source))
    #expect(result.padding.allSatisfy { $0 == 7 })
    #expect(result.isMarginUntouched)
  }

  @Test(arguments: shapes)
  func `slopes are multiplied with the transpose and padded with zeros`(rows: Int, columns: Int) {
    let errors = numbered(rows: columns, columns: rows)
    var numbers = TestNumbers(seed: rows * 1000 + columns)
    let slopes = Table(rows: rows, columns: columns, random: &numbers)
    let result = HeldMatrix(slopes)
    withViews(HeldMatrix(errors), result) {
      multiply($0[1], byTransposeOf: $0[0], into: $0[1])
    }
    let expected = Table(rows: rows, columns: columns) { slopes[$0, $1] * errors[$1, $0] }
    expectSameBits(result.table, expected)
    #expect(result.padding.allSatisfy { $0.bitPattern == 0 })
    #expect(result.isMarginUntouched)
  }

  @Test func `rows outside a view are left alone`() {
    let errors = numbered(rows: 20, columns: 9)
    let result = HeldMatrix(rows: 30, columns: 20, repeating: 1, padding: 1)
    withViews(HeldMatrix(errors), result) {
      let rows = $0[1][rows: 17..<26]
      multiply(rows, byTransposeOf: $0[0], into: rows)
    }
    let expected = Table(rows: 30, columns: 20) { row, column in
      (17..<26).contains(row) ? errors[column, row - 17] : 1
    }
    expectSameBits(result.table, expected)
  }

  @Test func `every bit is carried over, those of special numbers too`() {
    let special: [Float] = [-0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 1]
    let source = Table(rows: 35, columns: 18) { special[($0 * 18 + $1) % special.count] }
    let result = HeldMatrix(rows: 18, columns: 35, repeating: 0)
    withViews(HeldMatrix(source), result) { transpose($0[0], into: $0[1]) }
    expectSameBits(result.table, transposed(source))
  }

  private func numbered(rows: Int, columns: Int) -> Table {
    Table(rows: rows, columns: columns) { Float($0 * columns + $1 + 1) }
  }

  private func transposed(_ table: Table) -> Table {
    Table(rows: table.columns, columns: table.rows) { table[$1, $0] }
  }
}

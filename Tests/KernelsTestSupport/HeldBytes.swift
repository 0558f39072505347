import TestSupport
import Kernels
import Testing

/// A matrix of bytes in memory of its own.
package final class HeldBytes {
  package let rows: Int
  package let columns: Int
  private let block: Block<UInt8>
  private let elements: [UInt8]

  package init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> UInt8) {
    self.rows = rows
    self.columns = columns
    elements = (0..<rows).flatMap { row in (0..<columns).map { element(row, $0) } }
    block = Block(count: ByteMatrix.byteCount(rows: rows, columns: columns))
    for row in 0..<rows {
      for column in 0..<columns {
        block[row * matrix.stride + column] = elements[row * columns + column]
      }
    }
  }

  /// Random bytes; about so many of them are not 0.
  package convenience init(
    rows: Int, columns: Int, density: Double, using numbers: inout TestNumbers
  ) {
    self.init(rows: rows, columns: columns) { _, _ in
      let isLit = Double.random(in: 0..<1, using: &numbers) < density
      return isLit ? .random(in: 1...255, using: &numbers) : 0
    }
  }

  /// A view, valid as long as the held matrix is kept.
  package var matrix: ByteMatrix { ByteMatrix(block, rows: rows, columns: columns) }

  package subscript(row: Int, column: Int) -> UInt8 { elements[row * columns + column] }

  package func scaled(by scale: Float) -> Table {
    Table(rows: rows, columns: columns) { Float(self[$0, $1]) * scale }
  }
}

/// Expects the same bits everywhere but for the sign of a zero.
package func expectSameUpToZeroSign(
  _ found: Table, _ expected: Table, _ what: @autoclosure () -> String = "",
  at location: SourceLocation = #_sourceLocation
) {
  func unsigned(_ table: Table) -> Table {
    Table(rows: table.rows, columns: table.columns) { table[$0, $1] == 0 ? 0 : table[$0, $1] }
  }
  expectSameBits(unsigned(found), unsigned(expected), what(), at: location)
}

import Kernels
import TestSupport
import Testing

/// Extents at which blocks, vectors and leaves begin, end or are cut.
package let uglySizes = [0, 1, 2, 15, 16, 17, 63, 64, 65, 128, 257]

/// Half an ulp of 1: the relative error of one rounding.
package let roundoff = Double(Float.ulpOfOne) / 2

/// The relative error of `count` roundings one after the other (Higham 2002, lemma 3.1).
package func errorOfRoundings(_ count: Int) -> Double {
  Double(count) * roundoff / (1 - Double(count) * roundoff)
}

/// Rows and columns of floats as a plain value: what naive judges compute with.
package struct Table {
  package let rows: Int
  package let columns: Int
  package private(set) var elements: [Float]

  package init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Float) {
    self.rows = rows
    self.columns = columns
    elements = []
    elements.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { elements.append(element(row, column)) }
    }
  }

  package init(rows: Int, columns: Int, random numbers: inout TestNumbers) {
    self.init(rows: rows, columns: columns) { _, _ in numbers.float() }
  }

  package subscript(row: Int, column: Int) -> Float {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  package func row(_ row: Int) -> [Float] { Array(elements[row * columns..<(row + 1) * columns]) }
}

/// A matrix in memory of its own, whose padding and surroundings a test can look at.
package final class HeldMatrix {
  private static let margin = 2 * laneCount
  private static let untouched: Float = 12_345

  package let rows: Int
  package let columns: Int
  private let stride: Int
  private let block: Block<Float>

  /// A copy of a table.
  ///
  /// - Parameters:
  ///   - table: the elements, [rows × columns].
  ///   - padding: what stands in the rows behind the last column. A kernel that reads it shows, as
  ///     an undefined number stays undefined.
  package init(_ table: Table, padding: Float = .nan) {
    rows = table.rows
    columns = table.columns
    stride = rowStride(columns)
    block = Block(count: rows * stride + 2 * Self.margin)
    for index in 0..<block.count { block[index] = Self.untouched }
    for row in 0..<rows {
      for column in 0..<stride {
        block[Self.margin + row * stride + column] =
          column < columns ? table[row, column] : padding
      }
    }
  }

  package convenience init(rows: Int, columns: Int, repeating value: Float, padding: Float = .nan) {
    self.init(Table(rows: rows, columns: columns) { _, _ in value }, padding: padding)
  }

  /// A view, valid as long as the held matrix is kept.
  package var matrix: Matrix { Matrix(block, at: Self.margin, rows: rows, columns: columns) }

  package var table: Table {
    Table(rows: rows, columns: columns) { block[Self.margin + $0 * stride + $1] }
  }

  /// What fills up the last vector of each row.
  package var padding: [Float] {
    (0..<rows).flatMap { row in
      (columns..<paddedToLanes(columns)).map { block[Self.margin + row * stride + $0] }
    }
  }

  /// Whether nothing was written in front of the first row or behind the last one.
  package var isMarginUntouched: Bool {
    let end = block.count - Self.margin
    return (0..<Self.margin).allSatisfy {
      block[$0] == Self.untouched && block[end + $0] == Self.untouched
    }
  }
}

/// Gives views to a kernel and keeps their memory until it has returned.
package func withViews<Result>(_ held: HeldMatrix..., run: ([Matrix]) -> Result) -> Result {
  withExtendedLifetime(held) { run(held.map(\.matrix)) }
}

/// Neighbours are added level by level, an odd one is carried up.
package func sumInTree<Number: FloatingPoint>(_ leaves: [Number]) -> Number {
  var level = leaves
  while level.count > 1 {
    level = stride(from: 0, to: level.count, by: 2).map {
      $0 + 1 < level.count ? level[$0] + level[$0 + 1] : level[$0]
    }
  }
  return level.first ?? 0
}

/// Expects the same bits everywhere, or an undefined number in both places.
package func expectSameBits(
  _ found: Table, _ expected: Table, _ what: @autoclosure () -> String = "",
  at location: SourceLocation = #_sourceLocation
) {
  #expect(
    found.rows == expected.rows && found.columns == expected.columns, sourceLocation: location)
  let difference = zip(found.elements, expected.elements).enumerated().first { _, pair in
    pair.0.bitPattern != pair.1.bitPattern && !(pair.0.isNaN && pair.1.isNaN)
  }
  guard let (index, pair) = difference else { return }
  Issue.record(
    """
    \(what()) row \(index / found.columns), column \(index % found.columns): found \(pair.0), \
    expected \(pair.1)
    """, sourceLocation: location)
}

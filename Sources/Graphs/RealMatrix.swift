/// A matrix of real numbers in double precision; a scalar is 1 × 1. It is written to be read: plain
/// loops over checked arrays.
public struct RealMatrix: Equatable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// [rows × columns], row by row.
  public private(set) var values: [Double]

  /// A matrix of its values, row by row.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      rows >= 1 && columns >= 1 && values.count == rows * columns,
      "\(values.count) values for a matrix of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A scalar.
  public init(_ scalar: Double) { self.init(rows: 1, columns: 1, values: [scalar]) }

  /// A matrix of rows of equal length.
  public init(_ rows: [[Double]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, values: Array(rows.joined()))
  }

  /// The shape in words: `3 × 1`.
  public var shape: String { "\(rows) × \(columns)" }

  /// The only value of a scalar.
  public var scalar: Double {
    precondition(values.count == 1, "a matrix of \(shape) is no scalar")
    return values[0]
  }

  /// The values of a row.
  public func row(_ row: Int) -> [Double] { Array(values[row * columns..<(row + 1) * columns]) }

  /// The value in a row and a column.
  public subscript(row: Int, column: Int) -> Double { values[place(row, column)] }

  /// Where the value of a row and a column lies; the only row or column stands for all of them.
  private func place(_ row: Int, _ column: Int) -> Int {
    precondition((rows == 1 || row < rows) && (columns == 1 || column < columns))
    return (rows == 1 ? 0 : row) * columns + (columns == 1 ? 0 : column)
  }

  /// f of each value.
  func map(_ f: (Double) -> Double) -> RealMatrix {
    RealMatrix(rows: rows, columns: columns, values: values.map(f))
  }

  /// f of each pair of values. A matrix with one row or one column is repeated along it to the size
  /// of the other, as a bias is over samples.
  func combined(with other: RealMatrix, _ f: (Double, Double) -> Double) -> RealMatrix {
    precondition(
      (rows == other.rows || rows == 1 || other.rows == 1)
        && (columns == other.columns || columns == 1 || other.columns == 1),
      "shapes \(shape) and \(other.shape) do not go together")
    let (height, width) = (max(rows, other.rows), max(columns, other.columns))
    let values = (0..<height * width).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      return f(self[row, column], other[row, column])
    }
    return RealMatrix(rows: height, columns: width, values: values)
  }

  /// The reverse of the repetition that gave a matrix of shape `original` this shape: a sum.
  func summed(toShapeOf original: RealMatrix) -> RealMatrix {
    var result = original.map { _ in 0 }
    for row in 0..<rows {
      for column in 0..<columns { result.values[result.place(row, column)] += self[row, column] }
    }
    return result
  }

  /// Rows and columns exchanged.
  var transposed: RealMatrix {
    let values = (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } }
    return RealMatrix(rows: columns, columns: rows, values: values)
  }

  /// The matrix product: [rows × k] · [k × columns].
  static func product(_ left: RealMatrix, _ right: RealMatrix) -> RealMatrix {
    precondition(left.columns == right.rows, "no product of \(left.shape) and \(right.shape)")
    var values = Array(repeating: 0.0, count: left.rows * right.columns)
    for row in 0..<left.rows {
      for k in 0..<left.columns {
        let factor = left.values[row * left.columns + k]
        for column in 0..<right.columns {
          values[row * right.columns + column] += factor * right.values[k * right.columns + column]
        }
      }
    }
    return RealMatrix(rows: left.rows, columns: right.columns, values: values)
  }
}

import CProcessor

/// A view of a block of floats as rows that are padded to whole vectors. It does not keep the
/// block alive; the owner of the block must.
public struct Matrix {
  @usableFromInline package let start: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns, without the padding of each row's last vector.
  public let columns: Int
  /// The stride from row to row in floats, a multiple of `laneCount`.
  public let stride: Int

  /// A matrix whose first row begins at `offset`, with a stride of `rowStride(columns)` floats.
  public init(_ block: Block<Float>, at offset: Int = 0, rows: Int, columns: Int) {
    let stride = rowStride(columns)
    precondition(
      offset >= 0 && offset + rows * stride <= block.count,
      "\(rows) × \(columns) floats at \(offset) do not fit into a block of \(block.count)")
    self.init(start: block.start + offset, rows: rows, columns: columns, stride: stride)
  }

  @inlinable
  init(start: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Some of the rows.
  public subscript(rows range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      start: start + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }

  /// Some whole vectors of some rows, as a matrix.
  @inlinable @inline(__always)
  package func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
    Matrix(
      start: row(rows.lowerBound) + columns.lowerBound, rows: rows.count, columns: columns.count,
      stride: stride)
  }

  /// Prefetches the memory for writing: it may be in another processor's cache.
  @inlinable @inline(__always)
  package func prefetch() { forEachLine { processor_prefetch($0) } }

  /// Prefetches the memory for reading soon.
  @inlinable @inline(__always)
  package func prefetchToRead() { forEachLine { processor_prefetch_to_read($0) } }

  /// Prefetches the memory for reading after some microseconds.
  @inline(__always)
  func prefetchForLater() { forEachLine { processor_prefetch_for_later($0) } }

  @inlinable @inline(__always)
  func forEachLine(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    let lines = (columns + laneCount - 1) / laneCount
    for row in 0..<rows {
      for line in 0..<lines { body(self.row(row) + line * laneCount) }
    }
  }

  /// The element of a row and a column.
  @inlinable
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row < rows && column < columns, "(\(row), \(column)) of \(rows) × \(columns)")
      return start[row * stride + column]
    }
    nonmutating set {
      precondition(row < rows && column < columns, "(\(row), \(column)) of \(rows) × \(columns)")
      start[row * stride + column] = newValue
    }
  }

  /// Sets every float of the rows to +0, the padding too.
  public func clear() {
    start.update(repeating: 0, count: rows * stride)
  }

  /// Whether all elements are finite, the padding's too.
  public var isFinite: Bool {
    var check = FiniteCheck()
    for i in Swift.stride(from: 0, to: rows * stride, by: laneCount) { check.add(load(start + i)) }
    return check.isPassed
  }

  @inlinable @inline(__always)
  package func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    start + row * stride
  }

  /// The matrix as the left factor of a product.
  @inline(__always)
  var asLeftFactor: RowMajorFactor<Float> { RowMajorFactor(start: start, rowStride: stride) }

  /// The transpose of the matrix as the left factor of a product.
  @inline(__always)
  var asTransposedLeftFactor: TransposedFactor<Float> {
    TransposedFactor(start: start, stepStride: stride)
  }

  /// The matrix as the right factor of a product.
  @inline(__always)
  var asRightFactor: RightFactor<Float> { RightFactor(start: start, stepStride: stride) }
}

/// Stops a program that gives a kernel matrices of different shapes.
@inlinable @inline(__always)
package func requireSameShape(_ one: Matrix, _ other: Matrix) {
  precondition(
    one.rows == other.rows && one.columns == other.columns,
    "\(one.rows) × \(one.columns) and \(other.rows) × \(other.columns) are not the same shape")
}

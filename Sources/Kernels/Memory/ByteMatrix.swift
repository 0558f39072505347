/// A view of a block of bytes as rows. It does not keep the block alive; the owner of the block
/// must.
public struct ByteMatrix {
  @usableFromInline let start: UnsafeMutablePointer<UInt8>
  /// The number of rows.
  public let rows: Int
  /// The number of bytes per row, without the padding.
  public let columns: Int
  /// The stride from row to row in bytes, a multiple of the cache line. The padding is 0.
  public let stride: Int

  /// The memory of `rows` rows of `columns` bytes, in bytes.
  public static func byteCount(rows: Int, columns: Int) -> Int { rows * rowStride(columns) }

  /// A matrix whose rows begin at the start of the block.
  public init(_ block: Block<UInt8>, rows: Int, columns: Int) {
    precondition(
      Self.byteCount(rows: rows, columns: columns) <= block.count,
      "\(rows) × \(columns) bytes do not fit into a block of \(block.count)")
    self.init(
      start: block.start, rows: rows, columns: columns, stride: Self.rowStride(columns))
  }

  private init(start: UnsafeMutablePointer<UInt8>, rows: Int, columns: Int, stride: Int) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  private static func rowStride(_ columns: Int) -> Int { (columns + 63) / 64 * 64 }

  /// Some of the rows.
  public subscript(rows range: Range<Int>) -> ByteMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return ByteMatrix(
      start: row(range.lowerBound), rows: range.count, columns: columns, stride: stride)
  }

  @inlinable @inline(__always)
  package func row(_ row: Int) -> UnsafeMutablePointer<UInt8> {
    start + row * stride
  }
}

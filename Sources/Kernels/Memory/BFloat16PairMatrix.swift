import CProcessor

/// Whether the kernels are compiled for a processor that multiplies bfloat16 numbers.
public var hasBFloat16: Bool { processor_has_bfloat16() }

/// A pair of bfloat16 numbers, the first in the lower half.
extension UInt32: FactorElement {
  @inlinable @inline(__always)
  static var numbers: Int { 2 }
}

/// A view of a block as rows of pairs of bfloat16 numbers, padded to whole vectors: a matrix of floats,
/// rounded and paired along its columns or along its rows. Rows, too, are padded to a multiple of 16.
/// It does not keep the block alive.
public struct BFloat16PairMatrix {
  let start: UnsafeMutablePointer<UInt32>
  /// The number of rows.
  public let rows: Int
  /// The number of pairs in a row.
  public let columns: Int
  /// Pairs from one row to the next.
  public let stride: Int

  /// The elements that a matrix takes, with its padding.
  public static func count(rows: Int, columns: Int) -> Int {
    paddedToLanes(rows) * rowStride(columns)
  }

  /// A matrix whose rows lie one after the other from `offset` on.
  public init(_ block: Block<UInt32>, at offset: Int = 0, rows: Int, columns: Int) {
    precondition(
      offset >= 0 && offset + Self.count(rows: rows, columns: columns) <= block.count,
      "\(rows) × \(columns) pairs at \(offset) do not fit into a block of \(block.count)")
    self.init(
      start: block.start + offset, rows: rows, columns: columns, stride: rowStride(columns))
  }

  private init(start: UnsafeMutablePointer<UInt32>, rows: Int, columns: Int, stride: Int) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Some of the rows.
  public subscript(rows range: Range<Int>) -> BFloat16PairMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return BFloat16PairMatrix(
      start: row(range.lowerBound), rows: range.count, columns: columns, stride: stride)
  }

  /// Some of the columns; the first one is a multiple of 16.
  public subscript(columns range: Range<Int>) -> BFloat16PairMatrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns && range.lowerBound % laneCount == 0,
      "columns \(range) of \(columns)")
    return BFloat16PairMatrix(
      start: start + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  @inline(__always)
  func row(_ row: Int) -> UnsafeMutablePointer<UInt32> { start + row * stride }

  /// Sets the padding of some rows to 0.
  @usableFromInline
  func clearPadding(ofRows rows: Range<Int>) {
    let padding = paddedToLanes(columns) - columns
    guard padding > 0 else { return }
    for row in rows { (self.row(row) + columns).update(repeating: 0, count: padding) }
  }

  /// Sets the rows behind the last one to 0, as far as they are padding.
  func clearRowPadding() {
    row(rows).update(repeating: 0, count: (paddedToLanes(rows) - rows) * stride)
  }

  @inline(__always)
  var asLeftFactor: RowMajorFactor<UInt32> { RowMajorFactor(start: start, rowStride: stride) }

  @inline(__always)
  var asTransposedLeftFactor: TransposedFactor<UInt32> {
    TransposedFactor(start: start, stepStride: stride)
  }

  @inline(__always)
  var asRightFactor: RightFactor<UInt32> { RightFactor(start: start, stepStride: stride) }
}

// MARK: - Rounding

/// Rounds a matrix to bfloat16 and pairs neighbours of a row: result[r, c/2] = (source[r, c],
/// source[r, c + 1]). The partner of an odd last column is what the padding holds.
///
/// - Parameters:
///   - source: [rows × columns].
///   - result: [rows × ⌈columns/2⌉].
///   - stores: how the pairs are written.
public func pairColumns(
  _ source: Matrix, into result: BFloat16PairMatrix, stores: StorePolicy = .cached
) {
  precondition(
    result.rows == source.rows && result.columns == (source.columns + 1) / 2,
    "pairs of another shape")
  let zero = Vector(repeating: 0)
  for row in 0..<source.rows {
    let (from, to) = (source.row(row), result.row(row))
    for column in stride(from: 0, to: source.columns, by: 2 * laneCount) {
      let hasSecond = column + laneCount < source.columns
      stores.store(
        processor_paired_neighbours(
          load(from + column), hasSecond ? load(from + column + laneCount) : zero),
        to + column / 2)
    }
  }
  stores.finish()
}

/// Rounds a matrix to bfloat16 and pairs each row with the next: result[r/2, c] = (source[r, c],
/// source[r + 1, c]). The partner of an odd last row is 0.
///
/// - Parameters:
///   - source: [rows × columns].
///   - result: [⌈rows/2⌉ × columns].
///   - stores: how the pairs are written.
public func pairRows(
  _ source: Matrix, into result: BFloat16PairMatrix, stores: StorePolicy = .cached
) {
  precondition(
    result.rows == (source.rows + 1) / 2 && result.columns == source.columns,
    "pairs of another shape")
  for row in stride(from: 0, to: source.rows, by: 2) {
    let (lower, to) = (source.row(row), result.row(row / 2))
    let upper = row + 1 < source.rows ? source.row(row + 1) : nil
    for column in stride(from: 0, to: source.columns, by: laneCount) {
      stores.store(
        processor_paired_lanes(
          load(lower + column), upper.map { load($0 + column) } ?? Vector(repeating: 0)),
        to + column)
    }
  }
  stores.finish()
}

/// Rounds a matrix to bfloat16, pairs neighbours of a row and transposes:
/// result[c/2, r] = (source[r, c], source[r, c + 1]). The partner of an odd last column is what the
/// padding holds.
///
/// - Parameters:
///   - source: [rows × columns].
///   - result: [⌈columns/2⌉ × rows]; all of its padding becomes 0.
public func pairColumns(_ source: Matrix, transposedInto result: BFloat16PairMatrix) {
  precondition(
    result.rows == (source.columns + 1) / 2 && result.columns == source.rows,
    "pairs of another shape")
  let zero = Vector(repeating: 0)
  withUnsafeTemporaryAllocation(of: SIMD16<UInt32>.self, capacity: laneCount) { lines in
    guard let lines = lines.baseAddress else { return }
    for column in stride(from: 0, to: source.columns, by: 2 * laneCount) {
      let hasSecond = column + laneCount < source.columns
      for first in stride(from: 0, to: source.rows, by: laneCount) {
        for line in 0..<laneCount {
          let from = source.start + (first + line) * source.stride + column
          lines[line] =
            first + line < source.rows
            ? processor_paired_neighbours(load(from), hasSecond ? load(from + laneCount) : zero)
            : SIMD16(repeating: 0)
        }
        let block = transposedBlock { lines[$0] }
        // By way of memory once, not again for every line that is taken from it.
        for line in 0..<laneCount { lines[line] = block[line] }
        for line in 0..<min(laneCount, result.rows - column / 2) {
          StorePolicy.cached.store(lines[line], result.row(column / 2 + line) + first)
        }
      }
    }
  }
  result.clearRowPadding()
}

/// Rounds a matrix to bfloat16, pairs each row with the next and transposes: result[c, first + r/2] =
/// (source[r, c], source[r + 1, c]). The partner of an odd last row is 0. Other columns of the result
/// are left alone.
///
/// - Parameters:
///   - source: [rows × columns].
///   - result: [columns × pairs of rows].
///   - first: the column of the first pair.
///   - stores: how the pairs are written.
public func pairRows(
  _ source: Matrix, transposedInto result: BFloat16PairMatrix, from first: Int,
  stores: StorePolicy = .cached
) {
  let pairs = (source.rows + 1) / 2
  precondition(
    result.rows == source.columns && first >= 0 && first + pairs <= result.columns,
    "pairs of another shape")
  let zero = Vector(repeating: 0)
  withUnsafeTemporaryAllocation(of: SIMD16<UInt32>.self, capacity: laneCount) { lines in
    guard let lines = lines.baseAddress else { return }
    for column in stride(from: 0, to: source.columns, by: laneCount) {
      for pair in stride(from: 0, to: pairs, by: laneCount) {
        for line in 0..<laneCount {
          let row = 2 * (pair + line)
          let from = source.start + row * source.stride + column
          lines[line] =
            row < source.rows
            ? processor_paired_lanes(
              load(from), row + 1 < source.rows ? load(from + source.stride) : zero)
            : SIMD16(repeating: 0)
        }
        let block = transposedBlock { lines[$0] }
        for line in 0..<laneCount { lines[line] = block[line] }
        let (count, place) = (min(laneCount, pairs - pair), first + pair)
        for line in 0..<min(laneCount, source.columns - column) {
          let to = result.row(column + line) + place
          if count == laneCount && place % laneCount == 0 {
            stores.store(lines[line], to)
          } else {
            UnsafeMutableRawPointer(to).copyMemory(
              from: lines + line, byteCount: count * MemoryLayout<UInt32>.size)
          }
        }
      }
    }
  }
  stores.finish()
}

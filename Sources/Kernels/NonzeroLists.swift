import CProcessor

/// The elements of rows of bytes that are not 0, as lists of positions and values: the left factor of
/// a product that skips zeros. A zero adds nothing to a chain, so the chain over a list has the bits
/// of the chain over the whole row, up to the sign of a zero.
public final class NonzeroLists {
  private let positions: Block<Int32>
  private let values: Block<Float>
  private let counts: Block<Int32>
  private let stride: Int
  /// The length of the rows that are listed.
  private(set) var columns = 0

  /// Room for the lists of up to `rows` rows of up to `columns` bytes.
  public init(rows: Int, columns: Int) {
    // Lists are written sixteen at a time, so the last one may reach beyond its end.
    stride = (columns + 15) / 16 * 16 + 16
    positions = Block(count: rows * stride)
    values = Block(count: rows * stride)
    counts = Block(count: rows)
  }

  /// Lists the rows of a matrix, each byte multiplied with `scale`.
  public func list(_ bytes: ByteMatrix, scale: Float) {
    precondition(
      bytes.rows <= counts.count && paddedToLanes(bytes.columns) + 16 <= stride,
      "\(bytes.rows) × \(bytes.columns) bytes are more than the lists hold")
    columns = bytes.columns
    for row in 0..<bytes.rows {
      list(bytes.row(row), count: paddedToLanes(bytes.columns), scale: scale, asRow: row)
    }
  }

  /// Lists `count` bytes, a multiple of 16.
  @inline(__always)
  func list(_ bytes: UnsafePointer<UInt8>, count: Int, scale: Float, asRow row: Int) {
    let first = row * stride
    counts.start[row] = Int32(
      truncatingIfNeeded: processor_list_nonzeros(
        bytes, Int64(count), scale, positions.start + first, values.start + first))
  }

  @inline(__always)
  subscript(row: Int) -> NonzeroList {
    NonzeroList(
      count: Int(counts.start[row]), positions: positions.start + row * stride,
      values: values.start + row * stride)
  }
}

/// The elements of one row that are not 0, in ascending order.
struct NonzeroList {
  let count: Int
  let positions: UnsafePointer<Int32>
  let values: UnsafePointer<Float>
}

/// Neighbouring outputs of one row.
typealias Panel<let vectors: Int> = InlineArray<vectors, Vector>

/// The widest panel, in vectors. More chains would not make it faster, since as many multiply-adds
/// as are needed to hide their latency are under way; wider ones would take the right factor's lines
/// out of the first-level cache.
let panelVectors = 8

/// Continues the chains of a panel over the products of a list, in ascending order.
@inline(__always)
func accumulate<let vectors: Int>(
  _ list: NonzeroList, _ right: RightFactor, firstColumn: Int, onto start: Panel<vectors>
) -> Panel<vectors> {
  var sums = start
  let right = (start: right.start + firstColumn, stride: right.stepStride)
  for i in 0..<list.count {
    let factor = Vector(repeating: list.values[i])
    let line = right.start + Int(list.positions[i]) * right.stride
    for vector in 0..<vectors {
      sums[vector] = sums[vector].addingProduct(factor, load(line + vector * laneCount))
    }
  }
  return sums
}

/// Covers columns with panels as even as can be, none wider than `panelVectors`.
@inline(__always)
func forEachEvenPanel(_ columns: Range<Int>, _ body: (_ column: Int, _ vectors: Int) -> Void) {
  let vectors = columns.count / laneCount
  let panels = (vectors + panelVectors - 1) / panelVectors
  var column = columns.lowerBound
  for panel in 0..<panels {
    let width = (panel + 1) * vectors / panels - panel * vectors / panels
    body(column, width)
    column += width * laneCount
  }
}

/// Runs a tile of one row and `vectors` vectors.
@inline(__always)
func runPanel(_ work: some TileWork, row: Int, column: Int, vectors: Int) {
  switch vectors {
  case 8: work.run(TileShape<1, 8>(), firstRow: row, firstColumn: column)
  case 7: work.run(TileShape<1, 7>(), firstRow: row, firstColumn: column)
  case 6: work.run(TileShape<1, 6>(), firstRow: row, firstColumn: column)
  case 5: work.run(TileShape<1, 5>(), firstRow: row, firstColumn: column)
  case 4: work.run(TileShape<1, 4>(), firstRow: row, firstColumn: column)
  case 3: work.run(TileShape<1, 3>(), firstRow: row, firstColumn: column)
  case 2: work.run(TileShape<1, 2>(), firstRow: row, firstColumn: column)
  default: work.run(TileShape<1, 1>(), firstRow: row, firstColumn: column)
  }
}

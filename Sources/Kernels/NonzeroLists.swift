import CProcessor

/// The bytes of a list's block: as many as one position byte can tell apart and one instruction
/// lists, and a leaf's samples.
let listedBlock = 64

/// The elements of rows of bytes that are not 0, as lists of positions and values: the left factor of
/// a product that skips zeros. A zero adds nothing to a chain, so the chain over a list has the bits
/// of the chain over the whole row, up to the sign of a zero.
public final class NonzeroLists {
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let ends: Block<Int32>
  private let values = Block<Float>(count: 256)
  private let rows: Int
  private let blocks: Int
  /// The length of the rows that are listed.
  private(set) var columns = 0

  /// Room for the lists of up to `rows` rows of up to `columns` bytes.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    blocks = (columns + listedBlock - 1) / listedBlock
    // A block is written whole behind the last one's end.
    positions = Block(count: rows * (blocks + 1) * listedBlock)
    bytes = Block(count: rows * (blocks + 1) * listedBlock)
    ends = Block(count: rows * (blocks + 1))
  }

  /// Lists the rows of a matrix, each byte to be multiplied with `scale`.
  public func list(_ matrix: ByteMatrix, scale: Float) {
    precondition(
      matrix.rows <= rows && matrix.columns <= blocks * listedBlock,
      "\(matrix.rows) × \(matrix.columns) bytes are more than the lists hold")
    columns = matrix.columns
    setScale(scale)
    let count = (columns + listedBlock - 1) / listedBlock
    for row in 0..<matrix.rows { list(matrix.row(row), blocks: count, asRow: row) }
  }

  /// Sets what bytes are multiplied with.
  func setScale(_ scale: Float) {
    guard values.start[1] != scale else { return }
    for byte in 0..<256 { values.start[byte] = Float(byte) * scale }
  }

  /// Lists some blocks of bytes.
  @inline(__always)
  func list(_ source: UnsafePointer<UInt8>, blocks count: Int, asRow row: Int) {
    let first = row * (blocks + 1) * listedBlock
    let ends = ends.start + row * (blocks + 1)
    var end: Int32 = 0
    ends[0] = 0
    for block in 0..<count {
      let place = first + Int(end)
      end += processor_list_nonzeros(
        source + block * listedBlock, positions.start + place, bytes.start + place)
      ends[block + 1] = end
    }
  }

  /// The lists as the left factor of a product.
  var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, ends: ends.start, values: values.start,
      blocks: blocks)
  }
}

/// Where the lists of a left factor's rows lie.
struct ListedFactor {
  let positions: UnsafePointer<UInt8>
  let bytes: UnsafePointer<UInt8>
  let ends: UnsafePointer<Int32>
  let values: UnsafePointer<Float>
  let blocks: Int
}

/// Neighbouring outputs of one row.
typealias Panel<let vectors: Int> = InlineArray<vectors, Vector>

/// Continues the chains of a panel over the products of a row's block, in ascending order.
@inline(__always)
func accumulate<let vectors: Int>(
  _ left: ListedFactor, row: Int, block: Int, _ right: RightFactor<Float>, firstColumn: Int,
  onto start: Panel<vectors>
) -> Panel<vectors> {
  var sums = start
  let ends = left.ends + row * (left.blocks + 1) + block
  let first = row * (left.blocks + 1) * listedBlock
  let positions = left.positions + first
  let bytes = left.bytes + first
  let lines = right.start + block * listedBlock * right.stepStride + firstColumn
  for i in Int(ends[0])..<Int(ends[1]) {
    let factor = Vector(repeating: left.values[Int(bytes[i])])
    let line = lines + Int(positions[i]) * right.stepStride
    for vector in 0..<vectors {
      sums[vector] = sums[vector].addingProduct(factor, load(line + vector * laneCount))
    }
  }
  return sums
}

/// The widest panel, in vectors: with fewer chains the latency of a multiply-add shows, with more
/// there is nothing to gain. Narrower registers hold 6 of them.
@inline(__always)
var widestPanel: Int { processor_has_wide_registers() ? 8 : 6 }

/// Covers columns with panels as even as can be.
@inline(__always)
func forEachEvenPanel(_ columns: Range<Int>, _ body: (_ column: Int, _ vectors: Int) -> Void) {
  let vectors = columns.count / laneCount
  let panels = (vectors + widestPanel - 1) / widestPanel
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
  @inline(__always)
  func run<let vectors: Int>(_ shape: TileShape<1, vectors>) {
    work.run(shape, firstRow: row, firstColumn: column, upcoming: .nothing)
  }
  switch vectors {
  case 8: run(TileShape<1, 8>())
  case 7: run(TileShape<1, 7>())
  case 6: run(TileShape<1, 6>())
  case 5: run(TileShape<1, 5>())
  case 4: run(TileShape<1, 4>())
  case 3: run(TileShape<1, 3>())
  case 2: run(TileShape<1, 2>())
  default: run(TileShape<1, 1>())
  }
}

import CProcessor

/// The bytes of a list's block: as many as one instruction lists, and a leaf's samples.
let listedBlock = 64

/// The blocks of a span: as many as one position byte can tell apart.
let spanBlocks = 4

/// The elements of rows of bytes that are not 0, as lists of positions and values: the left factor of
/// a product that skips zeros. A zero adds nothing to a chain, so the chain over a list has the bits
/// of the chain over the whole row, up to the sign of a zero.
public final class NonzeroLists {
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let ends: Block<Int32>
  private let sets = PlaceSets()
  private let values = ScaledBytes()
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
    values.setScale(scale)
    let count = (columns + listedBlock - 1) / listedBlock
    for row in 0..<matrix.rows { list(matrix.row(row), blocks: count, asRow: row) }
  }

  /// Lists some blocks of bytes, each behind the one before it.
  private func list(_ source: UnsafePointer<UInt8>, blocks count: Int, asRow row: Int) {
    let first = row * (blocks + 1) * listedBlock
    let ends = ends.start + row * (blocks + 1)
    // The first of a row's ends stays 0.
    var end: Int32 = 0
    for block in 0..<count {
      let place = first + Int(end)
      end += processor_list_nonzeros(
        source + block * listedBlock, firstPosition(ofBlock: block), sets.members,
        positions.start + place, bytes.start + place)
      ends[block + 1] = end
    }
  }

  /// The lists as the left factor of a product.
  var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, begins: ends.start, ends: ends.start + 1,
      values: values.start, rowBlocks: blocks + 1)
  }
}

/// The sets of eight neighbouring places, told by a bit for each place.
struct PlaceSets {
  private let lists = Block<UInt64>(count: 256)

  init() {
    for set in 0..<lists.count {
      var list: UInt64 = 0
      for place in (0..<8).reversed() where set >> place & 1 == 1 {
        list = list << 8 | UInt64(place)
      }
      lists[set] = list
    }
  }

  /// For each set its places in ascending order, as bytes from the lowest up.
  var members: UnsafePointer<UInt64> { UnsafePointer(lists.start) }
}

/// The product of each byte and a scale.
struct ScaledBytes {
  private let values = Block<Float>(count: 256)

  var start: UnsafePointer<Float> { UnsafePointer(values.start) }

  /// Sets what bytes are multiplied with.
  func setScale(_ scale: Float) {
    guard values.start[1] != scale else { return }
    for byte in 0..<256 { values.start[byte] = Float(byte) * scale }
  }
}

/// The position of a block's first byte in its span.
@inline(__always)
func firstPosition(ofBlock block: Int) -> UInt8 {
  UInt8(truncatingIfNeeded: block % spanBlocks * listedBlock)
}

/// Where the lists of a left factor's rows lie.
struct ListedFactor {
  let positions: UnsafePointer<UInt8>
  let bytes: UnsafePointer<UInt8>
  /// Where the list of each block begins in its row, and where it ends; that of the next block may
  /// begin right there.
  let begins: UnsafePointer<Int32>
  let ends: UnsafePointer<Int32>
  let values: UnsafePointer<Float>
  /// The blocks from one row to the next.
  let rowBlocks: Int
}

/// Neighbouring outputs of one row.
typealias Panel<let vectors: Int> = InlineArray<vectors, Vector>

/// Continues the chains of a panel over the products of a row's blocks, in ascending order: all of one
/// span, their lists without gaps.
@inline(__always)
func accumulate<let vectors: Int>(
  _ left: ListedFactor, row: Int, blocks: Range<Int>, _ right: RightFactor<Float>,
  firstColumn: Int, onto start: Panel<vectors>
) -> Panel<vectors> {
  var sums = start
  let begin = left.begins[row * left.rowBlocks + blocks.lowerBound]
  let end = left.ends[row * left.rowBlocks + blocks.upperBound - 1]
  let first = row * left.rowBlocks * listedBlock
  let positions = left.positions + first
  let bytes = left.bytes + first
  let firstLine = blocks.lowerBound / spanBlocks * spanBlocks * listedBlock
  let lines = right.start + firstLine * right.stepStride + firstColumn
  for i in Int(begin)..<Int(end) {
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

/// What is done with a panel of columns.
protocol PanelWork {
  func run<let vectors: Int>(_ shape: TileShape<1, vectors>, firstColumn: Int)
}

/// Covers columns with panels as even as can be.
@inline(__always)
func forEachEvenPanel(_ columns: Range<Int>, _ work: some PanelWork) {
  let vectors = columns.count / laneCount
  let panels = (vectors + widestPanel - 1) / widestPanel
  var column = columns.lowerBound
  for panel in 0..<panels {
    let width = (panel + 1) * vectors / panels - panel * vectors / panels
    runPanel(work, firstColumn: column, vectors: width)
    column += width * laneCount
  }
}

@inline(__always)
private func runPanel(_ work: some PanelWork, firstColumn: Int, vectors: Int) {
  switch vectors {
  case 8: work.run(TileShape<1, 8>(), firstColumn: firstColumn)
  case 7: work.run(TileShape<1, 7>(), firstColumn: firstColumn)
  case 6: work.run(TileShape<1, 6>(), firstColumn: firstColumn)
  case 5: work.run(TileShape<1, 5>(), firstColumn: firstColumn)
  case 4: work.run(TileShape<1, 4>(), firstColumn: firstColumn)
  case 3: work.run(TileShape<1, 3>(), firstColumn: firstColumn)
  case 2: work.run(TileShape<1, 2>(), firstColumn: firstColumn)
  default: work.run(TileShape<1, 1>(), firstColumn: firstColumn)
  }
}

import CProcessor

/// The bytes of a list's block: as many as one instruction lists, and a leaf's samples.
@inline(__always)
var listedBlock: Int { Int(chains_block_lines) }

/// The blocks that the bytes of a row make; the last one may be shorter.
@inline(__always)
func blockCount(columns: Int) -> Int { (columns + listedBlock - 1) / listedBlock }

/// The blocks of a span: as many as one position byte can tell apart.
@inline(__always)
var spanBlocks: Int { Int(chains_span_blocks) }

/// The elements of rows of bytes that are not 0, as lists of positions and values: the left factor of
/// a product that skips zeros. A zero adds nothing to a chain of finite numbers, so the chain over a list
/// has the bits of the chain over the whole row, up to the sign of a zero.
///
/// Two rows that are alike share the positions at which one of them is not 0, and what is loaded of the
/// right factor.
public final class NonzeroLists {
  private let positions: Block<UInt8>
  private let bytes: Block<UInt8>
  private let ends: Block<Int32>
  private let rowPairs: RowPairs
  private let sets = PlaceSets()
  private let values = ScaledBytes()
  private let rowLimit: Int
  private let blocks: Int
  /// The number of rows that are listed.
  private(set) var rows = 0
  /// Their length.
  private(set) var columns = 0

  /// Room for the lists of up to `rows` rows of up to `columns` bytes.
  public init(rows: Int, columns: Int) {
    rowLimit = rows
    let pairs = (rows + 1) / 2
    blocks = blockCount(columns: columns)
    // A block is written whole behind the last one's end.
    positions = Block(count: pairs * (blocks + 1) * listedBlock)
    bytes = Block(count: 2 * pairs * (blocks + 1) * listedBlock)
    ends = Block(count: pairs * (blocks + 1))
    rowPairs = RowPairs(rows: rows, columns: columns)
  }

  /// Lists the rows of a matrix, each byte to be multiplied with `scale`.
  public func list(_ matrix: ByteMatrix, scale: Float) {
    precondition(
      matrix.rows <= rowLimit && matrix.columns <= blocks * listedBlock,
      "\(matrix.rows) × \(matrix.columns) bytes are more than the lists hold")
    rows = matrix.rows
    columns = matrix.columns
    values.setScale(scale)
    rowPairs.pair(matrix)
    let count = blockCount(columns: columns)
    for pair in 0..<(matrix.rows + 1) / 2 {
      let first = Int(rowOrder[2 * pair])
      let second = Int(rowOrder[min(2 * pair + 1, matrix.rows - 1)])
      list(matrix.row(first), matrix.row(second), blocks: count, asPair: pair)
    }
  }

  /// Lists some blocks of two rows of bytes, each behind the one before it.
  private func list(
    _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, blocks count: Int,
    asPair pair: Int
  ) {
    let start = pair * (blocks + 1) * listedBlock
    let ends = ends.start + pair * (blocks + 1)
    // The first of a pair's ends stays 0.
    var end: Int32 = 0
    for block in 0..<count {
      let place = start + Int(end)
      let column = block * listedBlock
      end += processor_list_nonzeros(
        first + column, second + column, Int64(min(listedBlock, columns - column)),
        firstPosition(ofBlock: block), sets.members, positions.start + place, bytes.start + place,
        bytes.start + memberStride + place)
      ends[block + 1] = end
    }
  }

  private var memberStride: Int { (rowLimit + 1) / 2 * (blocks + 1) * listedBlock }

  /// The lists as the left factor of a product.
  var asLeftFactor: ListedFactor {
    ListedFactor(
      positions: positions.start, bytes: bytes.start, begins: ends.start, ends: ends.start + 1,
      values: values.start, pairBlocks: blocks + 1, memberStride: memberStride)
  }

  /// The rows of the pairs, one pair after the other.
  var rowOrder: UnsafePointer<Int32> { rowPairs.rows }
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

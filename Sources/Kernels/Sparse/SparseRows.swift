import CProcessor

/// The non-zero bytes of a sparse matrix, as lists of positions and values: compressed sparse rows,
/// the left factor of a product that skips zeros. A zero adds nothing to a chain of finite numbers,
/// so the chain over a list has the bits of the chain over the whole row, up to the sign of a zero.
///
/// Rows form pairs with similar zeros. A pair shares one list of the positions at which at least
/// one of its rows is not 0, so every load from the right factor serves both rows.
public final class SparseRows {
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
  /// The number of bytes per row.
  private(set) var columns = 0

  /// Room for the lists of up to `rows` rows of up to `columns` bytes.
  public init(rows: Int, columns: Int) {
    rowLimit = rows
    let pairs = (rows + 1) / 2
    blocks = blockCount(columns: columns)
    // The listing instruction writes a whole block behind the last list.
    positions = Block(count: pairs * (blocks + 1) * sparseBlock)
    bytes = Block(count: 2 * pairs * (blocks + 1) * sparseBlock)
    ends = Block(count: pairs * (blocks + 1))
    rowPairs = RowPairs(rows: rows, columns: columns)
  }

  /// Lists the rows of a matrix; a byte stands for the input (byte × `scale`) × `factor`.
  public func list(_ matrix: ByteMatrix, scale: Float, factor: Float = 1) {
    precondition(
      matrix.rows <= rowLimit && matrix.columns <= blocks * sparseBlock,
      "\(matrix.rows) × \(matrix.columns) bytes are more than the lists hold")
    rows = matrix.rows
    columns = matrix.columns
    values.setScale(scale, factor: factor)
    rowPairs.pair(matrix)
    let count = blockCount(columns: columns)
    for pair in 0..<(matrix.rows + 1) / 2 {
      let first = Int(rowOrder[2 * pair])
      let second = Int(rowOrder[min(2 * pair + 1, matrix.rows - 1)])
      list(matrix.row(first), matrix.row(second), blocks: count, asPair: pair)
    }
  }

  /// Lists the blocks of a pair of rows, one after the other without gaps.
  private func list(
    _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, blocks count: Int,
    asPair pair: Int
  ) {
    let start = pair * (blocks + 1) * sparseBlock
    let ends = ends.start + pair * (blocks + 1)
    // The first end of a pair stays 0, where the first block's list begins.
    var end: Int32 = 0
    for block in 0..<count {
      let place = start + Int(end)
      let column = block * sparseBlock
      end += processor_list_nonzeros(
        first + column, second + column, Int64(min(sparseBlock, columns - column)),
        firstPosition(ofBlock: block), sets.members, positions.start + place, bytes.start + place,
        bytes.start + memberStride + place)
      ends[block + 1] = end
    }
  }

  private var memberStride: Int { (rowLimit + 1) / 2 * (blocks + 1) * sparseBlock }

  /// The lists as the left factor of a product.
  var asLeftFactor: SparseFactor {
    SparseFactor(
      positions: positions.start, bytes: bytes.start, begins: ends.start, ends: ends.start + 1,
      values: values.start, pairBlocks: blocks + 1, memberStride: memberStride)
  }

  /// The rows of the pairs, one pair after the other.
  var rowOrder: UnsafePointer<Int32> { rowPairs.rows }
}

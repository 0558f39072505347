import CProcessor

/// The product of a sparse matrix of bytes and a dense matrix, which skips the zeros:
/// result = bias + left · right. The bits are those of `multiply` with the bytes as floats, up to
/// the sign of a zero.
///
/// - Parameters:
///   - left: the lists of [rows × depth] bytes.
///   - right: [depth × columns].
///   - bias: [1 × columns].
///   - result: [rows × columns]; the padding of its rows is written too.
///   - prefetches: whether rows of the right factor are prefetched. Prefetching pays where another
///     processor has just written them, and costs where they are in this processor's caches.
///   - epilogue: applied to each part of the result while it is in the first cache; or nil.
public func multiply(
  _ left: SparseRows, _ right: Matrix, bias: Matrix, into result: Matrix,
  prefetches: Bool = false, epilogue: Epilogue? = nil
) {
  precondition(
    left.rows == result.rows && left.columns == right.rows && right.columns == result.columns
      && bias.columns == right.columns,
    "a product of lists of \(left.rows) × \(left.columns) and \(right.rows) × \(right.columns) "
      + "does not give \(result.rows) × \(result.columns)")
  let work = SparseProduct(
    left: left, right: right, bias: bias, result: result, prefetches: prefetches, epilogue: epilogue
  )
  forEachEvenTileRow(0..<paddedToLanes(result.columns), work)
  epilogue?.finish()
}

/// Prefetches a share of the right factor's rows for the next blocks, or for the first blocks of
/// the next tile row. A function of its own keeps the product's loop small.
@inline(never)
private func prefetchLines(
  after end: Int, of blocks: Int, _ right: Matrix, column: Int, vectors: Int, share: Int,
  of shares: Int
) {
  let isLast = end >= blocks
  let first = isLast ? 0 : end * sparseBlock
  let count = min(blocksAtATime * sparseBlock, right.rows - first)
  let column = isLast ? column + vectors * laneCount : column
  let width = max(0, min(vectors * laneCount, right.stride - column))
  right.block(
    rows: first + share * count / shares..<first + (share + 1) * count / shares,
    columns: column..<column + width
  ).prefetchForLater()
}

/// The number of blocks that all rows are multiplied with before the next blocks, a multiple of a
/// span. The half megabyte of the right factor that a wide tile row then reads stays in the
/// second-level cache; narrow tile rows are faster when a large part of it stays in the first-level
/// cache.
@inline(__always)
private var blocksAtATime: Int { processor_has_wide_registers() ? 4 * spanBlocks : spanBlocks }

private struct SparseProduct: TileRowWork {
  let left: SparseRows
  let right: Matrix
  let bias: Matrix
  let result: Matrix
  let prefetches: Bool
  let epilogue: Epilogue?

  @inline(__always)
  func run<let vectors: Int>(_ width: TileRowWidth<vectors>, firstColumn: Int) {
    let blocks = blockCount(columns: left.columns)
    let pairs = (result.rows + 1) / 2
    for first in stride(from: 0, to: blocks, by: blocksAtATime) {
      let end = min(first + blocksAtATime, blocks)
      for pair in 0..<pairs {
        if prefetches {
          prefetchLines(
            after: end, of: blocks, right, column: firstColumn, vectors: vectors, share: pair,
            of: pairs)
        }
        if 2 * pair + 1 < result.rows {
          add(TileShape<2, vectors>(), pair: pair, blocks: first..<end, firstColumn: firstColumn)
        } else {
          add(TileShape<1, vectors>(), pair: pair, blocks: first..<end, firstColumn: firstColumn)
        }
      }
    }
    epilogue?.apply(
      to: result, rows: 0..<result.rows, columns: firstColumn..<firstColumn + vectors * laneCount)
  }

  /// Continues the chains of a pair of rows, or of its first row, over some blocks. The result
  /// holds the unfinished sums until the next blocks.
  @inline(__always)
  private func add<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, pair: Int, blocks: Range<Int>, firstColumn: Int
  ) {
    let order = left.rowOrder + 2 * pair
    func place(_ member: Int) -> UnsafeMutablePointer<Float> {
      result.row(Int(order[member])) + firstColumn
    }
    let stride = rows == 2 ? place(1) - place(0) : 0
    runChains(
      shape, left.asLeftFactor, pair: pair, member: 0, blocks: blocks, right.asRightFactor,
      firstColumn: firstColumn,
      ends: TileEnds(
        start: blocks.lowerBound == 0
          ? (UnsafePointer(bias.start) + firstColumn, 0) : (UnsafePointer(place(0)), stride),
        result: (place(0), stride)))
  }
}

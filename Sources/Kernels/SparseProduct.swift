/// The product of rows of bytes and a matrix that skips the bytes' zeros; the bits are those of
/// `multiply` with the bytes as floats, up to the sign of a zero: result = bias + left · right.
///
/// - Parameters:
///   - left: the lists of [rows × depth] bytes.
///   - right: [depth × columns].
///   - bias: [1 × columns].
///   - result: [rows × columns]; the padding of its rows is written too.
///   - asksAhead: whether lines of the right factor are asked for before they are needed. It pays
///     where another processor has just written them, and costs where they lie in this one's caches.
///   - epilogue: applied to each part of the result while it is in the first cache; or nil.
public func multiply(
  _ left: NonzeroLists, _ right: Matrix, bias: Matrix, into result: Matrix,
  asksAhead: Bool = false, epilogue: Epilogue? = nil
) {
  precondition(
    left.columns == right.rows && right.columns == result.columns && bias.columns == right.columns,
    "a product of lists of \(left.columns) and \(right.rows) × \(right.columns) "
      + "does not give \(result.rows) × \(result.columns)")
  let work = SparseProduct(
    left: left.asLeftFactor, blocks: (left.columns + listedBlock - 1) / listedBlock, right: right,
    bias: bias, result: result, asksAhead: asksAhead, epilogue: epilogue)
  forEachEvenPanel(0..<paddedToLanes(result.columns), work)
  epilogue?.finish()
}

/// Asks for a share of the lines that the next blocks multiply with, or the first blocks of the next
/// panel; apart, to keep the product's loop small.
@inline(never)
private func askForLines(
  after end: Int, of blocks: Int, _ right: Matrix, column: Int, vectors: Int, share: Int,
  of shares: Int
) {
  let isLast = end >= blocks
  let first = isLast ? 0 : end * listedBlock
  let count = min(blocksAtATime * listedBlock, right.rows - first)
  let column = isLast ? column + vectors * laneCount : column
  let width = max(0, min(vectors * laneCount, right.stride - column))
  right.block(
    rows: first + share * count / shares..<first + (share + 1) * count / shares,
    columns: column..<column + width
  ).prefetchForLater()
}

/// The blocks of 64 lines of the right factor that are worked through at a time; a span has a whole
/// multiple of them.
private let blocksAtATime = 2

private struct SparseProduct: PanelWork {
  let left: ListedFactor
  let blocks: Int
  let right: Matrix
  let bias: Matrix
  let result: Matrix
  let asksAhead: Bool
  let epilogue: Epilogue?

  @inline(__always)
  func run<let vectors: Int>(_ shape: TileShape<1, vectors>, firstColumn: Int) {
    // So many blocks at a time that their lines of the right factor stay in the first-level cache
    // for all rows; the chains wait in the result meanwhile.
    for first in stride(from: 0, to: blocks, by: blocksAtATime) {
      let end = min(first + blocksAtATime, blocks)
      let start = first == 0 ? bias.start : result.start
      let startStride = first == 0 ? 0 : result.stride
      for row in 0..<result.rows {
        if asksAhead {
          askForLines(
            after: end, of: blocks, right, column: firstColumn, vectors: vectors, share: row,
            of: result.rows)
        }
        let start = start + row * startStride + firstColumn
        var sums = Panel<vectors>(repeating: Vector(repeating: 0))
        for vector in 0..<vectors { sums[vector] = load(start + vector * laneCount) }
        sums = accumulate(
          left, row: row, blocks: first..<end, right.asRightFactor, firstColumn: firstColumn,
          onto: sums)
        let destination = result.row(row) + firstColumn
        for vector in 0..<vectors { store(sums[vector], destination + vector * laneCount) }
      }
    }
    epilogue?.apply(
      to: result, rows: 0..<result.rows, columns: firstColumn..<firstColumn + vectors * laneCount)
  }
}

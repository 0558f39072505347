/// The product of rows of bytes and a matrix that skips the bytes' zeros; the bits are those of
/// `multiply` with the bytes as floats, up to the sign of a zero: result = bias + left · right.
///
/// - Parameters:
///   - left: the lists of [rows × depth] bytes.
///   - right: [depth × columns].
///   - bias: [1 × columns].
///   - result: [rows × columns]; the padding of its rows is written too.
public func multiply(
  _ left: NonzeroLists, _ right: Matrix, bias: Matrix, into result: Matrix
) {
  precondition(
    left.columns == right.rows && right.columns == result.columns && bias.columns == right.columns,
    "a product of lists of \(left.columns) and \(right.rows) × \(right.columns) "
      + "does not give \(result.rows) × \(result.columns)")
  let work = SparseProduct(left: left, right: right.asRightFactor, bias: bias, result: result)
  forEachEvenPanel(0..<paddedToLanes(result.columns)) { column, vectors in
    for row in 0..<result.rows { runPanel(work, row: row, column: column, vectors: vectors) }
  }
}

private struct SparseProduct: TileWork {
  let left: NonzeroLists
  let right: RightFactor
  let bias: Matrix
  let result: Matrix

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    for row in firstRow..<firstRow + rows {
      let start = Panel<vectors> { load(bias.start + firstColumn + $0 * laneCount) }
      let sums = accumulate(left[row], right, firstColumn: firstColumn, onto: start)
      let destination = result.row(row) + firstColumn
      for vector in 0..<vectors { store(sums[vector], destination + vector * laneCount) }
    }
  }
}

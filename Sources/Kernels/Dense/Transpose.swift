/// The transpose of a matrix: result[column, row] = source[row, column].
///
/// - Parameters:
///   - source: [rows × columns].
///   - result: [columns × rows].
public func transpose(_ source: Matrix, into result: Matrix) {
  precondition(
    source.rows == result.columns && source.columns == result.rows,
    "the transpose of \(source.rows) × \(source.columns) is not "
      + "\(result.rows) × \(result.columns)")
  forEachBlock(of: source) { row, column, isWhole in
    let from = source.row(row) + column
    let to = result.row(column) + row
    if isWhole {
      let block = transposedBlock { load(from + $0 * source.stride) }
      for line in 0..<laneCount { store(block[line], to + line * result.stride) }
    } else {
      for i in 0..<min(laneCount, source.rows - row) {
        for j in 0..<min(laneCount, source.columns - column) {
          to[j * result.stride + i] = from[i * source.stride + j]
        }
      }
    }
  }
}

/// Transposes the error signals of a layer's outputs back and multiplies them with the slopes of
/// its activation function, which gives the error signals of its weighted sums:
/// errors[row, column] = slopes[row, column] × transposed[column, row].
///
/// - Parameters:
///   - slopes: [samples × outputs].
///   - transposed: [outputs × samples].
///   - errors: [samples × outputs]; the padding of its rows becomes +0.
///   - stores: how the error signals are stored.
public func multiply(
  _ slopes: Matrix, byTransposeOf transposed: Matrix, into errors: Matrix,
  stores: StorePolicy = .cached
) {
  precondition(
    transposed.rows == slopes.columns && transposed.columns == slopes.rows,
    "the transpose of \(transposed.rows) × \(transposed.columns) is not "
      + "\(slopes.rows) × \(slopes.columns)")
  requireSameShape(slopes, errors)
  withUnsafeTemporaryAllocation(of: Vector.self, capacity: laneCount) { lines in
    guard let lines = lines.baseAddress else { return }
    forEachBlock(of: slopes) { row, column, isWhole in
      let from = transposed.row(column) + row
      let slopes = slopes.block(
        rows: row..<min(row + laneCount, slopes.rows), columns: column..<slopes.columns)
      if isWhole {
        let block = transposedBlock { load(from + $0 * transposed.stride) }
        // Stored to memory once, instead of once per line that is read from it.
        for line in 0..<laneCount { lines[line] = block[line] }
        for line in 0..<laneCount {
          stores.store(load(slopes.row(line)) * lines[line], errors.row(row + line) + column)
        }
      } else {
        for i in 0..<slopes.rows {
          for j in 0..<laneCount {
            errors.row(row + i)[column + j] =
              j < slopes.columns ? slopes.row(i)[j] * from[j * transposed.stride + i] : 0
          }
        }
      }
    }
  }
  stores.finish()
}

@inline(__always)
private func forEachBlock(
  of matrix: Matrix, _ body: (_ row: Int, _ column: Int, _ isWhole: Bool) -> Void
) {
  for row in stride(from: 0, to: matrix.rows, by: laneCount) {
    for column in stride(from: 0, to: matrix.columns, by: laneCount) {
      body(
        row, column,
        row + laneCount <= matrix.rows && column + laneCount <= matrix.columns)
    }
  }
}

/// A block of 16 × 16, transposed by four perfect shuffles: each interleaves line i with line
/// i + 8, and four of them carry element (i, j) to (j, i).
@inline(__always)
func transposedBlock<Scalar: SIMDScalar>(
  _ line: (Int) -> SIMD16<Scalar>
) -> InlineArray<16, SIMD16<Scalar>> {
  var block = InlineArray<16, SIMD16<Scalar>> { line($0) }
  for _ in 0..<4 {
    let before = block
    for i in 0..<8 {
      block[2 * i] = interleaved(before[i].lowHalf, before[i + 8].lowHalf)
      block[2 * i + 1] = interleaved(before[i].highHalf, before[i + 8].highHalf)
    }
  }
  return block
}

@inline(__always)
private func interleaved<Scalar: SIMDScalar>(
  _ even: SIMD8<Scalar>, _ odd: SIMD8<Scalar>
) -> SIMD16<Scalar> {
  var pair = SIMD16(lowHalf: even, highHalf: odd)
  pair.evenHalf = even
  pair.oddHalf = odd
  return pair
}

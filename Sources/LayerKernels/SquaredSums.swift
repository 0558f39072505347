import Kernels

/// Leaves the sum of the squares of each vector of 16 numbers, in double.
///
/// - Parameters:
///   - matrix: [inputs × outputs].
///   - rows: which inputs.
///   - squares: receives one Double for each vector, in the order of the matrix's memory, from `offset` on.
///   - offset: the place of the matrix's first vector.
public func recordSquares(
  of matrix: Matrix, rows: Range<Int>, in squares: Block<Double>, offset: Int
) {
  let vectors = paddedToLanes(matrix.columns) / laneCount
  for row in rows {
    let place = squares.start + offset + row * matrix.stride / laneCount
    for vector in 0..<vectors {
      place[vector] = sumOfSquares(load(matrix.row(row) + vector * laneCount))
    }
  }
}

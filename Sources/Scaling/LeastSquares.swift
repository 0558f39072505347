/// Least squares of relative errors: the coefficients x of `basis` functions that minimize
/// Σ (1 − Σ xⱼ basisⱼ / value)².
///
/// Solved by orthogonalization (modified Gram-Schmidt), which loses fewer digits than normal
/// equations where numbers of workers are large.
///
/// - Parameters:
///   - values: [points], above 0.
///   - basis: [functions × points].
/// - Returns: [functions], or nil where the basis is linearly dependent.
func relativeLeastSquares(_ values: [Double], basis: [[Double]]) -> [Double]? {
  var columns = basis.map { zip($0, values).map { $0 / $1 } }
  let lengths = columns.map { dot($0, $0).squareRoot() }
  var rest = values.map { _ in 1.0 }
  // The triangle R and the right side of R x = right.
  var triangle = basis.map { _ in [Double](repeating: 0, count: basis.count) }
  var right: [Double] = []
  for column in columns.indices {
    let length = dot(columns[column], columns[column]).squareRoot()
    // Rounding is all that is left of a column that the ones before it span.
    guard length > 1e-12 * lengths[column] else { return nil }
    triangle[column][column] = length
    columns[column] = columns[column].map { $0 / length }
    for other in columns.indices.dropFirst(column + 1) {
      triangle[column][other] = dot(columns[column], columns[other])
      columns[other] = subtract(columns[other], columns[column], times: triangle[column][other])
    }
    right.append(dot(columns[column], rest))
    rest = subtract(rest, columns[column], times: right[column])
  }
  for row in columns.indices.reversed() {
    for column in columns.indices.dropFirst(row + 1) {
      right[row] -= triangle[row][column] * right[column]
    }
    right[row] /= triangle[row][row]
  }
  return right
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

private func subtract(_ a: [Double], _ b: [Double], times factor: Double) -> [Double] {
  zip(a, b).map { $0 - factor * $1 }
}

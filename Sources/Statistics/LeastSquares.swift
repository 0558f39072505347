/// Least squares: the weights w that minimize ½ Σ (xₙᵀw − tₙ)² + ½λ‖w‖².
package struct LeastSquares {
  /// The weights of the minimum, one for each column of X; not a number where the normal equations
  /// have more than one minimum, as columns depend on one another and λ is 0.
  package let weights: [Double]

  /// Solves the normal equations (XᵀX + λI) w = Xᵀt by their Cholesky factor: what the lecture
  /// derives, and the reference solution for gradient descent (lecture A2).
  ///
  /// - Parameters:
  ///   - rows: X, [samples][features].
  ///   - targets: t, [samples].
  ///   - ridge: λ; more than 0 where columns depend on one another.
  package init(_ rows: [[Double]], targets: [Double], ridge: Double = 0) {
    let count = rows.first?.count ?? 0
    var matrix = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    var right = Array(repeating: 0.0, count: count)
    for (row, target) in zip(rows, targets) {
      for i in 0..<count {
        right[i] += row[i] * target
        for j in 0...i { matrix[i][j] += row[i] * row[j] }
      }
    }
    for i in 0..<count { matrix[i][i] += ridge }
    weights = Self.solve(matrix, right)
  }

  /// Solves by orthogonalization (modified Gram-Schmidt), which loses fewer digits than the normal
  /// equations where columns differ little in direction; λ is 0. Nil where the columns are linearly
  /// dependent.
  ///
  /// - Parameters:
  ///   - columns: Xᵀ, [features][samples].
  ///   - targets: t, [samples].
  package init?(orthogonalizing columns: [[Double]], targets: [Double]) {
    var columns = columns
    let lengths = columns.map { dot($0, $0).squareRoot() }
    var rest = targets
    // The triangle R and the right side of R w = right.
    var triangle = columns.map { _ in [Double](repeating: 0, count: lengths.count) }
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
    weights = right
  }

  /// Minimizes the relative errors Σ (1 − Σ wⱼ basisⱼ / value)² instead of absolute ones, by
  /// orthogonalization. Nil where the functions are linearly dependent.
  ///
  /// - Parameters:
  ///   - basis: the functions, [functions][points].
  ///   - values: what they are to add up to, [points], above 0.
  package init?(basis: [[Double]], relativeTo values: [Double]) {
    self.init(
      orthogonalizing: basis.map { zip($0, values).map { $0 / $1 } },
      targets: values.map { _ in 1 })
  }

  /// The slope b of the line through the origin, the minimum of Σ (yₙ − b xₙ)².
  ///
  /// - Returns: Σ xₙyₙ / Σ xₙ², or nil where all x are 0.
  package static func slope(_ x: [Double], _ y: [Double]) -> Double? {
    let squares = dot(x, x)
    return squares > 0 ? dot(x, y) / squares : nil
  }

  /// The solution of A w = b for a symmetric positive definite A, of which the lower triangle is
  /// read; not a number for any other A.
  package static func solve(_ a: [[Double]], _ b: [Double]) -> [Double] {
    var l = a
    for i in b.indices {
      for j in 0...i {
        let rest = (0..<j).reduce(a[i][j]) { $0 - l[i][$1] * l[j][$1] }
        // What is left of a diagonal that is all rounding would make up a solution.
        let rounding = a[i][i] * Double(b.count) * 0x1p-52
        l[i][j] = i > j ? rest / l[j][j] : rest > rounding ? rest.squareRoot() : .nan
      }
    }
    var y = b
    for i in b.indices { y[i] = (0..<i).reduce(y[i]) { $0 - l[i][$1] * y[$1] } / l[i][i] }
    for i in b.indices.reversed() {
      y[i] = (i + 1..<b.count).reduce(y[i]) { $0 - l[$1][i] * y[$1] } / l[i][i]
    }
    return y
  }

  /// wᵀx for a row of features.
  package func prediction(_ row: [Double]) -> Double { dot(weights, row) }
}

/// Σ aᵢbᵢ.
package func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

private func subtract(_ a: [Double], _ b: [Double], times factor: Double) -> [Double] {
  zip(a, b).map { $0 - factor * $1 }
}

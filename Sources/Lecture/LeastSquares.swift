/// The minimum of ½ Σ (xₙᵀw − tₙ)² + ½λ‖w‖², by the normal equations (XᵀX + λI) w = Xᵀt and their
/// Cholesky factor: the reference solution for gradient descent (lecture A2).
package struct LeastSquares {
  /// The weights of the minimum, one for each column of X; not a number where there is more than
  /// one minimum, as columns depend on one another and λ is 0.
  package let weights: [Double]

  /// Solves for a design matrix.
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
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// ‖a‖.
func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

/// ‖a − b‖.
func distance(_ a: [Double], _ b: [Double]) -> Double { norm(zip(a, b).map { $0 - $1 }) }

/// The largest of some sizes, 0 for none; not a number where one of them is not, as no claim should
/// hold by it.
package func maximum(of sizes: some Sequence<Double>) -> Double {
  sizes.reduce(0) { $0 >= $1 || $0.isNaN ? $0 : $1 }
}

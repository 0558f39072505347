/// The principal components of points: the directions in which they vary most (Pearson 1901;
/// Hotelling 1933).
package struct PrincipalComponents {
  /// The mean of the points.
  package let mean: [Double]
  /// Orthogonal directions of length 1, that of the largest variance first. The entry of the largest
  /// magnitude is positive.
  package let directions: [[Double]]

  /// Finds the directions by orthogonal iteration: products with the covariance matrix, which is never
  /// formed, and Gram-Schmidt in turn.
  ///
  /// - Parameters:
  ///   - rows: [points][features], more points than directions.
  ///   - count: the number of directions.
  ///   - iterations: how often; each one shrinks what is wrong with a direction by the ratio of the
  ///     next variance to its own.
  package init(_ rows: [[Double]], count: Int, iterations: Int = 60) {
    precondition(rows.count > count && count >= 1, "\(count) directions of \(rows.count) points")
    let width = rows[0].count
    let mean = (0..<width).map { j in
      rows.reduce(0) { $0 + $1[j] } / Double(rows.count)
    }
    let centered = rows.map { row in zip(row, mean).map { $0 - $1 } }
    var directions = Self.orthonormal(Array(centered.prefix(count)))
    for _ in 0..<iterations {
      let products = directions.map { direction in
        centered.reduce(into: [Double](repeating: 0, count: width)) { sum, row in
          let share = dot(row, direction)
          for j in 0..<width { sum[j] += share * row[j] }
        }
      }
      directions = Self.orthonormal(products)
    }
    self.mean = mean
    self.directions = directions.map { direction in
      let largest = direction.max { abs($0) < abs($1) } ?? 0
      return largest < 0 ? direction.map { -$0 } : direction
    }
  }

  /// The coordinates of a point along the directions, measured from the mean.
  package func coordinates(_ row: [Double]) -> [Double] {
    directions.map { direction in
      row.indices.reduce(0) { $0 + (row[$1] - mean[$1]) * direction[$1] }
    }
  }

  /// Gram-Schmidt. What is no direction of its own becomes 0.
  private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var result: [[Double]] = []
    for vector in vectors {
      var rest = vector
      for other in result {
        let share = dot(rest, other)
        for j in rest.indices { rest[j] -= share * other[j] }
      }
      let length = dot(rest, rest).squareRoot()
      result.append(length > 1e-300 ? rest.map { $0 / length } : rest.map { _ in 0 })
    }
    return result
  }
}

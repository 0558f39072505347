import CProcessor
import Kernels

/// Max-norm: scales the incoming weights of units back whose norm is greater than a limit.
///
/// For each unit n² = Σ w² is one chain of fused multiply-adds over its inputs in ascending order. Where n is greater
/// than c, w ← w · (c/n).
///
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout, JMLR 2014, section 5.1.
///
/// - Parameters:
///   - weights: [inputs × outputs].
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - limit: c, above 0.
/// - Returns: what is not finite: a norm, whose unit's weights then mean nothing.
public func limitNorms(of weights: Matrix, columns: Range<Int>, to limit: Float) -> UpdateFailure? {
  var isFinite = true
  var column = columns.lowerBound
  // Four chains at a time hide the latency of their sums.
  while column + 4 * laneCount <= columns.upperBound {
    var (first, second) = (Vector(repeating: 0), Vector(repeating: 0))
    var (third, fourth) = (first, second)
    for row in 0..<weights.rows {
      let place = weights.row(row) + column
      first = squareAdded(to: first, place)
      second = squareAdded(to: second, place + laneCount)
      third = squareAdded(to: third, place + 2 * laneCount)
      fourth = squareAdded(to: fourth, place + 3 * laneCount)
    }
    isFinite = scale(weights, column: column, squaredNorms: first, limit) && isFinite
    isFinite = scale(weights, column: column + laneCount, squaredNorms: second, limit) && isFinite
    isFinite =
      scale(weights, column: column + 2 * laneCount, squaredNorms: third, limit) && isFinite
    isFinite =
      scale(weights, column: column + 3 * laneCount, squaredNorms: fourth, limit) && isFinite
    column += 4 * laneCount
  }
  while column < columns.upperBound {
    var sums = Vector(repeating: 0)
    for row in 0..<weights.rows { sums = squareAdded(to: sums, weights.row(row) + column) }
    isFinite = scale(weights, column: column, squaredNorms: sums, limit) && isFinite
    column += laneCount
  }
  return isFinite ? nil : .weight
}

@inline(__always)
private func squareAdded(to sums: Vector, _ place: UnsafePointer<Float>) -> Vector {
  let weight = load(place)
  return sums.addingProduct(weight, weight)
}

/// Scales the weights of the units whose norm is too great.
///
/// - Returns: whether all norms are finite.
private func scale(
  _ weights: Matrix, column: Int, squaredNorms: Vector, _ limit: Float
) -> Bool {
  let norms = processor_square_root(squaredNorms)
  let isTooGreat = norms .> Vector(repeating: limit)
  guard any(isTooGreat) else { return all(norms .< Vector(repeating: .infinity)) }
  let factors = Vector(repeating: 1)
    .replacing(with: Vector(repeating: limit) / norms, where: isTooGreat)
  for row in 0..<weights.rows {
    let place = weights.row(row) + column
    store(load(place) * factors, place)
  }
  return all(norms .< Vector(repeating: .infinity))
}

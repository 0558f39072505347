import Kernels

/// Takes a rule's step with a reduced tile of the gradient.
struct GradientUpdate<Rule: UpdateRule>: GradientSink {
  let rule: Rule
  let weights: Matrix
  let state: StateSlots
  let stores: StorePolicy
  let factor: Float
  let squares: UnsafeMutablePointer<Double>?
  let check: UnsafeMutablePointer<FiniteCheck>

  /// Whether weights move without a gradient, or a square is wanted of any.
  @inline(__always)
  var takesZeros: Bool { squares != nil || rule.movesWithoutGradient(hasState: !state.isEmpty) }

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    let weights = weights.block(rows: rows, columns: columns)
    if case .nonTemporal = stores { weights.prefetchToRead() } else { weights.prefetch() }
    state.prefetch(rows: rows, columns: columns)
  }

  @inline(__always)
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int
  ) {
    if let squares {
      for row in 0..<rows {
        let place = (firstRow + row) * weights.stride + firstColumn
        recordSquares(
          sums + row * vectors * laneCount, weights: weights.start + place, vectors: vectors,
          factor: factor, weightDecay: rule.gradientDecay, in: squares + place / laneCount)
      }
    }
    var check = FiniteCheck()
    for row in 0..<rows {
      let weights = weights.row(firstRow + row) + firstColumn
      let state = state.vectors(row: firstRow + row, column: firstColumn)
      for vector in 0..<vectors {
        let lane = vector * laneCount
        let weight = load(weights + lane)
        let gradient = gradientWithDecay(
          load(sums + row * vectors * laneCount + lane), weight: weight, factor: factor,
          weightDecay: rule.gradientDecay)
        let moved = rule.updated(weight, gradient: gradient, state: state + lane, check: &check)
        check.add(moved)
        stores.store(moved, weights + lane)
      }
    }
    self.check.pointee.add(check)
  }
}

/// The gradient of the mean loss and the L² penalty, from the sum over the samples.
@inline(__always)
private func gradientWithDecay(_ sum: Vector, weight: Vector, factor: Float, weightDecay: Float)
  -> Vector
{
  (sum * Vector(repeating: factor)).addingProduct(Vector(repeating: weightDecay), weight)
}

/// Leaves the squared norm of each vector of a row's gradient; apart, to keep the step's loop small.
@inline(never)
private func recordSquares(
  _ sums: UnsafePointer<Float>, weights: UnsafePointer<Float>, vectors: Int, factor: Float,
  weightDecay: Float, in squares: UnsafeMutablePointer<Double>
) {
  for vector in 0..<vectors {
    let lane = vector * laneCount
    let gradient = gradientWithDecay(
      load(sums + lane), weight: load(weights + lane), factor: factor, weightDecay: weightDecay)
    squares[vector] = sumOfSquares(gradient)
  }
}

/// One step of stochastic gradient descent:
/// g ← g + weightDecay·w; v ← momentum·v + g; w ← w − learningRate·d, where d is v, or
/// g + momentum·v for Nesterov's variant (Sutskever et al. 2013, in PyTorch's arrangement).
public struct DescentStep: Sendable {
  let learningRate: Float
  let momentum: Float
  let weightDecay: Float
  let isNesterov: Bool

  /// The hyperparameters of one step.
  public init(learningRate: Float, momentum: Float, weightDecay: Float, isNesterov: Bool) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }
}

extension DescentStep {
  /// The same step for parameters that do not decay.
  public var withoutWeightDecay: DescentStep {
    DescentStep(
      learningRate: learningRate, momentum: momentum, weightDecay: 0, isNesterov: isNesterov)
  }
}

/// The first quantity of a step that is infinite or undefined; the gradient is checked before the
/// weight that it moves.
public enum DescentFailure: Int, CaseIterable, Sendable {
  /// The gradient of the mean loss.
  case gradient
  /// A weight after the step.
  case weight
}

/// Updates weights and velocities by a reduced tile of the gradient.
struct GradientDescent: GradientSink {
  let step: DescentStep
  let weights: Matrix
  let velocity: Matrix?
  let writing: Writing
  let factor: Float
  let squares: UnsafeMutablePointer<Double>?
  let check: UnsafeMutablePointer<FiniteCheck>

  /// A gradient of 0 still changes a weight that decays or has a velocity, and its square counts in
  /// the norm.
  @inline(__always)
  var takesZeros: Bool { velocity != nil || step.weightDecay != 0 || squares != nil }

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    let weights = weights.block(rows: rows, columns: columns)
    if writing == .streamed { weights.prefetchToRead() } else { weights.prefetch() }
    velocity?.block(rows: rows, columns: columns).prefetch()
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
          factor: factor, weightDecay: step.weightDecay, in: squares + place / laneCount)
      }
    }
    var check = FiniteCheck()
    for row in 0..<rows {
      let weights = weights.row(firstRow + row) + firstColumn
      let velocity = velocity.map { $0.row(firstRow + row) + firstColumn }
      for vector in 0..<vectors {
        let lane = vector * laneCount
        let weight = load(weights + lane)
        let gradient = gradientWithDecay(
          load(sums + row * vectors * laneCount + lane), weight: weight, factor: factor,
          weightDecay: step.weightDecay)
        let direction = velocity.map { self.direction(gradient, velocity: $0 + lane) } ?? gradient
        let moved = weight.addingProduct(Vector(repeating: -step.learningRate), direction)
        check.add(moved)
        writing.store(moved, weights + lane)
      }
    }
    self.check.pointee.add(check)
  }

  /// Momentum: updates the velocity and returns the direction of the step.
  @inline(__always)
  private func direction(_ gradient: Vector, velocity: UnsafeMutablePointer<Float>) -> Vector {
    let momentum = Vector(repeating: step.momentum)
    let next = gradient.addingProduct(momentum, load(velocity))
    store(next, velocity)
    return step.isNesterov ? gradient.addingProduct(momentum, next) : next
  }
}

/// The gradient of the mean loss and the L² penalty, from the sum over the samples.
@inline(__always)
private func gradientWithDecay(_ sum: Vector, weight: Vector, factor: Float, weightDecay: Float)
  -> Vector
{
  (sum * Vector(repeating: factor)).addingProduct(Vector(repeating: weightDecay), weight)
}

/// Stores the squared norm of each vector of a row's gradient. A function of its own keeps the loop
/// of the update small.
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

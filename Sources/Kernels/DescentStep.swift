/// One step of stochastic gradient descent:
/// g ← g + weightDecay·w; v ← momentum·v + g; w ← w − learningRate·d, where d is v, or
/// g + momentum·v for Nesterov's variant (Sutskever et al. 2013, in PyTorch's arrangement).
public struct DescentStep: Sendable {
  let learningRate: Float
  let momentum: Float
  let weightDecay: Float
  let isNesterov: Bool

  /// The factors of one step.
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

/// What a step came upon that is infinite or undefined, the cause before its effect.
public enum DescentFailure: Int, CaseIterable, Sendable {
  /// The gradient.
  case gradient
  /// A weight that the step moved too far.
  case weight
}

/// Sums of 0 as long as all that is added is finite: an infinite or undefined number times 0 is
/// undefined and stays so.
struct FiniteCheck {
  private var gradients = Vector(repeating: 0)
  private var weights = Vector(repeating: 0)

  @inline(__always)
  mutating func add(gradient: Vector, weight: Vector) {
    gradients = gradients.addingProduct(gradient, Vector(repeating: 0))
    weights = weights.addingProduct(weight, Vector(repeating: 0))
  }

  @inline(__always)
  mutating func add(_ other: FiniteCheck) {
    gradients += other.gradients
    weights += other.weights
  }

  var failure: DescentFailure? {
    let zeros = Vector(repeating: 0)
    if !all(gradients .== zeros) { return .gradient }
    return all(weights .== zeros) ? nil : .weight
  }
}

/// Takes the step with a reduced tile of the gradient.
struct GradientDescent: GradientSink {
  let step: DescentStep
  let weights: Matrix
  let velocity: Matrix?
  let writing: Writing
  let factor: Float
  let squares: UnsafeMutablePointer<Double>?
  let check: UnsafeMutablePointer<FiniteCheck>

  /// Weights move without a gradient where they decay or have a velocity; a square is wanted of any.
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
        for vector in 0..<vectors {
          let place = firstColumn + vector * laneCount
          record(
            sums + (row * vectors + vector) * laneCount, row: firstRow + row, column: place,
            in: squares)
        }
      }
    }
    var check = FiniteCheck()
    for row in 0..<rows {
      let weights = weights.row(firstRow + row) + firstColumn
      let velocity = velocity.map { $0.row(firstRow + row) + firstColumn }
      for vector in 0..<vectors {
        let lane = vector * laneCount
        let weight = load(weights + lane)
        let gradient = gradient(load(sums + row * vectors * laneCount + lane), weight: weight)
        let direction = velocity.map { self.direction(gradient, velocity: $0 + lane) } ?? gradient
        let moved = weight.addingProduct(Vector(repeating: -step.learningRate), direction)
        check.add(gradient: gradient, weight: moved)
        writing.store(moved, weights + lane)
      }
    }
    self.check.pointee.add(check)
  }

  /// The gradient of the mean loss and the L² penalty, from the sum over the samples.
  @inline(__always)
  private func gradient(_ sum: Vector, weight: Vector) -> Vector {
    (sum * Vector(repeating: factor)).addingProduct(Vector(repeating: step.weightDecay), weight)
  }

  /// Momentum: changes the velocity and gives the direction of the step.
  @inline(__always)
  private func direction(_ gradient: Vector, velocity: UnsafeMutablePointer<Float>) -> Vector {
    let momentum = Vector(repeating: step.momentum)
    let next = gradient.addingProduct(momentum, load(velocity))
    store(next, velocity)
    return step.isNesterov ? gradient.addingProduct(momentum, next) : next
  }

  /// Leaves the squared norm of a vector of the gradient; apart, to keep the step's loop small.
  @inline(never)
  private func record(
    _ sum: UnsafePointer<Float>, row: Int, column: Int, in squares: UnsafeMutablePointer<Double>
  ) {
    let gradient = gradient(load(sum), weight: load(weights.row(row) + column))
    squares[(row * weights.stride + column) / laneCount] = sumOfSquares(gradient)
  }
}

import Kernels

/// Stochastic gradient descent:
/// g ← g + weightDecay·w; v ← momentum·v + g; w ← w − learningRate·d, where d is v, or
/// g + momentum·v for Nesterov's variant (Sutskever et al. 2013, in PyTorch's arrangement).
///
/// The one slot of its state is the velocity v; without it d is g.
public struct SGD: UpdateRule {
  let learningRate: Float
  let momentum: Float
  let gradientDecay: Float
  let isNesterov: Bool

  /// The factors of one step.
  public init(learningRate: Float, momentum: Float, weightDecay: Float, isNesterov: Bool) {
    self.learningRate = learningRate
    self.momentum = momentum
    gradientDecay = weightDecay
    self.isNesterov = isNesterov
  }

  var withoutWeightDecay: SGD {
    SGD(learningRate: learningRate, momentum: momentum, weightDecay: 0, isNesterov: isNesterov)
  }

  func movesWithoutGradient(hasState: Bool) -> Bool { hasState || gradientDecay != 0 }

  @inline(__always)
  func updated(
    _ weight: Vector, gradient: Vector, state: StateVectors, check: inout FiniteCheck
  ) -> Vector {
    let direction = state.first.map { self.direction(gradient, velocity: $0) } ?? gradient
    return weight.addingProduct(Vector(repeating: -learningRate), direction)
  }

  /// Momentum: changes the velocity and gives the direction of the step.
  @inline(__always)
  private func direction(_ gradient: Vector, velocity: UnsafeMutablePointer<Float>) -> Vector {
    let momentum = Vector(repeating: momentum)
    let next = gradient.addingProduct(momentum, load(velocity))
    store(next, velocity)
    return isNesterov ? gradient.addingProduct(momentum, next) : next
  }
}

import Kernels

/// How an optimizer changes one weight after another, vector by vector. To add one: a type of its own beside
/// `SGD` and `AdamW`, a case of `UpdateStep`, and a case of `Optimizer` in Training.
protocol UpdateRule: Sendable {
  /// λ of the L² penalty ½λ‖w‖² whose gradient λw is added to that of the loss; 0 where weights decay in
  /// another way, or not.
  var gradientDecay: Float { get }

  /// Whether a weight moves though its gradient is 0.
  ///
  /// - Parameter hasState: whether the optimizer keeps any.
  /// - Returns: false only if a step without a gradient leaves every weight as it is.
  func movesWithoutGradient(hasState: Bool) -> Bool

  /// The weights after the step.
  ///
  /// - Parameters:
  ///   - weight: the weights before it.
  ///   - gradient: of the mean loss, and of the penalty with `gradientDecay`.
  ///   - state: what the optimizer knows of these weights, changed by the step.
  ///   - check: takes what is not looked at by way of the weights.
  /// - Returns: the changed weights, one vector.
  func updated(
    _ weight: Vector, gradient: Vector, state: StateVectors, check: inout FiniteCheck
  ) -> Vector
}

/// What an optimizer keeps for each weight of a matrix: up to two slots of the weights' shape.
public struct StateSlots {
  let first: Matrix?
  let second: Matrix?

  /// - Parameters:
  ///   - first: [inputs × outputs], or nil where the optimizer keeps nothing.
  ///   - second: the same.
  public init(_ first: Matrix? = nil, _ second: Matrix? = nil) {
    self.first = first
    self.second = second
  }

  var isEmpty: Bool { first == nil && second == nil }

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {
    first?.block(rows: rows, columns: columns).prefetch()
    second?.block(rows: rows, columns: columns).prefetch()
  }

  /// The state of a row's weights from a column on.
  @inline(__always)
  func vectors(row: Int, column: Int) -> StateVectors {
    StateVectors(
      first: first.map { $0.row(row) + column }, second: second.map { $0.row(row) + column })
  }
}

/// The state of one vector of weights, in place.
struct StateVectors {
  let first: UnsafeMutablePointer<Float>?
  let second: UnsafeMutablePointer<Float>?

  @inline(__always)
  static func + (state: StateVectors, lanes: Int) -> StateVectors {
    StateVectors(first: state.first.map { $0 + lanes }, second: state.second.map { $0 + lanes })
  }
}

/// What a step came upon that is infinite or undefined, the cause before its effect.
public enum UpdateFailure: Int, CaseIterable, Sendable {
  /// The gradient of the mean loss.
  case gradient
  /// A weight that the step moved too far, or what the optimizer keeps of it.
  case weight
}

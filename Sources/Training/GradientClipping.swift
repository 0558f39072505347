import Kernels

/// Gradient clipping by norm: g ← g · min(1, c/‖g‖) for the gradient g of the mean loss over all weights and
/// biases, without weight decay.
///
/// Source: Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, ICML 2013.
struct GradientClipping {
  private let limit: Double

  /// The clipping of a training; nil where its settings clip nothing.
  init?(_ settings: TrainingSettings) {
    guard let limit = settings.clipNorm else { return nil }
    self.limit = limit
  }

  /// What turns the sums over a mini-batch into the gradient to step with: 1/n, or c/‖g‖ · 1/n.
  ///
  /// - Parameters:
  ///   - squares: those of the sums, one number for each vector of parameters.
  ///   - samples: n.
  /// - Returns: the factor, rounded once.
  func factor(squares: Block<Double>, samples: Int) -> Float {
    let norm = sumByLeaves(squares, count: squares.count).squareRoot() / Double(samples)
    // An undefined norm is not above the limit; the update finds what is undefined.
    let kept = norm > limit ? limit / norm : 1
    return Float(kept / Double(samples))
  }
}

import LayerKernels

/// The rule by which the gradient changes the weights.
public enum Optimizer: Codable, Equatable, Sendable {
  /// Stochastic gradient descent, by default without momentum and weight decay.
  ///
  /// - Parameters:
  ///   - momentum: the momentum coefficient μ, in 0 ..< 1.
  ///   - isNesterov: whether momentum is Nesterov's.
  ///   - weightDecay: λ of the penalty ½λ‖w‖² on weights (L²), not on biases.
  case sgd(momentum: Double = 0, isNesterov: Bool = false, weightDecay: Double = 0)
  /// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019).
  ///
  /// - Parameters:
  ///   - beta1: the decay rate of the first moment, in 0 ..< 1.
  ///   - beta2: the decay rate of the second moment, in 0 ..< 1.
  ///   - epsilon: what is added to the root of the second moment.
  ///   - weightDecay: λ; a step takes ηλ of each weight, not of biases.
  case adamW(
    beta1: Double = Usual.beta1, beta2: Double = Usual.beta2, epsilon: Double = Usual.epsilon,
    weightDecay: Double = Usual.decoupledWeightDecay)

  /// The numbers that are taken where none are given: SGD's were chosen on validation images of the
  /// embedded digits, AdamW's are those of its papers and of PyTorch.
  public enum Usual {
    /// μ of SGD.
    public static let momentum = 0.9
    /// λ of SGD's penalty.
    public static let weightDecay = 0.002

    /// SGD's weight decay for so many samples to train on: 8 by their number, at most 0.002, which it
    /// is up to 4,000 samples. The penalty then has the weight of 8 samples' losses in the sum over
    /// the set, whatever its size. A penalty of 0.002 on 60,000 digits kills units.
    public static func weightDecay(sampleCount: Int) -> Double {
      min(weightDecay, 8 / Double(max(1, sampleCount)))
    }
    /// β₁ of AdamW.
    public static let beta1 = 0.9
    /// β₂ of AdamW.
    public static let beta2 = 0.999
    /// ε of AdamW.
    public static let epsilon = 1e-8
    /// λ of AdamW.
    public static let decoupledWeightDecay = 0.01
    /// η of SGD.
    public static let learningRate = 0.1
    /// η of AdamW.
    public static let adaptiveLearningRate = 0.001
  }

  /// Gradient descent as the lecture has it (A3, A6): w ← w − ηg and nothing else.
  public static let plainSGD = Optimizer.sgd()

  /// The learning rate to begin with.
  public var usualLearningRate: Double {
    switch self {
    case .sgd: Usual.learningRate
    case .adamW: Usual.adaptiveLearningRate
    }
  }

  /// λ.
  public var weightDecay: Double {
    switch self {
    case .sgd(_, _, let weightDecay), .adamW(_, _, _, let weightDecay): weightDecay
    }
  }

  /// What is kept of each parameter, as checkpoints name it.
  var slotNames: [String] {
    switch self {
    case .sgd(let momentum, _, _): momentum > 0 ? ["velocity"] : []
    case .adamW: ["first-moment", "second-moment"]
    }
  }

  /// The kernels' factors of a step.
  ///
  /// - Parameters:
  ///   - learningRate: η of the step.
  ///   - number: the step of the whole training, from 1.
  /// - Returns: the rule with its factors rounded to single precision.
  func step(learningRate: Double, number: Int) -> UpdateStep {
    switch self {
    case .sgd(let momentum, let isNesterov, let weightDecay):
      .sgd(
        SGD(
          learningRate: Float(learningRate), momentum: Float(momentum),
          weightDecay: Float(weightDecay), isNesterov: isNesterov))
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      .adamW(
        AdamW(
          learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: weightDecay, step: number))
    }
  }

  /// What is wrong with an optimizer that came from outside, in words; nil for a sound one.
  func validationError(learningRate: Double) -> String? {
    guard weightDecay >= 0, weightDecay.isFinite else {
      return "a weight decay of \(weightDecay) is not a number from 0 up"
    }
    switch self {
    case .sgd(let momentum, let isNesterov, _):
      if !(momentum >= 0 && momentum.isFinite) {
        return "a momentum of \(momentum) is not a number from 0 up"
      }
      if momentum >= 1 { return "a momentum of \(momentum) is not below 1" }
      if isNesterov && momentum == 0 { return "Nesterov's variant needs a momentum" }
    case .adamW(let beta1, let beta2, let epsilon, _):
      for (name, beta) in [("beta1", beta1), ("beta2", beta2)] where !(beta >= 0 && beta < 1) {
        return "a \(name) of \(beta) is not in 0 ..< 1"
      }
      // As a Float it must not vanish: it keeps the divisor from 0.
      if !(Float(epsilon) > 0 && epsilon.isFinite) {
        return "an epsilon of \(epsilon) is not above 0"
      }
      if learningRate * weightDecay > 1 {
        return
          "a learning rate of \(learningRate) times a weight decay of \(weightDecay) is more than 1"
      }
    }
    return nil
  }
}

import Networks

/// All settings that determine the result of a training, besides the network and the data: equal
/// settings give equal weights, to the bit.
public struct TrainingSettings: Codable, Equatable, Sendable {
  /// The maximum number of epochs: the epoch is part of a random stream's address, and steps are
  /// counted in 63 bits.
  public static let epochLimit = 100_000

  /// The number of epochs: passes over the training set.
  public var epochs: Int
  /// The mini-batch size; the last mini-batch of an epoch may be smaller.
  public var batchSize: Int
  /// η, the initial learning rate; for the one-cycle schedule the highest.
  public var learningRate: Double
  /// The learning-rate schedule.
  public var schedule: LearningRateSchedule
  /// μ, the momentum coefficient; 0 for plain SGD.
  public var momentum: Double
  /// Whether momentum is Nesterov's.
  public var isNesterov: Bool
  /// λ, the coefficient of the L² penalty ½λ‖w‖² on weights, not on biases (weight decay).
  public var weightDecay: Double
  /// The element type of matrix products.
  public var precision: Precision
  /// The random seed of the initial weights, the order of samples and the validation split.
  public var seed: UInt64
  /// The size of the validation set, which is taken from the training set; 0 for none.
  public var validationCount: Int
  /// Early stopping: the number of epochs without a lower validation loss after which training
  /// stops and the best weights are restored. Nil trains all epochs and keeps the last weights.
  public var patience: Int?
  /// Training stops when the norm of the gradient, the root mean square over an epoch's steps,
  /// falls below this threshold (lecture A5); nil does not compute the norm.
  public var gradientNormThreshold: Double?

  /// Settings; the defaults train a network of a few hundred units well on a few thousand digits.
  public init(
    epochs: Int = 30, batchSize: Int = 32, learningRate: Double = 0.1,
    schedule: LearningRateSchedule = .cosine, momentum: Double = 0.9, isNesterov: Bool = false,
    weightDecay: Double = 0.002, precision: Precision = .float, seed: UInt64 = 1,
    validationCount: Int = 0, patience: Int? = nil, gradientNormThreshold: Double? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
    self.precision = precision
    self.seed = seed
    self.validationCount = validationCount
    self.patience = patience
    self.gradientNormThreshold = gradientNormThreshold
  }

  /// What is wrong with settings from outside, in words; nil for valid settings.
  ///
  /// - Parameter sampleCount: the size of the training set, the validation set included.
  public func fault(sampleCount: Int) -> String? {
    let numbers = [
      ("learning rate", learningRate), ("momentum", momentum), ("weight decay", weightDecay),
    ]
    if let (name, value) = numbers.first(where: { !($0.1 >= 0 && $0.1.isFinite) }) {
      return "a \(name) of \(value) is not a number from 0 up"
    }
    if epochs < 1 { return "\(epochs) epochs are fewer than 1" }
    if epochs > Self.epochLimit { return "\(epochs) epochs are more than \(Self.epochLimit)" }
    if batchSize < 1 { return "a batch size of \(batchSize) is smaller than 1" }
    if momentum >= 1 { return "a momentum of \(momentum) is not below 1" }
    if isNesterov && momentum == 0 { return "Nesterov's variant needs a momentum" }
    if validationCount < 0 || validationCount >= sampleCount {
      return "\(validationCount) samples to validate on leave none of \(sampleCount) to train on"
    }
    if let patience {
      if patience < 1 { return "a patience of \(patience) epochs is smaller than 1" }
      if validationCount == 0 { return "early stopping needs samples to validate on" }
    }
    if let threshold = gradientNormThreshold, !(threshold > 0) {
      return "a gradient norm of \(threshold) is never reached"
    }
    return schedule.fault(hasValidation: validationCount > 0)
  }
}

extension LearningRateSchedule {
  fileprivate func fault(hasValidation: Bool) -> String? {
    switch self {
    case .constant, .cosine, .oneCycle: return nil
    case .step(let epochs, let factor):
      if epochs < 1 { return "steps of \(epochs) epochs are shorter than 1" }
      return factorFault(factor)
    case .exponential(let factor): return factorFault(factor)
    case .inverseTime(let decay):
      return decay >= 0 && decay.isFinite ? nil : "a decay of \(decay) is not a number from 0 up"
    case .onPlateau(let factor, let patience):
      if patience < 1 { return "a patience of \(patience) epochs is smaller than 1" }
      if !hasValidation { return "the plateau schedule needs samples to validate on" }
      return factorFault(factor)
    }
  }

  private func factorFault(_ factor: Double) -> String? {
    factor > 0 && factor <= 1 ? nil : "a decay factor of \(factor) is not in (0, 1]"
  }
}

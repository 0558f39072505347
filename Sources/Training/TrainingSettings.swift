import Networks

/// Everything that decides what a training computes, besides the network and the data: equal
/// settings give equal weights, to the bit.
public struct TrainingSettings: Codable, Equatable, Sendable {
  /// The most epochs: their number is part of a random stream's address, and steps are counted in
  /// 63 bits.
  public static let epochLimit = 100_000

  /// How often each sample is seen.
  public var epochs: Int
  /// The samples of a mini-batch; the last one of an epoch may have fewer.
  public var batchSize: Int
  /// η, the factor of a step.
  public var learningRate: Double
  /// How the learning rate changes.
  public var schedule: LearningRateSchedule
  /// The share of the last step's direction that is kept, 0 for plain descent.
  public var momentum: Double
  /// Whether momentum looks ahead (Nesterov).
  public var isNesterov: Bool
  /// λ of the penalty ½λ‖w‖² on weights (L²), not on biases.
  public var weightDecay: Double
  /// The numbers that products are taken of.
  public var precision: Precision
  /// What initial weights, the order of samples and the validation split are drawn from.
  public var seed: UInt64
  /// The samples of the training set that are set aside to validate on, 0 for none.
  public var validationCount: Int
  /// Stop when the validation loss has not improved for so many epochs, and take the best weights;
  /// nil trains all epochs and takes the last ones.
  public var patience: Int?
  /// Stop when the gradient's norm, the root mean square over an epoch's steps, falls below this
  /// (lecture A5); nil does not compute it.
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

  /// What is wrong with settings that came from outside, in words; nil for sound ones.
  ///
  /// - Parameter sampleCount: the samples of the training set, the validation part included.
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

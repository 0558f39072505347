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
  /// The rule by which the gradient changes the weights.
  public var optimizer: Optimizer
  /// Dropout and whatever else keeps weights from fitting the samples too closely.
  public var regularization: Regularization
  /// The distortions of the training images.
  public var augmentation: Augmentation
  /// The greatest norm of the gradient that a step is taken with; nil for any.
  public var clipNorm: Double?
  /// The decay rate of an exponential moving average of the weights, in 0 ..< 1. The trained network is then
  /// the average. Nil keeps none: the network is that of the last step.
  public var averageDecay: Double?
  /// What samples of each class count in training; nil where all count alike.
  public var classWeights: ClassWeights?
  /// The element type of matrix products.
  public var precision: Precision
  /// The random seed of the initial weights, the order of samples, the validation split, dropout and
  /// distortions.
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
  ///
  /// - Parameters:
  ///   - epochs: the number of passes over the training set.
  ///   - batchSize: the samples of a mini-batch.
  ///   - learningRate: η; nil takes the optimizer's usual one.
  ///   - schedule: the course of the learning rate over the training.
  ///   - optimizer: the rule by which the gradient changes the weights.
  ///   - regularization: dropout and the like; none by default.
  ///   - augmentation: the distortions of the training images; none by default.
  ///   - clipNorm: the norm that longer gradients of the mean loss are scaled to; nil clips none.
  ///   - averageDecay: the decay rate d of the weights' average, a ← a + (1 − d)(w − a) after each step. Early
  ///     steps take a smaller one: min(d, t/(t + 9)) in step t = 1, 2, …
  ///   - classWeights: what samples of each class count in the training loss.
  ///   - precision: the element type of matrix products.
  ///   - seed: the random seed; equal seeds give equal trainings.
  ///   - validationCount: the samples that are set aside to validate on; 0 for none.
  ///   - patience: the epochs without a lower validation loss after which training stops; nil
  ///     trains all epochs.
  ///   - gradientNormThreshold: the norm of the gradient below which training stops; nil for none.
  public init(
    epochs: Int = 30, batchSize: Int = 32, learningRate: Double? = nil,
    schedule: LearningRateSchedule = .cosine,
    optimizer: Optimizer = .sgd(
      momentum: Optimizer.Usual.momentum, weightDecay: Optimizer.Usual.weightDecay),
    regularization: Regularization = .none, augmentation: Augmentation = .none,
    clipNorm: Double? = nil, averageDecay: Double? = nil, classWeights: ClassWeights? = nil,
    precision: Precision = .float,
    seed: UInt64 = 1, validationCount: Int = 0, patience: Int? = nil,
    gradientNormThreshold: Double? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate ?? optimizer.usualLearningRate
    self.schedule = schedule
    self.optimizer = optimizer
    self.regularization = regularization
    self.augmentation = augmentation
    self.clipNorm = clipNorm
    self.averageDecay = averageDecay
    self.classWeights = classWeights
    self.precision = precision
    self.seed = seed
    self.validationCount = validationCount
    self.patience = patience
    self.gradientNormThreshold = gradientNormThreshold
  }

  /// What is wrong with settings from outside, in words; nil for valid settings.
  ///
  /// - Parameters:
  ///   - sampleCount: the size of the training set, with the samples that the settings validate on.
  ///   - hasValidationSet: whether there is a validation set of its own.
  /// - Returns: the first fault as a clause; nil for valid settings.
  public func validationError(sampleCount: Int, hasValidationSet: Bool = false) -> String? {
    let validates = validationCount > 0 || hasValidationSet
    if !(learningRate >= 0 && learningRate.isFinite) {
      return "a learning rate of \(learningRate) is not a number from 0 up"
    }
    if let fault = optimizer.validationError(learningRate: learningRate) { return fault }
    if let fault = regularization.validationError() { return fault }
    if let fault = augmentation.validationError() { return fault }
    if let clipNorm, !(clipNorm > 0 && clipNorm.isFinite) {
      return "a clip norm of \(clipNorm) is not a finite number above 0"
    }
    if let averageDecay, !(averageDecay >= 0 && averageDecay < 1) {
      return "an average's decay of \(averageDecay) is not in 0 ..< 1"
    }
    if let fault = classWeights?.validationError() { return fault }
    if epochs < 1 { return "\(epochs) epochs are fewer than 1" }
    if epochs > Self.epochLimit { return "\(epochs) epochs are more than \(Self.epochLimit)" }
    if batchSize < 1 { return "a batch size of \(batchSize) is smaller than 1" }
    if validationCount < 0 || validationCount >= sampleCount {
      return "\(validationCount) samples to validate on leave none of \(sampleCount) to train on"
    }
    if let patience {
      if patience < 1 { return "a patience of \(patience) epochs is smaller than 1" }
      if !validates { return "early stopping needs samples to validate on" }
    }
    if let threshold = gradientNormThreshold, !(threshold > 0) {
      return "a gradient norm of \(threshold) is never reached"
    }
    return schedule.validationError(hasValidation: validates)
  }
}

extension TrainingSettings {
  /// What of the settings a network or its samples cannot take, in words; nil where they take all.
  ///
  /// - Parameters:
  ///   - architecture: the network to train.
  ///   - hasClasses: whether the targets are classes.
  /// - Returns: the fault as a clause.
  public func validationError(for architecture: Architecture, hasClasses: Bool) -> String? {
    if classWeights != nil && !hasClasses { return "class weights need classes" }
    return classWeights?.validationError(classCount: architecture.classCount)
      ?? regularization.validationError(for: architecture)
  }

  /// How far the average of the weights moves towards them in a step, from 1: the plain average of the first steps
  /// becomes the exponential one, so that the initial weights do not stay in it.
  func averageShare(step: Int) -> Float {
    averageDecay.map { Float(1 - min($0, Double(step) / Double(step + 9))) } ?? 0
  }
}

// MARK: - Settings of earlier versions

extension TrainingSettings {
  private enum CodingKeys: CodingKey {
    case epochs, batchSize, learningRate, schedule, optimizer, regularization, augmentation
    case clipNorm, averageDecay, classWeights, precision, seed, validationCount, patience
    case gradientNormThreshold
  }

  /// Before there were optimizers, SGD's numbers stood among the settings.
  private enum EarlierKeys: CodingKey { case momentum, isNesterov, weightDecay }

  /// Reads settings, also those of versions that knew SGD alone, no regularization but its, and no distortions.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try values.decode(Int.self, forKey: .epochs)
    batchSize = try values.decode(Int.self, forKey: .batchSize)
    learningRate = try values.decode(Double.self, forKey: .learningRate)
    schedule = try values.decode(LearningRateSchedule.self, forKey: .schedule)
    if values.contains(.optimizer) {
      optimizer = try values.decode(Optimizer.self, forKey: .optimizer)
    } else {
      let earlier = try decoder.container(keyedBy: EarlierKeys.self)
      optimizer = .sgd(
        momentum: try earlier.decode(Double.self, forKey: .momentum),
        isNesterov: try earlier.decode(Bool.self, forKey: .isNesterov),
        weightDecay: try earlier.decode(Double.self, forKey: .weightDecay))
    }
    regularization =
      try values.decodeIfPresent(Regularization.self, forKey: .regularization) ?? .none
    augmentation = try values.decodeIfPresent(Augmentation.self, forKey: .augmentation) ?? .none
    clipNorm = try values.decodeIfPresent(Double.self, forKey: .clipNorm)
    averageDecay = try values.decodeIfPresent(Double.self, forKey: .averageDecay)
    classWeights = try values.decodeIfPresent(ClassWeights.self, forKey: .classWeights)
    precision = try values.decode(Precision.self, forKey: .precision)
    seed = try values.decode(UInt64.self, forKey: .seed)
    validationCount = try values.decode(Int.self, forKey: .validationCount)
    patience = try values.decodeIfPresent(Int.self, forKey: .patience)
    gradientNormThreshold = try values.decodeIfPresent(Double.self, forKey: .gradientNormThreshold)
  }
}

extension LearningRateSchedule {
  fileprivate func validationError(hasValidation: Bool) -> String? {
    switch self {
    case .constant, .cosine, .oneCycle: return nil
    case .step(let epochs, let factor):
      if epochs < 1 { return "steps of \(epochs) epochs are shorter than 1" }
      return factorError(factor)
    case .exponential(let factor): return factorError(factor)
    case .inverseTime(let decay):
      return decay >= 0 && decay.isFinite ? nil : "a decay of \(decay) is not a number from 0 up"
    case .onPlateau(let factor, let patience):
      if patience < 1 { return "a patience of \(patience) epochs is smaller than 1" }
      if !hasValidation { return "the plateau schedule needs samples to validate on" }
      return factorError(factor)
    }
  }

  private func factorError(_ factor: Double) -> String? {
    factor > 0 && factor <= 1 ? nil : "a decay factor of \(factor) is not in (0, 1]"
  }
}

import Lockstep
import ArgumentParser
import Kernels
import Networks
import Training

/// How to train. Every option is optional, so that a resumed run can tell what was given.
struct OptimizerOptions: ParsableArguments {
  private static let defaults = TrainingSettings()

  @Option(help: "Number of epochs (default: \(defaults.epochs)).")
  var epochs: Int?

  @Option(help: "Mini-batch size (default: \(defaults.batchSize)).")
  var batchSize: Int?

  @Option(
    help: """
      Initial learning rate; one-cycle: highest (default: \(Optimizer.Usual.learningRate), with \
      adamw \(Optimizer.Usual.adaptiveLearningRate)).
      """)
  var learningRate: Double?

  @Option(help: "Learning-rate schedule (default: cosine).")
  var schedule: ScheduleName?

  @Option(
    help: """
      Decay factor of the schedule: step (default: 0.1), exponential (0.9), plateau (0.5); for \
      inverse-time the decay rate d of 1/(1 + d · epochs) (1).
      """)
  var decay: Double?

  @Option(
    help: "Epochs between two decays: step (default: 10); patience in epochs: plateau (3).")
  var decayEvery: Int?

  @Option(help: "Optimizer: sgd or adamw (default: sgd).")
  var optimizer: OptimizerName?

  @Option(help: "Momentum coefficient of sgd (default: \(Optimizer.Usual.momentum)).")
  var momentum: Double?

  @Flag(help: "Use Nesterov's momentum with sgd.")
  var nesterov = false

  @Option(
    help: """
      Weight decay coefficient, on weights and not on biases: an L² penalty with sgd (default: 8 \
      / training images, at most \(Optimizer.Usual.weightDecay)), decoupled with adamw (\(Optimizer.Usual.decoupledWeightDecay)).
      """)
  var weightDecay: Double?

  @Option(
    name: .customLong("beta1"),
    help: "Decay rate of adamw's first moment (default: \(Optimizer.Usual.beta1)).")
  var beta1: Double?

  @Option(
    name: .customLong("beta2"),
    help: "Decay rate of adamw's second moment (default: \(Optimizer.Usual.beta2)).")
  var beta2: Double?

  @Option(help: "Term of adamw's denominator (default: \(Optimizer.Usual.epsilon)).")
  var epsilon: Double?

  @Option(
    help: ArgumentHelp(
      """
      Gradient clipping: a gradient with a greater norm is scaled to this one (default: none).
      """,
      valueName: "norm"))
  var clipNorm: Double?

  @Option(
    help: ArgumentHelp(
      """
      Exponential moving average of the weights with this decay rate, such as 0.999, as the trained \
      network (default: none, the network of the last step).
      """,
      valueName: "decay"))
  var average: Double?

  @Option(
    help: ArgumentHelp(
      """
      Class weights of the training loss: balanced, or a number for each class, 1,1,5 (default: \
      none).
      """,
      valueName: "weights"))
  var classWeights: ClassWeights?

  @OptionGroup
  var regularization: RegularizationOptions

  @OptionGroup
  var augmentation: AugmentationOptions

  @Option(help: "Element type of matrix products (default: \(defaults.precision)).")
  var precision: Precision?

  @Option(help: "Random seed (default: \(defaults.seed)).")
  var seed: UInt64?

  @Option(
    help: """
      Size of the validation set, as a share (0.1) or a number (500) of the training images \
      (default: 0).
      """)
  var validation: Double?

  @Option(
    help: """
      Early stopping: number of epochs without a lower validation loss before training stops; the \
      best weights are kept.
      """)
  var patience: Int?

  @Option(help: "Stop when the norm of the gradient falls below this threshold.")
  var gradientNorm: Double?

  /// Whether any option but the number of epochs was given.
  var isEmptyButForEpochs: Bool {
    let given: [Any?] = [
      batchSize, learningRate, schedule, decay, decayEvery, optimizer, momentum, weightDecay, beta1,
      beta2, epsilon, clipNorm, average, classWeights, precision, seed, validation, patience,
      gradientNorm,
    ]
    return given.allSatisfy { $0 == nil } && !nesterov && regularization.isEmpty
      && augmentation.isEmpty
  }

  /// The settings for a network and a training set of `sampleCount` images.
  ///
  /// - Parameters:
  ///   - architecture: the network.
  ///   - sampleCount: the images to train on and to validate on.
  ///   - base: the settings where no option names others; nil takes the defaults.
  /// - Throws: `UsageProblem` for settings that make no sense.
  /// - Returns: valid settings.
  func settings(
    _ architecture: Architecture, sampleCount: Int, base: TrainingSettings? = nil
  ) throws -> TrainingSettings {
    var settings = base ?? Self.defaults
    settings.epochs = epochs ?? settings.epochs
    settings.batchSize = batchSize ?? settings.batchSize
    settings.validationCount =
      try validationCount(sampleCount: sampleCount) ?? settings.validationCount
    settings.optimizer = try chosenOptimizer(
      sampleCount: sampleCount - settings.validationCount, base: base?.optimizer)
    let keepsRate = base.map { OptimizerName($0.optimizer) == OptimizerName(settings.optimizer) }
    settings.learningRate =
      learningRate
      ?? (keepsRate == true ? settings.learningRate : settings.optimizer.usualLearningRate)
    settings.schedule = try learningRateSchedule(base: base?.schedule)
    settings.regularization = regularization.regularization(base: settings.regularization)
    settings.augmentation = augmentation.augmentation(base: settings.augmentation)
    settings.clipNorm = clipNorm ?? settings.clipNorm
    settings.averageDecay = average ?? settings.averageDecay
    settings.classWeights = classWeights ?? settings.classWeights
    settings.precision = precision ?? settings.precision
    try settings.precision.requireAvailable()
    settings.seed = seed ?? settings.seed
    settings.patience = patience ?? settings.patience
    settings.gradientNormThreshold = gradientNorm ?? settings.gradientNormThreshold
    let fault = settings.validationError(sampleCount: sampleCount)
    let misfit = settings.validationError(for: architecture, hasClasses: true)
    if let fault = fault ?? misfit { throw UsageProblem(fault) }
    return settings
  }

  private func chosenOptimizer(sampleCount: Int, base: Optimizer?) throws -> Optimizer {
    let name = optimizer ?? base.map { OptimizerName($0) } ?? .sgd
    let (ofSGD, ofAdamW): ([(String, Any?)], [(String, Any?)]) = (
      [("--momentum", momentum), ("--nesterov", nesterov ? true : nil)],
      [("--beta1", beta1), ("--beta2", beta2), ("--epsilon", epsilon)]
    )
    if let (option, _) = (name == .sgd ? ofAdamW : ofSGD).first(where: { $0.1 != nil }) {
      throw UsageProblem("\(option) means nothing to the optimizer \(name.rawValue)")
    }
    let usual = name.usual(sampleCount: sampleCount)
    switch base.flatMap({ OptimizerName($0) == name ? $0 : nil }) ?? usual {
    case .sgd(let usualMomentum, let isNesterov, let usualDecay):
      return .sgd(
        momentum: momentum ?? usualMomentum, isNesterov: nesterov || isNesterov,
        weightDecay: weightDecay ?? usualDecay)
    case .adamW(let usualBeta1, let usualBeta2, let usualEpsilon, let usualDecay):
      return .adamW(
        beta1: beta1 ?? usualBeta1, beta2: beta2 ?? usualBeta2, epsilon: epsilon ?? usualEpsilon,
        weightDecay: weightDecay ?? usualDecay)
    }
  }

  private func validationCount(sampleCount: Int) throws -> Int? {
    guard let share = validation else { return nil }
    guard share >= 0, share < 1e9 else {
      throw UsageProblem("--validation \(share) is neither a share nor a number of images")
    }
    if share < 1 { return Int((share * Double(sampleCount)).rounded()) }
    guard share == share.rounded() else {
      throw UsageProblem("--validation \(share) is neither a share below 1 nor a whole number")
    }
    return Int(share)
  }

  private func learningRateSchedule(base: LearningRateSchedule?) throws -> LearningRateSchedule {
    let name = schedule ?? base.map { ScheduleName($0) } ?? .cosine
    if decay != nil && !name.usesDecay {
      throw UsageProblem("--decay means nothing to the schedule \(name.rawValue)")
    }
    if decayEvery != nil && !name.usesDecayEvery {
      throw UsageProblem("--decay-every means nothing to the schedule \(name.rawValue)")
    }
    switch base.flatMap({ ScheduleName($0) == name ? $0 : nil }) ?? name.usual {
    case .constant: return .constant
    case .cosine: return .cosine
    case .oneCycle: return .oneCycle
    case .step(let epochs, let factor):
      return .step(epochs: decayEvery ?? epochs, factor: decay ?? factor)
    case .exponential(let factor): return .exponential(factor: decay ?? factor)
    case .inverseTime(let usual): return .inverseTime(decay: decay ?? usual)
    case .onPlateau(let factor, let patience):
      return .onPlateau(factor: decay ?? factor, patience: decayEvery ?? patience)
    }
  }
}

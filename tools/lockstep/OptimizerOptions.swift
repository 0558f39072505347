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

  @OptionGroup
  var regularization: RegularizationOptions

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
      beta2, epsilon, precision, seed, validation, patience, gradientNorm,
    ]
    return given.allSatisfy { $0 == nil } && !nesterov && regularization.isEmpty
  }

  /// The settings for a network and a training set of `sampleCount` images.
  func settings(_ architecture: Architecture, sampleCount: Int) throws -> TrainingSettings {
    var settings = Self.defaults
    settings.epochs = epochs ?? settings.epochs
    settings.batchSize = batchSize ?? settings.batchSize
    settings.validationCount = try validationCount(sampleCount: sampleCount)
    settings.optimizer = try chosenOptimizer(
      sampleCount: sampleCount - settings.validationCount)
    settings.learningRate = learningRate ?? settings.optimizer.usualLearningRate
    settings.schedule = try learningRateSchedule()
    settings.regularization = regularization.regularization
    settings.precision = precision ?? settings.precision
    try settings.precision.requireAvailable()
    settings.seed = seed ?? settings.seed
    settings.patience = patience
    settings.gradientNormThreshold = gradientNorm
    let fault = settings.validationError(sampleCount: sampleCount)
    let misfit = settings.regularization.validationError(for: architecture)
    if let fault = fault ?? misfit { throw UsageProblem(fault) }
    return settings
  }

  private func chosenOptimizer(sampleCount: Int) throws -> Optimizer {
    let name = optimizer ?? .sgd
    let (ofSGD, ofAdamW): ([(String, Any?)], [(String, Any?)]) = (
      [("--momentum", momentum), ("--nesterov", nesterov ? true : nil)],
      [("--beta1", beta1), ("--beta2", beta2), ("--epsilon", epsilon)]
    )
    if let (option, _) = (name == .sgd ? ofAdamW : ofSGD).first(where: { $0.1 != nil }) {
      throw UsageProblem("\(option) means nothing to the optimizer \(name.rawValue)")
    }
    switch name {
    case .sgd:
      return .sgd(
        momentum: momentum ?? Optimizer.Usual.momentum, isNesterov: nesterov,
        weightDecay: weightDecay ?? Optimizer.Usual.weightDecay(sampleCount: sampleCount))
    case .adamw:
      return .adamW(
        beta1: beta1 ?? Optimizer.Usual.beta1, beta2: beta2 ?? Optimizer.Usual.beta2,
        epsilon: epsilon ?? Optimizer.Usual.epsilon,
        weightDecay: weightDecay ?? Optimizer.Usual.decoupledWeightDecay)
    }
  }

  private func validationCount(sampleCount: Int) throws -> Int {
    let share = validation ?? 0
    guard share >= 0, share < 1e9 else {
      throw UsageProblem("--validation \(share) is neither a share nor a number of images")
    }
    if share < 1 { return Int((share * Double(sampleCount)).rounded()) }
    guard share == share.rounded() else {
      throw UsageProblem("--validation \(share) is neither a share below 1 nor a whole number")
    }
    return Int(share)
  }

  private func learningRateSchedule() throws -> LearningRateSchedule {
    let name = schedule ?? .cosine
    if decay != nil && !name.usesDecay {
      throw UsageProblem("--decay means nothing to the schedule \(name.rawValue)")
    }
    if decayEvery != nil && !name.usesDecayEvery {
      throw UsageProblem("--decay-every means nothing to the schedule \(name.rawValue)")
    }
    switch name {
    case .constant: return .constant
    case .cosine: return .cosine
    case .oneCycle: return .oneCycle
    case .step: return .step(epochs: decayEvery ?? 10, factor: decay ?? 0.1)
    case .exponential: return .exponential(factor: decay ?? 0.9)
    case .inverseTime: return .inverseTime(decay: decay ?? 1)
    case .plateau: return .onPlateau(factor: decay ?? 0.5, patience: decayEvery ?? 3)
    }
  }
}

/// The names of the optimizers on the command line.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case sgd, adamw
}

/// The names of the schedules on the command line.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
  case constant, step, exponential
  case inverseTime = "inverse-time"
  case cosine
  case oneCycle = "one-cycle"
  case plateau

  fileprivate var usesDecay: Bool {
    [.step, .exponential, .inverseTime, .plateau].contains(self)
  }

  fileprivate var usesDecayEvery: Bool { [.step, .plateau].contains(self) }
}

extension Precision: ExpressibleByArgument {
  /// Reads a name; the field calls the precision of floats `float32`, too.
  public init?(argument: String) {
    self.init(rawValue: argument == "float32" ? "float" : argument)
  }

  /// - Throws: where this binary, or the processor it was built for, cannot.
  func requireAvailable() throws(UsageProblem) {
    guard !isAvailable else { return }
    throw UsageProblem(
      "bf16 needs a processor with AVX-512 BF16 and a binary built for it; this one was built for "
        + instructionSetNames(compiledInstructionSets()))
  }
}

import Foundation
import Networks
import Testing
import Training

@Suite struct TrainingSettingsTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let words: String
    let settings: TrainingSettings

    var testDescription: String { words }

    init(_ words: String, _ change: (inout TrainingSettings) -> Void) {
      self.words = words
      settings = TrainingSettings().with(change)
    }
  }

  static let faults = [
    Fault("0 epochs") { $0.epochs = 0 },
    Fault("-1 epochs") { $0.epochs = -1 },
    Fault("9223372036854775807 epochs") { $0.epochs = .max },
    Fault("batch size of 0") { $0.batchSize = 0 },
    Fault("batch size of -32") { $0.batchSize = -32 },
    Fault("learning rate of -0.1") { $0.learningRate = -0.1 },
    Fault("learning rate of nan") { $0.learningRate = .nan },
    Fault("learning rate of inf") { $0.learningRate = .infinity },
    Fault("momentum of -0.5") { $0.optimizer = .sgd(momentum: -0.5) },
    Fault("momentum of 1.0") { $0.optimizer = .sgd(momentum: 1) },
    Fault("momentum of nan") { $0.optimizer = .sgd(momentum: .nan) },
    Fault("Nesterov") { $0.optimizer = .sgd(isNesterov: true) },
    Fault("weight decay of -1.0") { $0.optimizer = .sgd(weightDecay: -1) },
    Fault("weight decay of inf") { $0.optimizer = .sgd(weightDecay: .infinity) },
    Fault("weight decay of -1.0") { $0.optimizer = .adamW(weightDecay: -1) },
    Fault("beta1 of 1.0") { $0.optimizer = .adamW(beta1: 1) },
    Fault("beta2 of -0.1") { $0.optimizer = .adamW(beta2: -0.1) },
    Fault("beta2 of nan") { $0.optimizer = .adamW(beta2: .nan) },
    Fault("epsilon of 0.0") { $0.optimizer = .adamW(epsilon: 0) },
    Fault("epsilon of 1e-60") { $0.optimizer = .adamW(epsilon: 1e-60) },
    Fault("epsilon of inf") { $0.optimizer = .adamW(epsilon: .infinity) },
    Fault("more than 1") { ($0.optimizer, $0.learningRate) = (.adamW(weightDecay: 11), 0.1) },
    Fault("100 samples to validate on") { $0.validationCount = 100 },
    Fault("-1 samples to validate on") { $0.validationCount = -1 },
    Fault("patience of 0") { ($0.validationCount, $0.patience) = (10, 0) },
    Fault("early stopping") { $0.patience = 3 },
    Fault("a dropout of 1.0") { $0.regularization.dropout = 1 },
    Fault("a dropout of -0.5") { $0.regularization.dropout = -0.5 },
    Fault("a dropout of nan") { $0.regularization.dropout = .nan },
    Fault("input dropout of 1.5") { $0.regularization.inputDropout = 1.5 },
    Fault("label smoothing of 1.0") { $0.regularization.labelSmoothing = 1 },
    Fault("label smoothing of -0.1") { $0.regularization.labelSmoothing = -0.1 },
    Fault("max-norm of 0.0") { $0.regularization.maxNorm = 0 },
    Fault("max-norm of -2.0") { $0.regularization.maxNorm = -2 },
    Fault("max-norm of nan") { $0.regularization.maxNorm = .nan },
    Fault("max-norm of 1e-60") { $0.regularization.maxNorm = 1e-60 },
    Fault("max-norm of inf") { $0.regularization.maxNorm = .infinity },
    Fault("a rotation of -1.0 is not in 0.0 … 180.0") { $0.augmentation.rotation = -1 },
    Fault("a rotation of 181.0") { $0.augmentation.rotation = 181 },
    Fault("a scale of 1.0 is not in 0 ..< 1") { $0.augmentation.scale = 1 },
    Fault("a scale of nan") { $0.augmentation.scale = .nan },
    Fault("a shear of 60.5") { $0.augmentation.shear = 60.5 },
    Fault("a shift of -0.5") { $0.augmentation.shift = -0.5 },
    Fault("an elastic alpha of inf") { $0.augmentation.elasticAlpha = .infinity },
    Fault("an elastic sigma of 0.0") { $0.augmentation.elasticSigma = 0 },
    Fault("norm of 0.0") { $0.gradientNormThreshold = 0 },
    Fault("norm of -1.0") { $0.gradientNormThreshold = -1 },
    Fault("norm of nan") { $0.gradientNormThreshold = .nan },
    Fault("steps of 0 epochs") { $0.schedule = .step(epochs: 0, factor: 0.1) },
    Fault("factor of 0.0") { $0.schedule = .step(epochs: 1, factor: 0) },
    Fault("factor of 1.5") { $0.schedule = .exponential(factor: 1.5) },
    Fault("factor of nan") { $0.schedule = .exponential(factor: .nan) },
    Fault("decay of -1.0") { $0.schedule = .inverseTime(decay: -1) },
    Fault("decay of inf") { $0.schedule = .inverseTime(decay: .infinity) },
    Fault("plateau") { $0.schedule = .onPlateau(factor: 0.5, patience: 2) },
    Fault("patience of 0") {
      $0.schedule = .onPlateau(factor: 0.5, patience: 0)
      $0.validationCount = 10
    },
    Fault("factor of -0.5") {
      $0.schedule = .onPlateau(factor: -0.5, patience: 1)
      $0.validationCount = 10
    },
  ]

  @Test(arguments: faults)
  func `a setting that makes no sense is named`(fault: Fault) throws {
    let words = try #require(fault.settings.validationError(sampleCount: 100))
    #expect(words.contains(fault.words))
  }

  @Test func `sound settings have no fault`() {
    let changes: [(inout TrainingSettings) -> Void] = [
      { _ in }, { $0.epochs = 1 }, { $0.batchSize = .max }, { $0.batchSize = 1 },
      { $0.learningRate = 0 }, { $0.optimizer = .plainSGD },
      { $0.optimizer = .sgd(momentum: 0.5, isNesterov: true) }, { $0.optimizer = .adamW() },
      { $0.optimizer = .adamW(beta1: 0, beta2: 0, epsilon: 1e30, weightDecay: 0) },
      { $0.validationCount = 99 },
      { ($0.validationCount, $0.patience) = (1, 1) }, { $0.gradientNormThreshold = 1e-9 },
      { $0.schedule = .step(epochs: 1, factor: 1) }, { $0.schedule = .inverseTime(decay: 0) },
      { ($0.schedule, $0.validationCount) = (.onPlateau(factor: 0.5, patience: 1), 1) },
    ]
    for change in changes {
      #expect(TrainingSettings().with(change).validationError(sampleCount: 100) == nil)
    }
  }

  @Test func `settings keep every bit on their way through JSON`() throws {
    let schedules: [LearningRateSchedule] = [
      .constant, .step(epochs: 3, factor: 0.1), .exponential(factor: 1.0.nextDown),
      .inverseTime(decay: .leastNonzeroMagnitude), .cosine, .oneCycle,
      .onPlateau(factor: 0.3, patience: 4),
    ]
    let optimizers: [Optimizer] = [
      .sgd(momentum: 1 - 0x1p-53, isNesterov: true, weightDecay: 1e-300), .plainSGD,
      .adamW(beta1: 0.9.nextUp, beta2: 1 - 0x1p-53, epsilon: 1e-30, weightDecay: 0.1.nextDown),
    ]
    for schedule in schedules {
      for optimizer in optimizers {
        let settings = TrainingSettings(
          epochs: 7, batchSize: 3, learningRate: 0.1.nextUp, schedule: schedule,
          optimizer: optimizer,
          regularization: Regularization(
            dropout: 0.5.nextUp, inputDropout: 0.2.nextDown, maxNorm: 1 / 3, labelSmoothing: 0.1),
          augmentation: Augmentation(
            rotation: 15.0.nextUp, scale: 0.1.nextDown, shear: 1 / 3, shift: 1e-300,
            elasticAlpha: 34.5, elasticSigma: 4.0.nextUp),
          seed: .max, validationCount: 5, patience: 2,
          gradientNormThreshold: 1 / 3)
        let data = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(TrainingSettings.self, from: data) == settings)
      }
    }
  }

  @Test func `settings of before there were optimizers are read as SGD`() throws {
    let text = """
      {"batchSize":8,"epochs":9,"isNesterov":true,"learningRate":0.25,"momentum":0.75,
       "precision":"float","schedule":{"cosine":{}},"seed":3,"validationCount":0,"weightDecay":0.5}
      """
    let settings = try JSONDecoder().decode(TrainingSettings.self, from: Data(text.utf8))
    let expected = TrainingSettings(
      epochs: 9, batchSize: 8, learningRate: 0.25,
      optimizer: .sgd(momentum: 0.75, isNesterov: true, weightDecay: 0.5), seed: 3)
    #expect(settings == expected)
  }

  @Test func `a network has to have what is regularized`() {
    let linear = Architecture(inputs: 3, hidden: [], outputs: 2)
    let deep = Architecture(inputs: 3, hidden: [4], outputs: 2)
    let dropout = Regularization(dropout: 0.5)
    #expect(dropout.validationError(for: linear)?.contains("hidden layer") == true)
    #expect(dropout.validationError(for: deep) == nil)
    #expect(Regularization(inputDropout: 0.5, maxNorm: 1).validationError(for: linear) == nil)
    let smoothing = Regularization(labelSmoothing: 0.1)
    let regression = Architecture(inputs: 3, hidden: [4], outputs: 2, loss: .squaredError)
    #expect(smoothing.validationError(for: regression)?.contains("softmax") == true)
    #expect(smoothing.validationError(for: deep) == nil)
  }

  @Test func `a learning rate that is not given is the optimizer's usual one`() {
    #expect(TrainingSettings().learningRate == 0.1)
    #expect(TrainingSettings(optimizer: .adamW()).learningRate == 0.001)
  }

  static let changes: [@Sendable (inout TrainingSettings) -> Void] = [
    { $0.learningRate /= 2 }, { $0.optimizer = .sgd(momentum: 0.45, weightDecay: 0.002) },
    { $0.optimizer = .sgd(momentum: 0.9, weightDecay: 0.001) },
    { $0.optimizer = .sgd(momentum: 0.9, isNesterov: true, weightDecay: 0.002) },
    { $0.optimizer = .adamW() },
  ]

  @Test(arguments: changes.indices)
  func `each factor of a step changes the weights`(index: Int) {
    expectOtherWeights(TrainingSettings(epochs: 2, batchSize: 2), with: Self.changes[index])
  }

  static let adamWChanges: [@Sendable (inout TrainingSettings) -> Void] = [
    { $0.learningRate /= 2 }, { $0.optimizer = .adamW(beta1: 0.8) },
    { $0.optimizer = .adamW(beta2: 0.99) }, { $0.optimizer = .adamW(epsilon: 1e-3) },
    { $0.optimizer = .adamW(weightDecay: 0.1) },
  ]

  @Test(arguments: adamWChanges.indices)
  func `each factor of AdamW's step changes the weights`(index: Int) {
    let settings = TrainingSettings(
      epochs: 2, batchSize: 2, learningRate: 0.01, optimizer: .adamW())
    expectOtherWeights(settings, with: Self.adamWChanges[index])
  }

  private func expectOtherWeights(
    _ settings: TrainingSettings, with change: (inout TrainingSettings) -> Void
  ) {
    #expect(
      train(.xor, on: .xor, settings, workers: 1).fingerprint
        != train(.xor, on: .xor, settings.with(change), workers: 1).fingerprint)
  }
}

import Foundation
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
    Fault("momentum of -0.5") { $0.momentum = -0.5 },
    Fault("momentum of 1.0") { $0.momentum = 1 },
    Fault("momentum of nan") { $0.momentum = .nan },
    Fault("Nesterov") { ($0.isNesterov, $0.momentum) = (true, 0) },
    Fault("weight decay of -1.0") { $0.weightDecay = -1 },
    Fault("weight decay of inf") { $0.weightDecay = .infinity },
    Fault("100 samples to validate on") { $0.validationCount = 100 },
    Fault("-1 samples to validate on") { $0.validationCount = -1 },
    Fault("patience of 0") { ($0.validationCount, $0.patience) = (10, 0) },
    Fault("early stopping") { $0.patience = 3 },
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
    let words = try #require(fault.settings.fault(sampleCount: 100))
    #expect(words.contains(fault.words))
  }

  @Test func `sound settings have no fault`() {
    let changes: [(inout TrainingSettings) -> Void] = [
      { _ in }, { $0.epochs = 1 }, { $0.batchSize = .max }, { $0.batchSize = 1 },
      { $0.learningRate = 0 }, { ($0.momentum, $0.weightDecay) = (0, 0) },
      { $0.isNesterov = true }, { $0.validationCount = 99 },
      { ($0.validationCount, $0.patience) = (1, 1) }, { $0.gradientNormThreshold = 1e-9 },
      { $0.schedule = .step(epochs: 1, factor: 1) }, { $0.schedule = .inverseTime(decay: 0) },
      { ($0.schedule, $0.validationCount) = (.onPlateau(factor: 0.5, patience: 1), 1) },
    ]
    for change in changes {
      #expect(TrainingSettings().with(change).fault(sampleCount: 100) == nil)
    }
  }

  @Test func `settings keep every bit on their way through JSON`() throws {
    let schedules: [LearningRateSchedule] = [
      .constant, .step(epochs: 3, factor: 0.1), .exponential(factor: 1.0.nextDown),
      .inverseTime(decay: .leastNonzeroMagnitude), .cosine, .oneCycle,
      .onPlateau(factor: 0.3, patience: 4),
    ]
    for schedule in schedules {
      let settings = TrainingSettings(
        epochs: 7, batchSize: 3, learningRate: 0.1.nextUp, schedule: schedule,
        momentum: 1 - 0x1p-53, isNesterov: true, weightDecay: 1e-300, seed: .max,
        validationCount: 5, patience: 2, gradientNormThreshold: 1 / 3)
      let data = try JSONEncoder().encode(settings)
      #expect(try JSONDecoder().decode(TrainingSettings.self, from: data) == settings)
    }
  }

  @Test(
    arguments: [
      \TrainingSettings.learningRate, \TrainingSettings.momentum, \TrainingSettings.weightDecay,
    ] as [WritableKeyPath<TrainingSettings, Double> & Sendable])
  func `each factor of a step changes the weights`(
    factor: WritableKeyPath<TrainingSettings, Double> & Sendable
  ) {
    let settings = TrainingSettings(epochs: 2, batchSize: 2)
    let changed = settings.with { $0[keyPath: factor] /= 2 }
    #expect(
      train(.xor, on: .xor, settings, workers: 1).fingerprint
        != train(.xor, on: .xor, changed, workers: 1).fingerprint)
  }
}

import Networks
import Testing
import TestSupport
import Training

/// Samples that are set aside to validate on.
@Suite struct ValidationTests {
  /// Row i of the inputs' unit matrix moves only row i of the weights, so the rows that training
  /// has not moved show which samples it never saw.
  @Test(arguments: [(1, 20), (7, 20), (19, 20), (0, 20)], [UInt64(1), 2, 99])
  func `samples set aside are never trained on, and all others are`(
    counts: (validation: Int, all: Int), seed: UInt64
  ) {
    let settings = TrainingSettings.plain(epochs: 3, batchSize: 4, seed: seed)
      .with { $0.validationCount = counts.validation }
    let architecture = Architecture(inputs: counts.all, hidden: [], outputs: 2)
    let trainer = Trainer(
      architecture, training: .unitRows(counts.all), settings: settings, workers: 2)
    let before = Parameters(architecture, seed: seed).firstLayerWeights
    let reports = trainer.finish().reports
    let after = trainer.parameters.firstLayerWeights
    let unmoved = (0..<counts.all).filter { before[$0] == after[$0] }.map { Int32($0) }
    #expect(
      unmoved
        == validationSamples(
          count: counts.all, validationCount: counts.validation, seed: seed))
    #expect(reports.allSatisfy { $0.training.count == counts.all - counts.validation })
    #expect(reports.allSatisfy { $0.validation?.count ?? 0 == counts.validation })
  }

  @Test func `the validation's report is that of the samples set aside, and the test set waits`()
    throws
  {
    let digits = try embeddedDigits()
    let samples = SampleSet(digits.train, prefix: 400)
    let settings = TrainingSettings.plain(epochs: 3, batchSize: 32)
      .with { $0.validationCount = 90 }
    let trainer = Trainer(
      .digits, training: samples, test: SampleSet(digits.test), settings: settings, workers: 2)
    let selection = validationSamples(count: 400, validationCount: 90, seed: 1)
    while let report = try trainer.nextReport() {
      let answers = trainer.parameters.evaluate(on: samples, selection: selection, workers: 1)
      #expect(report.validation == answers.evaluation)
      #expect(report.heldOut == report.validation)
      #expect(report.test == nil)
    }
  }

  @Test func `a validation set of its own is reported, and all other samples are trained on`()
    throws
  {
    let digits = try embeddedDigits()
    let training = SampleSet(digits.train, prefix: 200)
    let validation = SampleSet(digits.test)
    let settings = TrainingSettings.plain(epochs: 2, batchSize: 32)
    let trainer = Trainer(
      .digits, training: training, validation: validation, test: training, settings: settings,
      workers: 2)
    while let report = try trainer.nextReport() {
      #expect(report.training.count == 200)
      #expect(report.test == nil)
      #expect(
        report.validation == trainer.parameters.evaluate(on: validation, workers: 1).evaluation)
    }
    // The set is only looked at.
    let alone = Trainer(.digits, training: training, settings: settings, workers: 1).finish()
    #expect(alone.fingerprint == trainer.parameters.fingerprint)
  }

  @Test func `training stops early by a validation set of its own, and resumes with it`() throws {
    let settings = Self.settings.with {
      $0.validationCount = 0
      $0.patience = 2
    }
    let other = SampleSet.noise(30, inputs: 10, classes: 2, seed: 5)
    func trainer() -> Trainer {
      Trainer(
        Self.learner, training: Self.noise, validation: other, settings: settings, workers: 2)
    }
    #expect(settings.validationError(sampleCount: 60) != nil)
    let whole = trainer()
    try whole.run()
    #expect(whole.stopReason == .earlyStopping)
    let folder = try TemporaryFolder()
    let first = trainer()
    while first.reports.isEmpty { _ = try first.next() }
    try first.writeCheckpoint(to: folder("checkpoint"))
    let resumed = Trainer(
      resuming: try Checkpoint(contentsOf: folder("checkpoint")), training: Self.noise,
      validation: other, workers: 1)
    try resumed.run()
    #expect(resumed.reports == whole.reports)
    #expect(resumed.parameters.fingerprint == whole.parameters.fingerprint)
  }

  // MARK: - Early stopping

  /// Classes drawn by lot: what is learnt by heart is wrong on the samples set aside, and the
  /// validation loss rises.
  static let noise = SampleSet.noise(60, inputs: 10, classes: 2)
  static let learner = Architecture(inputs: 10, hidden: [32], outputs: 2)
  static let settings = TrainingSettings(
    epochs: 200, batchSize: 8, learningRate: 0.1, schedule: .constant,
    optimizer: .sgd(momentum: 0.9), validationCount: 20)

  @Test(arguments: [1, 3, 5])
  func `training stops when the validation loss has not improved, with the best weights`(
    patience: Int
  ) throws {
    let settings = Self.settings.with { $0.patience = patience }
    let trainer = Trainer(
      Self.learner, training: Self.noise, settings: settings, workers: 2)
    let outcome = trainer.finish()
    #expect(outcome.stopReason == .earlyStopping)
    let validations = outcome.reports.compactMap(\.validation)
    let losses = validations.map(\.loss)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(outcome.reports.count == best + 1 + patience)
    #expect(losses.suffix(patience).allSatisfy { $0 > losses[best] })

    let selection = validationSamples(count: 60, validationCount: 20, seed: settings.seed)
    let answers = trainer.parameters.evaluate(on: Self.noise, selection: selection, workers: 2)
    #expect(answers.evaluation == validations[best])

    // The best weights are those of a training that was never meant to go on.
    let short = settings.with { ($0.epochs, $0.patience) = (best + 1, nil) }
    let kept = train(Self.learner, on: Self.noise, short, workers: 2)
    #expect(kept.fingerprint == outcome.fingerprint)
    #expect(try trainer.next() == nil)
  }

  @Test func `at the end of all epochs a patient training takes the best weights too`() throws {
    let settings = Self.settings.with { ($0.epochs, $0.patience) = (30, 1000) }
    let trainer = Trainer(Self.learner, training: Self.noise, settings: settings, workers: 2)
    let outcome = trainer.finish()
    #expect(outcome.stopReason == .epochs)
    let validations = outcome.reports.compactMap(\.validation)
    let selection = validationSamples(count: 60, validationCount: 20, seed: settings.seed)
    let answers = trainer.parameters.evaluate(on: Self.noise, selection: selection, workers: 2)
    #expect(answers.evaluation.loss == validations.map(\.loss).min())
    #expect(answers.evaluation.loss < validations[29].loss)
  }

  @Test func `without patience the last weights are kept`() {
    let settings = Self.settings.with { $0.epochs = 30 }
    let trainer = Trainer(Self.learner, training: Self.noise, settings: settings, workers: 2)
    let last = trainer.finish().reports.last?.validation
    let selection = validationSamples(count: 60, validationCount: 20, seed: settings.seed)
    let answers = trainer.parameters.evaluate(on: Self.noise, selection: selection, workers: 2)
    #expect(answers.evaluation == last)
  }

  // MARK: - The plateau schedule

  @Test(arguments: [1, 2, 3])
  func `the rate falls when the validation loss has not improved for so many epochs`(
    patience: Int
  ) {
    let settings = Self.settings.with {
      ($0.epochs, $0.schedule) = (40, .onPlateau(factor: 0.5, patience: patience))
    }
    let reports = train(Self.learner, on: Self.noise, settings, workers: 2).reports
    #expect(reports.count == 40)
    var rate = 0.1
    var best = Double.infinity
    var waited = 0
    for report in reports {
      #expect(report.learningRate == rate)
      let loss = report.validation?.loss ?? .nan
      waited = loss < best ? 0 : waited + 1
      best = min(best, loss)
      if waited == patience { (rate, waited) = (rate / 2, 0) }
    }
    #expect(rate < 0.1 / 4)
  }
}

import Files
import Foundation
import Networks
import Testing
import TestSupport
import Training

/// A training may be put aside after any event and goes on as if it never had been.
@Suite struct CheckpointTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let settings: TrainingSettings

    init(_ name: String, _ change: (inout TrainingSettings) -> Void = { _ in }) {
      testDescription = name
      settings = TrainingSettings(epochs: 4, batchSize: 14, learningRate: 0.1, seed: .max)
        .with(change)
    }
  }

  static let cases = [
    Case("momentum"),
    Case("no momentum") { $0.optimizer = .sgd(weightDecay: 0.002) },
    Case("Nesterov and one cycle") {
      $0.optimizer = .sgd(momentum: 0.9, isNesterov: true, weightDecay: 0.002)
      $0.schedule = .oneCycle
    },
    Case("validation") { $0.validationCount = 11 },
    Case("early stopping") { ($0.validationCount, $0.patience) = (11, 2) },
    Case("the best weights at the end") { ($0.validationCount, $0.patience) = (11, 99) },
    Case("plateau") {
      $0.validationCount = 11
      $0.schedule = .onPlateau(factor: 0.3, patience: 1)
    },
    Case("the gradient's norm") { $0.gradientNormThreshold = 1e-9 },
    Case("a batch larger than the set") { $0.batchSize = 1000 },
    Case("dropout") { $0.regularization = Regularization(dropout: 0.5, inputDropout: 0.2) },
    Case("max-norm and label smoothing") {
      $0.regularization = Regularization(maxNorm: 0.9, labelSmoothing: 0.1)
    },
    Case("clipping, averaging and class weights") {
      ($0.clipNorm, $0.averageDecay, $0.classWeights) = (0.1, 0.9, .given([1, 2, 0.5]))
    },
    Case("the average of the best epoch") {
      ($0.averageDecay, $0.validationCount, $0.patience) = (0.9, 11, 2)
    },
    Case("AdamW") { ($0.optimizer, $0.learningRate) = (.adamW(), 0.01) },
  ]

  static let samples = SampleSet.noise(60, inputs: 10, classes: 3)
  static let test = SampleSet.noise(20, inputs: 10, classes: 3, seed: 2)
  static let architecture = Architecture(
    inputs: 10, hidden: [17, 9], activation: .softplus, outputs: 3)

  @Test(arguments: cases)
  func `going on after any event gives the bits of a training without a break`(
    testCase: Case
  ) throws {
    let trainer = Trainer(
      Self.architecture, training: Self.samples, test: Self.test, settings: testCase.settings,
      workers: 2)
    let folder = try TemporaryFolder()
    var files = [folder("0")]
    try trainer.writeCheckpoint(to: files[0])
    while try trainer.next() != nil {
      files.append(folder("\(files.count)"))
      try trainer.writeCheckpoint(to: files[files.count - 1])
    }
    let whole = trainer.finish()
    #expect(files.count >= 1 + 2 * whole.reports.count)

    for (index, file) in files.enumerated() {
      let checkpoint = try Checkpoint(contentsOf: file)
      #expect(checkpoint.settings == testCase.settings)
      #expect(checkpoint.architecture == Self.architecture)
      #expect(checkpoint.reports[...] == whole.reports.prefix(checkpoint.reports.count))
      #expect(checkpoint.stopReason == (index == files.count - 1 ? whole.stopReason : nil))
      for workers in [1, 3] {
        let resumed = Trainer(
          resuming: checkpoint, training: Self.samples, test: Self.test, workers: workers)
        #expect(resumed.parameters.fingerprint == checkpoint.parameters.fingerprint)
        #expect(resumed.finish() == whole, "after event \(index), \(workers) workers")
      }
    }
  }

  @Test func `a checkpoint amid a long epoch of digits goes on to the same bits`() throws {
    let digits = try embeddedDigits()
    let architecture = Architecture(inputs: 784, hidden: [512, 512], outputs: 10)
    let samples = SampleSet(digits.train, prefix: 3000)
    let settings = TrainingSettings(epochs: 1, batchSize: 400, learningRate: 0.02)
    let folder = try TemporaryFolder()
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 2)
    _ = try trainer.next()
    #expect((1..<3000).contains(trainer.samplesSeenInEpoch))
    try trainer.writeCheckpoint(to: folder("amid"))
    let checkpoint = try Checkpoint(contentsOf: folder("amid"))
    let resumed = Trainer(resuming: checkpoint, training: samples, workers: 1)
    #expect(resumed.samplesSeenInEpoch == trainer.samplesSeenInEpoch)
    #expect(resumed.finish() == trainer.finish())
  }

  @Test func `a resumed training is put aside and resumed again`() throws {
    let settings = Self.cases[4].settings
    let folder = try TemporaryFolder()
    var trainer = Trainer(Self.architecture, training: Self.samples, settings: settings, workers: 1)
    while try trainer.next() != nil {
      try trainer.writeCheckpoint(to: folder("c"))
      trainer = Trainer(
        resuming: try Checkpoint(contentsOf: folder("c")), training: Self.samples, workers: 2)
    }
    #expect(
      trainer.finish() == train(Self.architecture, on: Self.samples, settings, workers: 1))
  }

  // MARK: - Another number of epochs

  private func checkpoint(after epochs: Int, of settings: TrainingSettings) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    let trainer = Trainer(Self.architecture, training: Self.samples, settings: settings, workers: 2)
    for _ in 0..<epochs { _ = try trainer.nextReport() }
    try trainer.writeCheckpoint(to: folder("c"))
    return try Checkpoint(contentsOf: folder("c"))
  }

  @Test func `a finished training goes on for more epochs`() throws {
    let settings = Self.cases[0].settings.with { $0.schedule = .step(epochs: 3, factor: 0.5) }
    let checkpoint = try checkpoint(after: 4, of: settings)
    #expect(checkpoint.stopReason == .epochs)
    let resumed = Trainer(resuming: checkpoint, epochs: 7, training: Self.samples, workers: 2)
    #expect(resumed.settings.epochs == 7)
    let longer = settings.with { $0.epochs = 7 }
    #expect(
      resumed.finish() == train(Self.architecture, on: Self.samples, longer, workers: 1))
  }

  /// The network of the end is not the weights that the steps went on from.
  @Test(arguments: [cases[5].settings, cases[0].settings.with { $0.averageDecay = 0.9 }])
  func `a finished training goes on from its last weights, not from the ones that it gave`(
    settings: TrainingSettings
  ) throws {
    let settings = settings.with { $0.schedule = .constant }
    let checkpoint = try checkpoint(after: 4, of: settings)
    #expect(checkpoint.stopReason == .epochs)
    let resumed = Trainer(resuming: checkpoint, epochs: 9, training: Self.samples, workers: 2)
    let longer = settings.with { $0.epochs = 9 }
    #expect(
      resumed.finish() == train(Self.architecture, on: Self.samples, longer, workers: 1))
  }

  @Test func `a finished training stays finished`() throws {
    let checkpoint = try checkpoint(after: 4, of: Self.cases[0].settings)
    for epochs in [nil, 4, 3, 1] {
      let resumed = Trainer(
        resuming: checkpoint, epochs: epochs, training: Self.samples, workers: 2)
      #expect(try resumed.next() == nil)
      #expect(resumed.stopReason == .epochs)
      #expect(resumed.parameters.fingerprint == checkpoint.parameters.fingerprint)
    }
  }

  @Test func `with no more epochs than are done, training is over`() throws {
    let settings = Self.cases[5].settings.with { $0.epochs = 20 }
    let checkpoint = try checkpoint(after: 12, of: settings)
    #expect(checkpoint.stopReason == nil)
    let resumed = Trainer(resuming: checkpoint, epochs: 12, training: Self.samples, workers: 2)
    #expect(resumed.stopReason == .epochs)
    // As a training that was meant to end there: with the best weights.
    let short = settings.with { ($0.epochs, $0.schedule) = (12, .cosine) }
    #expect(resumed.finish().reports.count == 12)
    let losses = resumed.reports.compactMap(\.validation?.loss)
    let selection = validationSamples(count: 60, validationCount: 11, seed: short.seed)
    let answers = resumed.parameters.evaluate(on: Self.samples, selection: selection, workers: 1)
    #expect(answers.evaluation.loss == losses.min())
    #expect(answers.evaluation.loss < losses[11])
  }

  @Test func `an epoch that has been begun is finished`() throws {
    let folder = try TemporaryFolder()
    let settings = Self.cases[0].settings
    let trainer = Trainer(Self.architecture, training: Self.samples, settings: settings, workers: 2)
    _ = try trainer.nextReport()
    _ = try trainer.next()
    try trainer.writeCheckpoint(to: folder("c"))
    let checkpoint = try Checkpoint(contentsOf: folder("c"))
    let resumed = Trainer(resuming: checkpoint, epochs: 1, training: Self.samples, workers: 2)
    #expect(resumed.finish().reports.count == 2)
    #expect(resumed.stopReason == .epochs)
  }

  // MARK: - Failures and notes

  @Test func `a training that has failed stays failed`() throws {
    let folder = try TemporaryFolder()
    let samples = SampleSet(rows: [[1], [1], [1]], targets: [[0], [0], [.nan]])
    let architecture = Architecture(inputs: 1, hidden: [3], outputs: 1, loss: .squaredError)
    let settings = TrainingSettings(epochs: 3, batchSize: 1)
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 2)
    #expect(throws: TrainingFailure.self) { while try trainer.next() != nil {} }
    try trainer.writeCheckpoint(to: folder("c"))
    let checkpoint = try Checkpoint(contentsOf: folder("c"))
    #expect(checkpoint.stopReason == .failure)
    let resumed = Trainer(resuming: checkpoint, epochs: 9, training: samples, workers: 2)
    #expect(try resumed.next() == nil)
    #expect(resumed.parameters.fingerprint == trainer.parameters.fingerprint)
  }

  @Test func `notes come back as they were`() throws {
    let folder = try TemporaryFolder()
    let notes = ["run": "{\"a\": \"ü\\n\"}", "": "empty name", "ein Name": "", "x.y": "\u{1F600}"]
    let trainer = Trainer(.xor, training: .xor, settings: TrainingSettings(), workers: 1)
    try trainer.writeCheckpoint(to: folder("c"), notes: notes)
    #expect(try Checkpoint(contentsOf: folder("c")).notes == notes)
    try trainer.writeCheckpoint(to: folder("c"))
    #expect(try Checkpoint(contentsOf: folder("c")).notes.isEmpty)
  }

  @Test func `equal states make equal files`() throws {
    let folder = try TemporaryFolder()
    for workers in [1, 2, 7] {
      let trainer = Trainer(
        Self.architecture, training: Self.samples, settings: Self.cases[4].settings,
        workers: workers)
      for _ in 0..<3 { _ = try trainer.next() }
      try trainer.writeCheckpoint(to: folder("\(workers)"))
    }
    let files = [1, 2, 7].map { FileManager.default.contents(atPath: folder("\($0)")) }
    #expect(files[0] != nil && files[1] == files[0] && files[2] == files[0])
  }
}

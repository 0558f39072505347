import Networks
import TestSupport
import Testing
import Training

/// Dropout in training: its masks belong to samples and epochs, not to places and threads.
@Suite struct DropoutTests {
  static let both = Regularization(dropout: 0.5, inputDropout: 0.2)

  private func settings(
    _ regularization: Regularization, epochs: Int = 2, batchSize: Int = 100
  ) -> TrainingSettings {
    TrainingSettings(epochs: epochs, batchSize: batchSize, learningRate: 0.05)
      .with { $0.regularization = regularization }
  }

  /// 1,305 images leave 5 and 57 for the last mini-batch.
  @Test(
    arguments: [both, Regularization(dropout: 0.3), Regularization(inputDropout: 0.3)], [100, 96])
  func `any workers and shards give the same bits`(
    regularization: Regularization, batchSize: Int
  ) throws {
    let digits = try embeddedDigits()
    let samples = SampleSet(digits.train, prefix: 1305)
    let settings = settings(regularization, batchSize: batchSize)
    let one = train(.digits, on: samples, settings, workers: 1)
    #expect(one.failure == nil)
    for workers in [2, 3, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
    for shardRows in [2, 6, 64] {
      let trainer = Trainer(
        parameters: Parameters(.digits, seed: settings.seed), training: samples, test: nil,
        settings: settings, workers: 2, shardRows: shardRows)
      #expect(trainer.finish() == one, "shards of \(shardRows)")
    }
  }

  @Test func `bytes whose zeros are skipped give the bits of floats`() throws {
    let bytes = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(bytes.skipsZeros)
    let settings = settings(Self.both)
    #expect(
      train(.digits, on: bytes, settings, workers: 2)
        == train(.digits, on: bytes.asFloats, settings, workers: 2))
  }

  @Test func `bytes that are mostly not zero give the bits of floats`() throws {
    let bytes: [UInt8] = (0..<70 * 60).map { index in UInt8(index * 7 % 255 + 1) }
    let samples = SampleSet(
      inputs: .bytes(bytes, scale: 1 / 255), inputWidth: 70,
      targets: .classes((0..<60).map { (index: Int) in UInt8(index % 3) }, count: 3), count: 60)
    #expect(!samples.skipsZeros)
    let architecture = Architecture(inputs: 70, hidden: [19], outputs: 3)
    let settings = settings(Self.both, batchSize: 16)
    #expect(
      train(architecture, on: samples, settings, workers: 3)
        == train(architecture, on: samples.asFloats, settings, workers: 1))
  }

  /// The loss of a mini-batch before its step tells what was dropped. At a rate of 0 the weights stay.
  private func losses(_ order: [Int], epochs: Int, seed: UInt64 = 1) throws -> [Double] {
    let noise = SampleSet.noise(8, inputs: 20, classes: 2).selecting(order)
    let settings = TrainingSettings.plain(
      epochs: epochs, batchSize: 8, learningRate: 0, seed: seed
    ).with { $0.regularization = Self.both }
    let architecture = Architecture(inputs: 20, hidden: [40], outputs: 2)
    let trainer = Trainer(
      from: Parameters(architecture, seed: 1), training: noise, settings: settings, workers: 1)
    return try trainer.run().map(\.training.loss)
  }

  @Test func `each epoch and each seed has masks of its own`() throws {
    let losses = try losses(Array(0..<8), epochs: 4)
    #expect(Set(losses).count == 4)
    #expect(try self.losses(Array(0..<8), epochs: 1, seed: 2)[0] != losses[0])
  }

  @Test func `equal samples are dropped from in different ways`() throws {
    let same = try (0..<8).map { try losses(Array(repeating: $0, count: 8), epochs: 1)[0] }
    let without = train(
      Architecture(inputs: 20, hidden: [40], outputs: 2),
      on: SampleSet.noise(8, inputs: 20, classes: 2).selecting([0]),
      .plain(epochs: 1, batchSize: 1, learningRate: 0), workers: 1)
    #expect(Set(same).count == 8)
    #expect(same[0] != without.reports[0].training.loss)
  }

  @Test func `evaluations see the whole network`() throws {
    let digits = try embeddedDigits()
    let trainer = Trainer(
      .digits, training: SampleSet(digits.train, prefix: 500),
      validation: SampleSet(digits.test, prefix: 300), settings: settings(Self.both), workers: 2)
    let report = try #require(try trainer.nextReport())
    let evaluation = trainer.parameters.evaluate(
      on: SampleSet(digits.test, prefix: 300), workers: 1)
    #expect(report.validation == evaluation.evaluation)
  }

  @Test func `rates of 0 change no bit`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(
      train(.digits, on: samples, settings(Regularization(dropout: 0, inputDropout: 0)), workers: 2)
        == train(.digits, on: samples, settings(.none), workers: 2))
  }

  @Test(arguments: [Precision.bf16, .bf16Matrix].filter(\.isAvailable))
  func `bfloat16 drops the same units for any workers`(precision: Precision) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = settings(Self.both).with { $0.precision = precision }
    let one = train(.digits, on: samples, settings, workers: 1)
    for workers in [2, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
  }
}

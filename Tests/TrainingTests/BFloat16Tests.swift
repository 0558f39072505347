import Networks
import Testing
import TestSupport
import Training

/// Training with products of bfloat16 numbers.
@Suite(.enabled(if: Precision.bf16.isAvailable, "this build has no bfloat16"))
struct BFloat16Tests {
  static let workers = [1, 2, 3, 7]
  static let precisions = [Precision.bf16, .bf16Matrix]

  /// 1,305 images leave an odd number for the last mini-batch.
  @Test(arguments: precisions, [100, 33, 1])
  func `digits give the same bits for any workers`(precision: Precision, batchSize: Int) throws {
    let digits = SampleSet(try embeddedDigits().train, prefix: batchSize == 1 ? 60 : 1305)
    expectSameBits(.digits, digits, precision, batchSize: batchSize)
  }

  @Test(arguments: precisions, [1, 3, 4])
  func `floats give the same bits for any workers`(precision: Precision, batchSize: Int) {
    expectSameBits(.xor, .xor, precision, batchSize: batchSize)
    expectSameBits(
      Architecture(inputs: 21, hidden: [17, 33], activation: .logistic, outputs: 3),
      .noise(50, inputs: 21, classes: 3), precision, batchSize: 10 * batchSize)
  }

  private func expectSameBits(
    _ architecture: Architecture, _ samples: SampleSet, _ precision: Precision, batchSize: Int
  ) {
    let settings = TrainingSettings(
      epochs: 2, batchSize: batchSize, learningRate: 0.02, precision: precision)
    let outcomes = Self.workers.map {
      train(architecture, on: samples, settings, workers: $0)
    }
    #expect(outcomes[0].failure == nil)
    #expect(outcomes.allSatisfy { $0 == outcomes[0] })
    let float = train(
      architecture, on: samples, settings.with { $0.precision = .float }, workers: 1)
    #expect(outcomes[0].fingerprint != float.fingerprint)
  }

  /// Where no factor has more than 8 significant bits and no sum more than 24, nothing is rounded,
  /// and a step with bfloat16 must be the step with floats.
  @Test(arguments: [1, 2, 5, 31, 32], [Activation.relu, .identity])
  func `a step without roundings is that of floats`(count: Int, activation: Activation) throws {
    let architecture = Architecture(
      inputs: 19, hidden: [18, 7], activation: activation, outputs: 5, loss: .squaredError)
    func small(_ index: Int, _ range: Int) -> Float { Float(index * index % range - range / 2) }
    let samples = SampleSet(
      rows: (0..<count).map { row in (0..<19).map { small(row * 19 + $0, 3) } },
      targets: (0..<count).map { row in (0..<5).map { small(row + 3 * $0, 7) } })
    let fingerprints = try Precision.allCases.map { precision in
      let trainer = Trainer(
        architecture, training: samples,
        settings: .plain(epochs: 1, batchSize: count, learningRate: 0x1p-10)
          .with { $0.precision = precision }, workers: 2)
      for (layer, widths) in [(19, 18), (18, 7), (7, 5)].enumerated() {
        for input in 0..<widths.0 {
          for output in 0..<widths.1 {
            // Few of them, so that the numbers stay small through three layers.
            trainer.parameters.mutableMemory.weights(ofLayer: layer)[input, output] =
              (input + output) % 5 == 0 ? small(input + 5 * output, 3) : 0
          }
        }
      }
      let before = trainer.parameters.fingerprint
      while try trainer.next() != nil {}
      #expect(trainer.parameters.fingerprint != before)
      return trainer.parameters.fingerprint
    }
    #expect(fingerprints.allSatisfy { $0 == fingerprints[0] })
  }

  @Test(arguments: precisions)
  func `a training that was put aside goes on to the same bits`(precision: Precision) throws {
    let folder = try TemporaryFolder()
    let samples = SampleSet.noise(60, inputs: 10, classes: 3)
    let architecture = Architecture(inputs: 10, hidden: [17, 9], outputs: 3)
    let settings = TrainingSettings(epochs: 3, batchSize: 7, precision: precision)
    let whole = train(architecture, on: samples, settings, workers: 1)
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 2)
    _ = try trainer.next()
    try trainer.writeCheckpoint(to: folder("checkpoint"))
    let checkpoint = try Checkpoint(contentsOf: folder("checkpoint"))
    #expect(checkpoint.settings.precision == precision)
    #expect(Trainer(resuming: checkpoint, training: samples, workers: 2).finish() == whole)
  }

  @Test func `digits are learned as well as with floats`() throws {
    let digits = try embeddedDigits()
    let test = SampleSet(digits.test)
    let losses = try Precision.allCases.map { precision in
      let outcome = train(
        Architecture(inputs: 784, hidden: [64, 32], outputs: 10), on: SampleSet(digits.train),
        test: test, TrainingSettings(epochs: 5, precision: precision), workers: 2)
      return try #require(outcome.reports.last?.test)
    }
    // Two standard errors of one accuracy; the two networks are judged by the same images.
    let margin = 2 * (losses[0].standardError ?? 0)
    for loss in losses.dropFirst() {
      #expect(abs((losses[0].accuracy ?? 0) - (loss.accuracy ?? 0)) < margin)
    }
  }
}

import Networks
import TestSupport
import Testing
import Training

/// Norms of incoming weights are limited after every step.
@Suite struct MaxNormTests {
  private static let settings = TrainingSettings(
    epochs: 2, batchSize: 96, learningRate: 0.05,
    regularization: Regularization(maxNorm: 0.9))

  /// √Σ w² of the unit with the longest weight vector of each layer.
  private func longest(_ parameters: Parameters) -> [Double] {
    parameters.tensors().filter { $0.shape.count == 2 }.map { tensor in
      let width = tensor.shape[1]
      return (0..<tensor.shape[0]).map { unit in
        tensor.values[unit * width..<(unit + 1) * width].reduce(0) {
          $0 + Double($1) * Double($1)
        }.squareRoot()
      }.max() ?? 0
    }
  }

  @Test(arguments: [Optimizer.sgd(momentum: 0.9), .adamW()])
  func `no unit's weights are longer after a step`(optimizer: Optimizer) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = Self.settings.with { $0.optimizer = optimizer }
    let trainer = Trainer(.digits, training: samples, settings: settings, workers: 2)
    let free = Trainer(
      .digits, training: samples, settings: settings.with { $0.regularization = .none }, workers: 2)
    while try trainer.next(stepLimit: 1) != nil {
      guard trainer.samplesSeenInEpoch > 0 else { continue }
      // The chain of 784 squares, the root, the quotient and the product round.
      for norm in longest(trainer.parameters) { #expect(norm < 0.9 * (1 + 800 * 0x1p-24)) }
    }
    _ = try free.run()
    #expect(longest(free.parameters).allSatisfy { $0 > 0.91 })
  }

  @Test(arguments: [Regularization(maxNorm: 0.9), Regularization(dropout: 0.5, maxNorm: 0.5)])
  func `any workers give the same bits`(regularization: Regularization) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 1305)
    let settings = Self.settings.with {
      $0.regularization = regularization
      $0.gradientNormThreshold = 1e-9
    }
    let one = train(.digits, on: samples, settings, workers: 1)
    #expect(one.failure == nil)
    for workers in [2, 3, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
  }

  @Test func `a limit that no norm reaches changes no bit`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(
      train(
        .digits, on: samples, Self.settings.with { $0.regularization.maxNorm = 1e9 }, workers: 2)
        == train(.digits, on: samples, Self.settings.with { $0.regularization = .none }, workers: 2)
    )
  }

  /// The next step has to multiply with the weights that were scaled back.
  @Test(arguments: [Precision.bf16, .bf16Matrix].filter(\.isAvailable))
  func `bfloat16 products take the limited weights`(precision: Precision) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = Self.settings.with {
      $0.precision = precision
      $0.regularization.maxNorm = 0.5
    }
    let whole = train(.digits, on: samples, settings, workers: 2)
    #expect(train(.digits, on: samples, settings, workers: 7) == whole)
    // A resumed training rounds the weights anew.
    let folder = try TemporaryFolder()
    let trainer = Trainer(.digits, training: samples, settings: settings, workers: 1)
    for _ in 0..<3 { _ = try trainer.next(stepLimit: 1) }
    try trainer.writeCheckpoint(to: folder("c"))
    let resumed = Trainer(
      resuming: try Checkpoint(contentsOf: folder("c")), training: samples, workers: 1)
    #expect(resumed.finish() == whole)
  }
}

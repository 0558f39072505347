import Networks
import Testing
import TestSupport
import Training

/// The promise of the package: the same seed gives the same bits, whatever the number of workers.
@Suite struct FingerprintTests {
  static let workers = [1, 2, 3, 4, 7]

  /// 1,305 images leave 5, 57 and 18 for the last mini-batch. 57 is more than the half of 96 that
  /// one worker takes at a time of a full one.
  @Test(arguments: Descent.allCases, [100, 96, 33])
  func `digits give the same weights and reports for any workers`(
    descent: Descent, batchSize: Int
  ) throws {
    let digits = try embeddedDigits()
    let settings = TrainingSettings(epochs: 2, batchSize: batchSize, learningRate: 0.02)
      .with(descent.apply)
    expectSameBits {
      train(
        .digits, on: SampleSet(digits.train, prefix: 1305),
        test: SampleSet(digits.test, prefix: 300), settings, workers: $0)
    }
  }

  @Test func `a batch larger than the set is the set`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    let outcomes = [300, 301, 5000, Int.max].map { batchSize in
      expectSameBits {
        train(.digits, on: samples, .plain(epochs: 2, batchSize: batchSize), workers: $0)
      }
    }
    #expect(outcomes.allSatisfy { $0 == outcomes[0] })
  }

  @Test func `a batch of one sample gives the same bits for any workers`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 50)
    expectSameBits {
      train(.digits, on: samples, .plain(epochs: 2, batchSize: 1, learningRate: 0.01), workers: $0)
    }
  }

  @Test(arguments: Descent.allCases, [1, 3, 4])
  func `four samples of floats give the same bits, with more workers than samples too`(
    descent: Descent, batchSize: Int
  ) {
    let settings = TrainingSettings.plain(epochs: 20, batchSize: batchSize).with(descent.apply)
    expectSameBits { train(.xor, on: .xor, settings, workers: $0) }
  }

  @Test(arguments: Activation.allCases, Loss.allCases)
  func `each activation and loss gives the same bits for any workers`(
    activation: Activation, loss: Loss
  ) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 200)
    let architecture = Architecture(
      inputs: 784, hidden: [40, 20], activation: activation, outputs: 10, loss: loss)
    expectSameBits {
      train(architecture, on: samples, .plain(epochs: 2, batchSize: 128), workers: $0)
    }
  }

  @Test func `validation, early stopping, plateau and the gradient's norm keep the bits`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = TrainingSettings(
      epochs: 4, batchSize: 48, learningRate: 0.05,
      schedule: .onPlateau(factor: 0.5, patience: 1), validationCount: 77, patience: 2,
      gradientNormThreshold: 1e-6)
    let outcome = expectSameBits { train(.digits, on: samples, settings, workers: $0) }
    #expect(outcome.reports.allSatisfy { $0.gradientNorm ?? 0 > 0 && $0.validation?.count == 77 })
  }

  @Test func `evaluations and answers are the same for any workers`() throws {
    let digits = try embeddedDigits()
    let parameters = Parameters(.digits, seed: 3)
    let samples = SampleSet(digits.test)
    let one = parameters.evaluate(on: samples, workers: 1)
    for workers in Self.workers {
      let answers = parameters.evaluate(on: samples, workers: workers)
      #expect(answers.evaluation == one.evaluation)
      #expect(answers.predictions == one.predictions)
    }
  }

  @Test func `another seed gives other weights`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 100)
    let outcomes = (UInt64(0)..<4).map {
      train(.digits, on: samples, .plain(epochs: 1, batchSize: 10, seed: $0), workers: 1)
    }
    #expect(Set(outcomes.map(\.fingerprint)).count == 4)
  }

  /// The bits themselves, on any processor and any system. If this fails after a change of the
  /// arithmetic that is meant, record the new ones and say so in the CHANGELOG: every fingerprint
  /// that users have kept becomes another one.
  @Test func `the bits of a small run are the recorded ones`() throws {
    let digits = try embeddedDigits()
    let settings = TrainingSettings(epochs: 3, batchSize: 96, seed: 42)
    let outcome = train(
      .digits, on: SampleSet(digits.train, prefix: 1305), test: SampleSet(digits.test), settings,
      workers: 2)
    #expect(
      outcome.fingerprint
        == "4e1429c42cdba21c5bc40eebb7300c34ff51d0f6d795071b0262c137c5b6e7eb")

    let smooth = Architecture(
      inputs: 2, hidden: [7, 5], activation: .softplus, outputs: 1, outputActivation: .logistic,
      loss: .squaredError)
    let xor = train(
      smooth, on: .xor, TrainingSettings(epochs: 50, batchSize: 3, schedule: .oneCycle),
      workers: 2)
    #expect(
      xor.fingerprint
        == "df828a6761d1a85ba793e58aa43a960af7a004b6b3d81d42363940caf7f9f627")
  }

  /// Expects the outcome of one worker from every other number of them.
  @discardableResult
  private func expectSameBits(
    sourceLocation: SourceLocation = #_sourceLocation, _ train: (_ workers: Int) -> TrainingOutcome
  ) -> TrainingOutcome {
    let one = train(1)
    #expect(one.failure == nil, sourceLocation: sourceLocation)
    for workers in Self.workers.dropFirst() {
      #expect(train(workers) == one, "\(workers) workers", sourceLocation: sourceLocation)
    }
    return one
  }
}

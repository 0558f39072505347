import Networks
import Testing
import Training

/// Stopping when the gradient has become small.
@Suite struct GradientNormTests {
  static let samples = SampleSet(
    rows: [[1, 0.5], [-1, 2], [0.25, -1], [2, 1], [-0.5, -0.75]],
    targets: [[1, 0], [0, 2], [-1, 1], [2, -1], [0.5, 0.5]])
  /// Linear regression: a convex problem, on which a full batch descends straight to the bottom.
  static let linear = Architecture(inputs: 2, hidden: [], outputs: 2, loss: .squaredError)

  @Test(arguments: [0, 0.1])
  func `training stops when the norm has fallen below the threshold`(weightDecay: Double) throws {
    let settings = TrainingSettings.plain(epochs: 1000, batchSize: 5, learningRate: 0.2).with {
      ($0.gradientNormThreshold, $0.optimizer) = (1e-3, .sgd(weightDecay: weightDecay))
    }
    let trainer = Trainer(Self.linear, training: Self.samples, settings: settings, workers: 2)
    var norms: [Double] = []
    var expected: [Double] = []
    while trainer.stopReason == nil {
      expected.append(referenceNorm(trainer.parameters, weightDecay: weightDecay))
      norms.append(try #require(try trainer.nextReport()?.gradientNorm))
    }
    #expect(trainer.stopReason == .gradientNorm)
    #expect(norms.count < 1000)
    #expect(try #require(norms.last) < 1e-3)
    #expect(norms.dropLast().allSatisfy { $0 >= 1e-3 })
    #expect(zip(norms, norms.dropFirst()).allSatisfy { $0 > $1 })
    // Each of the 6 elements sums 5 products of an input and an error, which is itself a sum of 3
    // terms, all below 8; about a dozen roundings of at most 8 · 2^−24 each. The norm errs by no
    // more than √6 times that.
    for (norm, expected) in zip(norms, expected) {
      #expect(abs(norm - expected) < 6.0.squareRoot() * 12 * 8 * 0x1p-24)
    }
  }

  /// With a rate of 0 all steps of an epoch see the same weights, each its own samples.
  @Test func `an epoch's norm is the root mean square over its steps`() throws {
    let settings = TrainingSettings.plain(epochs: 1, batchSize: 1, learningRate: 0)
      .with { $0.gradientNormThreshold = 1e-9 }
    let trainer = Trainer(Self.linear, training: Self.samples, settings: settings, workers: 2)
    let reference = ReferenceTrainer(Self.linear, from: trainer.parameters)
    let squares = (0..<5).map { sample in
      reference.gradient(
        [Self.samples.referenceInputs(sample)],
        [Self.samples.referenceTargets(sample, outputs: 2)]
      ).reduce(0) { $0 + $1 * $1 }
    }
    let norm = try #require(try trainer.nextReport()?.gradientNorm)
    // As above; the mean over steps does not add up errors.
    let expected = (squares.reduce(0, +) / 5).squareRoot()
    #expect(abs(norm - expected) < 6.0.squareRoot() * 12 * 8 * 0x1p-24)
  }

  @Test func `the norm is the same for a network of several layers and any workers`() throws {
    let architecture = Architecture(inputs: 2, hidden: [17, 33], activation: .tanh, outputs: 2)
    let samples = SampleSet.noise(70, inputs: 2, classes: 2)
    let settings = TrainingSettings.plain(epochs: 1, batchSize: 70, learningRate: 0.1)
      .with { $0.gradientNormThreshold = 1e-9 }
    let reference = ReferenceTrainer(architecture, from: Parameters(architecture, seed: 1))
    let gradient = reference.gradient(
      (0..<70).map { samples.referenceInputs($0) },
      (0..<70).map { samples.referenceTargets($0, outputs: 2) })
    let expected = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let norms = [1, 2, 7].map {
      train(architecture, on: samples, settings, workers: $0).reports[0].gradientNorm ?? .nan
    }
    #expect(Set(norms).count == 1)
    // Relative to the norm an element errs by the roundings on its way, fewer than 2 · (17 + 33)
    // products, 70 samples and 40 in functions.
    #expect(abs(norms[0] - expected) < expected * 210 * 0x1p-24)
  }

  @Test func `without a threshold no norm is computed`() {
    let reports = train(.xor, on: .xor, .plain(epochs: 1, batchSize: 4), workers: 1).reports
    #expect(reports[0].gradientNorm == nil)
  }

  @Test func `computing the norm changes no bit of the weights`() {
    let settings = TrainingSettings(epochs: 5, batchSize: 3)
    #expect(
      train(.xor, on: .xor, settings, workers: 2).fingerprint
        == train(.xor, on: .xor, settings.with { $0.gradientNormThreshold = 1e-30 }, workers: 2)
        .fingerprint)
  }

  private func referenceNorm(_ parameters: Parameters, weightDecay: Double) -> Double {
    ReferenceTrainer(Self.linear, from: parameters).gradient(
      (0..<5).map { Self.samples.referenceInputs($0) },
      (0..<5).map { Self.samples.referenceTargets($0, outputs: 2) }, weightDecay: weightDecay
    ).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

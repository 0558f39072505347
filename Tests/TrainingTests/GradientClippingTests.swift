import Networks
import TestSupport
import Testing
import Training

/// Gradients whose norm is above a limit are scaled to it.
@Suite struct GradientClippingTests {
  private static let settings = TrainingSettings(epochs: 2, batchSize: 96, learningRate: 0.05)

  /// √Σ of the squared changes of all weights and biases.
  private func distance(_ one: Parameters, _ other: Parameters) -> Double {
    zip(one.tensors().flatMap(\.values), other.tensors().flatMap(\.values)).reduce(0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }.squareRoot()
  }

  @Test func `no step is longer than the rate times the limit`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = TrainingSettings.plain(epochs: 1, batchSize: 50, learningRate: 0.5)
      .with { $0.clipNorm = 0.25 }
    let trainer = Trainer(.digits, training: samples, settings: settings, workers: 2)
    let free = Trainer(
      .digits, training: samples, settings: settings.with { $0.clipNorm = nil }, workers: 2)
    var before = trainer.parameters
    var lengths: [Double] = []
    while trainer.samplesSeenInEpoch < 500, try trainer.next(stepLimit: 1) != nil {
      lengths.append(distance(trainer.parameters, before))
      before = trainer.parameters
    }
    // Weights of at most 1 are rounded to half a unit of 2^−24 each, 101,770 of them.
    let rounding = 101_770.0.squareRoot() * 0x1p-25
    #expect(lengths.count == 10)
    for length in lengths { #expect(length < 0.5 * 0.25 + rounding) }
    #expect(lengths.contains { $0 > 0.5 * 0.25 - rounding })
    let start = free.parameters
    _ = try free.next(stepLimit: 1)
    #expect(distance(free.parameters, start) > 0.2)
  }

  @Test(arguments: [
    settings, settings.with { $0.optimizer = .adamW() },
    settings.with { ($0.gradientNormThreshold, $0.batchSize) = (1e-9, 57) },
    settings.with { $0.regularization = Regularization(dropout: 0.5, maxNorm: 0.9) },
  ])
  func `a limit that no gradient reaches changes no bit`(settings: TrainingSettings) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 300)
    #expect(
      train(.digits, on: samples, settings.with { $0.clipNorm = 1e9 }, workers: 2)
        == train(.digits, on: samples, settings, workers: 2))
  }

  @Test(arguments: Precision.allCases.filter(\.isAvailable))
  func `any workers give the same bits`(precision: Precision) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 1305)
    let settings = Self.settings.with {
      ($0.clipNorm, $0.averageDecay, $0.classWeights) = (0.5, 0.99, .balanced)
      ($0.precision, $0.gradientNormThreshold) = (precision, 1e-9)
      $0.regularization = Regularization(dropout: 0.5, maxNorm: 0.9)
    }
    let one = train(.digits, on: samples, settings, workers: 1)
    #expect(one.failure == nil)
    for workers in [2, 3, 7] {
      #expect(train(.digits, on: samples, settings, workers: workers) == one)
    }
  }

  /// The failure is found in the sums, whose norm then means nothing.
  @Test func `a gradient that overflows ends the training as without clipping`() {
    let samples = SampleSet(
      rows: [[1, 1], [3e38, 1], [1, 2]], targets: [[0], [-3e38], [1]])
    let architecture = Architecture(inputs: 2, hidden: [], outputs: 1, loss: .squaredError)
    for clipNorm in [nil, 0.5] {
      let settings = TrainingSettings.plain(epochs: 3, batchSize: 3, learningRate: 0.1)
        .with { $0.clipNorm = clipNorm }
      let failures = [1, 3].map { train(architecture, on: samples, settings, workers: $0).failure }
      #expect(failures[0]?.epoch == 1 && failures[0]?.step == 1)
      #expect(failures[0] == failures[1])
    }
  }
}

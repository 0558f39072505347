import Networks
import Randomness
import Testing
import TestSupport
import Training

/// Numbers that are no longer finite end a training: at the right place, with the last good weights,
/// alike for any number of workers.
@Suite struct TrainingFailureTests {
  static let linear = Architecture(inputs: 2, hidden: [], outputs: 1, loss: .squaredError)

  /// What failed and where.
  struct Place: Equatable {
    let quantity: TrainingFailure.Quantity
    let epoch: Int
    let step: Int
    let layer: Int
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 7, 19])
  func `an input that is not finite fails at its step, in the first layer`(
    value: Float, sample: Int
  ) throws {
    var rows = (0..<20).map { [Float($0), 1] }
    rows[sample][0] = value
    let samples = SampleSet(rows: rows, targets: rows.map { _ in [1] })
    let architecture = Architecture(inputs: 2, hidden: [5, 3], outputs: 1, loss: .squaredError)
    let settings = TrainingSettings.plain(epochs: 3, batchSize: 3, learningRate: 1e-4)
    let outcome = outcome(architecture, on: samples, settings)
    let order = shuffledIndices(count: 20, using: Philox(seed: 1, purpose: .shuffle, epoch: 0))
    let position = try #require(order.firstIndex(of: Int32(sample)))
    // Units with a negative weight make 0 of an infinite input, so that only the gradient shows it.
    let quantity = value.isNaN ? .loss : try #require(outcome.failure?.quantity)
    #expect(
      place(outcome) == Place(quantity: quantity, epoch: 1, step: position / 3 + 1, layer: 1))
    #expect(outcome.reports.isEmpty)
    #expect(outcome.fingerprint == Parameters(architecture, seed: 1).fingerprint)
  }

  @Test(arguments: Activation.allCases)
  func `no activation hides an input that is not finite`(activation: Activation) {
    let samples = SampleSet(rows: [[1, 1], [1, .nan]], targets: [[1], [1]])
    let architecture = Architecture(
      inputs: 2, hidden: [5, 3], activation: activation, outputs: 1, loss: .squaredError)
    let outcome = outcome(architecture, on: samples, .plain(epochs: 3, batchSize: 2))
    #expect(outcome.failure?.layer == 1)
    #expect(outcome.failure?.step == 1)
  }

  @Test func `a target that is not finite fails in the last layer`() {
    let samples = SampleSet(rows: [[1, 1], [1, 2]], targets: [[1], [.nan]])
    let architecture = Architecture(inputs: 2, hidden: [5, 3], outputs: 1, loss: .squaredError)
    let outcome = outcome(architecture, on: samples, .plain(epochs: 3, batchSize: 2))
    #expect(place(outcome) == Place(quantity: .loss, epoch: 1, step: 1, layer: 3))
  }

  /// On a sample x = 1 with a target of 0, weight and bias fall by η y each, so that a step
  /// multiplies y by 1 − 2η, here −9999. Its square overflows once y passes √3.4 · 10¹⁹, which is
  /// after five such steps, two of which make an epoch.
  @Test func `too large a rate fails some epochs later and leaves the epoch's end before`() throws {
    let samples = SampleSet(rows: [[1, 0], [1, 0], [1, 0]], targets: [[0], [0], [0]])
    let settings = TrainingSettings.plain(epochs: 50, batchSize: 2, learningRate: 5000)
    let outcome = outcome(Self.linear, on: samples, settings)
    #expect(place(outcome) == Place(quantity: .loss, epoch: 3, step: 2, layer: 1))
    #expect(outcome.reports.count == 2)
    let before = train(Self.linear, on: samples, settings.with { $0.epochs = 2 }, workers: 2)
    #expect(before.failure == nil)
    #expect(outcome.fingerprint == before.fingerprint)
    #expect(outcome.reports == before.reports)
  }

  /// Two samples x = 3 · 10³⁸ on the wrong side, with an error of ±1 each. The losses are finite;
  /// the gradient 2 x w₂ of the first weight overflows where w₂ > 0.57, and so does that of the
  /// second one, 2 x w₁, where w₁ is.
  @Test(arguments: [(false, true, 1), (true, false, 2), (true, true, 1)])
  func `a gradient that is not finite fails in the first layer that has one`(
    isFirstLarge: Bool, isSecondLarge: Bool, layer: Int
  ) throws {
    let architecture = Architecture(
      inputs: 1, hidden: [1], activation: .identity, outputs: 1, loss: .logisticCrossEntropy)
    func weights(_ seed: UInt64) -> [Float] {
      let tensors = Parameters(architecture, seed: seed).tensors()
      return [tensors[0].values[0], tensors[2].values[0]]
    }
    let seed = try #require(
      (UInt64(1)...1000).first { seed in
        let sizes = weights(seed).map { abs($0) }
        return sizes.allSatisfy { $0 < 1 && abs($0 - 0.57) > 0.1 }
          && sizes.map { $0 > 0.57 } == [isFirstLarge, isSecondLarge]
      })
    let wrong: Float = weights(seed)[0] * weights(seed)[1] > 0 ? 0 : 1
    let samples = SampleSet(rows: [[3e38], [3e38]], targets: [[wrong], [wrong]])
    let outcome = outcome(architecture, on: samples, .plain(epochs: 2, batchSize: 2, seed: seed))
    #expect(place(outcome) == Place(quantity: .gradient, epoch: 1, step: 1, layer: layer))
    #expect(outcome.fingerprint == Parameters(architecture, seed: seed).fingerprint)
  }

  @Test(arguments: [1, 2])
  func `weights that overflow in the first or last step of an epoch are not kept`(count: Int) {
    let samples = SampleSet(
      rows: Array(repeating: [1e10, 0], count: count), targets: Array(repeating: [1], count: count))
    let settings = TrainingSettings.plain(epochs: 2, batchSize: 1, learningRate: 1e30)
    let outcome = outcome(Self.linear, on: samples, settings)
    #expect(place(outcome) == Place(quantity: .weight, epoch: 1, step: 1, layer: 1))
    #expect(outcome.fingerprint == Parameters(Self.linear, seed: 1).fingerprint)
    #expect(outcome.reports.isEmpty)
  }

  /// Behind pixels that are 0 in most images, with inputs so large that the first step is too long.
  @Test func `weights of sparse digits that overflow end the training in that step`() throws {
    let digits = try embeddedDigits().train
    let samples = SampleSet(
      inputs: .bytes(Array(digits.images.prefix(300 * 784)), scale: 1000), inputWidth: 784,
      targets: .classes(Array(digits.labels.prefix(300)), count: 10), count: 300)
    let settings = TrainingSettings.plain(epochs: 5, batchSize: 96, learningRate: 1e38)
    let outcome = outcome(.digits, on: samples, settings)
    #expect(place(outcome) == Place(quantity: .weight, epoch: 1, step: 1, layer: 1))
  }

  @Test func `a failure on digits is the same for any workers`() throws {
    let settings = TrainingSettings.plain(epochs: 5, batchSize: 96, learningRate: 1e9)
    let samples = SampleSet(try embeddedDigits().train, prefix: 1305)
    #expect(outcome(.digits, on: samples, settings).failure != nil)
  }

  @Test func `a failure says what, where and what to do`() throws {
    let samples = SampleSet(rows: [[1, 0]], targets: [[.nan]])
    let failure = try #require(
      outcome(Self.linear, on: samples, .plain(epochs: 1, batchSize: 1, learningRate: 0.5)).failure)
    #expect(failure.learningRate == 0.5)
    for words in ["loss is not finite", "epoch 1", "step 1", "layer 1", "lower", "0.5"] {
      #expect(failure.description.contains(words))
    }
  }

  /// Trains with 1, 2 and 7 workers and expects the same of all, finite weights and no further word.
  private func outcome(
    _ architecture: Architecture, on samples: SampleSet, _ settings: TrainingSettings
  ) -> TrainingOutcome {
    let outcomes = [1, 2, 7].map { workers in
      let trainer = Trainer(architecture, training: samples, settings: settings, workers: workers)
      let outcome = trainer.finish()
      #expect(outcome.stopReason == .failure)
      #expect(trainer.parameters.firstLayerWithNonFiniteValue == nil)
      // Training is over: no event and no second failure.
      #expect(
        trainer.finish()
          == TrainingOutcome(
            fingerprint: outcome.fingerprint, reports: outcome.reports, stopReason: .failure))
      return outcome
    }
    #expect(outcomes.allSatisfy { $0 == outcomes[0] })
    return outcomes[0]
  }

  private func place(_ outcome: TrainingOutcome) -> Place? {
    outcome.failure.map {
      Place(quantity: $0.quantity, epoch: $0.epoch, step: $0.step, layer: $0.layer)
    }
  }
}

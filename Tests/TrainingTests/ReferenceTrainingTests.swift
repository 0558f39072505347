import Networks
import Randomness
import Testing
import Training

/// The trainer descends where plain loops in Double do.
@Suite struct ReferenceTrainingTests {
  /// Two epochs of steps of 8, 8 and 4 samples.
  static let settings = TrainingSettings.plain(epochs: 2, batchSize: 8, learningRate: 0.2)

  @Test(arguments: Descent.linear, [Loss.softmaxCrossEntropy, .logisticCrossEntropy])
  func `weights agree with a trainer in Double`(descent: Descent, loss: Loss) throws {
    let architecture = Architecture(
      inputs: 3, hidden: [5, 4], activation: .tanh, outputs: 2, loss: loss)
    try expectAgreement(architecture, Self.settings.with(descent.apply))
  }

  @Test(arguments: Activation.allCases)
  func `weights agree with a trainer in Double for each activation`(
    activation: Activation
  ) throws {
    let architecture = Architecture(
      inputs: 3, hidden: [5, 4], activation: activation, outputs: 2, outputActivation: .logistic,
      loss: .squaredError)
    try expectAgreement(architecture, Self.settings.with(Descent.all.apply))
  }

  private func expectAgreement(_ architecture: Architecture, _ settings: TrainingSettings) throws {
    let samples = SampleSet.noise(20, inputs: 3, classes: 2)
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 2)
    var reference = ReferenceTrainer(architecture, from: trainer.parameters)
    let start = reference.values
    for epoch in 0..<settings.epochs {
      let order = shuffledIndices(
        count: samples.count,
        using: Philox(seed: settings.seed, purpose: .shuffle, epoch: UInt32(epoch)))
      for first in stride(from: 0, to: order.count, by: settings.batchSize) {
        let batch = order[first..<min(first + settings.batchSize, order.count)].map { Int($0) }
        reference.step(
          batch.map { samples.referenceInputs($0) },
          batch.map { samples.referenceTargets($0, outputs: architecture.outputs) }, settings)
      }
    }
    _ = trainer.finish()

    // One step rounds once for every product on the way of a number through the network and back
    // and over the mini-batch, and some ten times in functions and in the update; all numbers are
    // below 2, so each rounding errs by less than 2 · 2^−24. Errors of a step stay in the weights
    // and, through the velocity, in the steps after it, so that up to steps² of them meet.
    let roundings = architecture.layers.reduce(settings.batchSize + 10) { $0 + 2 * $1.outputs + 10 }
    let steps = settings.epochs * trainer.stepsPerEpoch
    let bound = Double(steps * steps * roundings) * 2 * 0x1p-24
    let values = trainer.parameters.tensors().flatMap(\.values)
    for (value, expected) in zip(values, reference.values) {
      #expect(abs(Double(value) - expected) < bound)
    }
    // And the weights have gone far enough for a wrong step to show.
    let distance = zip(start, reference.values).map { abs($0 - $1) }.max() ?? 0
    #expect(distance > 20 * bound)
    #expect(reference.values.allSatisfy { abs($0) < 2 })
  }
}

import Networks
import Testing
import Training

/// PyTorch as an outside authority of dropout, max-norm and label smoothing;
/// `Fixtures/make_regularization.py` made its numbers.
@Suite struct RegularizationFixtureTests {
  private static let architecture = Architecture(
    inputs: 70, hidden: [66, 9], activation: .tanh, outputs: 4)
  private static let settings = TrainingSettings(
    epochs: 4, batchSize: 7, learningRate: 0.1, schedule: .constant,
    optimizer: .sgd(momentum: 0.9, weightDecay: 0.01),
    regularization: Regularization(
      dropout: 0.5, inputDropout: 0.25, maxNorm: 0.75, labelSmoothing: 0.125),
    seed: 0x1_2345_6789)

  @Test(arguments: [1, 3])
  func `four steps with all of them are PyTorch's`(workers: Int) throws {
    let fixture = try TrainingFixture("regularization", Self.architecture)
    let samples = SampleSet(
      inputs: .floats(try fixture.values("inputs")), inputWidth: 70,
      targets: .classes((0..<7).map { $0 % 4 }, count: 4), count: 7)
    let trainer = Trainer(
      from: try fixture.parameters("start."), training: samples, settings: Self.settings,
      workers: workers)
    // A step rounds once for every product on the way of a number through the network and back and over the
    // mini-batch, and some ten times in functions, the update and the norm; a norm sums 70 squares. All numbers
    // are below 4, so each rounding errs by less than 4 · 2^−24. Errors of a step stay in the weights and, through
    // the velocity, in the steps after it.
    let roundings = 2 * (70 + 66 + 9 + 4) + 7 + 3 * 10 + 70
    for epoch in 0..<Self.settings.epochs {
      let report = try #require(try trainer.nextReport())
      let bound = Double((epoch + 1) * (epoch + 1) * roundings) * 4 * 0x1p-24
      let expected = try fixture.parameters("epoch\(epoch).").tensors().flatMap(\.values)
      let found = trainer.parameters.tensors().flatMap(\.values)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) < Float(bound))
      }
      let loss = Double(try fixture.values("loss\(epoch)")[0])
      #expect(abs(report.training.loss - loss) < bound)
      #expect(bound < 0.005)
    }
  }
}

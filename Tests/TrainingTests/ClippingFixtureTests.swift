import Networks
import Testing
import Training

/// PyTorch as an outside authority of gradient clipping, class weights and averaged weights;
/// `Fixtures/make_clipping.py` made its numbers.
@Suite struct ClippingFixtureTests {
  private static let architecture = Architecture(
    inputs: 20, hidden: [18, 9], activation: .tanh, outputs: 4)

  @Test(
    arguments: [
      ("sgd", Optimizer.sgd(momentum: 0.9, weightDecay: 0.01), 0.1), ("adamw", .adamW(), 0.01),
    ], [1, 3])
  func `five steps are PyTorch's`(
    testCase: (name: String, optimizer: Optimizer, rate: Double), workers: Int
  ) throws {
    let fixture = try TrainingFixture("clipping", Self.architecture)
    let settings = TrainingSettings(
      epochs: 5, batchSize: 12, learningRate: testCase.rate, schedule: .constant,
      optimizer: testCase.optimizer, clipNorm: 0.35, averageDecay: 0.25,
      classWeights: .given([0.5, 1, 2, 1.5]))
    let samples = SampleSet(
      inputs: .floats(try fixture.values("inputs")), inputWidth: 20,
      targets: .classes((0..<12).map { $0 % 4 }, count: 4), count: 12)
    let trainer = Trainer(
      from: try fixture.parameters("start."), training: samples, settings: settings,
      workers: workers)
    for epoch in 0..<settings.epochs {
      let report = try #require(try trainer.nextReport())
      // As in RegularizationFixtureTests; of AdamW, a gradient's relative error is that of the step.
      let roundings = 2 * (20 + 18 + 9 + 4) + 12 + 4 * 10
      let bound = Double((epoch + 1) * (epoch + 1) * roundings) * 4 * 0x1p-24
      let expected = try fixture.parameters("\(testCase.name).epoch\(epoch).").tensors()
        .flatMap(\.values)
      let found = trainer.parameters.tensors().flatMap(\.values)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) < Float(bound))
      }
      let loss = Double(try fixture.values("\(testCase.name).loss\(epoch)")[0])
      #expect(abs(report.training.loss - loss) < bound)
      #expect(bound < 0.002)
    }
  }
}

import Networks
import Testing
import TestSupport
import Training

/// Smoothed labels are targets like any other.
@Suite struct LabelSmoothingTests {
  static let architecture = Architecture(inputs: 10, hidden: [17], outputs: 3)

  private func settings(_ share: Double) -> TrainingSettings {
    TrainingSettings(
      epochs: 3, batchSize: 14, regularization: Regularization(labelSmoothing: share))
  }

  @Test(arguments: [0.1, 0.5])
  func `the weights and training losses are those of smoothed targets`(share: Double) {
    let samples = SampleSet.noise(60, inputs: 10, classes: 3)
    let (kept, added) = (Float(1 - share), Float(share / 3))
    let smoothed = samples.replacingTargets(
      .vectors(
        (0..<60).flatMap { samples.target($0).map { added.addingProduct(kept, $0) } }, width: 3))
    for workers in [1, 3] {
      let trained = train(Self.architecture, on: samples, settings(share), workers: workers)
      let expected = train(Self.architecture, on: smoothed, settings(0), workers: 1)
      #expect(trained.fingerprint == expected.fingerprint)
      #expect(trained.reports.map(\.training.loss) == expected.reports.map(\.training.loss))
      #expect(trained.reports.allSatisfy { $0.training.correctCount != nil })
    }
  }

  @Test func `targets that are no classes are smoothed, too`() {
    let samples = SampleSet.noise(60, inputs: 10, classes: 3)
    let vectors = samples.replacingTargets(.vectors((0..<60).flatMap(samples.target), width: 3))
    #expect(
      train(Self.architecture, on: vectors, settings(0.2), workers: 2).fingerprint
        == train(Self.architecture, on: samples, settings(0.2), workers: 2).fingerprint)
  }

  @Test func `evaluations take the labels as they are`() throws {
    let samples = SampleSet.noise(60, inputs: 10, classes: 3)
    let test = SampleSet.noise(20, inputs: 10, classes: 3, seed: 2)
    let trainer = Trainer(
      Self.architecture, training: samples, test: test, settings: settings(0.3), workers: 2)
    let report = try #require(try trainer.nextReport())
    #expect(report.test == trainer.parameters.evaluate(on: test, workers: 1).evaluation)
  }
}

import Foundation
import Lockstep
import Testing

/// Models that answer together.
@Suite struct EnsembleTests {
  private static let digits = FrontDoorTests.digits
  private static let names = digits.classNames

  private func model(seed: UInt64) throws -> Model {
    let trainer = Trainer(
      Architecture(inputs: 64, hidden: [9], outputs: 3), training: Self.digits.trainingSamples,
      settings: TrainingSettings(epochs: 1, learningRate: 0.02, seed: seed))
    try trainer.run()
    return trainer.model()
  }

  /// The mean over members, class by class.
  private func means(_ models: [Model]) -> [[Double]] {
    let all = models.map { $0.probabilities(for: Self.digits.testSamples) }
    return (0..<Self.digits.test.count).map { image in
      (0..<3).map { name in
        all.reduce(0) { $0 + Double($1[image][name]) } / Double(models.count)
      }
    }
  }

  @Test func `probabilities are averaged`() throws {
    let models = try (1...3).map { try model(seed: $0) }
    let ensemble = try Ensemble(models, at: ["a", "b", "c"])
    let result = ensemble.evaluate(
      on: Array(repeating: Self.digits.test, count: 3), workers: 2)
    let means = means(models)
    let labels = Self.digits.test.labels.map { Int($0) }
    #expect(
      result.whole.predictions.map { Int($0) }
        == means.map { row in row.firstIndex(of: row.max() ?? 0) ?? -1 })
    let loss = zip(means, labels).reduce(0) { $0 - log($1.0[$1.1]) } / Double(labels.count)
    #expect(abs(result.whole.loss - loss) < 1e-12)
    #expect(
      result.members.map(\.loss) == models.map { $0.evaluate(on: Self.digits.testSamples).loss })
    let hits = zip(result.whole.predictions, labels).count { Int($0) == $1 }
    #expect(result.whole.evaluation.correctCount == hits)
  }

  /// The same network with its outputs in another order.
  @Test func `classes are matched by their names`() throws {
    let one = try model(seed: 1)
    let turned = try model(seed: 2)
    let order = [2, 0, 1]
    var tensors = turned.parameters.tensors()
    let (weights, biases) = (tensors[2], tensors[3])
    tensors[2] = Safetensors.Tensor(
      name: weights.name, shape: weights.shape,
      values: order.flatMap { weights.values[9 * $0..<9 * $0 + 9] })
    tensors[3] = Safetensors.Tensor(
      name: biases.name, shape: biases.shape, values: order.map { biases.values[$0] })
    let other = Model(
      parameters: try Parameters(
        turned.architecture, tensors: tensors[...], prefix: "", file: "turned"),
      imageSize: turned.imageSize, classNames: order.map { Self.names[$0] },
      preparation: turned.preparation)
    let test = Self.digits.test
    let renumbered = try other.matched(Self.digits, from: "crosses").test
    #expect(renumbered.labels != test.labels)
    let straight = try Ensemble([one, turned], at: ["", ""]).evaluate(
      on: [test, test], workers: 1)
    let crossed = try Ensemble([one, other], at: ["", ""]).evaluate(
      on: [test, renumbered], workers: 1)
    #expect(crossed.whole.predictions == straight.whole.predictions)
    #expect(abs(crossed.whole.loss - straight.whole.loss) < 1e-7)
  }

  @Test func `models of other classes are refused`() throws {
    let one = try model(seed: 1)
    let other = Model(
      parameters: one.parameters, imageSize: one.imageSize, classNames: ["left", "middle", "up"])
    #expect(throws: FileProblem.self) { try Ensemble([one, other], at: ["a", "b"]) }
  }
}

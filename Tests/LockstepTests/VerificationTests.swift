import Foundation
import Lockstep
import Testing

/// The comparison of trainings that must give the same bits.
@Suite struct VerificationTests {
  private static let settings = TrainingSettings(epochs: 2, batchSize: 32)
  private let verification = Verification(
    FrontDoorTests.digits, Architecture(inputs: 64, hidden: [12], outputs: 3),
    settings: settings)

  @Test func `each way to compute a training gives its bits`() throws {
    let ways = verification.ways(workers: 4)
    #expect(ways.filter { if case .workers = $0 { true } else { false } }.count == 4)
    #expect(ways.contains(.resumed(afterSteps: [1, 2, 4, 5])))
    for way in ways { #expect(try verification.difference(of: way) == nil, "\(way)") }
    let trainer = Trainer(
      verification.architecture, training: FrontDoorTests.digits.trainingSamples,
      settings: Self.settings)
    try trainer.run()
    #expect(try verification.fingerprint() == trainer.parameters.fingerprint)
  }

  @Test func `a checkpoint of another training differs in a named element`() throws {
    let place = Place()
    try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
    var settings = Self.settings
    settings.learningRate *= 1.001
    let trainer = Trainer(
      verification.architecture, training: FrontDoorTests.digits.trainingSamples,
      settings: settings)
    while trainer.stepsDone < 3 { _ = try trainer.next(stepLimit: 1) }
    try trainer.writeCheckpoint(to: place("checkpoint"))
    let difference = try #require(
      try verification.difference(at: Checkpoint(contentsOf: place("checkpoint"))))
    #expect(difference.step == 3)
    guard case .element(let tensor, let indices, let found, let expected) = difference.place else {
      Issue.record("\(difference)")
      return
    }
    #expect(tensor == "layer0.weight" && indices.count == 2)
    let weights = trainer.parameters.tensors()[0]
    #expect(weights.values[indices[0] * 64 + indices[1]] == found && found != expected)
    #expect("\(difference)".hasPrefix("step 3, layer0.weight[\(indices[0]), \(indices[1])]: "))
  }
}

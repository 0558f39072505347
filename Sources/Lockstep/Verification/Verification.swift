import Digits
import Files
import Foundation
import Networks
import Training

/// Trains one network in many ways that must all give the same bits, each side by side with the plainest
/// one: one worker, without a break.
///
///     let verification = Verification(digits, network, settings)
///     for way in verification.ways(workers: 4) {
///       if let difference = try verification.difference(of: way) { print(way, difference) }
///     }
public struct Verification {
  /// A way to compute a training.
  public enum Way: Equatable, Sendable {
    /// The number of threads that take part.
    case workers(Int)
    /// The number of rows of a shard.
    case shardRows(Int)
    /// The first layer multiplies by zeros, too.
    case zerosMultiplied
    /// The training is put aside after each of these steps, and resumed from its file.
    case resumed(afterSteps: [Int])
    /// The network is evaluated between steps.
    case evaluated
  }

  /// The data set to train on.
  public let digits: DigitDataset
  /// The network.
  public let architecture: Architecture
  /// The settings of the training.
  public let settings: TrainingSettings

  private let training: SampleSet
  private let test: SampleSet

  /// A verification of a training.
  ///
  /// - Parameters:
  ///   - digits: the data set; its test set is evaluated after each epoch.
  ///   - architecture: the network.
  ///   - settings: the settings. A training in a few ways takes as long as it has epochs.
  /// - Precondition: the data fits the network and the settings are valid.
  public init(
    _ digits: DigitDataset, _ architecture: Architecture, settings: TrainingSettings
  ) {
    self.digits = digits
    self.architecture = architecture
    self.settings = settings
    training = digits.trainingSamples
    test = digits.testSamples
  }

  /// The ways that a training is computed in on a machine.
  ///
  /// - Parameter workers: the largest number of threads.
  /// - Returns: numbers of workers, sizes of shards, breaks and evaluations.
  public func ways(workers: Int) -> [Way] {
    let trainer = reference()
    let last = trainer.stepsPerEpoch
    let breaks = [1, last / 2, last, last + 1].filter { $0 > 0 && $0 < last * settings.epochs }
    var ways = (1...max(2, workers)).map(Way.workers)
    ways += [2, 16, 48, 64].filter { $0 <= settings.batchSize }.map(Way.shardRows)
    // The rounding of bfloat16 is of products, and none of the first layer's are skipped then.
    if training.skipsZeros, settings.precision == .float { ways.append(.zerosMultiplied) }
    ways.append(.resumed(afterSteps: Array(Set(breaks)).sorted()))
    ways.append(.evaluated)
    return ways
  }

  /// The fingerprint of the trained network, computed in the plainest way.
  ///
  /// - Throws: a step whose numbers are not finite.
  /// - Returns: the SHA-256 of all weights and biases.
  public func fingerprint() throws(TrainingFailure) -> String {
    let trainer = reference()
    try trainer.run()
    return trainer.parameters.fingerprint
  }

  /// The first difference of a training that is computed in another way.
  ///
  /// - Parameter way: the way.
  /// - Throws: a step whose numbers are not finite, a file that cannot be written or read.
  /// - Returns: the difference; nil where all bits are the same.
  public func difference(of way: Way) throws -> Difference? {
    // As the trainer itself takes its steps first; where something differs, step by step.
    guard let coarse = try difference(of: way, stepLimit: .max) else { return nil }
    return try difference(of: way, stepLimit: 1) ?? coarse
  }

  private func difference(of way: Way, stepLimit: Int) throws -> Difference? {
    let reference = reference()
    var trainer = trainer(way)
    while let event = try trainer.next(stepLimit: min(stepLimit, stepsToBreak(way, trainer))) {
      if let difference = try advance(reference, to: trainer, after: event) { return difference }
      switch way {
      case .resumed(let steps) where steps.contains(trainer.stepsDone):
        trainer = try resumed(trainer)
      case .evaluated:
        _ = trainer.parameters.evaluate(on: test, workers: 2)
      default: break
      }
    }
    guard try reference.next() == nil else {
      return Difference(step: trainer.stepsDone, place: .end)
    }
    return nil
  }

  /// The first difference of a training that has come to a checkpoint.
  ///
  /// - Parameter checkpoint: one of a training with the same data, network and settings.
  /// - Throws: a step whose numbers are not finite.
  /// - Returns: the difference; nil where all bits are the same.
  public func difference(at checkpoint: Checkpoint) throws -> Difference? {
    let trainer = Trainer(resuming: checkpoint, training: training, test: test, workers: 1)
    let reference = reference()
    while reference.stepsDone < trainer.stepsDone || reference.reports.count < trainer.reports.count
    {
      guard try reference.next(stepLimit: max(1, trainer.stepsDone - reference.stepsDone)) != nil
      else { return Difference(step: reference.stepsDone, place: .end) }
    }
    return Difference(trainer, reference)
  }

  // MARK: - Trainers

  /// A trainer at the beginning of the training, with one worker.
  private func reference() -> Trainer {
    Trainer(architecture, training: training, test: test, settings: settings, workers: 1)
  }

  private func trainer(_ way: Way) -> Trainer {
    var (workers, shardRows, samples) = (2, Int?.none, training)
    switch way {
    case .workers(let count): workers = count
    case .shardRows(let rows): shardRows = rows
    case .zerosMultiplied: samples = training.multiplyingZeros
    case .resumed, .evaluated: break
    }
    return Trainer(
      parameters: Parameters(architecture, seed: settings.seed), training: samples, test: test,
      settings: settings, workers: workers, usesAllWorkers: true, shardRows: shardRows)
  }

  private func stepsToBreak(_ way: Way, _ trainer: Trainer) -> Int {
    guard case .resumed(let steps) = way else { return .max }
    return steps.first { $0 > trainer.stepsDone }.map { $0 - trainer.stepsDone } ?? .max
  }

  /// A trainer that goes on from the file of another one.
  private func resumed(_ trainer: Trainer) throws(FileProblem) -> Trainer {
    let file =
      FileManager.default.temporaryDirectory.appendingPathComponent(
        "\(UUID().uuidString).safetensors"
      )
      .path
    defer { unsafe unlink(file) }
    try trainer.writeCheckpoint(to: file)
    return Trainer(
      resuming: try Checkpoint(contentsOf: file), training: training, test: test, workers: 2)
  }

  /// Brings the reference to where another trainer is, and compares the two.
  private func advance(
    _ reference: Trainer, to trainer: Trainer, after event: Trainer.Event
  ) throws(TrainingFailure) -> Difference? {
    while reference.stepsDone < trainer.stepsDone {
      guard try reference.next(stepLimit: trainer.stepsDone - reference.stepsDone) != nil else {
        return Difference(step: reference.stepsDone, place: .end)
      }
    }
    if case .epoch = event { _ = try reference.next() }
    return Difference(trainer, reference)
  }
}

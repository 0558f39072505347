import Communication
import Foundation
import Kernels
import Networks
import Synchronization
import TestSupport
import Testing
import Training

/// Trainers that share each mini-batch by the sums of its leaves.
@Suite struct SharedTrainingTests {
  /// Trains with several trainers, each on a thread of its own.
  private func outcomes(
    _ members: Int, _ architecture: Architecture, _ samples: SampleSet,
    _ settings: TrainingSettings
  ) -> (results: [Result<[EpochReport], TrainingFailure>], fingerprint: String) {
    let group = LocalCommunicator.group(of: members)
    let results = Mutex<[Int: (Result<[EpochReport], TrainingFailure>, String)]>([:])
    // Members wait for each other, so that each needs a thread of its own.
    let done = DispatchSemaphore(value: 0)
    @Sendable func train(_ rank: Int) {
      let trainer = Trainer(
        parameters: Parameters(architecture, seed: settings.seed), training: samples, test: nil,
        settings: settings, workers: 1 + rank % 2, communicator: group[rank])
      let result = Result { () throws(TrainingFailure) in try trainer.run() }
      let fingerprint = trainer.parameters.fingerprint
      results.withLock { $0[rank] = (result, fingerprint) }
      done.signal()
    }
    for rank in 0..<members { Thread.detachNewThread { train(rank) } }
    for _ in 0..<members { done.wait() }
    let all = results.withLock { results in (0..<members).compactMap { results[$0] } }
    #expect(Set(all.map(\.1)).count == 1)
    return (all.map(\.0), all[0].1)
  }

  @Test(
    arguments: [1, 2, 3, 4, 7],
    [
      (200, Optimizer.sgd(momentum: 0.9, weightDecay: 0.01)), (200, .adamW()), (333, .plainSGD),
      (690, .adamW()),
      (64, .sgd(momentum: 0.5)), (10, .plainSGD),
    ])
  func `members of any number compute the bits of one`(
    members: Int, batch: (size: Int, optimizer: Optimizer)
  ) throws {
    let samples = SampleSet.noise(700, inputs: 20, classes: 3)
    let architecture = Architecture(inputs: 20, hidden: [33], outputs: 3)
    let settings = TrainingSettings(
      epochs: 2, batchSize: batch.size, learningRate: 0.05, optimizer: batch.optimizer,
      gradientNormThreshold: 1e-9)
    let alone = Trainer(architecture, training: samples, settings: settings, workers: 2)
    let reports = try alone.run()
    let shared = outcomes(members, architecture, samples, settings)
    for result in shared.results { #expect(try result.get() == reports) }
    #expect(shared.fingerprint == alone.parameters.fingerprint)
  }

  @Test(
    arguments: [
      Regularization.none,
      Regularization(dropout: 0.5, inputDropout: 0.2, maxNorm: 0.8, labelSmoothing: 0.1),
    ])
  func `images keep their bits, too`(regularization: Regularization) throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 700)
    let settings = TrainingSettings(epochs: 2, batchSize: 300, regularization: regularization)
    let alone = Trainer(.digits, training: samples, settings: settings, workers: 2)
    let reports = try alone.run()
    let shared = outcomes(3, .digits, samples, settings)
    for result in shared.results { #expect(try result.get() == reports) }
    #expect(shared.fingerprint == alone.parameters.fingerprint)
  }

  @Test func `numbers that overflow end all members at the same step`() {
    let samples = SampleSet.noise(500, inputs: 20, classes: 3)
    let architecture = Architecture(inputs: 20, hidden: [9], outputs: 3)
    let settings = TrainingSettings(epochs: 2, batchSize: 200, learningRate: 1e30)
    let failures = outcomes(3, architecture, samples, settings).results.map { result in
      if case .failure(let failure) = result { failure.description } else { "none" }
    }
    #expect(Set(failures).count == 1 && failures[0].contains("epoch 1, step"))
  }

  @Test func `clipped gradients, averaged weights and weighed classes keep their bits, too`() throws
  {
    let samples = SampleSet.noise(700, inputs: 20, classes: 3)
    let architecture = Architecture(inputs: 20, hidden: [33], outputs: 3)
    let settings = TrainingSettings(
      epochs: 2, batchSize: 333, learningRate: 0.3,
      regularization: Regularization(maxNorm: 0.9), clipNorm: 0.3, averageDecay: 0.9,
      classWeights: .balanced, gradientNormThreshold: 1e-9)
    let alone = Trainer(architecture, training: samples, settings: settings, workers: 2)
    let reports = try alone.run()
    for members in [2, 3, 4] {
      let shared = outcomes(members, architecture, samples, settings)
      for result in shared.results { #expect(try result.get() == reports) }
      #expect(shared.fingerprint == alone.parameters.fingerprint)
    }
  }

  @Test func `an evaluation is shared out and keeps its bits`() throws {
    let samples = SampleSet.noise(700, inputs: 20, classes: 3)
    let architecture = Architecture(inputs: 20, hidden: [33], outputs: 3)
    let settings = TrainingSettings(epochs: 3, batchSize: 200, validationCount: 131, patience: 2)
    let alone = Trainer(
      architecture, training: samples, test: samples, settings: settings, workers: 2)
    let reports = try alone.run()
    for members in [2, 3, 4] {
      let shared = outcomes(members, architecture, samples, settings)
      for result in shared.results { #expect(try result.get() == reports) }
    }
  }

  @Test func `bfloat16 keeps its bits, too`() throws {
    guard Precision.bf16.isAvailable else { return }
    let samples = SampleSet.noise(700, inputs: 20, classes: 3)
    let architecture = Architecture(inputs: 20, hidden: [33, 18], outputs: 3)
    let settings = TrainingSettings(epochs: 2, batchSize: 333, precision: .bf16)
    let alone = Trainer(architecture, training: samples, settings: settings, workers: 2)
    try alone.run()
    for members in [2, 3, 4, 5] {
      let shared = outcomes(members, architecture, samples, settings)
      #expect(shared.fingerprint == alone.parameters.fingerprint)
    }
  }

  @Test func `members whose weights differ end the training, named with the epoch`() async {
    let ended = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let samples = SampleSet.noise(256, inputs: 4, classes: 3)
      let architecture = Architecture(inputs: 4, hidden: [5], outputs: 3)
      let group = LocalCommunicator.group(of: 3)
      for rank in 0..<3 {
        Thread.detachNewThread {
          let trainer = Trainer(
            parameters: Parameters(architecture, seed: 1), training: samples, test: nil,
            settings: TrainingSettings(epochs: 3, batchSize: 256), workers: 1,
            communicator: group[rank])
          _ = try? trainer.next()
          // A bit that flips in the memory of one of them.
          if rank == 1 { trainer.parameters.mutableMemory.biases(ofLayer: 1)[0, 0].negate() }
          while (try? trainer.next()) != nil {}
        }
      }
      try? await Task.sleep(for: .seconds(60))
    }
    let words = String(decoding: ended?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("after epoch 1 the weights of rank 1 differ"), "\(words)")
  }

  @Test func `the sums over subtrees are added as the leaves of a tree`() {
    let architecture = Architecture(inputs: 1, hidden: [], outputs: 1)
    for count in 1...9 {
      let sums = (0..<count).map { index in
        let sums = ParameterMemory(architecture)
        sums.biases(ofLayer: 0)[0, 0] = 1 / Float(index + 3)
        return sums
      }
      let leaves = sums.map { $0.biases(ofLayer: 0)[0, 0] }
      sumInTree(sums)
      #expect(sums[0].biases(ofLayer: 0)[0, 0] == treeSum(leaves))
    }
  }
}

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
    let group = LocalCommunicator.group(of: members, architecture)
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
    arguments: [1, 2, 3, 4],
    [
      (200, Optimizer.sgd(momentum: 0.9, weightDecay: 0.01)), (200, .adamW()), (333, .plainSGD),
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

  @Test func `sums are added as the leaves of a tree`() {
    let architecture = Architecture(inputs: 1, hidden: [], outputs: 1)
    for count in 1...9 {
      let block = Block<Double>(count: count * leafSampleCount)
      let sums = (0..<count).map { index in
        let sums = StepSums(architecture)
        sums.loss = 1 / Double(index + 3)
        block[index * leafSampleCount] = sums.loss
        return sums
      }
      sumInTree(sums)
      #expect(sums[0].loss == sumByLeaves(block, count: block.count))
    }
  }
}

import Digits
import Networks
import Testing
import TestSupport
import Training

/// One epoch on all of MNIST, where the environment names a folder that holds it.
@Suite(.enabled(if: datasetsPath != nil, needsDatasets))
struct FullMNISTTests {
  @Test func `one epoch gets 95 of 100 test digits right, alike for any workers`() throws {
    let digits = try DigitDataset(contentsOf: "\(datasetsPath ?? "")/mnist", workers: 2)
    #expect(digits.train.count == 60_000)
    #expect(digits.test.count == 10_000)
    let settings = TrainingSettings(epochs: 1, batchSize: 100)
    let outcomes = [1, 2].map {
      train(
        Architecture(inputs: 784, hidden: [64], outputs: 10), on: SampleSet(digits.train),
        test: SampleSet(digits.test), settings, workers: $0)
    }
    #expect(outcomes[0] == outcomes[1])
    #expect(try #require(outcomes[0].reports[0].test?.accuracy) >= 0.95)
  }
}

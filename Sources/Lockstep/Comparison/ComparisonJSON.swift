import Digits
import Networks
import Statistics
import Training

extension Comparison: Encodable {
  private enum CodingKeys: CodingKey { case runs, differences, same, tests, testSets }

  /// A run with all that is known of it.
  private struct Run: Encodable {
    struct Test: Encodable {
      let count: Int
      let loss: Double
      let correctCount: Int?
      let accuracy: Double?
      let standardError: Double?

      init(_ evaluation: Evaluation) {
        count = evaluation.count
        loss = evaluation.loss
        correctCount = evaluation.correctCount
        accuracy = evaluation.accuracy
        standardError = evaluation.standardError
      }
    }

    let name: String
    let path: String
    let fingerprint: String
    let test: Test?
    let bestValidation: LogLine?
    let log: [LogLine]
    let record: RunRecord?
    let notes: [String]
  }

  private struct Setting: Encodable {
    let name: String
    let value: String
  }

  private struct Test: Encodable {
    let first: String
    let second: String
    var onlyFirst: Int?
    var onlySecond: Int?
    var bothRight: Int?
    var bothWrong: Int?
    var pValue: Double?
    var refused: String?
  }

  private struct TestSet: Encodable {
    let name: String
    let count: Int
    let images: String
    let labels: String
    let runs: [String]
    let disagreements: [ComparedTestSet.Disagreement]
  }

  /// Writes the comparison with the runs' records and logs, and all images on which they disagree.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let described = zip(names, runs).map { name, run in
      Run(
        name: name, path: run.path, fingerprint: run.model.parameters.fingerprint,
        test: run.test.map(Run.Test.init), bestValidation: run.bestValidation, log: run.log,
        record: run.record, notes: run.notes)
    }
    try container.encode(described, forKey: .runs)
    try container.encode(differences, forKey: .differences)
    try container.encode(
      same.map { Setting(name: $0.name, value: $0.value) }, forKey: .same)
    try container.encode(pairs.map(encoded), forKey: .tests)
    let sets = testSets.map { set in
      TestSet(
        name: set.testSet.name, count: set.testSet.images.count,
        images: set.testSet.digests.testImages, labels: set.testSet.digests.testLabels,
        runs: set.runs.map { names[$0] }, disagreements: set.disagreements)
    }
    try container.encode(sets, forKey: .testSets)
  }

  private func encoded(_ pair: ComparedPair) -> Test {
    var test = Test(first: names[pair.first], second: names[pair.second])
    switch pair.outcome {
    case .tested(let counts, let bothRight, let bothWrong):
      test.onlyFirst = counts.onlyFirst
      test.onlySecond = counts.onlySecond
      test.bothRight = bothRight
      test.bothWrong = bothWrong
      test.pValue = counts.pValue
    case .refused(let reason): test.refused = reason
    }
    return test
  }
}

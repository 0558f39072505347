import Networks
import Testing
import TestSupport
import Training

@Suite struct ConfusionMatrixTests {
  /// Of class 0 three (two named so), of class 1 two (one), of class 2 none, though one is named so.
  static let matrix = ConfusionMatrix(
    truths: [0, 0, 0, 1, 1], predictions: [0, 1, 0, 1, 2], classCount: 4)

  @Test func `pairs are counted by true class, then by predicted class`() {
    #expect(
      Self.matrix.counts == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
  }

  @Test func `precision is the share of those named so that are so`() {
    #expect(Self.matrix.precision(ofClass: 0) == 1)
    #expect(Self.matrix.precision(ofClass: 1) == 0.5)
    #expect(Self.matrix.precision(ofClass: 2) == 0)
    #expect(Self.matrix.precision(ofClass: 3) == nil)
  }

  @Test func `recall is the share of those that are so that are named so`() {
    #expect(Self.matrix.recall(ofClass: 0) == 2.0 / 3)
    #expect(Self.matrix.recall(ofClass: 1) == 0.5)
    #expect(Self.matrix.recall(ofClass: 2) == nil)
    #expect(Self.matrix.recall(ofClass: 3) == nil)
  }

  @Test func `without samples all counts are 0`() {
    let matrix = ConfusionMatrix(truths: [], predictions: [], classCount: 2)
    #expect(matrix.counts == [[0, 0], [0, 0]])
    #expect(matrix.precision(ofClass: 0) == nil && matrix.recall(ofClass: 1) == nil)
  }

  @Test func `its diagonal holds an evaluation's hits, its rows the samples of a class`() throws {
    let digits = try embeddedDigits().test
    let answers = Parameters(.digits, seed: 1).evaluate(on: SampleSet(digits), workers: 2)
    let matrix = ConfusionMatrix(
      truths: digits.labels.map { Int32($0) }, predictions: answers.predictions, classCount: 10)
    #expect((0..<10).reduce(0) { $0 + matrix.counts[$1][$1] } == answers.evaluation.correctCount)
    for label in 0..<10 {
      #expect(matrix.counts[label].reduce(0, +) == digits.labels.count { $0 == label })
    }
  }
}

import Statistics
import Testing
import TestSupport

@Suite struct CalibrationTests {
  @Test func `the error is the mean distance of the bins, weighted by their predictions`() {
    // Two bins of 4: at 0.6 half are right, at 0.9 all.
    let found = Calibration(
      confidences: [0.6, 0.6, 0.6, 0.6, 0.9, 0.9, 0.9, 0.9],
      isCorrect: [true, false, true, false, true, true, true, true], binCount: 10)
    // |0.5 − 0.6| / 2 + |1 − 0.9| / 2, from sums of 8 rounded numbers.
    #expect(abs(found.expectedError - 0.1) <= 8 * doubleRoundoff)
    #expect(found.bins.map(\.count) == [0, 0, 0, 0, 0, 4, 0, 0, 4, 0])
    #expect(found.bins[5].accuracy == 0.5 && found.bins[8].accuracy == 1)
    #expect(found.bins[0].accuracy == nil && found.bins[0].confidence == nil)
  }

  @Test func `a confidence on an edge belongs to the bin below, 0 to the first`() {
    let edges = [0, 0.25, 0.5, 0.75, 1]
    let found = Calibration(
      confidences: edges, isCorrect: edges.map { _ in true }, binCount: 4)
    #expect(found.bins.map(\.count) == [2, 1, 1, 1])
  }

  /// Predictions that are right with the probability that they have.
  @Test func `who is right as often as he says has nearly no error`() {
    var numbers = TestNumbers(seed: 5)
    let confidences = (0..<100_000).map { _ in numbers.uniform() }
    let isCorrect = confidences.map { numbers.uniform() < $0 }
    let found = Calibration(confidences: confidences, isCorrect: isCorrect)
    // The share of a bin of n ≈ 6,667 has a standard error of at most ½/√n; six of them.
    #expect(found.expectedError < 6 * 0.5 / (100_000.0 / 15).squareRoot())
    #expect(found.bins.count == 15 && found.bins.allSatisfy { $0.count > 6000 })
  }
}

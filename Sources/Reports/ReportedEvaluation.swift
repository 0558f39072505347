import Digits
import Networks
import Statistics
import Training

/// What the page says of a network's answers to the test set.
struct ReportedEvaluation: Encodable, Sendable {
  /// How sure the network is, and how often right.
  struct ReportedCalibration: Encodable, Sendable {
    /// As of `Calibration`.
    struct Bin: Encodable, Sendable {
      let from: Double
      let to: Double
      let count: Int
      let confidence: Double?
      let accuracy: Double?
    }

    let bins: [Bin]
    let expectedError: Double
  }

  /// The part of the data: `test`.
  private(set) var part = "test"
  /// The number of images.
  let count: Int
  /// The number of right answers.
  let correctCount: Int
  /// [true class][named class].
  let confusion: [[Int]]
  /// By class; nil where the network never names it.
  let precision: [Double?]
  /// By class; nil where there is no image of it.
  let recall: [Double?]
  /// Nil for squared error, whose outputs are no probabilities.
  let calibration: ReportedCalibration?

  init(_ verdicts: Verdicts) {
    let classes = verdicts.model.classCount
    let labels = verdicts.digits.labels
    let matrix = ConfusionMatrix(
      truths: labels.map { Int32($0) }, predictions: verdicts.predictions.map { Int32($0) },
      classCount: classes)
    let isCorrect = zip(verdicts.predictions, labels).map { $0 == Int($1) }
    count = labels.count
    correctCount = isCorrect.count { $0 }
    confusion = matrix.counts
    precision = (0..<classes).map(matrix.precision(ofClass:))
    recall = (0..<classes).map(matrix.recall(ofClass:))
    let confidences = zip(verdicts.predictions, verdicts.probabilities).map {
      // A sum of rounded shares may pass 1.
      min(max(Double($1[$0]), 0), 1)
    }
    calibration =
      verdicts.model.architecture.loss == .squaredError
      ? nil
      : ReportedCalibration(Calibration(confidences: confidences, isCorrect: isCorrect))
  }
}

extension ReportedEvaluation.ReportedCalibration {
  init(_ calibration: Calibration) {
    bins = calibration.bins.map {
      Bin(
        from: $0.from, to: $0.to, count: $0.count, confidence: $0.confidence,
        accuracy: $0.accuracy)
    }
    expectedError = calibration.expectedError
  }
}

/// How often predictions are right, by how sure they are: the reliability diagram and its summary.
///
/// Source: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", ICML
/// 2017, section 2.
package struct Calibration: Equatable {
  /// The predictions whose confidence lies in ((m − 1)/M, m/M], for bin m of M; the first bin also
  /// takes a confidence of 0.
  package struct Bin: Equatable {
    /// The lower end of the bin, not in it.
    package let from: Double
    /// The upper end of the bin.
    package let to: Double
    /// The number of predictions.
    package var count = 0
    /// The sum of their confidences.
    fileprivate var sum = 0.0
    /// The number of those that are right.
    package var correctCount = 0

    /// The mean confidence; nil for an empty bin.
    package var confidence: Double? { count == 0 ? nil : sum / Double(count) }
    /// The share of right predictions; nil for an empty bin.
    package var accuracy: Double? { count == 0 ? nil : Double(correctCount) / Double(count) }
  }

  /// The bins, of equal width, in ascending order.
  package let bins: [Bin]
  /// The expected calibration error Σ (nₘ/n) · |accuracyₘ − confidenceₘ| over the bins.
  package let expectedError: Double

  /// Sorts predictions into bins.
  ///
  /// - Parameters:
  ///   - confidences: the probability of each predicted class, 0 … 1; at least one.
  ///   - isCorrect: whether each prediction is right.
  ///   - binCount: M.
  package init(confidences: [Double], isCorrect: [Bool], binCount: Int = 15) {
    precondition(
      !confidences.isEmpty && confidences.count == isCorrect.count, "a verdict for each confidence")
    let width = 1 / Double(binCount)
    var bins = (0..<binCount).map { Bin(from: Double($0) * width, to: Double($0 + 1) * width) }
    for (confidence, isCorrect) in zip(confidences, isCorrect) {
      precondition((0...1).contains(confidence), "a confidence of \(confidence)")
      let place = Int((confidence * Double(binCount)).rounded(.up)) - 1
      let bin = min(max(place, 0), binCount - 1)
      bins[bin].count += 1
      bins[bin].sum += confidence
      if isCorrect { bins[bin].correctCount += 1 }
    }
    self.bins = bins
    expectedError =
      bins.reduce(0) { $0 + abs(Double($1.correctCount) - $1.sum) } / Double(confidences.count)
  }
}

/// The number of samples for each pair of true and predicted class.
public struct ConfusionMatrix: Equatable, Sendable {
  /// [true class][predicted class].
  public let counts: [[Int]]

  /// Counts pairs of true and predicted classes, all below `classCount`.
  public init(truths: [Int32], predictions: [Int32], classCount: Int) {
    precondition(truths.count == predictions.count, "as many predictions as truths")
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (truth, prediction) in zip(truths, predictions) {
      counts[Int(truth)][Int(prediction)] += 1
    }
    self.counts = counts
  }

  /// Precision: the share of true `index` among the samples predicted as `index`; nil where there
  /// are none.
  public func precision(ofClass index: Int) -> Double? {
    share(counts[index][index], of: counts.reduce(0) { $0 + $1[index] })
  }

  /// Recall: the share predicted as `index` among the samples of class `index`; nil where there are
  /// none.
  public func recall(ofClass index: Int) -> Double? {
    share(counts[index][index], of: counts[index].reduce(0, +))
  }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}

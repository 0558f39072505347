/// How often each class was taken for each other.
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

  /// Of the samples that were named `index`, the share that truly are; nil where none was.
  public func precision(ofClass index: Int) -> Double? {
    share(counts[index][index], of: counts.reduce(0) { $0 + $1[index] })
  }

  /// Of the samples that truly are `index`, the share that was named so; nil where there is none.
  public func recall(ofClass index: Int) -> Double? {
    share(counts[index][index], of: counts[index].reduce(0, +))
  }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}

/// McNemar's test: whether two classifiers err equally often, from their answers to the same samples.
///
/// Samples that both get right or both get wrong say nothing of the difference. Where both err equally
/// often, each of the others is as likely to be right by the first as by the second. So of n of them the
/// number that only the first gets right is that of heads of n coins, and the p-value is the probability
/// of a split at least as uneven as the one that was found. It is exact for any n, where the usual χ²
/// is an approximation for many.
///
/// Source: McNemar, Note on the sampling error of the difference between correlated proportions or
/// percentages, Psychometrika 12 (1947); for classifiers Dietterich, Approximate statistical tests for
/// comparing supervised classification learning algorithms, Neural Computation 10 (1998).
public struct McNemarTest: Equatable, Sendable {
  /// The number of samples that only the first classifier gets right.
  public let onlyFirst: Int
  /// The number of samples that only the second classifier gets right.
  public let onlySecond: Int

  /// A test on numbers from 0 up.
  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "\(onlyFirst) and \(onlySecond) samples")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// The exact two-sided p-value, min(1, 2 P(B ≤ k)) with k the smaller of both numbers and B ~
  /// Binomial(n, ½); 1 where the classifiers differ on no sample.
  public var pValue: Double {
    let (count, fewer) = (onlyFirst + onlySecond, min(onlyFirst, onlySecond))
    guard onlyFirst != onlySecond else { return 1 }
    // P(B = fewer): the halves go in as soon as the product allows, so that it stays a number.
    var probability = 1.0
    var halves = count
    for index in 0..<fewer {
      probability = probability * Double(count - index) / Double(index + 1)
      while probability > 1, halves > 0 {
        probability /= 2
        halves -= 1
      }
    }
    for _ in 0..<min(halves, 1100) { probability /= 2 }
    var sum = 0.0
    for index in stride(from: fewer, through: 0, by: -1) {
      sum += probability
      probability = probability * Double(index) / Double(count - index + 1)
    }
    return min(1, 2 * sum)
  }
}

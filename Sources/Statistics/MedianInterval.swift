/// The median of repeated measurements, with a confidence interval.
///
/// The interval assumes nothing about the distribution of the measurements but their independence.
/// Of n values each is above the true median with a probability of ½, so the median lies between
/// the k-th smallest and the k-th largest with a probability of 1 − 2 P(B < k), B being the number
/// of heads of n coins. k is the largest for which that is at least 95 %: the 2nd smallest and the
/// 2nd largest of 9 values, with 96.1 %. Fewer than 6 values do not reach 95 %; the interval is
/// then all of them, and `confidence` says what it is worth.
///
/// Source: Thompson, On Confidence Ranges for the Median, Annals of Mathematical Statistics 1936.
public struct MedianInterval: Codable, Equatable, Sendable {
  /// The median; of an even number of values the mean of the two middle ones.
  public let median: Double
  /// The interval of the true median with `confidence`; nil for a single value.
  public let interval: ClosedRange<Double>?
  /// The probability that the interval holds the true median, 0…1.
  public let confidence: Double

  /// The maximum number of values n, so that 2⁻ⁿ is not rounded to 0.
  public static let countLimit = 1000

  /// The median of 1 … `countLimit` values, of which none is NaN.
  public init(_ values: [Double]) {
    precondition((1...Self.countLimit).contains(values.count), "\(values.count) values")
    precondition(!values.contains { $0.isNaN }, "a value that is no number has no place")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median =
      sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
    guard sorted.count > 1 else {
      interval = nil
      confidence = 0
      return
    }
    let (rank, missed) = Self.rank(count: sorted.count)
    interval = sorted[rank - 1]...sorted[sorted.count - rank]
    confidence = 1 - missed
  }

  /// The k of the interval, and the probability that the interval misses the true median.
  private static func rank(count: Int) -> (rank: Int, missed: Double) {
    var rank = 1
    // P(B = rank − 1)
    var probability = (0..<count).reduce(1.0) { product, _ in product / 2 }
    var missed = 2 * probability
    while true {
      probability *= Double(count - rank + 1) / Double(rank)
      guard missed + 2 * probability <= 0.05 else { return (rank, missed) }
      missed += 2 * probability
      rank += 1
    }
  }

  /// Whether the interval, or else the single value, lies wholly outside of `range`.
  package func isOutside(_ range: ClosedRange<Double>) -> Bool {
    let interval = interval ?? median...median
    return interval.upperBound < range.lowerBound || interval.lowerBound > range.upperBound
  }
}

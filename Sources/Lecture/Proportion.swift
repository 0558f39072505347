import Foundation

/// How often something came about in independent trials.
package struct Proportion: Equatable {
  package let successes: Int
  package let trials: Int

  /// Successes in one trial or more.
  package init(successes: Int, trials: Int) {
    precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials)")
    self.successes = successes
    self.trials = trials
  }

  /// The share of successes.
  package var share: Double { Double(successes) / Double(trials) }

  /// The 95 % interval of confidence for the probability (Wilson 1927), which also makes sense for
  /// none and all.
  package var interval: ClosedRange<Double> {
    let (n, z) = (Double(trials), 1.96)
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    // Exact at the ends, where rounding might leave a rest.
    return (successes == 0 ? 0 : middle - half)...(successes == trials ? 1 : middle + half)
  }

  /// `61.5 % (54.6–68.0 %)`. 0 % stands for none and 100 % for all: what lies between is never
  /// rounded to them.
  package var words: String {
    func percent(_ share: Double) -> String {
      guard share > 0 && share < 1 else { return share == 0 ? "0" : "100" }
      return String(format: "%.1f", min(max(share * 100, 0.1), 99.9))
    }
    return "\(percent(share)) % (\(percent(interval.lowerBound))–\(percent(interval.upperBound)) %)"
  }

  /// The titles of `cells` in a table.
  package static let columns = ["successes", "trials", "share", "95 % from", "to"]

  /// The counts, the share and the ends of its interval, as numbers.
  package var cells: [NumberTable.Cell] {
    [.whole(successes), .whole(trials)]
      + [share, interval.lowerBound, interval.upperBound].map { .number($0) }
  }
}

import Foundation
import Statistics

// How a topic shows a proportion.

extension Proportion {
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

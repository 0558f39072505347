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
    return max(0, middle - half)...min(1, middle + half)
  }

  /// `62 % (55–69 %)`.
  package var words: String {
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))" }
    return "\(percent(share)) % (\(percent(interval.lowerBound))–\(percent(interval.upperBound)) %)"
  }
}

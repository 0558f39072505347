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

  /// The standard error √(p(1 − p)/n) of the share.
  package var standardError: Double { (share * (1 - share) / Double(trials)).squareRoot() }

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
}

import Statistics
import Testing
import TestSupport

@Suite struct ProportionTests {
  /// Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17
  /// (1998), table I: the score method without continuity correction.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func `published intervals`(successes: Int, trials: Int, low: Double, high: Double) {
    let interval = Proportion(successes: successes, trials: trials).interval
    #expect(abs(interval.lowerBound - low) <= 0.00005)
    #expect(abs(interval.upperBound - high) <= 0.00005)
  }

  /// Wilson's bounds are the probabilities that lie 1.96 of their own standard errors away from the
  /// share, so (p̂ − p)² = 1.96² p (1 − p)/n.
  @Test(arguments: [(0, 1), (1, 1), (1, 2), (3, 7), (200, 400), (399, 400), (7, 100_000)])
  func `bounds solve the equation of the score`(successes: Int, trials: Int) {
    let found = Proportion(successes: successes, trials: trials)
    for p in [found.interval.lowerBound, found.interval.upperBound] {
      let distance = (found.share - p) * (found.share - p)
      let expected = 1.96 * 1.96 * p * (1 - p) / Double(trials)
      // Each side has a handful of roundings of numbers up to 4.
      #expect(abs(distance - expected) <= 20 * 4 * doubleRoundoff)
    }
    #expect(found.interval.contains(found.share))
  }

  @Test func `none and all have an open end`() {
    let none = Proportion(successes: 0, trials: 50).interval
    let all = Proportion(successes: 50, trials: 50).interval
    #expect(none.lowerBound == 0 && all.upperBound == 1)
    #expect(abs(none.upperBound - 1.96 * 1.96 / (50 + 1.96 * 1.96)) <= 10 * doubleRoundoff)
    #expect(abs(none.upperBound + all.lowerBound - 1) <= 10 * doubleRoundoff)
  }

  /// Over all outcomes of n trials, weighted with their probability, the interval holds the true
  /// probability in about 95 % of the cases; Agresti and Coull (1998) find more than 91 % for n = 50
  /// and p within 0.1 … 0.9.
  @Test(arguments: [0.1, 0.3, 0.5, 0.77])
  func `intervals hold the truth about 95 times in 100`(p: Double) {
    var weight = (0..<50).reduce(1.0) { product, _ in product * (1 - p) }
    var covered = 0.0
    for successes in 0...50 {
      if Proportion(successes: successes, trials: 50).interval.contains(p) { covered += weight }
      weight *= p / (1 - p) * Double(50 - successes) / Double(successes + 1)
    }
    #expect((0.91...0.99).contains(covered), "\(covered)")
  }

  @Test func `the standard error is that of a share`() {
    #expect(Proportion(successes: 20, trials: 100).standardError == 0.04)
    #expect(Proportion(successes: 7, trials: 7).standardError == 0)
  }

  @Test func `more successes than trials are refused`() async {
    await #expect(processExitsWith: .failure) { _ = Proportion(successes: 3, trials: 2) }
    await #expect(processExitsWith: .failure) { _ = Proportion(successes: 0, trials: 0) }
  }
}

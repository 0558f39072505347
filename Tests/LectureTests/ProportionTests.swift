import Lecture
import Testing

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

  @Test func `in words`() {
    #expect(Proportion(successes: 0, trials: 200).words == "0 % (0–1.9 %)")
    #expect(Proportion(successes: 152, trials: 200).words == "76.0 % (69.6–81.4 %)")
    #expect(Proportion(successes: 199, trials: 200).words == "99.5 % (97.2–99.9 %)")
    #expect(Proportion(successes: 200, trials: 200).words == "100 % (98.1–100 %)")
  }

  @Test(arguments: [1, 2, 3, 7, 49, 200, 400, 100_000])
  func `only none is 0 % and only all is 100 %`(trials: Int) {
    let none = Proportion(successes: 0, trials: trials)
    let all = Proportion(successes: trials, trials: trials)
    #expect(none.words.hasPrefix("0 % (0–") && all.words.hasSuffix("–100 %)"))
    #expect(all.words.hasPrefix("100 % ("))
    for successes in [1, trials - 1] where successes > 0 && successes < trials {
      let words = Proportion(successes: successes, trials: trials).words
      #expect(!words.contains("100 %") && !words.hasPrefix("0 %") && !words.contains("(0–"))
    }
  }

  @Test func `in a table, with all digits`() {
    let found = Proportion(successes: 199, trials: 200)
    #expect(Proportion.columns.count == found.cells.count)
    #expect(found.cells.prefix(2) == [199, 200])
    #expect(
      found.cells.dropFirst(2) == [
        .number(0.995), .number(found.interval.lowerBound), .number(found.interval.upperBound),
      ])
  }

  @Test func `more successes than trials are refused`() async {
    await #expect(processExitsWith: .failure) { _ = Proportion(successes: 3, trials: 2) }
    await #expect(processExitsWith: .failure) { _ = Proportion(successes: 0, trials: 0) }
  }
}

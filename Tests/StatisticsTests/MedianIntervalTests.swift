import Foundation
import Statistics
import Testing
import TestSupport

@Suite struct MedianIntervalTests {
  @Test(arguments: 1...14)
  func `the interval is the narrowest that every pattern of sides allows`(count: Int) {
    let estimate = MedianInterval((1...count).map(Double.init))
    // Each value is above or below the true median, all patterns equally likely: the k-th smallest
    // to the k-th largest hold the median where at least k values are on both sides.
    let patterns = (0..<(1 << count)).map { $0.nonzeroBitCount }
    func confidence(_ rank: Int) -> Double {
      Double(patterns.count { min($0, count - $0) >= rank }) / Double(patterns.count)
    }
    let ranks = (1...max(1, count / 2)).filter { confidence($0) >= 0.95 }
    let rank = ranks.last ?? 1
    #expect(estimate.median == Double(count + 1) / 2)
    if count == 1 {
      #expect(estimate.interval == nil && estimate.confidence == 0)
    } else {
      #expect(estimate.interval == Double(rank)...Double(count + 1 - rank))
      #expect(estimate.confidence == confidence(rank), "dyadic fractions are exact")
    }
  }

  @Test func `the ranks are those of the tables`() throws {
    // Conover, Practical Nonparametric Statistics, table of the binomial distribution with p = ½.
    for (count, rank) in [(6, 1), (9, 2), (20, 6), (25, 8)] {
      let estimate = MedianInterval((1...count).map(Double.init))
      #expect(estimate.interval == Double(rank)...Double(count + 1 - rank))
    }
    let many = try #require(MedianInterval((1...1000).map(Double.init)).interval)
    // The normal approximation, 500 ± 1.96 · √1000 / 2, is right to a rank or two.
    #expect(abs(many.lowerBound - 469.5) <= 2 && abs(many.upperBound - 531.5) <= 2)
  }

  @Test func `the interval holds the median at its rate, whatever the distribution`() {
    let trials = 4000
    var noise = TestNumbers(seed: 1)
    func coverage(_ median: Double, _ draw: () -> Double) -> Double {
      let hits = (0..<trials).count { _ in
        MedianInterval((0..<9).map { _ in draw() }).interval?.contains(median) ?? false
      }
      return Double(hits) / Double(trials)
    }
    let expected = expectedShare(
      MedianInterval((1...9).map(Double.init)).confidence, trials: trials)
    #expect(expected.contains(coverage(0) { noise.normal() }))
    #expect(expected.contains(coverage(0) { noise.cauchy() }))
    // Times are skewed: never much shorter than usual, now and then a lot longer.
    #expect(expected.contains(coverage(log(2)) { -log(noise.uniform()) }))
  }

  @Test func `order does not matter, and one wild value moves nothing`() {
    let values = [3.0, 1, 9, 4, 8, 2, 7, 5, 6]
    #expect(MedianInterval(values) == MedianInterval(values.sorted()))
    #expect(
      MedianInterval(values.map { $0 == 9 ? .infinity : $0 }).interval
        == MedianInterval(values).interval)
  }
}

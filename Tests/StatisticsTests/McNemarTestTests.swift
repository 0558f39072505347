import Statistics
import Testing
import TestSupport

@Suite struct McNemarTestTests {
  private typealias Case = (first: Int, second: Int, p: Double)

  /// Sums of binomial coefficients over powers of two, by hand.
  private static let small: [Case] = [
    (0, 0, 1.0), (0, 1, 1.0), (1, 1, 1.0), (0, 3, 0.25), (1, 3, 0.625), (2, 5, 0.453125),
    (8, 1, 0.0390625), (0, 60, 0x1p-59), (3, 3, 1.0),
  ]

  @Test func `small cases are those of coins`() {
    for (first, second, expected) in Self.small {
      #expect(McNemarTest(onlyFirst: first, onlySecond: second).pValue == expected)
      #expect(McNemarTest(onlyFirst: second, onlySecond: first).pValue == expected)
    }
  }

  /// `scipy.stats.binomtest(first, first + second, 0.5).pvalue` of SciPy 1.17.1, which is the exact form of
  /// `statsmodels.stats.contingency_tables.mcnemar`.
  private static let larger: [Case] = [
    (20, 12, 0.21532714972272515), (121, 59, 4.4344492637551645e-06),
    (1000, 1100, 0.03072070786424249), (40_000, 40_700, 0.013870128598167823),
    (100, 400, 1.65962947521744e-43),
  ]

  @Test func `larger cases are those of SciPy`() {
    for (first, second, expected) in Self.larger {
      let found = McNemarTest(onlyFirst: first, onlySecond: second).pValue
      // Two roundings a factor, and SciPy's logarithms of factorials: their size times a rounding.
      let bound = 4 * Double(first + second) * doubleRoundoff + 1e-10
      #expect(abs(found / expected - 1) <= bound, "\(found)")
    }
  }

  @Test func `the p-value falls as the numbers part, and never leaves 0 to 1`() {
    for count in [1, 2, 9, 10, 101, 5000] {
      var last = -1.0
      for fewer in 0...(count / 2) {
        let p = McNemarTest(onlyFirst: fewer, onlySecond: count - fewer).pValue
        #expect((0...1).contains(p) && p >= last)
        last = p
      }
      #expect(last == 1 || count % 2 == 1)
    }
    #expect(McNemarTest(onlyFirst: 0, onlySecond: 1_000_000).pValue == 0)
  }

  @Test func `numbers below 0 are refused`() async {
    await #expect(processExitsWith: .failure) { _ = McNemarTest(onlyFirst: -1, onlySecond: 2) }
  }
}

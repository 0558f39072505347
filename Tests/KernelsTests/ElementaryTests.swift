import Kernels
import KernelsTestSupport
import Testing

@Suite struct ElementaryTests {
  @Test func `the exponential is right at special values`() {
    let exponential = ElementaryFunction.exponential
    #expect(exponential(0) == 1)
    #expect(exponential(-0.0) == 1)
    #expect(exponential(.leastNonzeroMagnitude) == 1)
    #expect(exponential(.infinity) == .infinity)
    #expect(exponential(-.infinity) == 0)
    #expect(exponential(-.infinity).sign == .plus)
    #expect(exponential(.nan).isNaN)
  }

  @Test func `the exponential overflows and underflows where Float ends`() {
    let exponential = ElementaryFunction.exponential
    // log of the largest Float is 88.722839…; its neighbours there are 2^−17 apart.
    #expect(exponential(88.722_83).isFinite)
    #expect(exponential(88.722_84) == .infinity)
    #expect(exponential(.greatestFiniteMagnitude) == .infinity)
    // e^−103.97 is a little more than half the smallest subnormal, e^−103.98 a little less.
    #expect(exponential(-103.97) == .leastNonzeroMagnitude)
    #expect(exponential(-103.98) == 0)
    #expect(exponential(-.greatestFiniteMagnitude) == 0)
    #expect(exponential(-95).isSubnormal)
  }

  @Test func `the logarithm is right at special values`() {
    let logarithm = ElementaryFunction.naturalLogarithm
    #expect(logarithm(1) == 0)
    #expect(logarithm(1).sign == .plus)
    #expect(logarithm(0) == -.infinity)
    #expect(logarithm(-0.0) == -.infinity)
    #expect(logarithm(.infinity) == .infinity)
    #expect(logarithm(.nan).isNaN)
    for negative in [-Float.leastNonzeroMagnitude, -1, -Float.infinity] {
      #expect(logarithm(negative).isNaN)
    }
  }

  @Test func `the hyperbolic tangent is right at special values`() {
    let tangent = ElementaryFunction.hyperbolicTangent
    #expect(tangent(.infinity) == 1)
    #expect(tangent(-.infinity) == -1)
    #expect(tangent(9.02) == 1)
    #expect(tangent(8.9) < 1)
    #expect(tangent(.nan).isNaN)
    for tiny in [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-10] {
      #expect(tangent(tiny) == tiny)
    }
    #expect(tangent(-0.0).sign == .minus)
    #expect(tangent(0).sign == .plus)
  }

  @Test func `the hyperbolic tangent is odd`() {
    let x = increasing()
    let negated = ElementaryFunction.hyperbolicTangent(x.map { -$0 })
    #expect(zip(ElementaryFunction.hyperbolicTangent(x), negated).allSatisfy { $0 == -$1 })
  }

  @Test func `the logistic function is right at special values`() {
    let logistic = ElementaryFunction.logistic
    #expect(logistic(0) == 0.5)
    #expect(logistic(.infinity) == 1)
    #expect(logistic(-.infinity) == 0)
    #expect(logistic(-95).isSubnormal)
    #expect(logistic(-.greatestFiniteMagnitude) == 0)
    #expect(logistic(.nan).isNaN)
  }

  @Test func `softplus is right at special values`() {
    let softplus = ElementaryFunction.softplus
    #expect(softplus(.infinity) == .infinity)
    #expect(softplus(.greatestFiniteMagnitude) == .greatestFiniteMagnitude)
    #expect(softplus(100) == 100)
    #expect(softplus(-.infinity) == 0)
    #expect(softplus(-95).isSubnormal)
    #expect(softplus(.nan).isNaN)
  }

  // All five functions rise. Where one is flatter than its rounding, a neighbour may lie lower by
  // what a sweep over all Floats has shown at most; further down it would be a misplaced branch.
  @Test(arguments: [
    (ElementaryFunction.exponential, Float(1)), (.naturalLogarithm, 0), (.hyperbolicTangent, 2),
    (.logistic, 2), (.softplus, 2),
  ])
  func `each function falls by at most its rounding`(function: ElementaryFunction, ulps: Float) {
    let x = increasing().filter { function != .naturalLogarithm || $0 > 0 }
    let y = function(x)
    #expect(zip(y, y.dropFirst()).allSatisfy { $0 <= $1 || $0 - $1 <= ulps * $1.ulp })
  }

  @Test func `values stay within the range of the true function`() {
    let x = increasing()
    #expect(ElementaryFunction.hyperbolicTangent(x).allSatisfy { abs($0) <= 1 })
    #expect(ElementaryFunction.logistic(x).allSatisfy { (0...1).contains($0) })
    #expect(ElementaryFunction.softplus(x).allSatisfy { $0 >= 0 })
  }

  @Test(arguments: ElementaryFunction.allCases, [0, 1, 2, 15, 16, 17, 63, 64, 65, 257])
  func `the bits are the same at every position and for every count`(
    function: ElementaryFunction, count: Int
  ) {
    let x = (0..<count).map { Float($0 * 37 % 101 - 20) * 0.37 }
    let alone = x.map { function($0) }
    let together = function(x)
    #expect(zip(together, alone).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN })
    #expect(zip(together, alone).allSatisfy { $0.isNaN == $1.isNaN })
    // Shifted by one, each value sits in another lane.
    let shifted = function([-3] + x).dropFirst()
    #expect(zip(shifted, alone).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN })
  }

  @Test(arguments: ElementaryFunction.allCases)
  func `each function works in place and touches nothing beyond the count`(
    function: ElementaryFunction
  ) {
    let x = (0..<40).map { Float($0) * 0.25 }
    for count in [0, 1, 16, 23, 32, 39] {
      var values = x
      values.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        function.apply(start, start, count: count)
      }
      #expect(Array(values[..<count]) == function(Array(x[..<count])))
      #expect(values[count...] == x[count...])
    }
  }

  /// Every 8192nd Float from −∞ to ∞.
  private func increasing() -> [Float] {
    let positive = stride(from: 0, through: Float.infinity.bitPattern, by: 8192)
      .map { Float(bitPattern: $0) }
    return positive.reversed().map { -$0 } + positive
  }
}

import Foundation
import KernelsTestSupport
import Testing

@Suite struct ElementaryAccuracyTests {
  @Test(arguments: bounds)
  func `each function stays within its bound over all of Float`(
    function: ElementaryFunction, ulps: Double
  ) {
    // A prime number of steps apart, so that all bits of the pattern vary: 8 million values.
    let worst = sweep(function, step: 521)
    #expect(worst.error < ulps, "\(function)(\(worst.x))")
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_EXHAUSTIVE"] == "1"),
    arguments: bounds)
  func `each function stays within its bound for every Float`(
    function: ElementaryFunction, ulps: Double
  ) {
    let worst = sweep(function, step: 1)
    print("\(function): at most \(worst.error) ulp, at \(worst.x)")
    #expect(worst.error < ulps, "\(function)(\(worst.x))")
  }

  /// The bounds of the doc comments.
  static let bounds: [(ElementaryFunction, Double)] = [
    (.exponential, 0.9), (.naturalLogarithm, 0.91), (.hyperbolicTangent, 2.61), (.logistic, 2.41),
    (.softplus, 2.9),
  ]

  /// The largest error over every `step`th bit pattern of Float.
  private func sweep(_ function: ElementaryFunction, step: Int) -> (error: Double, x: Float) {
    var worst = (error: 0.0, x: Float(0))
    let block = 4096
    for start in stride(from: 0, to: 1 << 32, by: block * step) {
      let end = min(start + block * step, 1 << 32)
      let x = stride(from: start, to: end, by: step).map { Float(bitPattern: UInt32($0)) }
      let y = function(x)
      for index in x.indices {
        let error = errorInUlps(y[index], function.exact(Double(x[index])))
        if error > worst.error { worst = (error, x[index]) }
      }
    }
    return worst
  }
}

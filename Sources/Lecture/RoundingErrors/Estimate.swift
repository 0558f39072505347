import Foundation
import Networks

/// Half an ulp of 1 in Float: the relative error of one rounding.
package let roundoff = Double(Float.ulpOfOne) / 2

/// The relative error of `count` roundings one after the other (Higham 2002, lemma 3.1).
package func errorOfRoundings(_ count: Int) -> Double {
  Double(count) * roundoff / (1 - Double(count) * roundoff)
}

/// A number, and a bound on how far its computation in Float may be from it.
///
/// The bound is carried along operation by operation, as a running error analysis (Higham 2002,
/// section 3.3): nothing in it is tuned.
package struct Estimate {
  package var value: Double
  package var error: Double

  package init(_ value: Double, error: Double = 0) {
    self.value = value
    self.error = error
  }

  package init(_ exact: Float) { self.init(Double(exact)) }

  /// The largest magnitude that the computed number may have.
  package var magnitude: Double { abs(value) + error }

  /// The same, rounded once: half an ulp, or half a subnormal.
  package var rounded: Estimate {
    Estimate(value, error: error + roundoff * magnitude + Double(Float.leastNonzeroMagnitude) / 2)
  }

  /// Whether the computed number may be this one.
  package func allows(_ found: Double) -> Bool { abs(found - value) <= error }

  package static func + (left: Estimate, right: Estimate) -> Estimate {
    Estimate(left.value + right.value, error: left.error + right.error)
  }

  package static func - (left: Estimate, right: Estimate) -> Estimate {
    Estimate(left.value - right.value, error: left.error + right.error)
  }

  package static func * (left: Estimate, right: Estimate) -> Estimate {
    Estimate(
      left.value * right.value,
      error: abs(left.value) * right.error + left.error * right.magnitude)
  }
}

/// A sum of products in their order, each fused and rounded once as it is added.
package struct EstimatedChain {
  /// The sum so far.
  package private(set) var result: Estimate

  package init(from start: Estimate = Estimate(0.0)) { result = start }

  package mutating func add(_ left: Estimate, _ right: Estimate) {
    result = (result + left * right).rounded
  }
}

/// A sum of products in any order, of which is only known how often a product is rounded.
package struct EstimatedSum {
  private var sum = Estimate(0.0)
  private var magnitude = 0.0

  package init() {}

  package mutating func add(_ left: Estimate, _ right: Estimate) {
    sum = sum + left * right
    magnitude += left.magnitude * right.magnitude
  }

  /// The sum, no product of which is rounded more often than that.
  package func result(roundings: Int) -> Estimate {
    Estimate(
      sum.value,
      error: sum.error + errorOfRoundings(roundings) * magnitude
        + Double(roundings) * Double(Float.leastNonzeroMagnitude))
  }
}

/// What a unit makes of its weighted sum.
package struct EstimatedUnit {
  package let value: Estimate
  package let slope: Estimate
  /// Whether the sum is so near to a bend or a jump that the computed one may lie on its other
  /// side.
  package let isUncertain: Bool
}

extension Activation {
  /// φ(z) and φ′(z), the threshold's with its straight-through estimate.
  ///
  /// An error δ of z is passed on as (|φ′| + max|φ″| δ) δ; to it comes what the function itself
  /// adds, less than 3 ulps, 6u, for the elementary ones.
  package func estimate(_ z: Estimate) -> EstimatedUnit {
    let own = 6 * roundoff
    func smooth(
      _ y: Double, _ slope: Double, curvature: Double, _ slopeError: (Double) -> Double
    ) -> EstimatedUnit {
      let error = (abs(slope) + curvature * z.error) * z.error + own * abs(y)
      return EstimatedUnit(
        value: Estimate(y, error: error), slope: Estimate(slope, error: slopeError(error)),
        isUncertain: false)
    }
    switch self {
    case .identity:
      return EstimatedUnit(value: z, slope: Estimate(1.0), isUncertain: false)
    case .relu:
      let isNear = abs(z.value) <= z.error
      let isOn = z.value > 0
      return EstimatedUnit(
        value: isOn || isNear ? Estimate(max(z.value, 0), error: z.error) : Estimate(0.0),
        slope: Estimate(isOn ? 1 : 0, error: isNear ? 1 : 0), isUncertain: isNear)
    case .threshold:
      let mayJump = abs(z.value) <= z.error
      let mayLeave = abs(abs(z.value) - 1) <= z.error
      return EstimatedUnit(
        value: Estimate(z.value > 0 ? 1 : 0, error: mayJump ? 1 : 0),
        slope: Estimate(abs(z.value) <= 1 ? 1 : 0, error: mayLeave ? 1 : 0),
        isUncertain: mayJump || mayLeave)
    case .softplus:
      let slope = 1 / (1 + exp(-z.value))
      let y = max(z.value, 0) + log1p(exp(-abs(z.value)))
      return smooth(y, slope, curvature: 0.25) { _ in z.error / 4 + own * slope }
    case .logistic:
      // |φ″| ≤ 1/(6√3). The slope is y(1 − y) with two roundings.
      let y = 1 / (1 + exp(-z.value))
      return smooth(y, y * (1 - y), curvature: 0.1) { error in
        (abs(1 - 2 * y) + error) * error + errorOfRoundings(2) * y * (1 - y)
      }
    case .tanh:
      // |φ″| ≤ 4/(3√3). The slope is 1 − y² with one rounding.
      let y = Foundation.tanh(z.value)
      return smooth(y, 1 - y * y, curvature: 0.77) { error in
        (2 * abs(y) + error) * error + roundoff
      }
    }
  }
}

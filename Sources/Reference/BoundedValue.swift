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
package struct BoundedValue {
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
  package var rounded: BoundedValue {
    BoundedValue(
      value, error: error + roundoff * magnitude + Double(Float.leastNonzeroMagnitude) / 2)
  }

  /// Whether the computed number may be this one.
  package func allows(_ found: Double) -> Bool { abs(found - value) <= error }

  package static func + (left: BoundedValue, right: BoundedValue) -> BoundedValue {
    BoundedValue(left.value + right.value, error: left.error + right.error)
  }

  package static func - (left: BoundedValue, right: BoundedValue) -> BoundedValue {
    BoundedValue(left.value - right.value, error: left.error + right.error)
  }

  package static func * (left: BoundedValue, right: BoundedValue) -> BoundedValue {
    BoundedValue(
      left.value * right.value,
      error: abs(left.value) * right.error + left.error * right.magnitude)
  }
}

/// A sum of products in their order, each fused and rounded once as it is added.
package struct EstimatedChain {
  /// The sum so far.
  package private(set) var result: BoundedValue

  package init(from start: BoundedValue = BoundedValue(0.0)) { result = start }

  package mutating func add(_ left: BoundedValue, _ right: BoundedValue) {
    result = (result + left * right).rounded
  }
}

/// A sum of products in any order, of which is only known how often a product is rounded.
package struct EstimatedSum {
  private var sum = BoundedValue(0.0)
  private var magnitude = 0.0

  package init() {}

  package mutating func add(_ left: BoundedValue, _ right: BoundedValue) {
    sum = sum + left * right
    magnitude += left.magnitude * right.magnitude
  }

  /// The sum, no product of which is rounded more often than that.
  package func result(roundings: Int) -> BoundedValue {
    BoundedValue(
      sum.value,
      error: sum.error + errorOfRoundings(roundings) * magnitude
        + Double(roundings) * Double(Float.leastNonzeroMagnitude))
  }
}

import Foundation
import Graphs
import Networks

// What judges an activation function: an operation of the computation graph, and a bound on its rounding errors.

/// The logistic function σ(z) = 1 / (1 + e⁻ᶻ).
package func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

/// GELU from simpler operations: ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))).
private func gaussianErrorUnit(_ z: Node) -> Node {
  let inner = (2 / Double.pi).squareRoot() * (z + 0.044715 * power(z, 3))
  return 0.5 * z * (1 + Graphs.tanh(inner))
}

extension Activation {
  /// The operation that the activation is; for the threshold with its straight-through estimate.
  package func node(_ z: Node) -> Node {
    switch self {
    case .identity: Graphs.identity(z)
    case .relu: Graphs.relu(z)
    case .softplus: Graphs.softplus(z)
    case .threshold: Graphs.straightThroughThreshold(z)
    case .logistic: Graphs.logistic(z)
    case .tanh: Graphs.tanh(z)
    case .gelu: gaussianErrorUnit(z)
    }
  }
}

/// What a unit makes of its weighted sum.
package struct EstimatedUnit {
  package let value: BoundedValue
  package let slope: BoundedValue
  /// Whether the sum is so near to a bend or a jump that the computed one may lie on its other
  /// side.
  package let isUncertain: Bool
}

extension Activation {
  /// φ(z) and φ′(z), the threshold's with its straight-through estimate.
  ///
  /// An error δ of z is passed on as (|φ′| + max|φ″| δ) δ; to it comes what the function itself
  /// adds, less than 3 ulps, 6u, for the elementary ones.
  package func estimate(_ z: BoundedValue) -> EstimatedUnit {
    let own = 6 * roundoff
    func smooth(
      _ y: Double, _ slope: Double, curvature: Double, _ slopeError: (Double) -> Double
    ) -> EstimatedUnit {
      let error = (abs(slope) + curvature * z.error) * z.error + own * abs(y)
      return EstimatedUnit(
        value: BoundedValue(y, error: error), slope: BoundedValue(slope, error: slopeError(error)),
        isUncertain: false)
    }
    switch self {
    case .identity:
      return EstimatedUnit(value: z, slope: BoundedValue(1.0), isUncertain: false)
    case .relu:
      let isNear = abs(z.value) <= z.error
      let isOn = z.value > 0
      return EstimatedUnit(
        value: isOn || isNear ? BoundedValue(max(z.value, 0), error: z.error) : BoundedValue(0.0),
        slope: BoundedValue(isOn ? 1 : 0, error: isNear ? 1 : 0), isUncertain: isNear)
    case .threshold:
      let mayJump = abs(z.value) <= z.error
      let mayLeave = abs(abs(z.value) - 1) <= z.error
      return EstimatedUnit(
        value: BoundedValue(z.value > 0 ? 1 : 0, error: mayJump ? 1 : 0),
        slope: BoundedValue(abs(z.value) <= 1 ? 1 : 0, error: mayLeave ? 1 : 0),
        isUncertain: mayJump || mayLeave)
    case .softplus:
      let slope = Reference.logistic(z.value)
      let y = max(z.value, 0) + log1p(exp(-abs(z.value)))
      return smooth(y, slope, curvature: 0.25) { _ in z.error / 4 + own * slope }
    case .logistic:
      // |φ″| ≤ 1/(6√3). The slope is y(1 − y) with two roundings.
      let y = Reference.logistic(z.value)
      return smooth(y, y * (1 - y), curvature: 0.1) { error in
        (abs(1 - 2 * y) + error) * error + errorOfRoundings(2) * y * (1 - y)
      }
    case .tanh:
      // |φ″| ≤ 4/(3√3). The slope is 1 − y² with one rounding.
      let y = Foundation.tanh(z.value)
      return smooth(y, 1 - y * y, curvature: 0.77) { error in
        (2 * abs(y) + error) * error + roundoff
      }
    case .gelu:
      // u = √(2/π) (z + 0.044715 z³) has six roundings; max |u| sech² u < 0.45, max |φ″| < 0.8.
      let root = (2 / Double.pi).squareRoot()
      let near = min(max(z.value, -10), 10)
      let t = Foundation.tanh(root * (near + 0.044715 * near * near * near))
      let slopeOfU = root * (1 + 3 * 0.044715 * near * near)
      let half = (1 + t) / 2
      let (y, slope) = (z.value * half, half + near / 2 * (1 - t * t) * slopeOfU)
      let errorOfTanh = own * abs(t) + 6 * 0.45 * roundoff
      let errorOfHalf = errorOfTanh / 2 + roundoff * half
      let errorOfSlope =
        errorOfHalf + abs(near) / 2 * slopeOfU * (2 * abs(t) * errorOfTanh + 2 * roundoff)
        + 8 * roundoff * abs(slope - half) + roundoff * abs(slope)
      return EstimatedUnit(
        value: BoundedValue(
          y,
          error: (abs(slope) + 0.8 * z.error) * z.error + abs(z.value) * errorOfHalf
            + roundoff * abs(y)),
        slope: BoundedValue(slope, error: 0.8 * z.error + errorOfSlope), isUncertain: false)
    }
  }
}

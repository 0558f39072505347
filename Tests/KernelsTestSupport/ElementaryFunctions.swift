import Foundation
import Kernels

/// The elementary functions of `Kernels`, each beside the judge of its values.
package enum ElementaryFunction: CaseIterable {
  case exponential, naturalLogarithm, hyperbolicTangent, logistic, softplus

  /// The function under test.
  package func callAsFunction(_ x: [Float]) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        guard let source = x.baseAddress, let destination = y.baseAddress else { return }
        apply(source, destination, count: x.count)
      }
    }
    return y
  }

  package func callAsFunction(_ x: Float) -> Float { self([x])[0] }

  package func apply(
    _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .exponential: Kernels.exponential(source, destination, count: count)
    case .naturalLogarithm: Kernels.naturalLogarithm(source, destination, count: count)
    case .hyperbolicTangent: Kernels.hyperbolicTangent(source, destination, count: count)
    case .logistic: Kernels.logistic(source, destination, count: count)
    case .softplus: Kernels.softplus(source, destination, count: count)
    }
  }

  /// The system's function in Double, whose error of about 10^−16 is 10^−9 of a Float's ulp.
  package func exact(_ x: Double) -> Double {
    switch self {
    case .exponential: exp(x)
    case .naturalLogarithm: log(x)
    case .hyperbolicTangent: tanh(x)
    case .logistic: 1 / (1 + exp(-x))
    case .softplus: x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))
    }
  }
}

/// The distance of `result` from `exact` in units of the last place that Float has at `exact`.
///
/// Infinity stands for 2^128, the number that a Float without a largest exponent would hold.
package func errorInUlps(_ result: Float, _ exact: Double) -> Double {
  if result.isNaN || exact.isNaN { return result.isNaN && exact.isNaN ? 0 : .infinity }
  let limit = 0x1p128
  let exact = min(max(exact, -limit), limit)
  let found = min(max(Double(result), -limit), limit)
  if found == exact { return 0 }
  let exponent = max(min(Int(exact.exponent), 127), -126)
  return abs(found - exact) / Double(sign: .plus, exponent: exponent - 23, significand: 1)
}

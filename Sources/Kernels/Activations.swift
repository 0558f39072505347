// Each activation function computes the values φ(z) of weighted sums z and, for the backward pass,
// the slopes φ′(z). Evaluation passes nil for the slopes, which saves their stores. All matrices
// are [samples × outputs]; values or slopes may overwrite the sums. The padding of each row's last
// vector is computed too.

/// One of the functions below, which a product applies to its outputs tile by tile.
public typealias ActivationKernel =
  @Sendable (
    _ sums: Matrix, _ values: Matrix, _ slopes: Matrix?, _ writing: Writing
  ) -> Void

/// φ and φ′ of a vector of weighted sums. Each function is a type, not a closure, so that the
/// compiler specializes the loop and inlines the function.
private protocol ActivationFunction {
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector)
}

/// φ(z) = z; φ′(z) = 1.
@Sendable
public func activateIdentity(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, Identity.self)
}

private enum Identity: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    (z, Vector(repeating: 1))
  }
}

/// φ(z) = max(0, z); φ′(z) = 1 where z > 0, else 0. An undefined z stays undefined.
@Sendable
public func activateReLU(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, ReLU.self)
}

private enum ReLU: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    let positive = z .> Vector(repeating: 0)
    let negative = z .<= Vector(repeating: 0)
    return (
      z.replacing(with: Vector(repeating: 0), where: negative),
      Vector(repeating: 0).replacing(with: 1, where: positive)
    )
  }
}

/// φ(z) = log(1 + eᶻ); φ′(z) = 1/(1 + e⁻ᶻ).
@Sendable
public func activateSoftplus(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, Softplus.self)
}

private enum Softplus: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    (softplus(z), logistic(z))
  }
}

/// φ(z) = 1 where z > 0, else 0. Its derivative is 0, so no gradient would pass; the slope is the
/// straight-through estimate instead: 1 where |z| ≤ 1, else 0 (Bengio et al. 2013; Hubara et al.
/// 2016). An undefined z stays undefined.
@Sendable
public func activateThreshold(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, Threshold.self)
}

private enum Threshold: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    let positive = z .> Vector(repeating: 0)
    let negative = z .<= Vector(repeating: 0)
    let isNear = (z .<= 1) .& (z .>= -1)
    return (
      z.replacing(with: 0, where: negative).replacing(with: 1, where: positive),
      Vector(repeating: 0).replacing(with: 1, where: isNear)
    )
  }
}

/// φ(z) = 1/(1 + e⁻ᶻ); φ′(z) = φ(1 − φ).
@Sendable
public func activateLogistic(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, Logistic.self)
}

private enum Logistic: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    let y = logistic(z)
    return (y, y * (1 - y))
  }
}

/// φ(z) = tanh z; φ′(z) = 1 − φ².
@Sendable
public func activateTanh(_ sums: Matrix, values: Matrix, slopes: Matrix?, writing: Writing) {
  activate(sums, values, slopes, writing, Tanh.self)
}

private enum Tanh: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    let y = hyperbolicTangent(z)
    return (y, Vector(repeating: 1).addingProduct(-y, y))
  }
}

/// Applies an activation function to every vector of a matrix.
///
/// - Parameters:
///   - sums: the weighted sums z, [samples × outputs].
///   - values: receives φ(z), [samples × outputs].
///   - slopes: receives φ′(z), [samples × outputs]; nil computes only the values.
///   - writing: how the values are stored; no other worker reads the slopes.
///   - function: φ and φ′.
@inline(__always)
private func activate<Function: ActivationFunction>(
  _ sums: Matrix, _ values: Matrix, _ slopes: Matrix?, _ writing: Writing,
  _ function: Function.Type
) {
  requireSameShape(sums, values)
  if let slopes { requireSameShape(sums, slopes) }
  for row in 0..<sums.rows {
    let z = sums.row(row)
    let values = values.row(row)
    let slopes = slopes?.row(row)
    for i in stride(from: 0, to: sums.columns, by: laneCount) {
      let (value, slope) = Function.valueAndSlope(load(z + i))
      writing.store(value, values + i)
      if let slopes { store(slope, slopes + i) }
    }
  }
}

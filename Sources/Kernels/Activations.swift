// Each activation replaces weighted sums z by φ(z) and leaves φ′(z) in `slopes`, where the backward
// pass will multiply the error signal onto it; evaluation passes nil and saves the writes.
// Values and slopes are [samples × outputs]; the padding of the rows' last vectors is worked on too.

/// One of the functions below: what a product makes of its outputs, tile by tile.
public typealias ActivationKernel = @Sendable (_ values: Matrix, _ slopes: Matrix?) -> Void

/// φ and φ′ of a vector of weighted sums. A type for each, not a closure, so that each gets a loop of
/// its own with nothing to call.
private protocol ActivationFunction {
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector)
}

/// φ(z) = z; φ′(z) = 1.
@Sendable
public func activateIdentity(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, Identity.self)
}

private enum Identity: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    (z, Vector(repeating: 1))
  }
}

/// φ(z) = max(0, z); φ′(z) = 1 where z > 0, else 0. An undefined z stays undefined.
@Sendable
public func activateReLU(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, ReLU.self)
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
public func activateSoftplus(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, Softplus.self)
}

private enum Softplus: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    (softplus(z), logistic(z))
  }
}

/// φ(z) = 1 where z > 0, else 0; in place of its derivative, which is 0 and teaches nothing, the
/// straight-through estimate 1 where |z| ≤ 1, else 0 (Bengio et al. 2013; Hubara et al. 2016). An
/// undefined z stays undefined.
@Sendable
public func activateThreshold(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, Threshold.self)
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
public func activateLogistic(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, Logistic.self)
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
public func activateTanh(_ values: Matrix, slopes: Matrix?) {
  activate(values, slopes, Tanh.self)
}

private enum Tanh: ActivationFunction {
  @inline(__always)
  static func valueAndSlope(_ z: Vector) -> (value: Vector, slope: Vector) {
    let y = hyperbolicTangent(z)
    return (y, Vector(repeating: 1).addingProduct(-y, y))
  }
}

@inline(__always)
private func activate<Function: ActivationFunction>(
  _ values: Matrix, _ slopes: Matrix?, _ function: Function.Type
) {
  precondition(
    slopes.map { $0.rows == values.rows && $0.columns == values.columns } ?? true,
    "slopes of another shape than the values'")
  for row in 0..<values.rows {
    let z = values.row(row)
    let slopes = slopes?.row(row)
    for i in stride(from: 0, to: values.columns, by: laneCount) {
      let (value, slope) = Function.valueAndSlope(load(z + i))
      store(value, z + i)
      if let slopes { store(slope, slopes + i) }
    }
  }
}

import Kernels

/// φ(z) = 1 where z > 0, else 0. In place of its derivative, which is 0 and passes no error signal, the
/// slope is the straight-through estimate: 1 where |z| ≤ 1, else 0 (Bengio, Léonard, Courville 2013; Hubara et
/// al. 2016). An undefined z stays undefined.
public enum Threshold: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(_ z: SIMD16<Float>) -> (
    value: SIMD16<Float>, slope: SIMD16<Float>
  ) {
    let positive = z .> Vector(repeating: 0)
    let negative = z .<= Vector(repeating: 0)
    let isNear = (z .<= 1) .& (z .>= -1)
    return (
      z.replacing(with: 0, where: negative).replacing(with: 1, where: positive),
      Vector(repeating: 0).replacing(with: 1, where: isNear)
    )
  }

  /// LeCun's bound.
  public static func initialBound(inputs: Int, outputs: Int) -> Float {
    lecunBound(inputs: inputs)
  }

  /// Computes values and slopes of weighted sums.
  public static func activate(
    _ sums: Matrix, values: Matrix, slopes: Matrix?, stores: StorePolicy
  ) {
    apply(sums, values, slopes, stores)
  }
}

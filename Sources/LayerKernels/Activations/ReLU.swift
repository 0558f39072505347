import Kernels

/// φ(z) = max(0, z), the rectified linear unit; φ′(z) = 1 where z > 0, else 0. An undefined z stays
/// undefined.
public enum ReLU: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(_ z: SIMD16<Float>) -> (
    value: SIMD16<Float>, slope: SIMD16<Float>
  ) {
    let positive = z .> Vector(repeating: 0)
    let negative = z .<= Vector(repeating: 0)
    return (
      z.replacing(with: Vector(repeating: 0), where: negative),
      Vector(repeating: 0).replacing(with: 1, where: positive)
    )
  }

  /// He et al.'s bound for rectifiers.
  public static func initialBound(inputs: Int, outputs: Int) -> Float {
    heBound(inputs: inputs)
  }

  /// Computes values and slopes of weighted sums.
  public static func activate(
    _ sums: Matrix, values: Matrix, slopes: Matrix?, stores: StorePolicy
  ) {
    apply(sums, values, slopes, stores)
  }
}

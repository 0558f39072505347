import Kernels

/// φ(z) = log(1 + eᶻ), the soft rectified linear unit; φ′(z) = 1/(1 + e⁻ᶻ).
public enum Softplus: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(_ z: SIMD16<Float>) -> (
    value: SIMD16<Float>, slope: SIMD16<Float>
  ) {
    (softplus(z), logistic(z))
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

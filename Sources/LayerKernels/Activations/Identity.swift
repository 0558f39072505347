import Kernels

/// φ(z) = z; φ′(z) = 1.
public enum Identity: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(_ z: SIMD16<Float>) -> (
    value: SIMD16<Float>, slope: SIMD16<Float>
  ) {
    (z, Vector(repeating: 1))
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

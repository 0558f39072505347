import Kernels

/// φ(z) = tanh z; φ′(z) = 1 − φ².
public enum Tanh: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(_ z: SIMD16<Float>) -> (
    value: SIMD16<Float>, slope: SIMD16<Float>
  ) {
    let y = hyperbolicTangent(z)
    return (y, Vector(repeating: 1).addingProduct(-y, y))
  }

  /// Glorot's and Bengio's bound.
  public static func initialBound(inputs: Int, outputs: Int) -> Float {
    glorotBound(inputs: inputs, outputs: outputs)
  }

  /// Computes values and slopes of weighted sums.
  public static func activate(
    _ sums: Matrix, values: Matrix, slopes: Matrix?, stores: StorePolicy
  ) {
    apply(sums, values, slopes, stores)
  }
}

import Kernels

/// φ(z) = ½ z (1 + tanh u) with u = √(2/π) (z + 0.044715 z³), the Gaussian error linear unit in its form with tanh;
/// φ′(z) = ½ (1 + tanh u) + ½ z (1 − tanh² u) u′. An undefined z stays undefined.
///
/// Source: Hendrycks, Gimpel, Gaussian Error Linear Units, 2016; PyTorch's `approximate="tanh"`.
public enum GELU: ActivationFunction {
  /// φ(z) and φ′(z) of 16 weighted sums.
  @inline(__always)
  public static func valueAndSlope(
    _ z: SIMD16<Float>
  ) -> (value: SIMD16<Float>, slope: SIMD16<Float>) {
    let (root, cubic): (Float, Float) = (0x1.988454p-1, 0.044715)
    // Beyond ±10 tanh u is ±1, and the slope's last term 0; there z³ would overflow.
    let near = z.replacing(with: 10, where: z .> 10).replacing(with: -10, where: z .< -10)
    let square = near * near
    let u = near * (Vector(repeating: root).addingProduct(square, root * cubic))
    let t = hyperbolicTangent(u)
    let half = Vector(repeating: 0.5).addingProduct(t, 0.5)
    let slopeOfU = Vector(repeating: root).addingProduct(square, 3 * root * cubic)
    let steepness = Vector(repeating: 1).addingProduct(-t, t)
    // An infinite z times 0 is undefined, where the value is 0.
    let value = (z * half).replacing(with: 0, where: z .< -10)
    return (value, half.addingProduct(near * 0.5 * steepness, slopeOfU))
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

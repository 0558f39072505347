import Kernels

/// An activation function φ of a unit, applied to its weighted sum z. Each is a type in a file of its own, not a
/// closure, so that the compiler specializes the loop and inlines the function.
///
/// To add one: its file here, its case in `Activation` of Networks, and what judges it in
/// `ActivationJudges.swift` of Reference.
public protocol ActivationFunction: Sendable {
  /// φ(z) and φ′(z) of 16 weighted sums.
  static func valueAndSlope(_ z: SIMD16<Float>) -> (value: SIMD16<Float>, slope: SIMD16<Float>)

  /// The bound b of the uniform distribution on [−b, b) from which a layer's weights are drawn.
  static func initialBound(inputs: Int, outputs: Int) -> Float

  /// Computes the values φ(z) of weighted sums z and, for the backward pass, the slopes φ′(z). It is a
  /// `TileFunction`, which a product applies to its outputs tile by tile.
  ///
  /// All matrices are [samples × outputs]; values or slopes may overwrite the sums. The padding of each row's
  /// last vector is computed too.
  ///
  /// - Parameters:
  ///   - sums: the weighted sums z.
  ///   - values: takes φ(z).
  ///   - slopes: takes φ′(z); nil, as in an evaluation, saves their stores.
  ///   - stores: how the values are stored; no other worker reads the slopes.
  static func activate(_ sums: Matrix, values: Matrix, slopes: Matrix?, stores: StorePolicy)
}

extension ActivationFunction {
  /// The loop over rows and vectors that each function's own `activate` is: a function of the type, so that other
  /// modules call what was specialized here.
  @inline(__always)
  static func apply(
    _ sums: Matrix, _ values: Matrix, _ slopes: Matrix?, _ stores: StorePolicy
  ) {
    requireSameShape(sums, values)
    if let slopes { requireSameShape(sums, slopes) }
    for row in 0..<sums.rows {
      let z = sums.row(row)
      let values = values.row(row)
      let slopes = slopes?.row(row)
      for i in stride(from: 0, to: sums.columns, by: laneCount) {
        let (value, slope) = valueAndSlope(load(z + i))
        stores.store(value, values + i)
        if let slopes { store(slope, slopes + i) }
      }
    }
  }
}

/// √(6/inputs), for rectifiers (He et al. 2015).
func heBound(inputs: Int) -> Float { (6 / Float(inputs)).squareRoot() }

/// √(6/(inputs + outputs)), for functions that saturate on both sides (Glorot, Bengio 2010).
func glorotBound(inputs: Int, outputs: Int) -> Float {
  (6 / Float(inputs + outputs)).squareRoot()
}

/// √(3/inputs), which keeps the variance of a layer of identities (LeCun et al. 1998).
func lecunBound(inputs: Int) -> Float { (3 / Float(inputs)).squareRoot() }

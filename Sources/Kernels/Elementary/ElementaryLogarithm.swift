/// log x, with an error below 0.91 ulp (0.901 at x = 0.63891), and nowhere falling.
///
/// Subnormals are taken at their value, log 0 = −∞ for both zeros, log ∞ = ∞; below 0 it is NaN.
/// The coefficients are fitted, and the bound measured, as those of `exponential`.
@inlinable @inline(__always)
package func naturalLogarithm(_ x: Vector) -> Vector {
  let isSubnormal = x .< Vector(repeating: .leastNormalMagnitude)
  let normal = x.replacing(with: x * 0x1p23, where: isSubnormal)

  // x = 2^k m with m in √½…√2, where log m comes without cancellation.
  let bits = unsafeBitCast(normal, to: SIMD16<Int32>.self)
  let exponent = (bits &- Int32(bitPattern: Float(0x1.6a09e6p-1).bitPattern)) &>> 23
  let f = unsafeBitCast(bits &- (exponent &<< 23), to: Vector.self) - 1
  // An integer added to the bits of 1.5 × 2^23 adds to its value: a conversion by lanes.
  let shift: Float = 0x1.8p23
  let shifted = unsafeBitCast(exponent &+ Int32(bitPattern: shift.bitPattern), to: Vector.self)
  let k = (shifted - shift).replacing(with: shifted - (shift + 23), where: isSubnormal)

  // log(1 + f) = f − f²/2 + f³ p(f), to within 2^−28.2 of itself.
  let p = polynomial(
    f,
    [
      0x1.555548p-2, -0x1.000006p-2, 0x1.99a4b6p-3, -0x1.555c50p-3, 0x1.233716p-3,
      -0x1.fc21eep-4, 0x1.e6f066p-4, -0x1.de3c8ep-4, 0x1.14582cp-4,
    ])
  let logarithm = f.addingProduct(f * f, Vector(repeating: -0.5).addingProduct(f, p))
    .addingProduct(k, -0x1.05c61p-29).addingProduct(k, 0x1.62e43p-1)

  return
    logarithm
    .replacing(with: x, where: .!(x .< .infinity))
    .replacing(with: .nan, where: x .< 0)
    .replacing(with: -.infinity, where: x .== 0)
}

/// log(1 + z) for z in 0…1, accurate relative to itself, also for subnormal z.
///
/// With s = z/(1 + z/2), which is z where z is subnormal, it is 2 artanh(s/2) = s + s³ q(s²), q to
/// within 2^−27.4 of the whole.
@inlinable @inline(__always)
func logarithm(ofOnePlus z: Vector) -> Vector {
  let s = z / Vector(repeating: 1).addingProduct(z, 0.5)
  let square = s * s
  let q = polynomial(square, [0x1.555502p-4, 0x1.99d208p-7, 0x1.1ebd16p-9, 0x1.1ed7a2p-11])
  return s.addingProduct(s * square, q)
}

/// log x, with an error below 1 ulp over all of Float.
///
/// Subnormals are taken at their value, log 0 = −∞ for both zeros, log ∞ = ∞; below 0 the logarithm
/// is undefined. The coefficients are fitted as those of `exponential`.
@inline(__always)
func naturalLogarithm(_ x: Vector) -> Vector {
  let isSubnormal = x .< Vector(repeating: .leastNormalMagnitude)
  let normal = x.replacing(with: x * 0x1p23, where: isSubnormal)

  // x = 2^k m with m in √½…√2, where log m comes without cancellation.
  let bits = unsafeBitCast(normal, to: SIMD16<Int32>.self)
  let exponent = (bits &- Int32(bitPattern: Float(0x1.6a09e6p-1).bitPattern)) &>> 23
  let f = unsafeBitCast(bits &- (exponent &<< 23), to: Vector.self) - 1
  // An integer added to the bits of 1.5 × 2^23 adds to its value: conversion without an instruction.
  let shift: Float = 0x1.8p23
  let shifted = unsafeBitCast(exponent &+ Int32(bitPattern: shift.bitPattern), to: Vector.self)
  let k = (shifted - shift).replacing(with: shifted - (shift + 23), where: isSubnormal)

  // log(1 + f) = f − f²/2 + f³ p(f), to within 2^−28.2 of itself.
  var p = polynomial(
    f, -0x1.555c50p-3, 0x1.233716p-3, -0x1.fc21eep-4, 0x1.e6f066p-4, -0x1.de3c8ep-4)
  p = f
  return p
}

/// tanh x, with an error below 2.61 ulp (2.606 at x = 0.06242): x itself for tiny x, ±1 for large.
///
/// (e^2|x| − 1)/(e^2|x| + 1) = m/(m + 2) with m = e^2|x| − 1 = 2^n (r + r² q) + (2^n − 1), which
/// does not cancel near 0, where n = 0.
@inlinable @inline(__always)
package func hyperbolicTangent(_ x: Vector) -> Vector {
  let magnitude = absolute(x)
  let clamped = magnitude.replacing(with: 10, where: magnitude .> 10)
  let (r, q, power) = reducedExponential(clamped + clamped)
  let scale = powerOfTwo(power)
  let m = (scale - 1).addingProduct(r.addingProduct(r * r, q), scale)
  return copyingSign(of: x, to: m / (m + 2))
}

/// 1/(1 + e^−x), with an error below 2.41 ulp (2.402 at x = −4.1573), also where it is next to 0:
/// there it follows e^x down to the smallest subnormal.
///
/// From z = e^−|x|, which never overflows: 1/(1 + z) for x ≥ 0 and z/(1 + z) below.
@inlinable @inline(__always)
package func logistic(_ x: Vector) -> Vector {
  let z = exponential(belowOverflow: -absolute(x))
  return Vector(repeating: 1).replacing(with: z, where: x .< 0) / (1 + z)
}

/// log(1 + e^x), with an error below 2.9 ulp (2.892 at x = −2.0230): e^x for very negative x, x for
/// large.
///
/// As max(0, x) + log(1 + e^−|x|): neither overflow nor a large number that swallows a small one.
@inlinable @inline(__always)
package func softplus(_ x: Vector) -> Vector {
  let z = exponential(belowOverflow: -absolute(x))
  return x.replacing(with: 0, where: x .< 0) + logarithm(ofOnePlus: z)
}

@inlinable @inline(__always)
func absolute(_ x: Vector) -> Vector {
  unsafeBitCast(unsafeBitCast(x, to: SIMD16<UInt32>.self) & 0x7fff_ffff, to: Vector.self)
}

/// `magnitude`, which has no sign, with the sign of `x`.
@inlinable @inline(__always)
func copyingSign(of x: Vector, to magnitude: Vector) -> Vector {
  let sign = unsafeBitCast(x, to: SIMD16<UInt32>.self) & 0x8000_0000
  return unsafeBitCast(unsafeBitCast(magnitude, to: SIMD16<UInt32>.self) | sign, to: Vector.self)
}

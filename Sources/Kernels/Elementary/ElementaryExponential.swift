// The elementary functions use nothing but IEEE 754's + − × ÷, fused multiply-add, comparisons and
// integer operations on the bits: each lane is computed alone, in one order, so a result does not
// depend on the width of the registers, the compiler, the system's libm or the neighbours. Only the
// bits of a NaN are left to the processor.
//
// The polynomials are minimax fits made for this file: Remez' exchange algorithm on the relative
// error in 160-bit arithmetic, then, from the highest coefficient down, one coefficient is rounded
// to Float and the rest fitted again.
//
// The bounds are measured over all 2^32 Floats, against the system's functions in Double; the tests
// repeat it with LOCKSTEP_EXHAUSTIVE=1 and sample it without.

/// e^x, with an error below 0.9 ulp (0.895 at x = 5.2019).
///
/// Below 2^−126 the results are subnormal and lose precision gradually, as in IEEE 754; there an
/// ulp is the smallest subnormal. Above the largest Float the result is +∞.
@inlinable @inline(__always)
package func exponential(_ x: Vector) -> Vector {
  exponential(belowOverflow: x.replacing(with: 89, where: x .> 89))
}

/// e^x for x up to 89; larger x are not checked.
@inlinable @inline(__always)
func exponential(belowOverflow x: Vector) -> Vector {
  // Below −104 e^x is less than half the smallest subnormal: 0.
  let (r, q, power) = reducedExponential(x.replacing(with: -104, where: x .< -104))
  let mantissa = Vector(repeating: 1).addingProduct(r, Vector(repeating: 1).addingProduct(r, q))
  // 2^n lies outside Float for −150 ≤ n < −126 and for n = 128, its two halves do not. Only the
  // second product rounds, and only where the result is subnormal or infinite.
  let half = power &>> 1
  return mantissa * powerOfTwo(half) * powerOfTwo(power &- half)
}

/// e^x = (1 + r + r² q) 2^n: Cody and Waite's reduction to r = x − n log 2 with |r| ≤ ½ log 2.
///
/// - Parameter x: in −104…89; an undefined lane makes its r and q undefined.
/// - Returns: r, q, and integers that hold n in their low nine bits, as two's complement.
@inlinable @inline(__always)
func reducedExponential(_ x: Vector) -> (r: Vector, q: Vector, power: SIMD16<Int32>) {
  // Adding 1.5 × 2^23 rounds to an integer, which then stands in the low bits of the sum.
  let shift: Float = 0x1.8p23
  let shifted = Vector(repeating: shift).addingProduct(x, 0x1.715476p0)
  let n = shifted - shift
  // log 2 in two parts. The first difference is exact: a multiple of 2^−25 that is less than ½.
  let r = x.addingProduct(n, -0x1.62e43p-1).addingProduct(n, 0x1.05c61p-29)
  // (e^r − 1 − r)/r² to within 2^−27.9 of e^r.
  let q = polynomial(
    r, [0x1.fffffcp-2, 0x1.555492p-3, 0x1.5558f2p-5, 0x1.1239e2p-7, 0x1.6a243ap-10])
  return (r, q, unsafeBitCast(shifted, to: SIMD16<Int32>.self))
}

/// 2^n for n in −126…127, read from the low nine bits.
@inlinable @inline(__always)
func powerOfTwo(_ n: SIMD16<Int32>) -> Vector {
  unsafeBitCast((n &<< 23) &+ Int32(bitPattern: Float(1).bitPattern), to: Vector.self)
}

/// The polynomial with these coefficients, the constant one first, by Horner's rule.
@inlinable @inline(__always)
func polynomial<let count: Int>(
  _ x: Vector, _ coefficients: InlineArray<count, Float>
) -> Vector {
  var sum = Vector(repeating: coefficients[count - 1])
  for power in (0..<count - 1).reversed() {
    sum = Vector(repeating: coefficients[power]).addingProduct(x, sum)
  }
  return sum
}

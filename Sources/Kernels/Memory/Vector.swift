/// A SIMD vector of sixteen floats: the unit to which rows are padded.
///
/// The width is the same on every processor, so that memory layouts and sums over lanes are too. A
/// processor with narrower registers uses two or four of them per vector.
@usableFromInline package typealias Vector = SIMD16<Float>

/// The number of floats to which the rows of weights, activations and error signals are padded.
@inlinable
public var laneCount: Int { 16 }

/// The stride from row to row of a matrix in floats: whole vectors. One more vector is added where
/// the stride would be a multiple of 512 bytes, since such rows compete for a few sets of the
/// cache.
public func rowStride(_ columns: Int) -> Int {
  let padded = paddedToLanes(columns)
  return padded % (8 * laneCount) == 0 ? padded + laneCount : padded
}

/// `count` rounded up to a multiple of `laneCount`.
@inlinable
public func paddedToLanes(_ count: Int) -> Int {
  (count + laneCount - 1) / laneCount * laneCount
}

@inlinable @inline(__always)
package func load(_ source: UnsafePointer<Float>) -> Vector {
  UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
}

@inlinable @inline(__always)
package func store(_ vector: Vector, _ destination: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(destination).storeBytes(of: vector, as: Vector.self)
}

/// The mask of the lanes 0 … count − 1. Floats are compared, since without AVX-512 the compiler
/// compares integers one by one.
@inlinable @inline(__always)
package func lanesBelow(_ count: Int) -> SIMDMask<SIMD16<Int32>> {
  Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    .< Vector(repeating: Float(count))
}

/// The sum of the lanes, by halves: ((0 + 8) + (4 + 12)) + …; the order is part of the contract.
@inlinable @inline(__always)
package func sumOfLanes(_ vector: Vector) -> Float {
  let eight = vector.lowHalf + vector.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The sum of the lanes' squares in Double, by halves in the order of `sumOfLanes`.
@inlinable @inline(__always)
package func sumOfSquares(_ vector: Vector) -> Double {
  let wide = SIMD16<Double>(vector)
  let squares = wide * wide
  let eight = squares.lowHalf + squares.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

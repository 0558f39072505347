/// Checks that numbers are finite by summing x − x: the sum is 0 as long as every x is finite, and
/// NaN from the first infinite or undefined x on.
@usableFromInline package struct FiniteCheck {
  @usableFromInline var sum: Vector

  /// A check that has seen no number.
  @inlinable @inline(__always)
  package init() { sum = Vector(repeating: 0) }

  @inlinable @inline(__always)
  package mutating func add(_ numbers: Vector) { sum += numbers - numbers }

  @inlinable @inline(__always)
  package mutating func add(_ other: FiniteCheck) { sum += other.sum }

  /// Whether all numbers so far were finite.
  @inlinable
  package var isPassed: Bool { all(sum .== Vector(repeating: 0)) }
}

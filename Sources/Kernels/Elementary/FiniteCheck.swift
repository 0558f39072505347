/// Checks that numbers are finite by summing x − x: the sum is 0 as long as every x is finite, and
/// NaN from the first infinite or undefined x on.
struct FiniteCheck {
  private var sum = Vector(repeating: 0)

  @inline(__always)
  mutating func add(_ numbers: Vector) { sum += numbers - numbers }

  @inline(__always)
  mutating func add(_ other: FiniteCheck) { sum += other.sum }

  /// Whether all numbers so far were finite.
  var isPassed: Bool { all(sum .== Vector(repeating: 0)) }
}

/// A sum of 0 as long as all that is added is finite: an infinite or undefined number less itself is
/// undefined and stays so.
struct FiniteCheck {
  private var sum = Vector(repeating: 0)

  @inline(__always)
  mutating func add(_ numbers: Vector) { sum += numbers - numbers }

  @inline(__always)
  mutating func add(_ other: FiniteCheck) { sum += other.sum }

  /// Whether all that was added is finite.
  var isPassed: Bool { all(sum .== Vector(repeating: 0)) }
}

import Statistics

// Vectors of the lecture as arrays.

/// ‖a‖.
func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

/// ‖a − b‖.
func distance(_ a: [Double], _ b: [Double]) -> Double { norm(zip(a, b).map { $0 - $1 }) }

/// The largest of some sizes, 0 for none; not a number where one of them is not, as no claim should
/// hold by it.
package func maximum(of sizes: some Sequence<Double>) -> Double {
  sizes.reduce(0) { $0 >= $1 || $0.isNaN ? $0 : $1 }
}

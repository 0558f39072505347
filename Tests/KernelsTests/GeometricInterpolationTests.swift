import Foundation
import Kernels
import Testing

@Suite struct GeometricInterpolationTests {
  @Test(arguments: [(1e-6, 10.0), (0.5, 0.01), (3, 3), (1e-300, 1e8)])
  func `both ends are exact, and what is between agrees with the system's power`(
    low: Double, high: Double
  ) {
    #expect(geometricInterpolation(from: low, to: high, at: 0) == low)
    #expect(geometricInterpolation(from: low, to: high, at: 1) == high)
    for step in 1..<1000 {
      let share = Double(step) / 1000
      let expected = low * pow(high / low, share)
      let found = geometricInterpolation(from: low, to: high, at: share)
      // 53 digits, each with a rounded product and a root. A root errs by half as much as the one
      // before it, and is rounded: by two roundings at most. The rest is the system's own.
      #expect(abs(found / expected - 1) <= (3 * 53 + 4) * 0x1p-53, "\(found), \(expected)")
    }
  }

  @Test func `a larger share gives a larger number`() {
    let numbers = (0...100_000).map {
      geometricInterpolation(from: 1e-5, to: 1, at: Double($0) / 100_000)
    }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// What schedules and searches are drawn from must not depend on the system.
  @Test func `the bits are the recorded ones`() {
    let halves = (0...4).map { geometricInterpolation(from: 1, to: 16, at: Double($0) / 4) }
    #expect(halves == [1, 2, 4, 8, 16])
    #expect(
      geometricInterpolation(from: 1e-6, to: 10, at: 0.3).bitPattern == 4_548_776_638_992_681_739)
  }
}

import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct SumTests {
  @Test(arguments: uglySizes + [127, 128, 129, 192, 193, 320, 448, 1000, 4097])
  func `leaves of 64 in order, then a tree`(count: Int) {
    var numbers = TestNumbers(seed: count)
    // Magnitudes far apart, so that any other order rounds otherwise.
    let terms = (0..<count).map { _ in
      Double.random(in: -1...1, using: &numbers)
        * Double(sign: .plus, exponent: .random(in: -40...40, using: &numbers), significand: 1)
    }
    // Terms beyond the count are no part of the sum.
    let block = Block<Double>(count: count + 3)
    for index in 0..<block.count { block[index] = index < count ? terms[index] : .nan }
    #expect(sumByLeaves(block, count: count).bitPattern == naiveSum(terms).bitPattern)
  }

  @Test func `a leaf has 64 samples`() {
    #expect(leafSampleCount == 64)
  }

  @Test func `the sum of nothing is +0`() {
    #expect(sumByLeaves(Block(count: 0), count: 0).bitPattern == 0)
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan])
  func `what is not finite shows in the sum`(value: Double) {
    let block = Block<Double>(count: 200)
    block[130] = value
    #expect(!sumByLeaves(block, count: 200).isFinite)
    #expect(sumByLeaves(block, count: 130) == 0)
  }

  private func naiveSum(_ terms: [Double]) -> Double {
    sumInTree(
      stride(from: 0, to: terms.count, by: 64).map { first in
        terms[first..<min(first + 64, terms.count)].reduce(0, +)
      })
  }
}

import Foundation
import Kernels
import Testing

@Suite struct PeakTests {
  @Test(arguments: [0, 1, 1000])
  func `operations are counted and done`(repetitions: Int) {
    let (operations, check) = runMultiplyAddChains(repetitions: repetitions)
    let chainsAndLanes = runMultiplyAddChains(repetitions: 1).operations / 2
    #expect(operations == Double(repetitions) * chainsAndLanes * 2)
    // A step takes the distance of x from 1 to 0.999999 times itself: chain i, which begins with i + 1, is
    // at 1 + i · 0.999999^n. Each step rounds once, by 2^−24 of the largest chain at most, as do the sums.
    let chains = chainsAndLanes / 16
    let shrunk = pow(Double(Float(0.999_999)), Double(repetitions))
    let expected = 16 * (0..<Int(chains)).reduce(0) { $0 + 1 + Double($1) * shrunk }
    let bound = chainsAndLanes * chains * (Double(repetitions) + chainsAndLanes) * 0x1p-24
    #expect(abs(Double(check) - expected) <= bound)
  }

  /// A compiler that sees through the chains would leave nothing to time.
  @Test func `no processor is faster than its clock allows`() {
    let begin = ContinuousClock.now
    let (operations, _) = runMultiplyAddChains(repetitions: 1_000_000)
    let elapsed = ContinuousClock.now - begin
    // Two multiply-adds of 16 lanes a cycle, at 8 GHz.
    #expect(elapsed > .seconds(operations / (2 * 2 * 16 * 8e9)))
  }
}

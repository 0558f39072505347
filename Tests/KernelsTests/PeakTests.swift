import Kernels
import Testing

@Suite struct PeakTests {
  @Test(arguments: [0, 1, 1000])
  func `operations are counted and done`(repetitions: Int) {
    let (operations, check) = runMultiplyAddChains(repetitions: repetitions)
    let chainsAndLanes = runMultiplyAddChains(repetitions: 1).operations / 2
    #expect(operations == Double(repetitions) * chainsAndLanes * 2)
    // A step takes 1 to 0.999999 + 10^−6: to 1 or a neighbour, from which it may stray by one
    // rounding, 2^−24, a step.
    let bound = chainsAndLanes * (Double(repetitions) + chainsAndLanes) * 0x1p-24
    #expect(abs(Double(check) - chainsAndLanes) <= bound)
  }
}

import Lockstep
import Testing

@Suite struct SuccessiveHalvingTests {
  private func rungs(
    _ trials: Int, _ epochs: Int, minEpochs: Int = 1, by factor: Int = 3
  ) -> [[Int]] {
    SuccessiveHalving(
      trials: trials, epochs: epochs, minEpochs: minEpochs, reductionFactor: factor
    ).rungs.map { [$0.trials, $0.epochs] }
  }

  @Test func `the brackets are those of Hyperband`() {
    // Li et al. 2018, table 1: R = 81, η = 3.
    #expect(rungs(81, 81) == [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]])
    #expect(rungs(27, 81, minEpochs: 3) == [[27, 3], [9, 9], [3, 27], [1, 81]])
    #expect(rungs(9, 81, minEpochs: 9) == [[9, 9], [3, 27], [1, 81]])
    #expect(rungs(6, 81, minEpochs: 27) == [[6, 27], [2, 81]])
    #expect(rungs(5, 81, minEpochs: 81) == [[5, 81]])
  }

  @Test func `epochs that no power of the factor divides are rounded`() {
    #expect(rungs(27, 30) == [[27, 1], [9, 3], [3, 10], [1, 30]])
    #expect(rungs(16, 10, by: 2) == [[16, 1], [8, 3], [4, 5], [2, 10]])
  }

  @Test func `few trials or epochs make few rungs`() {
    #expect(rungs(1, 30) == [[1, 30]])
    #expect(rungs(2, 30) == [[2, 30]])
    #expect(rungs(3, 30) == [[3, 10], [1, 30]])
    #expect(rungs(100, 1) == [[100, 1]])
    #expect(rungs(100, 2) == [[100, 2]])
  }

  @Test func `every plan rises to all epochs and wastes no trial`() {
    for trials in 1...40 {
      for epochs in 1...40 {
        for minEpochs in [1, 2, epochs / 2, epochs] where (1...epochs).contains(minEpochs) {
          for factor in 2...4 {
            let plan = rungs(trials, epochs, minEpochs: minEpochs, by: factor)
            #expect(plan[0][0] == trials && plan[plan.count - 1][1] == epochs)
            #expect(plan[0][1] >= minEpochs)
            for (rung, next) in zip(plan, plan.dropFirst()) {
              #expect(rung[1] < next[1] && next[0] >= 1 && rung[0] / next[0] >= factor)
            }
          }
        }
      }
    }
  }
}

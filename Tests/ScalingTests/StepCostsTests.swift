import Scaling
import Testing

@Suite struct StepCostsTests {
  @Test func `hand-overs follow the nearest line from one worker`() {
    let exact = HandOverCost(workers: [1, 2, 4], seconds: [1, 1.5, 2.5])
    #expect(exact == HandOverCost(alone: 1, perFurtherWorker: 0.5))
    #expect(exact.seconds(workers: 1) == 1 && exact.seconds(workers: 9) == 5)
    // Σ x y / Σ x² of (1, 1) and (2, 4).
    let nearest = HandOverCost(workers: [1, 2, 3], seconds: [0, 1, 4])
    #expect(nearest.perFurtherWorker == 9.0 / 5)
    #expect(HandOverCost(workers: [1, 2], seconds: [2, 1]).perFurtherWorker == 0)
    let alone = HandOverCost(workers: [1], seconds: [2])
    #expect(alone.perFurtherWorker == nil && alone.seconds(workers: 50) == 2)
  }

  @Test func `waking costs nothing for one worker and is a line from the second`() {
    let exact = WakingCost(workers: [2, 3, 5], seconds: [10, 11, 13])
    #expect(exact == WakingCost(second: 10, perFurtherWorker: 1))
    #expect(exact.seconds(workers: 1) == 0)
    #expect(exact.seconds(workers: 2) == 10 && exact.seconds(workers: 12) == 20)
    let falling = WakingCost(workers: [2, 4], seconds: [6, 2])
    #expect(falling == WakingCost(second: 4, perFurtherWorker: 0))
    let two = WakingCost(workers: [2], seconds: [3])
    #expect(two.perFurtherWorker == nil && two.seconds(workers: 64) == 3)
    #expect(WakingCost(workers: [], seconds: []).seconds(workers: 64) == 0)
  }

  @Test func `exchange grows with the share that others had`() {
    let exact = ExchangeCost(workers: [1, 2, 4], seconds: [8, 10, 11])
    #expect(exact == ExchangeCost(whole: 0.5))
    #expect([1, 2, 4].map { 8 * exact.factor(workers: $0) } == [8, 10, 11])
    #expect(exact.factor(workers: 1 << 40) <= 1.5)
    #expect(ExchangeCost(workers: [1, 2], seconds: [8, 7]).whole == 0)
    let alone = ExchangeCost(workers: [1], seconds: [8])
    #expect(alone.whole == nil && alone.factor(workers: 64) == 1)
  }
}

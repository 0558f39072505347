import Scaling
import Testing
import TestSupport

@Suite struct StepModelTests {
  private static let free = HandOverCost(alone: 0, perFurtherWorker: 0)
  private static let awake = WakingCost(second: 0, perFurtherWorker: 0)

  private func phase(_ seconds: Double, exchange: Double = 0) -> StepModel.Phase {
    StepModel.Phase(seconds: seconds, exchange: ExchangeCost(whole: exchange))
  }

  private func equalItems(_ count: Int) -> [Double] { [Double](repeating: 1, count: count) }

  /// Shares of small whole numbers: a division and a few additions.
  private let rounding = 8 * 0x1p-53

  @Test(arguments: [1, 2, 3, 7, 8, 64], [1, 2, 5, 8, 63, 64, 65])
  func `equal items take whole rounds`(workers: Int, items: Int) {
    let rounds = (items + workers - 1) / workers
    let share = makespanShare(of: equalItems(items), workers: workers)
    #expect(abs(share - Double(rounds) / Double(items)) <= rounding)
  }

  @Test func `items go to whoever is free first`() {
    // 3 | 2; 2 at time 2, 2 at time 3, 1 at time 4: the workers end at 3 + 2 and 2 + 2 + 1.
    #expect(makespanShare(of: [3, 2, 2, 2, 1], workers: 2) == 0.5)
    // A large item at the end is waited for: 1 | 1, then 4 alone.
    #expect(makespanShare(of: [1, 1, 4], workers: 2) == 5.0 / 6)
    #expect(makespanShare(of: [], workers: 3) == 0)
    #expect(makespanShare(of: [0, 0], workers: 3) == 0)
  }

  @Test func `no step is shorter than its largest items, nor than its work shared evenly`() {
    var random = TestNumbers(seed: 5)
    for _ in 0..<500 {
      let items = (0..<Int(random.next() % 40 + 1)).map { _ in random.uniform() }
      let total = items.reduce(0, +)
      for workers in [1, 2, 3, 5, 16, 100] {
        let share = makespanShare(of: items, workers: workers)
        // A sum of 40 items has 40 roundings.
        #expect(share >= (items.max() ?? 0) / total - 40 * 0x1p-53)
        #expect(share >= 1 / Double(workers) - 40 * 0x1p-53)
        #expect(share <= 1 + 40 * 0x1p-53)
      }
    }
  }

  @Test func `one worker takes the step that was measured`() {
    let model = StepModel(
      stepSeconds: 10, phases: [phase(5), phase(3)],
      handOver: HandOverCost(alone: 0.25, perFurtherWorker: 1),
      start: WakingCost(second: 4, perFurtherWorker: 0))
    #expect(model.serialSeconds == 1.5)
    #expect(model.stepSeconds(workers: 1, items: [equalItems(2), equalItems(3)]) == 10)
    // Clocks that disagree by a little leave no negative rest.
    let rest = StepModel(
      stepSeconds: 7.9, phases: [phase(5), phase(3)], handOver: Self.free, start: Self.awake)
    #expect(rest.serialSeconds == 0)
  }

  @Test func `many workers tend to what is not shared`() {
    let model = StepModel(
      phases: [phase(8), phase(4)], serialSeconds: 0.5,
      handOver: HandOverCost(alone: 0.125, perFurtherWorker: 0),
      start: WakingCost(second: 0.25, perFurtherWorker: 0))
    let fixed = 0.5 + 0.25 + 2 * 0.125
    // However many workers there are, 16 items of a phase leave a sixteenth of it to one of them.
    #expect(
      model.stepSeconds(workers: 1000, items: [equalItems(16), equalItems(4)]) == fixed + 1.5)
    // With an item for each of very many workers, nothing but what is not shared is left.
    let many = 1 << 14
    let least = model.stepSeconds(workers: many, items: [equalItems(many), equalItems(many)])
    #expect(abs(least - fixed - 12 / Double(many)) <= 1e2 * 0x1p-53)
  }

  @Test func `what others had in their caches takes longer`() {
    let model = StepModel(
      phases: [phase(8, exchange: 0.5), phase(4)], serialSeconds: 0, handOver: Self.free,
      start: Self.awake)
    let steps = [1, 2, 4].map {
      model.stepSeconds(workers: $0, items: [equalItems($0), equalItems($0)])
    }
    // 8 (1 + ½ (P − 1)/P) / P + 4/P; dyadic numbers, all exact
    let expected: [Double] = [12, 5 + 2, 2.75 + 1]
    #expect(steps == expected)
  }

  @Test func `the speed-up goes up in stairs`() {
    let model = StepModel(
      phases: [phase(1)], serialSeconds: 0, handOver: Self.free, start: Self.awake)
    let steps = (1...9).map { model.stepSeconds(workers: $0, items: [equalItems(8)]) }
    #expect(steps == [8, 4, 3, 2, 2, 2, 2, 1, 1].map { $0 / 8 })
  }

  @Test func `costly hand-overs make more workers slower`() {
    let model = StepModel(
      phases: [phase(64)], serialSeconds: 0,
      handOver: HandOverCost(alone: 0, perFurtherWorker: 1), start: Self.awake)
    let steps = (1...64).map { model.stepSeconds(workers: $0, items: [equalItems($0)]) }
    // 64/P + P − 1 is least at P = √64.
    #expect(steps.firstIndex(of: steps.min() ?? 0) == 7)
  }
}

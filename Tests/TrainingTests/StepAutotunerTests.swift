import Kernels
import Testing
import Training

@Suite struct StepAutotunerTests {
  /// The modes that are chosen on a machine where steps take these times, in microseconds.
  private func modes(
    _ count: Int, _ choice: inout StepAutotuner, time: (ExecutionMode) -> Int
  ) -> [ExecutionMode] {
    (0..<count).map { _ in
      let mode = choice.next
      choice.note(.milliseconds(10 * time(mode)), steps: 10_000)
      return mode
    }
  }

  /// Two workers, and what may become of them.
  private let cached = ExecutionMode(workers: 2, stores: .cached)
  private let streamed = ExecutionMode(workers: 2, stores: .nonTemporal)
  private let alone = ExecutionMode(workers: 1, stores: .cached)

  @Test func `each mode is tried once, then the fastest is kept`() {
    for fastest in [cached, streamed, alone] {
      var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
      let found = modes(StepAutotuner.period, &choice) { $0 == fastest ? 10 : 15 }
      #expect(found[0...StepAutotuner.firstTrial].allSatisfy { $0 == cached })
      #expect(Set(found) == [cached, streamed, alone])
      #expect(found.suffix(12).count { $0 == fastest } >= 10)
    }
  }

  @Test func `few turns go to modes that are slower`() {
    var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
    let found = modes(1_000, &choice) { [cached: 10, streamed: 11, alone: 20][$0] ?? 0 }
    #expect(found.count { $0 == streamed } <= 1_000 / StepAutotuner.period)
    // Half as fast, and a quarter as long: a two-hundredth of the time.
    #expect(found.count { $0 == alone } <= 1_000 / 50)
    #expect(found.count { $0 == alone } > 10)
  }

  @Test func `a machine that changes is followed`() {
    var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
    _ = modes(100, &choice) { [cached: 10, streamed: 11, alone: 15][$0] ?? 0 }
    let far = modes(100, &choice) { [cached: 30, streamed: 20, alone: 15][$0] ?? 0 }
    #expect(far.suffix(20).count { $0 == alone } >= 18)
    let near = modes(100, &choice) { [cached: 10, streamed: 11, alone: 15][$0] ?? 0 }
    #expect(near.suffix(20).count { $0 == cached } >= 18)
  }

  @Test func `a disturbance makes no mode look fast`() {
    for disturbed in 0..<40 {
      var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
      for turn in 0..<60 {
        let time = choice.next == cached ? 10 : 14
        choice.note(.milliseconds(turn == disturbed ? 50 * time : 10 * time), steps: 10_000)
        if !choice.isTrial { #expect(choice.next == cached) }
      }
    }
  }

  @Test func `a pause during a trial rules out no mode`() {
    var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
    var wasPaused: Set<ExecutionMode> = []
    var found: [ExecutionMode] = []
    for _ in 0..<3_000 {
      found.append(choice.next)
      let isPaused = choice.isTrial && wasPaused.insert(choice.next).inserted
      choice.note(
        isPaused ? .seconds(3_600) : .milliseconds(choice.next == alone ? 100 : 150), steps: 10_000)
    }
    #expect(found.suffix(100).contains(alone))
    #expect(found.suffix(1_000).count { $0 == alone } > 900)
  }

  @Test func `all workers take part until the system has placed them`() {
    var choice = StepAutotuner(workers: 2, usesAllWorkers: false)
    var elapsed = Duration.zero
    for _ in 0..<300 {
      if choice.next == alone { #expect(elapsed >= StepAutotuner.settlingTime) }
      let time = Duration.milliseconds(choice.next == alone ? 5 : 10)
      elapsed += time
      choice.note(time, steps: 100)
    }
    #expect(choice.next == alone)
  }

  @Test(arguments: [3, 4, 6, 7, 16])
  func `fewer workers are found, and more again`(workers: Int) {
    var choice = StepAutotuner(workers: workers, usesAllWorkers: false)
    #expect(modes(200, &choice) { 10 + $0.workers }.suffix(4).contains(alone))
    let found = modes(400, &choice) { 1_000 / $0.workers }
    #expect(found.suffix(20).contains { $0.workers == workers })
    #expect(found.allSatisfy { (1...workers).contains($0.workers) })
  }

  @Test func `all workers take part where they are to`() {
    var choice = StepAutotuner(workers: 4, usesAllWorkers: true)
    let found = modes(200, &choice) { $0.workers }
    #expect(found.allSatisfy { $0.workers == 4 } && found.contains { $0.stores == .nonTemporal })
  }

  @Test func `one worker has one mode`() {
    var choice = StepAutotuner(workers: 1, usesAllWorkers: false)
    #expect(modes(100, &choice) { _ in 10 }.allSatisfy { $0 == alone })
  }
}

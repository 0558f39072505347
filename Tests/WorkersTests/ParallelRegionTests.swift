import Dispatch
import Foundation
import Synchronization
import Testing
import Workers

@Suite(.timeLimit(.minutes(5))) struct ParallelRegionTests {
  static let workers = [1, 2, 3, 7, 64]
  /// Phases of one item, of fewer items than workers, of more, and empty ones at every place.
  static let phases = [[1], [2, 2], [1, 1, 1], [0, 3, 0, 0, 1, 0], [65], [5, 64]]

  @Test(arguments: workers, phases)
  func `every item runs exactly once`(workers: Int, phases: [Int]) {
    let steps = 50
    let itemsPerStep = phases.reduce(0, +)
    let runs = Cells(count: steps * itemsPerStep)
    let participations = performInLockstep(workers: workers, steps: steps, phases: phases) { work in
      let index = work.step * itemsPerStep + phases.prefix(work.phase).reduce(0, +) + work.item
      runs[index] += 1
    }
    #expect(runs.all == Array(repeating: 1, count: runs.count))
    #expect(participations.reduce(0) { $0 + $1.items } == runs.count)
    #expect(participations.count <= workers)
    #expect(participations.allSatisfy { $0.items > 0 })
  }

  /// Each item writes to plain memory and reads what every item of the phase before has written. If
  /// one started too early, or memory was not yet visible, a wrong number would be read.
  @Test(arguments: workers, [[1, 1], [2, 2], [3, 0, 2, 7], [16, 5]])
  func `a phase sees all that the phase before has written`(workers: Int, phases: [Int]) {
    let steps = 4000
    let widest = phases.reduce(0, max)
    let written = phases.map { _ in Cells(count: widest * Cells.line) }
    let wrong = Cells(count: workers * Cells.line)
    let filled = phases.indices.filter { phases[$0] > 0 }
    performInLockstep(workers: workers, steps: steps, phases: phases) { work in
      let place = filled.firstIndex(of: work.phase) ?? 0
      let before = filled[(place + filled.count - 1) % filled.count]
      let expected = place == 0 ? work.step : work.step + 1
      for item in 0..<phases[before] where written[before][item * Cells.line] != expected {
        wrong[work.participant * Cells.line] += 1
      }
      written[work.phase][work.item * Cells.line] = work.step + 1
    }
    #expect(wrong.all.allSatisfy { $0 == 0 })
  }

  /// Two items that wait for each other need two participants, and each then has one of its own.
  @Test(.enabled(if: AvailableProcessors.read().usable >= 2, "needs two processors"))
  func `a participant takes the items of the step before again`() {
    let steps = 2000
    let phases = [2, 2]
    let begun = (0..<steps * phases.count).map { _ in Arrivals() }
    let owners = Cells(count: 2 * phases.count * Cells.line)
    let moved = Cells(count: 2 * phases.count * Cells.line)
    performInLockstep(workers: 2, steps: steps, phases: phases) { work in
      begun[work.step * phases.count + work.phase].meet(2)
      let cell = (work.phase * 2 + work.item) * Cells.line
      if work.step > 0 && owners[cell] != work.participant { moved[cell] += 1 }
      owners[cell] = work.participant
    }
    #expect(moved.all.allSatisfy { $0 == 0 })
  }

  @Test(arguments: workers)
  func `without items or steps nothing runs`(workers: Int) {
    func count(steps: Int, phases: [Int]) -> Int {
      performInLockstep(workers: workers, steps: steps, phases: phases) { _ in
        Issue.record("there is no item to run")
      }.count
    }
    #expect(count(steps: 10, phases: []) == 0)
    #expect(count(steps: 10, phases: [0]) == 0)
    #expect(count(steps: 10, phases: [0, 0, 0]) == 0)
    #expect(count(steps: 0, phases: [4, 4]) == 0)
  }

  /// A clock that goes on by one at each reading: with one worker an item lasts one reading.
  @Test func `a clock takes the time of each phase`() {
    let readings = Atomic(0)
    let alone = performInLockstep(
      workers: 1, steps: 3, phases: [2, 0, 5],
      clock: { .seconds(readings.wrappingAdd(1, ordering: .relaxed).newValue) }
    ) { _ in }
    #expect(alone.map(\.phaseTimes) == [[.seconds(6), .zero, .seconds(15)]])
    #expect(readings.load(ordering: .relaxed) == 2 * 21)
  }

  @Test(arguments: workers)
  func `the clock is read around every item and not without one`(workers: Int) {
    let readings = Atomic(0)
    let timed = performInLockstep(
      workers: workers, steps: 10, phases: [7, 3],
      clock: { .seconds(readings.wrappingAdd(1, ordering: .relaxed).newValue) }
    ) { _ in }
    #expect(readings.load(ordering: .relaxed) == 2 * 100)
    #expect(timed.allSatisfy { $0.phaseTimes.count == 2 })
    let untimed = performInLockstep(workers: workers, steps: 10, phases: [7, 3]) { _ in }
    #expect(untimed.allSatisfy { $0.phaseTimes.isEmpty })
  }

  @Test(arguments: workers)
  func `participants at the same time have different numbers`(workers: Int) {
    let active = Mutex<Set<Int>>([])
    let clashes = Mutex(0)
    performInLockstep(workers: workers, steps: 200, phases: [workers, 2]) { work in
      let isAlone = active.withLock { $0.insert(work.participant).inserted }
      if !isAlone || !(0..<workers).contains(work.participant) { clashes.withLock { $0 += 1 } }
      sched_yield()
      _ = active.withLock { $0.remove(work.participant) }
    }
    #expect(clashes.withLock { $0 } == 0)
  }

  @Test func `a single worker is the calling thread and goes in order`() {
    var order: [[Int]] = []
    let caller = pthread_self()
    var isCaller = true
    let participations = performInLockstep(workers: 1, steps: 2, phases: [2, 0, 1]) { work in
      order.append([work.step, work.phase, work.item])
      isCaller = isCaller && pthread_equal(pthread_self(), caller) != 0
    }
    #expect(order == [[0, 0, 0], [0, 0, 1], [0, 2, 0], [1, 0, 0], [1, 0, 1], [1, 2, 0]])
    #expect(isCaller)
    #expect(participations.map(\.items) == [6])
  }

  // In a process of its own, since other tests may keep Dispatch's threads busy.
  @Test(.enabled(if: AvailableProcessors.read().usable >= 2, "one processor runs one thread"))
  func `two workers with enough to do are two threads`() async {
    await #expect(processExitsWith: .success) {
      exit(countThreads(workers: 2, seconds: 30) == 2 ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  @Test func `regions run side by side and inside of each other`() {
    let sum = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      performInLockstep(workers: 3, steps: 20, phases: [3, 1]) { _ in
        performInLockstep(workers: 2, steps: 2, phases: [2, 2]) { _ in sum.withLock { $0 += 1 } }
      }
    }
    let outer = 4 * 20 * 4
    #expect(sum.withLock { $0 } == outer * 8)
  }

  @Test func `a region runs on a queue's thread`() async {
    let sum = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let sum = Mutex(0)
        performInLockstep(workers: 4, steps: 100, phases: [4, 1]) { work in
          sum.withLock { $0 += work.item }
        }
        continuation.resume(returning: sum.withLock { $0 })
      }
    }
    #expect(sum == 600)
  }

  #if os(Linux)
    @Test(.enabled(if: AvailableProcessors.read().usable >= 2, "one processor runs one thread"))
    func `more threads than processors come to an end`() async {
      await #expect(processExitsWith: .success) {
        // Dispatch has counted two processors when the process is bound to one of them.
        try #require(countThreads(workers: 2, seconds: 30) == 2)
        try bindToOneProcessor()
        try #require(countThreads(workers: 2, seconds: 30) == 2)
        let reached = Cells(count: 4 * Cells.line)
        performInLockstep(workers: 4, steps: 2000, phases: [4, 4]) { work in
          reached[work.item * Cells.line] = work.step
        }
        for item in 0..<4 where reached[item * Cells.line] != 1999 { exit(EXIT_FAILURE) }
      }
    }
  #endif

  @Test func `no worker, and fewer than no items or steps, are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      performInLockstep(workers: 0, phases: [1]) { _ in }
    }
    await #expect(processExitsWith: .failure) {
      performInLockstep(workers: 1, phases: [2, -1]) { _ in }
    }
    await #expect(processExitsWith: .failure) {
      performInLockstep(workers: 1, steps: -1, phases: [1]) { _ in }
    }
    await #expect(processExitsWith: .failure) {
      performInLockstep(workers: 1, steps: 1 << 16, phases: [1 << 16]) { _ in }
    }
  }
}

/// The number of threads that take part in a region which goes on until all of them are there.
private func countThreads(workers: Int, seconds: Int) -> Int {
  let seen = Mutex<Set<Int>>([])
  let participations = performInLockstep(
    workers: workers, steps: seconds * 1000, phases: [workers]
  ) { work in
    let count = seen.withLock {
      $0.insert(work.participant)
      return $0.count
    }
    if count < workers { usleep(1000) }
  }
  return Set(participations.map(\.thread)).count
}

/// Plain memory that several threads write to without a lock: what a region has to keep in order.
final class Cells {
  /// So far apart that two threads do not share a cache line.
  static let line = 16

  let count: Int
  private let start: UnsafeMutablePointer<Int>

  init(count: Int) {
    self.count = count
    start = .allocate(capacity: count)
    start.initialize(repeating: 0, count: count)
  }

  deinit { start.deallocate() }

  subscript(index: Int) -> Int {
    get { start[index] }
    set { start[index] = newValue }
  }

  var all: [Int] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

#if os(Linux)
  /// Binds the process's threads, and so those that they will start, to one processor.
  func bindToOneProcessor() throws {
    typealias SetAffinity = @convention(c) (pid_t, Int, UnsafeRawPointer) -> Int32
    // Swift's view of the C library leaves this function out.
    let symbol = try #require(dlsym(nil, "sched_setaffinity"))
    let setAffinity = unsafeBitCast(symbol, to: SetAffinity.self)
    let allowed = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      .split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let first = try #require(
      allowed?.split { !$0.isNumber }.first.flatMap { Int($0) })
    var set = [UInt8](repeating: 0, count: 1024)
    set[first / 8] = 1 << (first % 8)
    for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
      let number = try #require(pid_t(thread))
      try #require(setAffinity(number, set.count, set) == 0)
    }
    try #require(AvailableProcessors.read().affinity == 1)
  }
#endif

/// A place where threads wait for each other.
private final class Arrivals: Sendable {
  private let count = Atomic(0)

  /// Waits until so many have come.
  func meet(_ expected: Int) {
    count.add(1, ordering: .acquiringAndReleasing)
    while count.load(ordering: .acquiring) < expected { sched_yield() }
  }
}

import CProcessor
import Dispatch
import Foundation
import Synchronization

/// One piece of work of a region: `item` of `phase` in `step`, done by `participant`.
public struct WorkItem: Sendable {
  /// The step, 0 … steps − 1.
  public let step: Int
  /// The phase of the step; its items start when all items of the phase before are done.
  public let phase: Int
  /// The item within the phase.
  public let item: Int
  /// The participant that runs it, 0 … workers − 1: the index of scratch memory that no other
  /// participant uses meanwhile.
  public let participant: Int
}

/// The work of one participant of a region: evidence of which threads really ran.
public struct Participation: Equatable, Sendable {
  /// The system's number of the thread.
  public let thread: UInt64
  /// The number of items that it ran.
  public let items: Int
  /// The time that it spent in the items of each phase; empty where the region has no clock.
  public let phaseTimes: [Duration]
}

/// Runs `steps` × `phases` of work items on up to `workers` threads, in one parallel region.
///
/// Items are claimed in order from one counter; a claimed item waits until every item of the phases
/// before its own is done. Those were claimed earlier, by participants that are running, so the
/// region ends with any number of participants ≥ 1: no one waits for a thread that Dispatch did not
/// grant, and Dispatch grants no more than there are processors. Any participant may run an item,
/// but a phase is complete before the next one starts. So a body whose items write to separate
/// memory computes the same on any number of workers. A participant prefers the items that it ran
/// in the step before, since their memory is in its caches.
///
/// - Parameters:
///   - workers: the maximum number of threads.
///   - steps: the number of repetitions of all phases.
///   - phases: the number of items in each phase of a step.
///   - placement: the choice of the threads' processors.
///   - clock: returns the time since any fixed moment, read before and after each item; nil takes
///     no times.
///   - body: runs one item. It is called from several threads at once; two calls at the same time
///     must not write to the same place.
/// - Returns: one entry per participant that ran at least one item.
@discardableResult
public func performInLockstep(
  workers: Int, steps: Int = 1, phases: [Int], placement: ThreadPlacement = .bySystem,
  clock: (@Sendable () -> Duration)? = nil, body: (WorkItem) -> Void
) -> [Participation] {
  precondition(workers >= 1, "a region for \(workers) workers")
  precondition(steps >= 0, "a region of \(steps) steps")
  precondition(phases.allSatisfy { $0 >= 0 }, "phases of \(phases) items")
  let total = steps * phases.reduce(0, +)
  precondition(total + workers < Progress.limit, "a region of \(total) items, not below 2^32")
  guard total > 0 else { return [] }

  let progress = Atomic<UInt64>(0)
  let choice = ItemChoice(phases: phases, isInOrder: workers == 1 || steps == 1)
  let participations = Mutex<[Participation]>([])
  let threads = startableThreads(upTo: workers)
  let processors = OccupiedProcessors(for: threads, placement)
  // The one unsafe capture of the package: the caller vouches that concurrent calls are disjoint.
  nonisolated(unsafe) let body = body

  @Sendable func participate(_ participant: Int) {
    processors.enter()
    var position = Position(phases: phases)
    var items = 0
    var phaseTimes: [Duration] = clock == nil ? [] : phases.map { _ in .zero }
    var seen = Progress(
      word: progress.wrappingAdd(Progress.claimOne, ordering: .acquiringAndReleasing).oldValue)
    while seen.claimed < total {
      let claimed = seen.claimed
      position.advance(to: claimed)
      // What an item wrote is released with its completion and acquired by whoever sees the count.
      // The word only ever changes by additions, so whoever sees the last one sees them all.
      if seen.completed < position.phaseStart {
        let awaited = position.phaseStart
        waitUntil { Progress(word: progress.load(ordering: .acquiring)).completed >= awaited }
      }
      let begin = clock?()
      unsafe body(
        WorkItem(
          step: position.step, phase: position.phase,
          item: choice.take(
            position, claimed: claimed - position.phaseStart, participant: participant,
            of: workers),
          participant: participant))
      if let begin, let clock { phaseTimes[position.phase] += clock() - begin }
      items += 1
      seen = Progress(
        word: progress.wrappingAdd(
          Progress.completeOneAndClaimOne, ordering: .acquiringAndReleasing
        ).oldValue &+ Progress.completeOne)
    }
    if items > 0 {
      let participation = Participation(
        thread: processor_thread(), items: items, phaseTimes: phaseTimes)
      participations.withLock { $0.append(participation) }
    }
  }

  if threads == 1 {
    participate(0)
  } else {
    DispatchQueue.concurrentPerform(iterations: threads) { participate($0) }
  }
  return participations.withLock { $0 }
}

/// The progress of a region in one word: the numbers of items completed and claimed, 32 bits each.
/// So one addition completes an item, claims the next one and shows whether that one may start.
private struct Progress {
  static let limit = 1 << 32
  static let claimOne: UInt64 = 1
  static let completeOne: UInt64 = 1 << 32
  static let completeOneAndClaimOne = completeOne + claimOne

  let word: UInt64

  var claimed: Int { Int(word & 0xFFFF_FFFF) }
  var completed: Int { Int(word >> 32) }
}

/// A place in the order of a region's items, which a participant walks through from the front.
private struct Position {
  let phases: [Int]
  private(set) var step = 0
  private(set) var phase = 0
  /// The number of items in the phases and steps before.
  private(set) var phaseStart = 0

  init(phases: [Int]) {
    self.phases = phases
  }

  mutating func advance(to item: Int) {
    while item - phaseStart >= phases[phase] {
      phaseStart += phases[phase]
      phase += 1
      if phase == phases.count {
        phase = 0
        step += 1
      }
    }
  }
}

/// The choice of the item that a participant runs: a claim only says that an item is left.
private struct ItemChoice {
  /// The steps in which an item has been taken.
  private final class Taken: Sendable {
    let steps = Atomic(0)
  }

  private let isInOrder: Bool
  private let taken: [[Taken]]

  /// The choice for a region.
  ///
  /// - Parameters:
  ///   - phases: the number of items in each phase of a step.
  ///   - isInOrder: whether items are taken in their order: they were not run before, or there is
  ///     only one participant.
  init(phases: [Int], isInOrder: Bool) {
    self.isInOrder = isInOrder
    taken = isInOrder ? [] : phases.map { count in (0..<count).map { _ in Taken() } }
  }

  /// Takes an item of the phase that was not taken in this step: one of the participant's own
  /// items, an equal share of neighbouring items, or one of the items behind them.
  ///
  /// - Parameters:
  ///   - position: the step and the phase of the claim.
  ///   - claimed: the number of the claim within the phase.
  ///   - participant: the participant that claims, 0 … workers − 1.
  ///   - workers: the maximum number of participants.
  /// - Returns: the item within the phase.
  func take(_ position: Position, claimed: Int, participant: Int, of workers: Int) -> Int {
    if isInOrder { return claimed }
    let items = taken[position.phase]
    var item = participant * items.count / workers
    while true {
      let steps = items[item].steps.load(ordering: .relaxed)
      if steps == position.step,
        items[item].steps.compareExchange(
          expected: steps, desired: steps + 1, ordering: .relaxed
        ).exchanged
      {
        return item
      }
      item = item + 1 == items.count ? 0 : item + 1
    }
  }
}

/// Waits for a condition that another running thread will make true. It spins for a short time,
/// since the other thread is mostly nearly done, and then yields the processor.
///
/// The spin lasts a microsecond or two. Where each thread has a processor, a longer one gains
/// nothing that can be measured; where the other thread waits for this one's processor, every spin
/// holds it up, and spinning for 100 µs made steps of 40 µs six times as long.
@inline(__always)
private func waitUntil(_ isTrue: () -> Bool) {
  var spins = 0
  while !isTrue() {
    if spins < 50 {
      spins += 1
      processor_pause()
    } else {
      sched_yield()
    }
  }
}

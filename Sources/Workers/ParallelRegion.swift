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
  /// Who runs it, 0 … workers − 1: the key to scratch memory that no one else touches meanwhile.
  public let participant: Int
}

/// What one participant of a region did: the proof of which threads really ran.
public struct Participation: Equatable, Sendable {
  /// The system's number of the thread.
  public let thread: UInt64
  /// How many items it ran.
  public let items: Int
}

/// Runs `steps` × `phases` of work items on up to `workers` threads, in one parallel region.
///
/// Items are claimed in order from one counter; a claimed item waits until every item of the
/// phases before its own is done. Those were claimed earlier, by participants that are running, so
/// the region ends with any number of participants ≥ 1: no one waits for a thread that Dispatch
/// did not grant. Which participant runs an item is open; that all of a phase is done before the
/// next one starts is certain, so a body whose items write to places of their own computes the same
/// on any number of workers.
///
/// - Parameters:
///   - workers: the most threads that take part.
///   - steps: how many times the phases are gone through.
///   - phases: the number of items in each phase of a step.
///   - body: runs one item. It is called from several threads at once; two calls at the same time
///     must not write to the same place.
/// - Returns: one entry per participant that ran at least one item.
@discardableResult
public func performInLockstep(
  workers: Int, steps: Int = 1, phases: [Int], body: (WorkItem) -> Void
) -> [Participation] {
  precondition(workers >= 1, "a region needs at least one worker")
  precondition(phases.allSatisfy { $0 >= 0 }, "a phase cannot have fewer than 0 items")
  let itemsPerStep = phases.reduce(0, +)
  let total = steps * itemsPerStep
  guard total > 0 else { return [] }

  let claimed = Atomic(0)
  let completed = Atomic(0)
  let participations = Mutex<[Participation]>([])
  // The one unsafe capture of the package: the caller vouches that concurrent calls are disjoint.
  nonisolated(unsafe) let body = body

  @Sendable func participate(_ participant: Int) {
    var items = 0
    var index = claimed.wrappingAdd(1, ordering: .relaxed).oldValue
    while index < total {
      let (step, offset) = index.quotientAndRemainder(dividingBy: itemsPerStep)
      let (phase, item) = locate(offset, in: phases)
      let earlier = index - item
      wait { completed.load(ordering: .acquiring) >= earlier }
      unsafe body(WorkItem(step: step, phase: phase, item: item, participant: participant))
      completed.wrappingAdd(1, ordering: .acquiringAndReleasing)
      items += 1
      index = claimed.wrappingAdd(1, ordering: .relaxed).oldValue
    }
    if items > 0 {
      let participation = Participation(thread: processor_thread(), items: items)
      participations.withLock { $0.append(participation) }
    }
  }

  if workers == 1 {
    participate(0)
  } else {
    DispatchQueue.concurrentPerform(iterations: workers) { participate($0) }
  }
  return participations.withLock { $0 }
}

/// The phase that holds the item at `offset` in a step, and the item's number in it.
private func locate(_ offset: Int, in phases: [Int]) -> (phase: Int, item: Int) {
  var item = offset
  for (phase, count) in phases.enumerated() {
    if item < count { return (phase, item) }
    item -= count
  }
  preconditionFailure("offset \(offset) lies outside the step's phases")
}

/// Waits for a condition that another running thread will make true: a short spin, as the other is
/// most often nearly done, then giving way to whoever needs the processor.
@inline(__always)
private func wait(until isTrue: () -> Bool) {
  var spins = 0
  while !isTrue() {
    if spins < 4000 {
      spins += 1
      processor_pause()
    } else {
      sched_yield()
    }
  }
}

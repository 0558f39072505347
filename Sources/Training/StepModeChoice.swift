import Kernels

/// How steps are computed; never what.
package struct StepMode: Hashable, Sendable {
  /// The most workers that take part.
  package let workers: Int
  /// How they write what others read.
  package let writing: Writing

  package init(workers: Int, writing: Writing) {
    self.workers = workers
    self.writing = writing
  }
}

/// Which mode makes steps fastest, found by trying others now and then.
///
/// It depends on how far the processors lie from each other, which no one tells and which may change on
/// a virtual machine. On two that shared no cache, streamed writing was up to 2.5 times as fast, on two
/// that did, up to a tenth slower; and what workers write for each other costs by the step, so that on
/// small mini-batches fewer of them may be faster than all.
package struct StepModeChoice {
  /// How the next steps are to be computed.
  package var next: StepMode { isTrial ? candidate : best }

  /// Whether the next steps only try a mode, see `trialSteps`.
  package private(set) var isTrial = false

  /// How many of `count` steps are enough to tell a mode's time: a quarter, if that is many.
  package static func trialSteps(of count: Int) -> Int { max(count / 4, min(count, 32)) }

  private let workers: Int
  private let fewestWorkers: Int
  private var best: StepMode
  private var bestTime = Duration.zero
  private var candidate: StepMode
  private var candidateTime: Duration?
  private var turn = 0
  /// The time of all turns.
  private var elapsed = Duration.zero
  /// When modes may be tried again.
  private var dueTurns: [StepMode: Int] = [:]

  /// The turn before the first trial; up to then memory and threads are still waking up.
  package static let firstTurn = 3
  /// How long all workers take part in any case: for some tenths of a second the system may run two
  /// threads on one processor, and one that rests is not moved to another.
  package static let settlingTime = Duration.seconds(1)
  /// The turns until a mode is tried again; more for one that costs more than a two-hundredth of the time
  /// with it.
  package static let period = 32
  /// The most turns until then: what a mode seems to cost may be a pause of the whole machine.
  package static let longestPeriod = 1_000.0
  /// The turns until modes are tried after a change, which may have been chance.
  package static let periodAfterChange = 8

  /// - Parameters:
  ///   - workers: the most workers of a mode.
  ///   - usesAllWorkers: whether none has fewer.
  package init(workers: Int, usesAllWorkers: Bool) {
    self.workers = workers
    fewestWorkers = usesAllWorkers ? workers : 1
    best = StepMode(workers: workers, writing: .cached)
    candidate = best
  }

  /// Takes note of how long steps took in the mode that `next` said, and goes on.
  package mutating func note(_ time: Duration, steps: Int) {
    elapsed += time
    let timePerStep = time / steps
    if isTrial {
      isTrial = false
      candidateTime = timePerStep
    } else {
      judgeCandidate(next: timePerStep)
      beginTrial()
    }
    turn += 1
  }

  /// Compares the candidate, if there is one, with the best mode just before and just after it: what
  /// disturbed one of the three does not make the candidate look better than it is.
  private mutating func judgeCandidate(next: Duration) {
    guard let time = candidateTime else {
      bestTime = next
      return
    }
    candidateTime = nil
    let ratio = time / min(bestTime, next)
    if ratio < 0.98 {
      best = candidate
      bestTime = time
      dueTurns = [:]
      for mode in alternatives { dueTurns[mode] = turn + Self.periodAfterChange }
    } else {
      bestTime = next
      // A trial is a quarter of a turn, unless turns are short.
      let turns = max(200 * (ratio - 1) / 4, Double(Self.period))
      dueTurns[candidate] = turn + Int(min(turns, Self.longestPeriod))
    }
  }

  private mutating func beginTrial() {
    guard turn >= Self.firstTurn else { return }
    guard let mode = alternatives.first(where: { dueTurns[$0, default: 0] <= turn }) else { return }
    candidate = mode
    isTrial = true
  }

  /// The modes beside the best one: the other way of writing, half the workers, twice as many.
  private var alternatives: [StepMode] {
    let writings = [best.writing, best.writing == .cached ? .streamed : .cached]
    var modes = best.workers > 1 ? [StepMode(workers: best.workers, writing: writings[1])] : []
    if best.workers > fewestWorkers, elapsed >= Self.settlingTime {
      modes.append(mode(best.workers / 2, writing: best.writing))
    }
    if best.workers < workers {
      modes += writings.map { mode(min(2 * best.workers, workers), writing: $0) }
    }
    return modes
  }

  /// A worker by itself writes for no one else.
  private func mode(_ workers: Int, writing: Writing) -> StepMode {
    StepMode(workers: workers, writing: workers > 1 ? writing : .cached)
  }
}

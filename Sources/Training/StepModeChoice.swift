import Kernels

/// The execution mode of steps: number of workers and kind of stores. It changes the speed, never
/// the result.
package struct StepMode: Hashable, Sendable {
  /// The maximum number of workers that take part.
  package let workers: Int
  /// How they store results that others read.
  package let writing: Writing

  package init(workers: Int, writing: Writing) {
    self.workers = workers
    self.writing = writing
  }
}

/// An autotuner: finds the fastest execution mode by short trials of other modes.
///
/// The fastest mode depends on whether the processors share a cache. The system does not report
/// that, and it may change on a virtual machine. On two processors without a shared cache,
/// non-temporal stores made steps up to 2.5 times as fast; with a shared cache up to a tenth
/// slower. Also, the data that workers exchange has a cost per step, so that on small mini-batches
/// fewer workers may be faster.
package struct StepModeChoice {
  /// The mode of the next steps.
  package var next: StepMode { isTrial ? candidate : best }

  /// Whether the next steps are a trial; see `trialSteps`.
  package private(set) var isTrial = false

  /// The number of steps in a trial, out of `count`: a quarter, but at least 32 if there are as
  /// many.
  package static func trialSteps(of count: Int) -> Int { max(count / 4, min(count, 32)) }

  private let workers: Int
  private let fewestWorkers: Int
  private var best: StepMode
  private var bestTime = Duration.zero
  private var candidate: StepMode
  private var candidateTime: Duration?
  private var turn = 0
  /// The time of all turns so far.
  private var elapsed = Duration.zero
  /// The turn from which a mode may be tried again.
  private var dueTurns: [StepMode: Int] = [:]

  /// The turn before the first trial; the turns before it warm up memory and threads.
  package static let firstTurn = 3
  /// The time during which all workers take part in any case. For some tenths of a second the
  /// system may run two threads on one processor, and it does not move an idle thread to another
  /// one.
  package static let settlingTime = Duration.seconds(1)
  /// The minimum number of turns until a mode is tried again. A slow mode waits longer, so that its
  /// trials cost at most a two-hundredth of the time.
  package static let period = 32
  /// The maximum number of turns until then: a mode may seem slow because the whole machine paused.
  package static let longestPeriod = 1_000.0
  /// The number of turns until modes are tried after a change of mode, which may have been chance.
  package static let periodAfterChange = 8

  /// - Parameters:
  ///   - workers: the maximum number of workers of a mode.
  ///   - usesAllWorkers: whether every mode has this number of workers.
  package init(workers: Int, usesAllWorkers: Bool) {
    self.workers = workers
    fewestWorkers = usesAllWorkers ? workers : 1
    best = StepMode(workers: workers, writing: .cached)
    candidate = best
  }

  /// Records the time of steps in the mode `next` and chooses the mode of the following steps.
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

  /// Compares the candidate, if there is one, with the faster of the turns of the best mode before
  /// and after it. A disturbance of one of the three then does not favour the candidate.
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

  /// The alternatives to the best mode: the other kind of stores, half the workers, twice as many.
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

  /// A single worker stores nothing for others, so it uses ordinary stores.
  private func mode(_ workers: Int, writing: Writing) -> StepMode {
    StepMode(workers: workers, writing: workers > 1 ? writing : .cached)
  }
}

import Kernels

/// The execution mode of steps: number of workers and kind of stores. It changes the speed, never
/// the result.
package struct ExecutionMode: Hashable, Sendable {
  /// The maximum number of workers that take part.
  package let workers: Int
  /// How they store results that others read.
  package let stores: StorePolicy

  package init(workers: Int, stores: StorePolicy) {
    self.workers = workers
    self.stores = stores
  }
}

/// An autotuner: finds the fastest execution mode by short trials of other modes.
///
/// The fastest mode depends on whether the processors share a cache. The system does not report
/// that, and it may change on a virtual machine. On two processors without a shared cache,
/// non-temporal stores made steps up to 2.5 times as fast; with a shared cache up to a tenth
/// slower. Also, the data that workers exchange has a cost per step, so that on small mini-batches
/// fewer workers may be faster.
package struct StepAutotuner {
  /// The mode of the next steps.
  package var next: ExecutionMode { isTrial ? candidate : best }

  /// Whether the next steps are a trial; see `trialSteps`.
  package private(set) var isTrial = false

  /// The number of steps in a trial, out of `count`: a quarter, but at least 32 if there are as
  /// many.
  package static func trialSteps(of count: Int) -> Int { max(count / 4, min(count, 32)) }

  private let workers: Int
  private let fewestWorkers: Int
  private var best: ExecutionMode
  private var bestTime = Duration.zero
  private var candidate: ExecutionMode
  private var candidateTime: Duration?
  private var round = 0
  /// The time of all rounds so far.
  private var elapsed = Duration.zero
  /// The round from which a mode may be tried again.
  private var dueTrials: [ExecutionMode: Int] = [:]

  /// The round before the first trial; the rounds before it warm up memory and threads.
  package static let firstTrial = 3
  /// The time during which all workers take part in any case. For some tenths of a second the
  /// system may run two threads on one processor, and it does not move an idle thread to another
  /// one.
  package static let settlingTime = Duration.seconds(1)
  /// The minimum number of rounds until a mode is tried again. A slow mode waits longer, so that its
  /// trials cost at most a two-hundredth of the time.
  package static let period = 32
  /// The maximum number of rounds until then: a mode may seem slow because the whole machine paused.
  package static let longestPeriod = 1_000.0
  /// The number of rounds until modes are tried after a change of mode, which may have been chance.
  package static let periodAfterChange = 8

  /// - Parameters:
  ///   - workers: the maximum number of workers of a mode.
  ///   - usesAllWorkers: whether every mode has this number of workers.
  package init(workers: Int, usesAllWorkers: Bool) {
    self.workers = workers
    fewestWorkers = usesAllWorkers ? workers : 1
    best = ExecutionMode(workers: workers, stores: .cached)
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
    round += 1
  }

  /// Compares the candidate, if there is one, with the faster of the rounds of the best mode before
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
      dueTrials = [:]
      for mode in alternatives { dueTrials[mode] = round + Self.periodAfterChange }
    } else {
      bestTime = next
      // A trial is a quarter of a round, unless rounds are short.
      let rounds = max(200 * (ratio - 1) / 4, Double(Self.period))
      dueTrials[candidate] = round + Int(min(rounds, Self.longestPeriod))
    }
  }

  private mutating func beginTrial() {
    guard round >= Self.firstTrial else { return }
    guard let mode = alternatives.first(where: { dueTrials[$0, default: 0] <= round }) else {
      return
    }
    candidate = mode
    isTrial = true
  }

  /// The alternatives to the best mode: the other kind of stores, half the workers, twice as many.
  private var alternatives: [ExecutionMode] {
    let writings = [best.stores, best.stores == .cached ? .nonTemporal : .cached]
    var modes = best.workers > 1 ? [ExecutionMode(workers: best.workers, stores: writings[1])] : []
    if best.workers > fewestWorkers, elapsed >= Self.settlingTime {
      modes.append(mode(best.workers / 2, stores: best.stores))
    }
    if best.workers < workers {
      modes += writings.map { mode(min(2 * best.workers, workers), stores: $0) }
    }
    return modes
  }

  /// A single worker stores nothing for others, so it uses ordinary stores.
  private func mode(_ workers: Int, stores: StorePolicy) -> ExecutionMode {
    ExecutionMode(workers: workers, stores: workers > 1 ? stores : .cached)
  }
}

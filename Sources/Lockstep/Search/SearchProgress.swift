/// How far a search has come.
public struct SearchProgress: Sendable {
  /// The number of the rung, from 1.
  public let rung: Int
  /// The trials of the rung.
  public let trials: Int
  /// How many of them have come to its end.
  public let done: Int
  /// The share of the epochs of the whole plan that are done.
  public let share: Double
  /// The last result of each trial, those of later rungs first, then the best ones.
  public let best: [TrialResult]
}

extension Search {
  /// How far the search has come.
  public var progress: SearchProgress {
    let rungs = record.plan.rungs
    let rankings = rungs.indices.map { standings.ranking(ofRung: $0 + 1) }
    var (all, done) = (0.0, lanes.map(\.epochsDone).reduce(0, +))
    for (rung, (before, ranking)) in zip(rungs, zip([0] + rungs.map(\.epochs), rankings)) {
      all += Double(rung.trials * (rung.epochs - before))
      done += Double(ranking.count * (rung.epochs - before))
    }
    var seen: Set<Int> = []
    return SearchProgress(
      rung: rung, trials: rungs[rung - 1].trials, done: rankings[rung - 1].count,
      share: min(1, done / all),
      best: rankings.reversed().flatMap { $0 }.filter { seen.insert($0.trial).inserted })
  }
}

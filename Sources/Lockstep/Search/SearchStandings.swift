import Training

/// The results of a search so far, and what follows from them: a function of the results alone, in
/// whatever order they came.
package struct SearchStandings {
  /// What is left to do.
  package enum Next: Equatable {
    /// Trials that have to come to the end of a rung.
    case train(rung: Int, trials: [Int])
    /// Nothing: the best trial.
    case winner(Int)
    /// Nothing: all trials of the search are lost.
    case allLost
  }

  package let plan: SuccessiveHalving
  /// Whether all trials minimize the same loss, so that losses can be compared.
  package let comparesLosses: Bool
  /// [rungs], by trial.
  private var results: [[Int: TrialResult]]

  /// The standings of a search without results.
  package init(_ plan: SuccessiveHalving, comparesLosses: Bool) {
    self.plan = plan
    self.comparesLosses = comparesLosses
    results = plan.rungs.map { _ in [:] }
  }

  /// Adds what a trial came to.
  package mutating func add(_ result: TrialResult) {
    results[result.rung - 1][result.trial] = result
  }

  /// The result of a trial in a rung; nil as long as there is none.
  package func result(ofTrial trial: Int, rung: Int) -> TrialResult? { results[rung - 1][trial] }

  /// What is left to do. If all trials of a rung are lost, the next best of the rung before have their
  /// turn.
  package var next: Next {
    var candidates = Array(1...(plan.rungs.first?.trials ?? 1))
    for (index, rung) in plan.rungs.enumerated() {
      var kept: [TrialResult] = []
      while kept.isEmpty {
        let trials = candidates.prefix(rung.trials)
        guard !trials.isEmpty else { return .allLost }
        let left = trials.filter { results[index][$0] == nil }
        guard left.isEmpty else { return .train(rung: index + 1, trials: left) }
        kept = trials.compactMap { results[index][$0] }.filter { !$0.isLost }
        candidates.removeFirst(trials.count)
      }
      candidates = ranking(kept).map(\.trial)
    }
    return candidates.first.map { .winner($0) } ?? .allLost
  }

  /// The results of a rung so far, the best one first, lost ones last.
  package func ranking(ofRung rung: Int) -> [TrialResult] {
    ranking(Array(results[rung - 1].values))
  }

  private func ranking(_ results: [TrialResult]) -> [TrialResult] {
    results.sorted { $0.isBetter(than: $1, comparesLosses: comparesLosses) }
  }
}

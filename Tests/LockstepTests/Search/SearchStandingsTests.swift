import Lockstep
import TestSupport
import Testing

/// What follows from the results of a search, whatever order they come in.
@Suite struct SearchStandingsTests {
  private let plan = SuccessiveHalving(trials: 9, epochs: 9, minEpochs: 1, reductionFactor: 3)

  private func result(_ trial: Int, _ rung: Int, hits: Int?, loss: Double = 1) -> TrialResult {
    TrialResult(
      trial: trial, rung: rung, epochs: 1,
      validation: hits.map { Evaluation(count: 100, loss: loss, correctCount: $0) },
      failure: hits == nil ? "the loss is not finite" : nil, seconds: 1)
  }

  private func standings(
    _ results: [TrialResult], comparesLosses: Bool = true
  ) -> SearchStandings {
    var standings = SearchStandings(plan, comparesLosses: comparesLosses)
    for result in results { standings.add(result) }
    return standings
  }

  @Test func `a rung begins when all trials of the one before have come to its end`() {
    var results = (1...8).map { result($0, 1, hits: 50 + $0) }
    #expect(standings([]).next == .train(rung: 1, trials: Array(1...9)))
    #expect(standings(results).next == .train(rung: 1, trials: [9]))
    results.append(result(9, 1, hits: 10))
    #expect(standings(results).next == .train(rung: 2, trials: [8, 7, 6]))
    results += [result(6, 2, hits: 90), result(7, 2, hits: 70)]
    #expect(standings(results).next == .train(rung: 2, trials: [8]))
    results.append(result(8, 2, hits: 80))
    #expect(standings(results).next == .train(rung: 3, trials: [6]))
    results.append(result(6, 3, hits: 20))
    #expect(standings(results).next == .winner(6))
  }

  @Test func `the order in which results come does not matter`() {
    var numbers = TestNumbers(seed: 1)
    var results = (1...9).map { result($0, 1, hits: $0 == 4 ? nil : 60 + $0 % 4) }
    results += [3, 7, 2].map { result($0, 2, hits: 80, loss: 1 / Double($0)) }
    let expected = standings(results).next
    #expect(expected == .train(rung: 3, trials: [7]))
    for _ in 0..<50 {
      results.shuffle(using: &numbers)
      #expect(standings(results).next == expected)
    }
  }

  @Test func `equal accuracies are told apart by loss, else by number`() {
    let results = (1...9).map { result($0, 1, hits: 70, loss: Double(10 - $0 / 2)) }
    #expect(standings(results).next == .train(rung: 2, trials: [8, 9, 6]))
    #expect(standings(results, comparesLosses: false).next == .train(rung: 2, trials: [1, 2, 3]))
  }

  @Test func `a lost trial does not go on, however few are left`() {
    let results = (1...9).map { result($0, 1, hits: $0 == 5 || $0 == 2 ? 30 : nil) }
    #expect(standings(results).next == .train(rung: 2, trials: [2, 5]))
    #expect(standings(results).ranking(ofRung: 1).map(\.trial) == [2, 5, 1, 3, 4, 6, 7, 8, 9])
    #expect(standings((1...9).map { result($0, 1, hits: nil) }).next == .allLost)
  }

  @Test func `if all trials of a rung are lost, the next best have their turn`() {
    var results = (1...9).map { result($0, 1, hits: 90 - $0) }
    results += [1, 2, 3].map { result($0, 2, hits: nil) }
    #expect(standings(results).next == .train(rung: 2, trials: [4, 5, 6]))
    results += [result(4, 2, hits: nil), result(5, 2, hits: 9), result(6, 2, hits: 8)]
    results.append(result(5, 3, hits: nil))
    #expect(standings(results).next == .train(rung: 3, trials: [6]))
    results.append(result(6, 3, hits: nil))
    #expect(standings(results).next == .allLost)
  }
}

import Lecture
import Statistics
import Testing

@Suite struct ProportionCellsTests {
  @Test func `in words`() {
    #expect(Proportion(successes: 0, trials: 200).words == "0 % (0–1.9 %)")
    #expect(Proportion(successes: 152, trials: 200).words == "76.0 % (69.6–81.4 %)")
    #expect(Proportion(successes: 199, trials: 200).words == "99.5 % (97.2–99.9 %)")
    #expect(Proportion(successes: 200, trials: 200).words == "100 % (98.1–100 %)")
  }

  @Test(arguments: [1, 2, 3, 7, 49, 200, 400, 100_000])
  func `only none is 0 % and only all is 100 %`(trials: Int) {
    let none = Proportion(successes: 0, trials: trials)
    let all = Proportion(successes: trials, trials: trials)
    #expect(none.words.hasPrefix("0 % (0–") && all.words.hasSuffix("–100 %)"))
    #expect(all.words.hasPrefix("100 % ("))
    for successes in [1, trials - 1] where successes > 0 && successes < trials {
      let words = Proportion(successes: successes, trials: trials).words
      #expect(!words.contains("100 %") && !words.hasPrefix("0 %") && !words.contains("(0–"))
    }
  }

  @Test func `in a table, with all digits`() {
    let found = Proportion(successes: 199, trials: 200)
    #expect(Proportion.columns.count == found.cells.count)
    #expect(found.cells.prefix(2) == [199, 200])
    #expect(
      found.cells.dropFirst(2) == [
        .number(0.995), .number(found.interval.lowerBound), .number(found.interval.upperBound),
      ])
  }
}

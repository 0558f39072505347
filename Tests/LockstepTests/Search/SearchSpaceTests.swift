import Foundation
import Lockstep
import Networks
import Randomness
import TestSupport
import Testing
import Training

@Suite struct SearchSpaceTests {
  private func values(_ values: SearchSpace.Values, trials: Int = 4000) -> [String] {
    let space = SearchSpace([SearchSpace.Dimension(option: "any", values: values)])
    return (1...trials).map { space.values(ofTrial: $0, seed: 1)[0] }
  }

  private func numbers(_ values: SearchSpace.Values, trials: Int = 4000) throws -> [Double] {
    try self.values(values, trials: trials).map { try #require(Double($0)) }
  }

  @Test func `the draws have random numbers of their own`() {
    let others: [Purpose] = [
      .shuffle, .initialWeights, .validationSplit, .demonstration, .dropout, .distortion,
    ]
    #expect(Purpose.search.rawValue == 6 && !others.contains(.search))
  }

  @Test func `each choice is as likely as the others`() {
    let drawn = values(.choices(["128", "256", "512,512"]))
    for choice in ["128", "256", "512,512"] {
      let share = Double(drawn.count { $0 == choice }) / Double(drawn.count)
      #expect(expectedShare(1 / 3, trials: drawn.count).contains(share), "\(choice) \(share)")
    }
  }

  @Test func `numbers of a logarithmic range are as often below its geometric mean as above`()
    throws
  {
    let drawn = try numbers(.range(low: 1e-5, high: 0.1, isLogarithmic: true, isWhole: false))
    #expect(drawn.allSatisfy { (1e-5...0.1).contains($0) })
    let share = Double(drawn.count { $0 < 1e-3 }) / Double(drawn.count)
    #expect(expectedShare(0.5, trials: drawn.count).contains(share), "\(share)")
    #expect(drawn.allSatisfy { Double(String(format: "%.3g", $0)) == $0 }, "three digits")
  }

  @Test func `numbers of a uniform range are as often below its middle as above`() throws {
    let drawn = try numbers(.range(low: 0, high: 0.8, isLogarithmic: false, isWhole: false))
    #expect(drawn.allSatisfy { (0...0.8).contains($0) })
    let share = Double(drawn.count { $0 < 0.4 }) / Double(drawn.count)
    #expect(expectedShare(0.5, trials: drawn.count).contains(share), "\(share)")
  }

  @Test(arguments: [false, true])
  func `whole numbers stay whole and reach both ends`(isLogarithmic: Bool) {
    let drawn = values(.range(low: 2, high: 5, isLogarithmic: isLogarithmic, isWhole: true))
    #expect(Set(drawn) == ["2", "3", "4", "5"])
    let share = Double(drawn.count { $0 == "2" }) / Double(drawn.count)
    // log(3/2)/log(6/2) of them, since each number stands for what is below the next one.
    let probability = isLogarithmic ? 0.369070 : 0.25
    #expect(expectedShare(probability, trials: drawn.count).contains(share), "\(share)")
  }

  @Test func `the numbers of a narrow range differ`() throws {
    let drawn = try numbers(
      .range(low: 0.99, high: 0.9999, isLogarithmic: false, isWhole: false), trials: 200)
    #expect(Set(drawn).count > 150 && drawn.allSatisfy { (0.99...0.9999).contains($0) })
  }

  @Test func `a trial's values depend on the seed, its number and their place alone`() {
    let rate = SearchSpace.Dimension(
      option: "learning-rate",
      values: .range(low: 0.01, high: 0.5, isLogarithmic: true, isWhole: false))
    let batch = SearchSpace.Dimension(option: "batch-size", values: .choices(["32", "64", "128"]))
    let (one, two) = (SearchSpace([rate]), SearchSpace([rate, batch]))
    func drawn(_ space: SearchSpace, seed: UInt64) -> [[String]] {
      (1...50).map { space.values(ofTrial: $0, seed: seed) }
    }
    #expect(drawn(one, seed: 1).map { $0[0] } == drawn(two, seed: 1).map { $0[0] })
    #expect(drawn(two, seed: 1) != drawn(two, seed: 2))
    #expect(Set(drawn(one, seed: 1)).count > 40)
  }

  /// A search that is repeated elsewhere must draw the same settings.
  @Test func `the draws are the recorded ones`() {
    let space = SearchSpace([
      SearchSpace.Dimension(
        option: "learning-rate",
        values: .range(low: 0.01, high: 0.5, isLogarithmic: true, isWhole: false)),
      SearchSpace.Dimension(
        option: "hidden", values: .range(low: 64, high: 512, isLogarithmic: true, isWhole: true)),
      SearchSpace.Dimension(
        option: "momentum",
        values: .range(low: 0.8, high: 0.99, isLogarithmic: false, isWhole: false)),
    ])
    #expect(
      (1...3).map { space.values(ofTrial: $0, seed: 1) } == [
        ["0.448", "132", "0.923"], ["0.0707", "150", "0.923"], ["0.169", "73", "0.811"],
      ])
  }
}

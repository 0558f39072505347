import Foundation
import Lecture
import Networks
import Randomness
import Reference
import Testing
import TestSupport
import Training

/// Part B against truth tables and lines drawn at random.
@Suite struct LinearLimitsTests {
  private func says(_ w: [Double], _ x: [Double]) -> Int {
    zip(w, x + [1]).reduce(0) { $0 + $1.0 * $1.1 } > 0 ? 1 : 0
  }

  @Test func `B1 separates 0 from 1, and descends as a program of the test's own`() async throws {
    let table = try await lesson("B1").table("wx + b")
    let (w, b) = (try table.column("w"), try table.column("b"))
    for row in 0..<2 {
      #expect(says([w[row], b[row]], [0]) == 1 && says([w[row], b[row]], [1]) == 0)
    }
    #expect(try table.column("at x = 0") == b)
    #expect(try table.column("at x = 1") == zip(w, b).map { $0 + $1 })

    let unit = Architecture(inputs: 1, hidden: [], outputs: 1, loss: .logisticCrossEntropy)
    var place = Parameters(unit, seed: 1).doubles
    for _ in 0..<400 {
      let errors = [(0.0, 1.0), (1, 0)].map { x, t in
        (x, sigmoid(place[0] * x + place[1]) - t)
      }
      place[0] -= errors.reduce(0) { $0 + $1.0 * $1.1 } / 2
      place[1] -= errors.reduce(0) { $0 + $1.1 } / 2
    }
    // 400 steps with some ten roundings of numbers up to 10, which no step enlarges.
    let rounding = 400 * 10 * 10 * roundoff
    #expect(abs(w[1] - place[0]) <= rounding && abs(b[1] - place[1]) <= rounding)
  }

  @Test func `B2 shows weights that separate, and none for exclusive or`() async throws {
    let table = try await lesson("B2").table("Eight of the 16")
    var impossible: [String] = []
    for row in table.rows {
      let values = try #require(row[0].words).filter(\.isNumber).compactMap(\.wholeNumberValue)
      guard row[4].words == "yes" else {
        impossible.append(values.map(String.init).joined())
        continue
      }
      let w = try row[1...3].map { try #require($0.number) }
      #expect(LogicFunction.points.map { says(w, $0) } == values)
    }
    #expect(table.rows.count == 8 && impossible == ["0110"])
  }

  /// Lines of all directions and offsets divide the four points in exactly 14 ways.
  @Test func `B2 is right: of 200,000 lines none gives exclusive or, some give 3 of 4`() {
    var chance = Chance(seed: 1, stream: 0)
    var patterns: Set<[Int]> = []
    for _ in 0..<200_000 {
      let w = [chance.uniform(-1...1), chance.uniform(-1...1), chance.uniform(-2...2)]
      patterns.insert(LogicFunction.points.map { says(w, $0) })
    }
    #expect(patterns.count == 14)
    let hits = patterns.map { zip($0, LogicFunction.xor.values).count { $0 == $1 } }
    #expect(hits.max() == 3 && hits.count { $0 == 3 } == 4)
  }

  @Test func `B2 counts every one of its 100 units`() async throws {
    let lesson = try await lesson("B2")
    let words = try #require(lesson.texts.first { $0.contains("Of 100") })
    let counts = words.matches(of: /([0-9]+) got/).compactMap { Int($0.1) }
    #expect(counts.count == 5 && counts.reduce(0, +) == 100 && counts[4] == 0)
  }

  @Test func `B3 gives the four points by hand and by learning`() async throws {
    let table = try await lesson("B3").table("The unit's sum")
    #expect(try table.column("by hand") == [-0.5, 0.5, 0.5, -0.5])
    #expect(try table.column("XOR") == [0, 1, 1, 0])
    let products = zip(try table.column("x₁"), try table.column("x₂")).map { $0 * $1 }
    #expect(try table.column("x₁x₂") == products)
    let (sums, outputs) = (try table.column("learned"), try table.column("σ(learned)"))
    #expect(sums.map { $0 > 0 } == [false, true, true, false])
    #expect(zip(sums, outputs).allSatisfy { abs(sigmoid($0) - $1) <= 4 * doubleRoundoff })
    // A function of w₁, w₂, w₃ and b through four points is any function: the sums are free.
    #expect(sums.allSatisfy { abs($0) > 1 })
  }
}

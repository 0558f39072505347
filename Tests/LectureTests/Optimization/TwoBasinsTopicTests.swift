import Foundation
import Lecture
import Statistics
import Testing
import TestSupport

@Suite struct TwoBasinsTopicTests {
  @Test func `the start is the shallow of two minima`() async throws {
    let lesson = try await lesson("A7")
    let start = try #require(lesson.points("start").first)
    let curve = try lesson.points("E")
    func slope(_ w: Double) -> Double { w * w * w - w + 0.15 }
    for point in curve {
      let expected = pow(point.x * point.x - 1, 2) / 4 + 0.15 * point.x
      // A handful of roundings of numbers up to 4.
      #expect(abs(point.y - expected) <= 10 * 4 * doubleRoundoff)
    }
    #expect(abs(slope(start.x)) < 0.01 && 3 * start.x * start.x > 1)
    let deepest = try #require(curve.min { $0.y < $1.y })
    #expect(deepest.x < -1 && deepest.y < start.y - 0.2)
    // The top between them, where a run is said to have crossed, up to its third digit.
    #expect(slope(0.153) > 0 && slope(0.155) < 0)
  }

  /// The same descent by a program and a generator of the test's own.
  @Test(arguments: [1, 2, 4])
  func `rates of escape are repeated by another generator`(size: Int) async throws {
    let table = try await lesson("A7").table("Of 400 runs")
    let row = try #require(try table.column("|S|").firstIndex(of: Double(size)))
    let found = Proportion(
      successes: Int(try table.column("successes")[row]), trials: 400)

    var random = TestNumbers(seed: size)
    let trials = 2000
    let escaped = (0..<trials).count { _ in
      var w = 0.92
      for step in 0..<600 {
        // Of 32 samples that are tilted up and 32 that are tilted down, none is drawn twice.
        var (up, down) = (32, 32)
        for _ in 0..<size {
          if Int.random(in: 0..<up + down, using: &random) < up { up -= 1 } else { down -= 1 }
        }
        let tilt = 1.2 * Double(down - up) / Double(size)
        let rate = step < 300 ? 0.15 : 0.3 * (1 - Double(step) / 600)
        w -= rate * (w * w * w - w + 0.15 + tilt)
      }
      return w < 0
    }
    let expected = Double(escaped) / Double(trials)
    // Five standard errors of the difference of the two shares.
    let share = (found.share * 400 + Double(escaped)) / 2400
    let error = (share * (1 - share) * (1 / 400.0 + 1 / 2000)).squareRoot()
    #expect(abs(found.share - expected) <= 5 * error, "\(found.words), again \(expected)")
  }

  @Test func `intervals are Wilson's`() async throws {
    let lesson = try await lesson("A7")
    let table = try lesson.table("Of 400 runs")
    let points = try lesson.points("with 95 % intervals", ofPlot: 1)
    for (successes, point) in zip(try table.column("successes"), points) {
      let expected = Proportion(successes: Int(successes), trials: 400)
      #expect(point.y == expected.share && point.interval == expected.interval)
    }
    #expect(try table.column("trials") == Array(repeating: 400, count: 6))
    #expect(try table.column("share") == points.map(\.y))
    #expect(try table.column("95 % from") == points.map { try #require($0.interval).lowerBound })
    #expect(try table.column("to") == points.map { try #require($0.interval).upperBound })
    #expect(try table.column("successes")[5] == 0)
  }
}

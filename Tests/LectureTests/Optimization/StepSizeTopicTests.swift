import Foundation
import Lecture
import Testing
import TestSupport

/// A4 against a descent and schedules of the tests' own.
@Suite struct StepSizeTopicTests {
  private func value(_ w: [Double]) -> Double {
    exp(w[0] + 3 * w[1] - 0.1) + exp(w[0] - 3 * w[1] - 0.1) + exp(-w[0] - 0.1)
  }

  private func gradient(_ w: [Double]) -> [Double] {
    let (a, b) = (exp(w[0] + 3 * w[1] - 0.1), exp(w[0] - 3 * w[1] - 0.1))
    return [a + b - exp(-w[0] - 0.1), 3 * a - 3 * b]
  }

  private func excesses(_ rate: ([Double], [Double]) -> Double) -> [Double] {
    var w = [-1, 0.7]
    let path =
      [value(w)]
      + (0..<10).map { _ in
        let slopes = gradient(w)
        let eta = rate(w, slopes)
        w = zip(w, slopes).map { $0 - eta * $1 }
        return value(w)
      }
    return [1, 10].map { path[$0] - 2 * 2.0.squareRoot() * exp(-0.1) }
  }

  @Test func `halving until the function decreases leads where it is said to`() async throws {
    let table = try await lesson("A4").table("60 steps")
    let halving = excesses { w, slopes in
      var rate = 1.0
      while value(zip(w, slopes).map { $0 - rate * $1 }) >= value(w) { rate /= 2 }
      return rate
    }
    let shown = try (table.column("after 1 step"), table.column("after 10"))
    // Ten steps with roundings of numbers up to 30.
    let rounding = 10 * 10 * 30 * doubleRoundoff
    #expect(abs(shown.0[0] - halving[0]) <= rounding && abs(shown.1[0] - halving[1]) <= rounding)
    for (row, rate) in [0.02, 0.1].enumerated() {
      let constant = excesses { _, _ in rate }
      #expect(abs(shown.0[row + 1] - constant[0]) <= rounding)
      #expect(abs(shown.1[row + 1] - constant[1]) <= rounding)
    }
    let ends = try table.column("after 60")
    #expect(abs(ends[0]) < 1e-14 && ends[1] > 1e-4 && !(ends[3] < 1))
  }

  /// 3,500 samples are 110 steps of 32, 12 epochs 1,320; the last one begins after 1,319.
  @Test func `rates at both ends are those of the formulas`() async throws {
    let lesson = try await lesson("A4")
    let table = try lesson.table("Softmax regression")
    let (first, last) = (try table.column("first rate"), try table.column("last rate"))
    let names = try table.words("schedule")
    let end = 1319.0 / 1320
    let expected: [String: (Double, Double)] = [
      "constant": (0.2, 0.2), "step": (0.2, 0.2 * 0.3 * 0.3),
      "exponential": (0.2, 0.2 * pow(0.8, 11)), "1/t": (0.2, 0.2 / (1 + 0.5 * 1319 / 110)),
      "cosine": (0.2, 0.1 * (1 + cos(.pi * end))),
      "one-cycle": (
        0.008, 0.2 / 250_000 + 0.1 * (1 - 1 / 250_000.0) * (1 + cos(.pi * (end - 0.3) / 0.7))
      ),
    ]
    for (row, name) in names.enumerated() where name != "plateau" {
      let (start, finish) = try #require(expected[name])
      #expect(abs(first[row] - start) <= 1e-12 && abs(last[row] - finish) <= 1e-12, "\(name)")
    }
    let plateau = try lesson.points("plateau", ofPlot: 1)
    // Only ever halved, with the first step of an epoch, and less than once in each.
    let halvings = zip(plateau, plateau.dropFirst()).filter { $0.y != $1.y }
    #expect(halvings.allSatisfy { $1.x == $1.x.rounded() && $1.y == $0.y / 2 })
    #expect(halvings.allSatisfy { abs($1.x - $0.x - 1 / 110.0) < 1e-12 })
    #expect(!halvings.isEmpty && halvings.count < 12)
  }
}

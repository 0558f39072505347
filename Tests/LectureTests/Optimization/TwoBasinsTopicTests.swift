import Foundation
import Lecture
import Pictures
import Statistics
import Testing
import TestSupport

@Suite struct TwoBasinsTopicTests {
  /// 28 inputs in −1…1 with 1 on the right, two outliers on each side with the opposite.
  private static let samples: [(x: Double, t: Double)] = {
    var samples: [(x: Double, t: Double)] = []
    for index in 0..<28 {
      samples.append((x: (2 * Double(index) - 27) / 27, t: index >= 14 ? 1 : 0))
    }
    return samples + [(x: 4, t: 0), (x: 4, t: 0), (x: -4, t: 1), (x: -4, t: 1)]
  }()
  private static let penalty = 0.002

  private static func value(_ w: Double, _ b: Double) -> Double {
    samples.reduce(penalty * w * w / 2) { sum, sample in
      let error = 1 / (1 + exp(-w * sample.x - b)) - sample.t
      return sum + error * error / 64
    }
  }

  @Test func `the curve is the mean loss with its penalty, and has two minima`() async throws {
    let lesson = try await lesson("A7")
    let curve = try lesson.points("E", ofPlot: 1)
    for point in curve {
      // Inputs and λ of single precision: 1 part in 10⁷ of a slope below 1.
      #expect(abs(point.y - Self.value(point.x, 0)) < 1e-6)
    }
    let minima = zip(curve, zip(curve.dropFirst(), curve.dropFirst(2))).filter {
      $0.1.0.y < $0.0.y && $0.1.0.y < $0.1.1.y
    }.map(\.1.0)
    try #require(minima.count == 2)
    #expect(abs(minima[0].x) < 0.1 && abs(minima[1].x - 3.4) < 0.1)
    #expect(minima[1].y < minima[0].y - 0.02)
  }

  @Test func `both paths begin at the start, and only one leaves its basin`() async throws {
    let lesson = try await lesson("A7")
    let (noisy, batch) = (try lesson.points("|S| = 1"), try lesson.points("|S| = N"))
    let start = try #require(try lesson.points("start").first)
    for path in [noisy, batch] {
      #expect(path.count == 193)
      #expect(abs(path[0].x - start.x) < 1e-6 && abs(path[0].y - start.y) < 1e-6)
    }
    #expect(noisy[192].x > 1.5 && batch.allSatisfy { $0.x < 0.2 })
    // Batch descent never rises; noise does.
    func rises(_ path: [Series.Point]) -> Bool {
      zip(path, path.dropFirst()).contains {
        Self.value($1.x, $1.y) > Self.value($0.x, $0.y) + 1e-7
      }
    }
    #expect(rises(noisy) && !rises(batch))
  }

  /// The same descent by a program and a generator of the test's own.
  @Test(arguments: [1, 2, 4, 8])
  func `rates of escape are repeated by another generator`(size: Int) async throws {
    let table = try await lesson("A7").table("Of 200 runs")
    let row = try #require(try table.column("|S|").firstIndex(of: Double(size)))
    let found = try table.column("share")[row]

    var random = TestNumbers(seed: size)
    let trials = 600
    let escaped = (0..<trials).count { _ in
      var (w, b) = (-1.0, 0.6)
      var order = Self.samples
      for step in 0..<192 {
        let place = step * size % 32
        if place == 0 { order.shuffle(using: &random) }
        var (dw, db) = (Self.penalty * w, 0.0)
        for sample in order[place..<place + size] {
          let y = 1 / (1 + exp(-w * sample.x - b))
          let signal = (y - sample.t) * y * (1 - y) / Double(size)
          dw += signal * sample.x
          db += signal
        }
        let rate = 1.5 * (1 + cos(.pi * Double(step) / 192))
        w -= rate * dw
        b -= rate * db
      }
      return w > 0.52
    }
    let expected = Double(escaped) / Double(trials)
    // Five standard errors of the difference of the two shares, and of none a hundredth.
    let share = min(max(expected, 0.005), 0.995)
    let error = (share * (1 - share) * (1 / 200.0 + 1 / Double(trials))).squareRoot()
    #expect(abs(found - expected) <= 5 * error, "\(found), expected \(expected)")
  }

  @Test func `a single size is one picture, and what it does not show is left out`() throws {
    var topic = TwoBasinsTopic()
    topic.batchSizes = [8]
    let shown = try topic.demonstrate(in: classroom())
    #expect(shown.claims.count == 1 && shown.holds && shown.leftOut.count == 3)
    for sizes in [[], [3], [0], [64], [2, 2]] {
      topic.batchSizes = sizes
      #expect(topic.validationError != nil, "\(sizes)")
    }
  }
}

import Foundation
import Lecture
import Networks
import Reference
import Testing
import TestSupport

/// C2 against Foundation.
@Suite struct ActivationsTopicTests {
  /// The lecture's activations; the trainer knows more.
  static let shown: [Activation] = [
    .identity, .relu, .softplus, .threshold, .logistic, .tanh,
  ]

  private let formulas: [Activation: (value: (Double) -> Double, slope: (Double) -> Double)] = [
    .identity: ({ $0 }, { _ in 1 }),
    .relu: ({ max(0, $0) }, { $0 > 0 ? 1 : 0 }),
    .softplus: ({ log(1 + exp($0)) }, { sigmoid($0) }),
    .threshold: ({ $0 > 0 ? 1 : 0 }, { _ in 0 }),
    .logistic: ({ sigmoid($0) }, { exp(-$0) / ((1 + exp(-$0)) * (1 + exp(-$0))) }),
    .tanh: ({ tanh($0) }, { 1 / (cosh($0) * cosh($0)) }),
  ]

  @Test(arguments: shown)
  func `values in the table`(activation: Activation) async throws {
    let table = try await lesson("C2").table("φ(z)")
    let formula = try #require(formulas[activation])
    for (z, y) in zip(try table.column("z"), try table.column(activation.rawValue)) {
      // z itself is rounded to single precision, of slope 1 or less, and φ to 3 ulps.
      #expect(abs(y - formula.value(z)) <= (abs(z) + 6 * abs(y)) * roundoff)
    }
  }

  @Test(arguments: shown)
  func `values and derivatives in the picture`(activation: Activation) async throws {
    let lesson = try await lesson("C2")
    let plots = try #require(lesson.figure?.plots)
    let plot = try #require(plots.firstIndex { $0.title == activation.rawValue })
    let formula = try #require(formulas[activation])
    let (values, slopes) = (
      try lesson.points("φ", ofPlot: plot), try lesson.points("φ′", ofPlot: plot)
    )
    #expect(values.count == 164 && slopes.count == 164)
    #expect(values.first?.x == -4 && values.last?.x == 4)
    for (value, slope) in zip(values, slopes) {
      #expect(value.x == slope.x)
      #expect(abs(value.y - formula.value(value.x)) <= 6 * abs(value.y) * roundoff)
      // The trainer's, of values with 3 ulps, up to 1.
      #expect(abs(slope.y - formula.slope(slope.x)) <= 24 * roundoff, "\(slope)")
    }
  }

  /// Neighbouring points with different values of a step, a derivative or an estimate lie so close
  /// that the line between them is upright to a hundredth of a point.
  @Test func `jumps are drawn upright`() async throws {
    let lesson = try await lesson("C2")
    let plots = try #require(lesson.figure?.plots)
    func jumps(_ name: String, _ activation: Activation) throws -> [Double] {
      let plot = try #require(plots.firstIndex { $0.title == activation.rawValue })
      let points = try lesson.points(name, ofPlot: plot)
      return zip(points, points.dropFirst()).filter { abs($0.y - $1.y) == 1 }.map { $1.x - $0.x }
    }
    for (found, count) in [
      (try jumps("φ", .threshold), 1), (try jumps("φ′", .relu), 1),
      (try jumps("estimate", .threshold), 2),
    ] { #expect(found.count == count && found.allSatisfy { $0 < 1e-5 }) }
  }

  @Test func `the estimate that trains a threshold is drawn apart from its derivative`()
    async throws
  {
    let lesson = try await lesson("C2")
    let plot = try #require(lesson.figure?.plots.firstIndex { $0.title == "threshold" })
    for point in try lesson.points("estimate", ofPlot: plot) {
      #expect(point.y == (abs(point.x) <= 1 ? 1 : 0))
    }
  }
}

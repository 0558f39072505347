import Foundation
import Lecture
import Testing

/// A1, read from what it shows.
@Suite struct GradientTopicTests {
  @Test func `a quarter of the step leaves a sixteenth of the remainder`() async throws {
    let table = try await lesson("A1").table("The remainder")
    let (steps, remainders) = (try table.column("η"), try table.column("remainder"))
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 == $0 / 4 })
    // The third order adds η |f‴|/3f″ to the ratio of 16, f‴ being of the size of f″ or less.
    for (index, ratio) in zip(remainders, remainders.dropFirst()).map({ $0 / $1 }).enumerated() {
      #expect(abs(ratio - 16) <= 16 * steps[index])
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `a slope is the gradient's length times the cosine of the angle`(
    seed: UInt64
  ) async throws {
    let lesson = try await lesson("A1", seed: seed)
    let length = try lesson.table("At w").column("length")[0]
    let slopes = try lesson.points("measured", ofPlot: 2)
    #expect(slopes.count == 60)
    for slope in slopes {
      // Differences of h = 2⁻¹⁶ leave 10⁻⁹.
      #expect(abs(slope.y - length * cos(slope.x * .pi / 180)) <= 2e-9)
    }
    // Directions lie on all sides.
    #expect((15...45).contains(slopes.count { $0.x < 90 }))
  }

  /// The arrow is the gradient, and the tangent has its length as slope.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `the arrow and the tangent show the gradient`(seed: UInt64) async throws {
    let lesson = try await lesson("A1", seed: seed)
    let table = try lesson.table("At w")
    let gradient = [try table.column("by w₁")[0], try table.column("by w₂")[0]]
    let length = try table.column("length")[0]
    #expect(
      abs(length - (gradient[0] * gradient[0] + gradient[1] * gradient[1]).squareRoot()) < 1e-12)
    for (name, sign) in [("∇f: steepest increase", 1.0), ("−∇f: steepest decrease", -1)] {
      let arrow = try lesson.points(name)
      let (dx, dy) = (arrow[1].x - arrow[0].x, arrow[1].y - arrow[0].y)
      let size = (dx * dx + dy * dy).squareRoot()
      #expect(abs(dx / size - sign * gradient[0] / length) < 1e-12)
      #expect(abs(dy / size - sign * gradient[1] / length) < 1e-12)
      #expect(abs(size - min(max(4 * length, 0.5), 1.7)) < 1e-12)
    }
    let figure = try #require(lesson.figure)
    let tangent = figure.plots[1].series[1].points
    #expect(abs((tangent[1].y - tangent[0].y) / (tangent[1].x - tangent[0].x) - length) < 1e-12)
    // The cut touches its tangent at w, and rises there.
    let cut = try lesson.points("f", ofPlot: 1)
    let middle = try #require(cut.firstIndex { abs($0.x) < 1e-9 })
    #expect(abs(cut[middle].y - (tangent[0].y + tangent[1].y) / 2) < 1e-12)
    #expect(cut[middle + 1].y > cut[middle].y)
  }
}

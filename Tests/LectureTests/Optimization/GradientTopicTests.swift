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

  /// A step of length h along d decreases f by h ‖∇f‖ cos θ, up to h² times a curvature below 2: the
  /// cosine of the angle to −∇f is all that matters.
  @Test func `a direction decreases the function by the cosine of its angle`() async throws {
    let lesson = try await lesson("A1")
    let most = try #require(lesson.points("−∇f/‖∇f‖", ofPlot: 1).first)
    let directions = try lesson.points("1,000 directions", ofPlot: 1)
    #expect(directions.count == 1000 && most.x == 0)
    for direction in directions {
      let cosine = cos(direction.x * .pi / 180)
      #expect(abs(direction.y - most.y * cosine) <= 2 * 2 * 0x1p-28)
      #expect(direction.y < most.y)
    }
    // Directions lie on all sides.
    #expect((450...550).contains(directions.count { $0.x < 90 }))
  }
}

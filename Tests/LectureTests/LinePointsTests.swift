import Lecture
import Networks
import Randomness
import Reference
import Testing
import TestSupport
import Training

@Suite struct LinePointsTests {
  private func points(_ seed: UInt64) -> LinePoints {
    var chance = Chance(seed: seed, stream: 0)
    return LinePoints(count: 60, using: &chance)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `trainer and judge see the same numbers`(seed: UInt64) {
    let points = points(seed)
    #expect(points.x.allSatisfy { (-1...1).contains($0) })
    #expect((0..<60).map { Double(points.samples.row($0)[0]) } == points.x)
    #expect((0..<60).map { Double(points.samples.target($0)[0]) } == points.t)
    #expect(points.batch.inputs.map { Double($0[0]) } == points.x)
    #expect(points.design == points.x.map { [$0, 1] })
  }

  /// The line of a simple regression: its slope is the covariance over the variance.
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `the closed form is the regression of statistics`(seed: UInt64) {
    let points = points(seed)
    let (x, t) = (mean(points.x), mean(points.t))
    let covariance = mean(zip(points.x, points.t).map { ($0 - x) * ($1 - t) })
    let variance = mean(points.x.map { ($0 - x) * ($0 - x) })
    let expected = [covariance / variance, t - covariance / variance * x]
    // A condition below 10, and sums of 60 numbers up to 4.
    #expect(
      zip(points.closedForm, expected).allSatisfy { abs($0 - $1) <= 10 * 60 * 4 * doubleRoundoff })
    // The noise has a standard deviation of 0.3, a slope's is 0.3/√(60/3), a mean's 0.3/√60.
    #expect(abs(points.closedForm[0] - 1.5) <= 5 * 0.3 / 20.0.squareRoot())
    #expect(abs(points.closedForm[1] - 0.5) <= 5 * 0.3 / 60.0.squareRoot())
  }

  @Test func `the gradient is the loss's central difference, exact for a quadratic`() {
    let points = points(3)
    let w = [0.75, -1.25]
    for j in 0..<2 {
      var (up, down) = (w, w)
      up[j] += 0.5
      down[j] -= 0.5
      let difference = points.loss(up) - points.loss(down)
      // Losses of up to 10 are sums of 60 terms.
      #expect(abs(points.gradient(w)[j] - difference) <= 60 * 10 * doubleRoundoff)
    }
  }

  /// Eigenvalues have the trace as sum and the determinant as product.
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `curvatures are the eigenvalues of the Hessian`(seed: UInt64) {
    let points = points(seed)
    let (low, high) = points.curvatures
    let (a, b) = (mean(points.x.map { $0 * $0 }), mean(points.x))
    #expect(low <= high && low > 0)
    #expect(abs(low + high - (a + 1)) <= 20 * doubleRoundoff)
    #expect(abs(low * high - (a - b * b)) <= 20 * doubleRoundoff)
    // Along no direction does the gradient change more, or less.
    let directions = [[1.0, 0], [0, 1], [0.6, 0.8], [0.8, -0.6]]
    for d in directions {
      let change = zip(points.gradient(d), points.gradient([0, 0])).map { $0 - $1 }
      let curvature = change[0] * d[0] + change[1] * d[1]
      #expect((low - 1e-12...high + 1e-12).contains(curvature))
    }
  }

  @Test func `reach is some ulps of single precision and grows as steps shrink`() {
    let points = points(1)
    let parameters = points.descent(learningRate: 1, steps: 1, seed: 1).parameters
    #expect((0x1p-24...0x1p-14).contains(points.reach(at: parameters, learningRate: 1)))
    // A part is the gradient's, the rest grows as 1/η.
    let reaches = [1, 2, 4].map { points.reach(at: parameters, learningRate: 1 / (1024 * $0)) }
    let growth = (reaches[2] - reaches[1]) / (reaches[1] - reaches[0])
    #expect(reaches[1] > 1.9 * reaches[0] && abs(growth - 2) <= 1e-9)
  }

  @Test func `a path begins at the start and has a place for each epoch`() throws {
    let points = points(2)
    let start = points.descent(learningRate: 0.5, steps: 7, seed: 4).parameters.doubles
    let trainer = points.descent(learningRate: 0.5, steps: 7, seed: 4)
    let path = try trainer.path()
    #expect(path.count == 8)
    #expect(path[0] == start && path[7] == trainer.parameters.doubles && path[6] != path[7])
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

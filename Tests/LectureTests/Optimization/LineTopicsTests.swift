import Lecture
import Pictures
import Randomness
import Reference
import Testing
import TestSupport

/// A2, A3 and A5, which descend on least squares: what they show against statistics' formulas.
@Suite struct LineTopicsTests {
  /// The closed form and the largest curvature of points.
  private func judge(_ points: [(x: Double, t: Double)]) -> (w: [Double], curvatures: [Double]) {
    let n = Double(points.count)
    let (x, t) = (points.reduce(0) { $0 + $1.x } / n, points.reduce(0) { $0 + $1.t } / n)
    let squares = points.reduce(0) { $0 + $1.x * $1.x } / n
    let mixed = points.reduce(0) { $0 + ($1.x - x) * ($1.t - t) } / n
    let slope = mixed / (squares - x * x)
    // Eigenvalues of [[mean x², mean x], [mean x, 1]] from their sum and product.
    let (half, product) = ((squares + 1) / 2, squares - x * x)
    let root = (half * half - product).squareRoot()
    return ([slope, t - slope * x], [half - root, half + root])
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A2 steps from its start by η times the gradient to the closed form`(
    seed: UInt64
  ) async throws {
    let lesson = try await lesson("A2", seed: seed)
    let samples = try lesson.points("samples").map { (x: $0.x, t: $0.y) }
    let judge = judge(samples)
    let table = try lesson.table("Steps")
    let (w, b) = (try table.column("w"), try table.column("b"))
    // A condition below 10, and sums of 60 numbers up to 4.
    let rounding = 10 * 60 * 4 * doubleRoundoff
    #expect(abs(w[w.count - 1] - judge.w[0]) <= rounding)
    #expect(abs(b[b.count - 1] - judge.w[1]) <= rounding)

    var place = [w[0], b[0]]
    for row in 1...2 {
      let errors = samples.map { ($0.x, place[0] * $0.x + place[1] - $0.t) }
      let slopes = [
        errors.reduce(0) { $0 + $1.0 * $1.1 }, errors.reduce(0) { $0 + $1.1 },
      ].map { $0 / Double(samples.count) }
      place = zip(place, slopes).map { $0 - $1 / judge.curvatures[1] }
      // 60 roundings of numbers up to 4 in single precision, for each step.
      #expect(abs(w[row] - place[0]) <= Double(row) * 60 * 4 * roundoff)
      #expect(abs(b[row] - place[1]) <= Double(row) * 60 * 4 * roundoff)
    }
    let distances = try table.column("distance to the closed form")
    for (row, distance) in distances.enumerated() {
      let expected =
        ((w[row] - judge.w[0]) * (w[row] - judge.w[0])
        + (b[row] - judge.w[1]) * (b[row] - judge.w[1])).squareRoot()
      #expect(abs(distance - expected) <= 2 * rounding)
    }
    #expect(distances[7] < 1e-5 * distances[0])
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A3 contracts by the larger of |1 − ηλ|, and its ends are where that leads`(
    seed: UInt64
  ) async throws {
    let lesson = try await lesson("A3", seed: seed)
    var chance = Chance(seed: seed, stream: 0)
    let points = LinePoints(count: 60, using: &chance)
    let curvatures = judge(zip(points.x, points.t).map { (x: $0, t: $1) }).curvatures
    let table = try lesson.table("40 steps")
    for (factor, (found, last)) in zip(
      [0.2, 1, 1.9, 2.5],
      zip(try table.column("max |1 − ηλᵢ|"), try table.column("last ratio")))
    {
      let expected = curvatures.map { abs(1 - factor / curvatures[1] * $0) }.max() ?? 0
      // The rate is a number of single precision.
      #expect(abs(found - expected) <= 4 * roundoff)
      // In the end only the slowest direction is left; 40 steps leave (0.9/0.93)⁴⁰ of another.
      #expect(last <= found * (1 + 1e-6) && last >= 0.85 * found)
    }
    let ends = try table.column("distance at the end")
    for (run, end) in zip(0..<4, ends) {
      let distances = try lesson.points(["η = 0.2", "η = 1", "η = 1.9", "η = 2.5"][run], ofPlot: 1)
      #expect(distances.count == 41 && distances[40].y == end)
    }
    #expect(ends[3] > 1.4 * ends[0] && ends[1] < ends[0])
    // The paths that converge lie on the map, the one that diverges leaves it.
    let plot = try #require(lesson.figure?.plots[0])
    let map = try #require(plot.heatMap)
    func lies(_ point: Series.Point) -> Bool {
      map.horizontal.contains(point.x) && map.vertical.contains(point.y)
    }
    #expect(plot.hasEqualAxes && plot.series.count == 4)
    #expect(plot.series.prefix(3).allSatisfy { $0.points.allSatisfy(lies) })
    let last = plot.series[3].points
    #expect(lies(last[0]) && last.contains { !lies($0) })
    let middle = judge(zip(points.x, points.t).map { (x: $0, t: $1) }).w
    #expect(abs((map.horizontal.lowerBound + map.horizontal.upperBound) / 2 - middle[0]) < 1e-9)
    #expect(abs((map.vertical.lowerBound + map.vertical.upperBound) / 2 - middle[1]) < 1e-9)
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A5 stops at the first gradient under the threshold`(seed: UInt64) async throws {
    let lesson = try await lesson("A5", seed: seed)
    let table = try lesson.table("Least squares")
    #expect(try table.words("seed") == (seed..<seed + 5).map { "\($0)" })
    #expect(try table.column("‖∇E‖").allSatisfy { $0 < 1e-3 && $0 > 1e-4 })
    let bounds = zip(try table.column("E − E_min"), try table.column("‖∇E‖²/(2μ)"))
    // Not in vain: the bound is of the size of what it bounds.
    #expect(bounds.allSatisfy { $0 <= $1 && $0 >= $1 / 10 })
    let norms = try lesson.points("five seeds").map(\.y)
    #expect(norms.count == Int(try table.column("steps")[0]))
    #expect(norms.dropLast().allSatisfy { $0 >= 1e-3 })
  }

  /// The gradient of ½(w₁w₂ − 1)² + ⅛(w₁² + w₂²) and the trace and determinant of its Hessian.
  @Test func `A5 ends where the gradient of the two linear units is small`() async throws {
    let table = try await lesson("A5").table("Two linear units")
    let (w, v) = (try table.column("w₁"), try table.column("w₂"))
    let places = try table.words("where")
    for (row, (w, v)) in zip(w, v).enumerated() {
      let error = w * v - 1
      let slopes = [error * v + w / 4, error * w + v / 4]
      #expect((slopes[0] * slopes[0] + slopes[1] * slopes[1]).squareRoot() < 1e-3)
      let (a, b, c) = (v * v + 0.25, 2 * w * v - 1, w * w + 0.25)
      #expect((a * c - b * b < 0) == (places[row] == "saddle"))
    }
    #expect(places.count { $0 == "saddle" } == 1 && places[4] == "saddle")
    // √(1 − λ) is 0.866.
    for (w, v) in zip(w, v) where abs(w) > 0.1 {
      let sum = abs(w + v)
      #expect(abs(sum - 1.732) < 0.01)
    }
  }
}

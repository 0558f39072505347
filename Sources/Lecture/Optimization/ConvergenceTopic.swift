import Networks
import Pictures
import Training

/// A5: when to stop, and where one has arrived.
struct ConvergenceTopic: Topic {
  static let number = "A5"
  static let name = "convergence"
  static let title = "Convergence: stop when the gradient is small"
  static let explanation = """
    Descent stops when ‖∇E‖ falls under a threshold. On a convex function that is near the global \
    minimum: with curvature of at least μ everywhere, E − E_min ≤ ‖∇E‖²/(2μ). Elsewhere a small \
    gradient only tells a stationary point: the nearest minimum, or a saddle.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let points = LinePoints(count: 60, using: &chance)
    let threshold = 1e-3
    let runs = try (0..<5).map { try ConvexRun(points, threshold, seed: classroom.seed &+ $0) }
    let starts = [(-1.6, 1.2), (-0.4, -1.3), (0.3, 1.3), (1.7, -0.9), (0, 1.4)]
    let paths = starts.map { DoubleWell.path(from: [$0.0, $0.1]) }
    let ends = paths.map { $0[$0.count - 1] }

    var shown = Demonstration(.figure(figure(runs, paths, threshold)))
    var table = NumberTable(
      "Least squares from five seeds, stopped at ‖∇E‖ < \(threshold)",
      columns: ["seed", "steps", "‖∇E‖", "E − E_min", "‖∇E‖²/(2μ)"])
    for run in runs {
      table.add(
        .text("\(run.seed)"), .whole(run.norms.count),
        .number(run.lastNorm, digits: 3), .number(run.excess, digits: 2),
        .number(run.bound, digits: 2))
    }
    shown.show(table)
    var wells = NumberTable(
      "f = ¼(w₁² − 1)² + ½w₂² from five starts", columns: ["start", "w₁", "w₂", "where"])
    for (start, end) in zip(starts, ends) {
      let curvature = DoubleWell.curvature(end)
      wells.add(
        .text("(\(start.0), \(start.1))"), .number(end[0], digits: 3), .number(end[1], digits: 3),
        curvature < 0 ? "saddle" : "minimum")
    }
    shown.show(wells)
    shown.claim(
      "the trainer stops by its gradient, from every seed",
      found: runs.map { "\($0.norms.count)" }.joined(separator: ", ") + " steps",
      holds: runs.allSatisfy { $0.stopReason == .gradientNorm && $0.lastNorm < threshold })
    // E and the gradient's norm are computed in single precision on the way: 2⁻¹⁹ of E is 32
    // roundings.
    shown.claim(
      "every one is at the global minimum, E − E_min ≤ ‖∇E‖²/(2μ)",
      found: "at most \(significant(runs.map { $0.excess / $0.bound }.max() ?? 0, 2)) of the bound",
      holds: runs.allSatisfy { $0.excess <= $0.bound + 0x1p-19 * $0.minimum })
    shown.claim(
      "on a function with two minima the start decides which one",
      found: ends.prefix(4).map { significant($0[0], 3) }.joined(separator: ", "),
      holds: zip(starts, ends).prefix(4).allSatisfy {
        abs($1[0] - ($0.0 < 0 ? -1 : 1)) < 1e-5 && abs($1[1]) < 1e-5
      })
    shown.claim(
      "a start on the ridge ends on a saddle: no gradient, and downhill to both sides",
      found:
        "at (\(significant(ends[4][0])), \(significant(ends[4][1], 2))), curvature \(significant(DoubleWell.curvature(ends[4])))",
      holds: norm(DoubleWell.gradient(ends[4])) < 1e-5 && DoubleWell.curvature(ends[4]) < 0)
    return shown
  }

  private func figure(
    _ runs: [ConvexRun], _ paths: [[[Double]]], _ threshold: Double
  ) -> Figure {
    let longest = Double(runs.map(\.norms.count).max() ?? 1)
    return Figure(
      title: "Where the gradient vanishes",
      plots: [
        Plot(
          title: "Convex: least squares", horizontal: Axis("step"),
          vertical: Axis("‖∇E‖", scale: .logarithmic),
          series: runs.enumerated().map { index, run in
            Series(
              index == 0 ? "five seeds" : nil,
              run.norms.enumerated().map { Series.Point(Double($0 + 1), $1) }, color: 0)
          } + [
            Series(
              "threshold", [Series.Point(1, threshold), Series.Point(longest, threshold)],
              style: .dashedLine, color: 1)
          ]),
        Plot(
          title: "Two minima and a saddle", horizontal: Axis("w₁"), vertical: Axis("w₂"),
          heatMap: HeatMap("√f", cells: 64, horizontal: -2...2, vertical: -2...2) {
            DoubleWell.value($0).squareRoot()
          },
          series: paths.enumerated().map { index, path in
            // The last steps are too short to be seen.
            let end = path[path.count - 1]
            return Series(
              index == 0 ? "every sixth step" : nil,
              (path.prefix { distance($0, end) > 0.1 } + [end]).map {
                Series.Point($0[0], $0[1])
              }, style: .lineAndPoints, color: index == 4 ? 1 : 4, markEvery: 6)
          }),
      ])
  }
}

/// Least squares by the trainer until its gradient is small.
private struct ConvexRun {
  let seed: UInt64
  let stopReason: StopReason?
  /// ‖∇E‖ of each step.
  let norms: [Double]
  /// E − E_min at the end.
  let excess: Double
  let minimum: Double
  /// ‖∇E‖²/(2μ) with the last step's gradient, which was the larger one.
  let bound: Double

  var lastNorm: Double { norms.last ?? .infinity }

  init(_ points: LinePoints, _ threshold: Double, seed: UInt64) throws {
    self.seed = seed
    let trainer = Trainer(
      LinePoints.architecture, training: points.samples,
      settings: TrainingSettings(
        epochs: 2000, batchSize: points.x.count, learningRate: 0.5, schedule: .constant,
        optimizer: .plainSGD, seed: seed, gradientNormThreshold: threshold), workers: 1)
    norms = try trainer.run().compactMap(\.gradientNorm)
    stopReason = trainer.stopReason
    minimum = points.loss(points.closedForm)
    excess = points.loss(trainer.parameters.inOrder) - minimum
    bound = (norms.last ?? 0) * (norms.last ?? 0) / (2 * points.curvatures.smallest)
  }
}

/// f(w) = ¼(w₁² − 1)² + ½w₂²: minima at (±1, 0), a saddle at (0, 0).
private enum DoubleWell {
  static func value(_ w: [Double]) -> Double {
    (w[0] * w[0] - 1) * (w[0] * w[0] - 1) / 4 + w[1] * w[1] / 2
  }

  static func gradient(_ w: [Double]) -> [Double] { [w[0] * (w[0] * w[0] - 1), w[1]] }

  /// The smaller eigenvalue of the Hessian diag(3w₁² − 1, 1).
  static func curvature(_ w: [Double]) -> Double { min(3 * w[0] * w[0] - 1, 1) }

  /// Steps with η = 0.15 until ‖∇f‖ < 10⁻⁶.
  static func path(from start: [Double]) -> [[Double]] {
    var path = [start]
    while norm(gradient(path[path.count - 1])) >= 1e-6 && path.count < 1000 {
      let w = path[path.count - 1]
      path.append(zip(w, gradient(w)).map { $0 - 0.15 * $1 })
    }
    return path
  }
}

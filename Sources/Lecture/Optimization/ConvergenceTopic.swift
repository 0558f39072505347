import Networks
import Pictures
import Training

/// A5: when to stop, and where one has arrived.
package struct ConvergenceTopic: Topic {
  package static let number = "A5"
  package static let name = "convergence"
  package static let title = "Convergence: stop when the gradient is small"
  package static let explanation = """
    Descent stops when ‖∇E‖ falls under a threshold. On a convex function that is near the global \
    minimum: with curvature of at least μ everywhere, E − E_min ≤ ‖∇E‖²/(2μ). Elsewhere a small \
    gradient only tells a stationary point: the nearest minimum, or a saddle.

    Both functions are losses that the trainer minimizes. The convex one is least squares. The other \
    one is the loss of two linear units in a chain, y = w₂w₁x, that learn y = x with an L² penalty: \
    E = ½(w₁w₂ − 1)² + ½λ(w₁² + w₂²).
    """
  package static let formula =
    #"\text{stop when } \|\nabla E(w)\| < \varepsilon, \qquad E(w) - E_{\min} \le \frac{\|\nabla E(w)\|^2}{2 \mu}"#
  package static let question = Question(
    "A descent has stopped because its gradient is nearly 0. Is it at a minimum? Could it stand where "
      + "the function still falls to both sides?",
    answer: """
      It could: from a start exactly on the ridge w₁ = −w₂ the trainer walks to the saddle at 0 and \
      stops there, with as small a gradient as the others. Moved by 0.01 the same start ends in a \
      minimum. On a convex function there are no saddles, and the gradient bounds what is left.
      """)
  package static let exercise = """
    Run `lockstep lecture convergence --gradient-norm 0.1` and then `0.00001`: by what factor does \
    E − E_min fall for each power of ten, and how many steps does that cost?
    """

  /// ε: descent stops when ‖∇E‖ is smaller.
  package var gradientNorm = 1e-3
  /// λ of the double well.
  package var weightDecay = 0.25

  package init() {}

  package var validationError: String? {
    // Below, single precision keeps the gradient from vanishing.
    if !(gradientNorm >= 1e-5 && gradientNorm <= 0.2) {
      return "a gradient norm to stop at is from 0.00001 to 0.2"
    }
    return weightDecay >= 0.05 && weightDecay <= 0.9
      ? nil : "a weight decay that leaves two minima is from 0.05 to 0.9"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let points = LinePoints(count: 60, using: &chance)
    let runs = try (0..<5).map {
      try ConvexRun(points, gradientNorm, seed: classroom.seed &+ $0)
    }
    // Float(λ) is what the trainer has.
    let well = DoubleWell(penalty: Double(Float(weightDecay)))
    let starts = [
      [-1.6, 0.4], [-0.3, -1.5], [0.2, 1.6], [1.7, -0.6], Self.onRidge,
      [Self.onRidge[0] + Self.nudge, Self.onRidge[1]],
    ]
    let descents = try starts.map { try well.descend(from: $0, threshold: gradientNorm) }

    var shown = Demonstration(.figure(figure(runs, well, descents)))
    var table = NumberTable(
      "Least squares from five seeds, stopped at ‖∇E‖ < \(significant(gradientNorm))",
      columns: ["seed", "steps", "‖∇E‖", "E − E_min", "‖∇E‖²/(2μ)"])
    for run in runs {
      table.add(
        .text("\(run.seed)"), .whole(run.norms.count),
        .number(run.lastNorm, digits: 3), .number(run.excess, digits: 2),
        .number(run.bound, digits: 2))
    }
    shown.show(table)
    var wells = NumberTable(
      "Two linear units from six starts, λ = \(significant(weightDecay))",
      columns: ["start", "steps", "w₁", "w₂", "‖∇E‖", "smallest curvature", "where"])
    for run in descents {
      let curvature = well.smallestCurvature(run.end)
      wells.add(
        .text("(\(run.start[0]), \(run.start[1]))"), .whole(run.norms.count),
        .number(run.end[0]), .number(run.end[1]), .number(run.norms.last ?? 0, digits: 2),
        .number(curvature, digits: 3), curvature < 0 ? "saddle" : "minimum")
    }
    shown.show(wells)
    claimConvex(runs, &shown)
    claimWells(well, descents, &shown)
    return shown
  }

  /// The start on the ridge.
  private static let onRidge = [1.5, -1.5]
  /// How far beside it the last start is.
  private static let nudge = 0.01

  private func claimConvex(_ runs: [ConvexRun], _ shown: inout Demonstration) {
    shown.claim(
      "the trainer stops at the first gradient under the threshold, from every seed",
      found: runs.map { "\($0.norms.count)" }.joined(separator: ", ") + " steps",
      holds: runs.allSatisfy { run in
        run.stopReason == .gradientNorm && run.lastNorm < gradientNorm
          && run.norms.dropLast().allSatisfy { $0 >= gradientNorm }
      })
    // The trainer's norm is computed in single precision, and its judge in double.
    shown.claim(
      "the norm that it stops by is the gradient's",
      found: "largest relative difference "
        + significant(maximum(of: runs.map(\.normDeviation)), 2),
      holds: runs.allSatisfy { $0.normDeviation <= $0.allowedNormDeviation })
    // E and the gradient's norm are computed in single precision on the way: 2⁻¹⁹ of E is 32
    // roundings.
    shown.claim(
      "every one is at the global minimum, E − E_min ≤ ‖∇E‖²/(2μ)",
      found: "at most \(significant(runs.map { $0.excess / $0.bound }.max() ?? 0, 2)) of the bound",
      holds: runs.allSatisfy { $0.excess <= $0.bound + 0x1p-19 * $0.minimum })
  }

  private func claimWells(_ well: DoubleWell, _ runs: [WellRun], _ shown: inout Demonstration) {
    // Near a minimum with the smallest curvature 2 min(λ, 1 − λ), ‖∇E‖ bounds the distance; the
    // curvature changes by less than half on the way there where ‖∇E‖ is small beside it.
    let curvature = 2 * min(well.penalty, 1 - well.penalty)
    let allowed = 2 * gradientNorm / curvature
    let side = well.minimum
    let isClose = allowed < 0.3 * side[0]
    let statement = "with two minima the start decides which one: that on its side of the ridge"
    if isClose {
      let distances = runs.enumerated().filter { $0.offset != 4 }.map { _, run in
        distance(run.end, run.start[0] + run.start[1] < 0 ? side.map { -$0 } : side)
      }
      shown.claim(
        statement,
        found: "at most \(significant(maximum(of: distances), 2)) from it, "
          + "\(significant(allowed, 2)) allowed",
        holds: distances.allSatisfy { $0 <= allowed }
          && runs.allSatisfy { $0.stopReason == .gradientNorm })
    } else {
      shown.leaveOut(statement, because: "the threshold is too large to tell where a run has ended")
    }
    let ridge = runs[4]
    shown.claim(
      "a start on the ridge ends on the saddle: no gradient, and downhill to both sides",
      found: "at (\(significant(ridge.end[0], 2)), \(significant(ridge.end[1], 2))), smallest "
        + "curvature \(significant(well.smallestCurvature(ridge.end)))",
      holds: ridge.end[0] == -ridge.end[1] && ridge.stopReason == .gradientNorm
        && norm(well.gradient(ridge.end)) <= gradientNorm
        && well.smallestCurvature(ridge.end) < 0)
    let nudged = runs[5]
    let leaves = "moved by \(Self.nudge) the same start ends in a minimum"
    // Beside the ridge its distance only grows, and the slope there is (1 − λ) times the distance.
    if gradientNorm < (1 - well.penalty) * Self.nudge / 2.0.squareRoot() {
      shown.claim(
        leaves,
        found: "at (\(significant(nudged.end[0], 4)), \(significant(nudged.end[1], 4))) after "
          + "\(nudged.norms.count) steps",
        holds: well.smallestCurvature(nudged.end) > 0 && nudged.stopReason == .gradientNorm)
    } else {
      shown.leaveOut(leaves, because: "with a threshold this large it may stop at the saddle, too")
    }
  }

  // MARK: - Figure

  private func figure(_ runs: [ConvexRun], _ well: DoubleWell, _ descents: [WellRun]) -> Figure {
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
              "threshold", [Series.Point(1, gradientNorm), Series.Point(longest, gradientNorm)],
              style: .dashedLine, color: 1)
          ]),
        map(well, descents),
        Plot(
          title: "Two linear units", horizontal: Axis("step"),
          vertical: Axis("‖∇E‖", scale: .logarithmic),
          series: [(0, "to a minimum", 4), (4, "to the saddle", 1), (5, "past the saddle", 2)].map {
            index, name, color in
            Series(
              name,
              descents[index].norms.enumerated().map { Series.Point(Double($0 + 1), $1) },
              color: color)
          } + [
            Series(
              nil,
              [
                Series.Point(1, gradientNorm),
                Series.Point(Double(descents.map(\.norms.count).max() ?? 1), gradientNorm),
              ], style: .dashedLine, color: 1)
          ]),
      ])
  }

  private func map(_ well: DoubleWell, _ descents: [WellRun]) -> Plot {
    let minimum = well.value(well.minimum)
    func height(_ w: [Double]) -> Double { max(0, well.value(w) - minimum).squareRoot() }
    let saddle = height([0, 0])
    return Plot(
      title: "Two minima and a saddle", horizontal: Axis("w₁"), vertical: Axis("w₂"),
      hasEqualAxes: true,
      heatMap: HeatMap(
        "√(E − E_min)", cells: 44, horizontal: -2...2, vertical: -2...2, range: 0...4 * saddle,
        contours: [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5].map { $0 * saddle }, value: height),
      series: [
        (0, "to a minimum", 4), (1, nil, 4), (2, nil, 4), (3, nil, 4),
        (5, "past the saddle", 2), (4, "to the saddle", 1),
      ].map { index, name, color in
        Series(
          name, descents[index].path.map { Series.Point($0[0], $0[1]) }, style: .arrow,
          color: color)
      },
      notes: [
        Note("minimum", well.minimum[0], well.minimum[1], side: .above),
        Note("minimum", -well.minimum[0], -well.minimum[1], side: .below),
        Note("saddle", 0, 0, side: .left),
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
  /// The largest difference of a norm from that of ∇E at the step's start, as a share.
  let normDeviation: Double
  /// What rounding allows.
  let allowedNormDeviation: Double

  var lastNorm: Double { norms.last ?? .infinity }

  init(_ points: LinePoints, _ threshold: Double, seed: UInt64) throws {
    self.seed = seed
    let trainer = Trainer(
      LinePoints.architecture, training: points.samples,
      settings: TrainingSettings(
        epochs: 2000, batchSize: points.x.count, learningRate: 0.5, schedule: .constant,
        optimizer: .plainSGD, seed: seed, gradientNormThreshold: threshold), workers: 1)
    let path = try trainer.path()
    norms = trainer.reports.compactMap(\.gradientNorm)
    stopReason = trainer.stopReason
    minimum = points.loss(points.closedForm)
    excess = points.loss(trainer.parameters.inOrder) - minimum
    bound = (norms.last ?? 0) * (norms.last ?? 0) / (2 * points.curvatures.smallest)
    normDeviation = maximum(
      of: zip(norms, path).map { abs($0 / norm(points.gradient($1)) - 1) })
    // Each of the two sums of 60 terms up to 4 is rounded some 60 times.
    allowedNormDeviation = 60 * 4 * 2.0.squareRoot() * 0x1p-24 / (norms.last ?? 1)
  }
}

import Networks
import Pictures
import Reference
import Training

/// A2: the problem whose solution is known.
struct LeastSquaresTopic: Topic {
  static let number = "A2"
  static let name = "least-squares"
  static let title = "Least squares: descent against the closed form"
  static let explanation = """
    E(w) = ½ Σ (xₙᵀw − tₙ)² has the gradient ∇E = Σ xₙ (xₙᵀw − tₙ), which is 0 where the normal \
    equations XᵀX w = Xᵀt hold. So gradient descent can be judged: the trainer, a linear unit with \
    squared error and all samples in one batch, has to arrive at that w. Dividing by N changes the \
    gradient's size and not its zero.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let points = LinePoints(count: 60, using: &chance)
    let closed = points.closedForm
    let rate = 1 / points.curvatures.largest
    let trainer = points.descent(learningRate: rate, steps: 200, seed: classroom.seed)
    let path = try trainer.path()
    let distances = path.map { distance($0, closed) }
    let end = path.last ?? []

    var shown = Demonstration(.figure(figure(points, closed, path, distances)))
    var table = NumberTable(
      "Steps of batch descent", columns: ["step", "w", "b", "distance to the closed form"])
    for step in [0, 1, 2, 5, 10, 20, 50, 200] {
      table.add(
        .whole(step), .number(path[step][0], digits: 7), .number(path[step][1], digits: 7),
        .number(distances[step], digits: 3))
    }
    table.add(
      "closed form", .number(closed[0], digits: 7), .number(closed[1], digits: 7), 0)
    shown.show(table)

    let gradient = norm(points.gradient(closed))
    // Σ over 60 samples of numbers below 4, rounded some 60 times; the normal equations' own error
    // is of the same size, their matrix having a condition below 10.
    let rounding = 10 * 60 * 4 * 0x1p-53
    shown.claim(
      "the gradient vanishes at the closed form",
      found: "‖∇E‖ = \(significant(gradient, 2)), rounding allows \(significant(rounding, 2))",
      holds: gradient <= rounding)
    let reach = points.reach(at: trainer.parameters, learningRate: rate)
    shown.claim(
      "the trainer arrives at the closed form, as near as single precision comes",
      found: "distance \(significant(distance(end, closed), 2)), "
        + "\(significant(reach, 2)) allowed", holds: distance(end, closed) <= reach)
    shown.claim(
      "the loss never rises on the way",
      found: "from \(significant(points.loss(path[0]), 4)) to "
        + significant(points.loss(end), 6),
      // A step's rounding may lift the loss by its gradient's, where it has arrived.
      holds: zip(path, path.dropFirst()).allSatisfy {
        points.loss($1) <= points.loss($0) * (1 + 8 * roundoff)
      })
    return shown
  }

  private func figure(
    _ points: LinePoints, _ closed: [Double], _ path: [[Double]], _ distances: [Double]
  ) -> Figure {
    func line(_ w: [Double]) -> [Series.Point] {
      [-1.0, 1].map { Series.Point($0, w[0] * $0 + w[1]) }
    }
    return Figure(
      title: "Least squares by gradient descent",
      plots: [
        Plot(
          horizontal: Axis("x"), vertical: Axis("t"),
          series: [
            Series(
              "samples", zip(points.x, points.t).map { Series.Point($0, $1) }, style: .points),
            Series("step 0", line(path[0]), style: .dashedLine),
            Series("step 3", line(path[3]), style: .dashedLine, color: 4),
            Series("closed form", line(closed), color: 2),
          ]),
        Plot(
          horizontal: Axis("step"), vertical: Axis("distance to closed form", scale: .logarithmic),
          series: [
            Series(
              nil,
              distances.prefix(101).enumerated().map { Series.Point(Double($0), $1) })
          ]),
      ])
  }
}

import Foundation
import Networks
import Pictures
import Reference
import Training

/// A2: the problem whose solution is known.
package struct LeastSquaresTopic: Topic {
  package static let number = "A2"
  package static let name = "least-squares"
  package static let title = "Least squares: descent against the closed form"
  package static let explanation = """
    E(w) = ½ Σ (xₙᵀw − tₙ)² has the gradient ∇E = Σ xₙ (xₙᵀw − tₙ), which is 0 where the normal \
    equations XᵀX w = Xᵀt hold. So gradient descent can be judged: it has to arrive at that w. \
    Dividing by N changes the gradient's length and not its zero.

    What descends is the trainer: a linear unit with squared error and all samples in one batch. The \
    closed form is solved in double precision.
    """
  package static let formula =
    #"E(w) = \tfrac{1}{2} \sum_n (x_n^{\top} w - t_n)^2, \quad \nabla E = \sum_n x_n (x_n^{\top} w - t_n), \quad X^{\top} X w = X^{\top} t"#
  package static let question = Question(
    "Descent stops at the closed form. How near can it come, and does twice the noise in the data "
      + "keep it farther away?",
    answer: """
      As near as single precision: some 1e-7, whatever the noise. Noise moves the closed form itself \
      away from the line that the data came from, and lifts the smallest loss; descent still finds \
      the minimum of the loss that it is given.
      """)
  package static let exercise = """
    Run `lockstep lecture least-squares --noise 0` and `--samples 10 --noise 1`: how far from w = 1.5, \
    b = 0.5 is the closed form, and what is the loss there?
    """

  /// N: the number of samples.
  package var sampleCount = 60
  /// The standard deviation of the samples' distances to the line.
  package var noise = 0.3

  package init() {}

  package var validationError: String? {
    if !(10...10_000).contains(sampleCount) { return "from 10 to 10,000 samples are drawn" }
    return noise >= 0 && noise <= 3 ? nil : "noise is from 0 to 3"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let points = LinePoints(count: sampleCount, noise: noise, using: &chance)
    let closed = points.closedForm
    let (low, high) = points.curvatures
    // Until the slowest axis has shrunk to a billionth.
    let steps = max(200, Int(log(1e-9) / log(1 - low / high)) + 1)
    let trainer = points.descent(learningRate: 1 / high, steps: steps, seed: classroom.seed)
    let path = try trainer.path()
    let distances = path.map { distance($0, closed) }
    let end = path.last ?? []

    var shown = Demonstration(.figure(figure(points, closed, path, distances)))
    var table = NumberTable(
      "Steps of batch descent", columns: ["step", "w", "b", "distance to the closed form"])
    for step in [0, 1, 2, 5, 10, 20, 50, 100, steps] where step <= steps {
      table.add(
        .whole(step), .number(path[step][0], digits: 7), .number(path[step][1], digits: 7),
        .number(distances[step], digits: 3))
    }
    table.add(
      "closed form", .number(closed[0], digits: 7), .number(closed[1], digits: 7), 0)
    shown.show(table)
    shown.say(
      "The samples came from t = 0.5 + 1.5x with noise of \(significant(noise)); at the closed form "
        + "the mean loss is \(significant(points.loss(closed), 4)).")

    let gradient = norm(points.gradient(closed))
    // Σ over N samples of numbers below 4 and the noise, with as many roundings; the normal
    // equations lose the matrix's condition.
    let size = 4 + 4 * noise
    let rounding = high / low * Double(sampleCount) * size * 0x1p-53
    shown.claim(
      "the gradient vanishes at the closed form",
      found: "‖∇E‖ = \(significant(gradient, 2)), rounding allows \(significant(rounding, 2))",
      holds: gradient <= rounding)
    claimGradient(points, start: path[0], seed: classroom.seed, &shown)
    let reach = points.reach(at: trainer.parameters, learningRate: 1 / high)
    shown.claim(
      "the trainer arrives at the closed form, as near as single precision comes",
      found: "distance \(significant(distance(end, closed), 2)), "
        + "\(significant(reach, 2)) allowed", holds: distance(end, closed) <= reach)
    // A step's rounding may lift the loss by its gradient's, where it has arrived.
    let floor = high * reach * reach / 2
    let losses = path.map(points.loss)
    shown.claim(
      "the loss falls with every step, until rounding ends it",
      found: "from \(significant(losses[0], 4)) to \(significant(losses[steps], 6)), "
        + "\(zip(losses, losses.dropFirst()).count { $1 < $0 }) of \(steps) steps",
      holds: zip(losses, losses.dropFirst()).allSatisfy {
        $1 < $0 || $1 - points.loss(closed) <= floor + 8 * roundoff * $1
      })
    return shown
  }

  /// The trainer's gradient is the sum of the lecture divided by N.
  private func claimGradient(
    _ points: LinePoints, start: [Double], seed: UInt64, _ shown: inout Demonstration
  ) {
    let parameters = Parameters(LinePoints.architecture, seed: seed)
    let errors = zip(points.design, points.t).map { x, t in x[0] * start[0] + x[1] * start[1] - t }
    let sums = (0..<2).map { j in
      zip(points.design, errors).reduce(0) { $0 + $1.0[j] * $1.1 }
    }
    let found = parameters.gradient(points.batch).map(Double.init)
    let bounds = EstimatedNetwork(parameters).gradient(points.batch).gradient.inOrder.map(\.error)
    let distances = zip(sums, found).map { abs($0 / Double(sampleCount) - $1) }
    shown.claim(
      "the trainer's gradient is Σ xₙ (xₙᵀw − tₙ), divided by N",
      found: "(\(sums.map { significant($0, 6) }.joined(separator: ", "))) ÷ "
        + "\(plainNumber(sampleCount)), \(significant(maximum(of: distances), 2)) off, rounding "
        + "allows \(significant(maximum(of: bounds), 2))",
      holds: zip(distances, bounds).allSatisfy { $0 <= $1 })
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
          title: "The line at some steps", horizontal: Axis("x"), vertical: Axis("t"),
          series: [
            Series(
              "samples", zip(points.x, points.t).map { Series.Point($0, $1) }, style: .points),
            Series("step 0", line(path[0]), style: .dashedLine),
            Series("step 3", line(path[3]), style: .dashedLine, color: 4),
            Series("closed form", line(closed), color: 2),
          ]),
        Plot(
          title: "How far it still has to go", horizontal: Axis("step"),
          vertical: Axis("distance to closed form", scale: .logarithmic),
          series: [
            Series(
              nil,
              distances.prefix(101).enumerated().map { Series.Point(Double($0), $1) })
          ]),
      ])
  }
}

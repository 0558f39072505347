import Foundation
import Networks
import Pictures
import Training

/// A3: the step of gradient descent and what its size does.
package struct DescentTopic: Topic {
  package static let number = "A3"
  package static let name = "gradient-descent"
  package static let title = "Gradient descent: small, good and too large steps"
  package static let explanation = """
    From w⁰, wᵗ⁺¹ = wᵗ − η ∇E(wᵗ). On a quadratic every step multiplies the distance to the \
    minimum along the i-th axis of E by 1 − ηλᵢ, λᵢ being the curvature there. So it converges for \
    η < 2/λ_max, fastest in between, and diverges above. The trainer takes the steps, in batches of \
    all samples.
    """
  package static let slider: Slider? = Slider(
    "learning rate η · λ_max", option: "--learning-rate",
    values: ["0.05", "0.2", "0.5", "1", "1.5", "1.9", "2", "2.1", "2.5"])

  /// Learning rates η, each in units of 1/λ_max, where λ_max is the largest curvature.
  package var learningRates = [0.2, 1, 1.9, 2.5]

  package init() {}

  package var validationError: String? {
    learningRates.isEmpty || learningRates.count > 6
      ? "one to six learning rates are drawn"
      : learningRates.allSatisfy { $0 > 0 && $0 <= 4 } ? nil : "learning rates are above 0, up to 4"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let points = LinePoints(count: 60, using: &chance)
    let closed = points.closedForm
    let (low, high) = points.curvatures
    let runs = try learningRates.map { factor in
      let rate = Double(Float(factor / high))
      let path = try points.descent(learningRate: rate, steps: 40, seed: classroom.seed).path()
      return Run(
        factor: factor, rate: rate, path: path,
        formula: formulaPath(points, from: path[0], rate: rate, steps: 40),
        contraction: max(abs(1 - rate * low), abs(1 - rate * high)), closed: closed)
    }

    var shown = Demonstration(.figure(figure(points, runs, closed)))
    var table = NumberTable(
      "40 steps of the trainer, λ_min = \(significant(low)), λ_max = \(significant(high))",
      columns: ["step size", "distance at the end", "last ratio", "max |1 − ηλᵢ|"])
    for run in runs {
      table.add(
        .text("η = \(run.factor)/λ_max"), .number(run.distances.last ?? 0, digits: 3),
        .number(run.lastRatio), .number(run.contraction))
    }
    shown.show(table)
    shown.claim(
      "no step stretches the distance by more than max |1 − ηλᵢ|",
      found: runs.map { significant($0.largestRatio / $0.contraction, 6) }.joined(separator: ", ")
        + " of it",
      // Numbers of up to 4, rounded some 60 times, in distances of 0.01 and more.
      holds: runs.allSatisfy {
        $0.largestRatio <= $0.contraction * (1 + 60 * 4 / 0.01 * 0x1p-53)
      })
    let (below, above) = (runs.filter { $0.factor < 2 }, runs.filter { $0.factor > 2 })
    let statement = "η below 2/λ_max converges, η above diverges"
    if below.isEmpty && above.isEmpty {
      shown.leaveOut(statement, because: "at 2/λ_max it does neither")
    } else {
      shown.claim(
        statement,
        found: (below + above).map { significant($0.distances.last ?? 0, 2) }
          .joined(separator: ", "),
        holds: below.allSatisfy { ($0.distances.last ?? 1) < $0.distances[0] }
          && above.allSatisfy { ($0.distances.last ?? 0) > $0.distances[0] })
    }
    let reaches = below.map { run in
      let start = points.descent(learningRate: run.rate, steps: 1, seed: classroom.seed).parameters
      // Each step adds its rounding, and shrinks that of the steps before.
      return points.reach(at: start, learningRate: run.rate) * low * run.rate
        / (1 - run.contraction)
    }
    let agreement = "the trainer takes the steps of the formula, up to single precision"
    if below.isEmpty {
      shown.leaveOut(agreement, because: "where steps grow, so does rounding")
    } else {
      shown.claim(
        agreement,
        found: zip(below, reaches).map { run, reach in
          "\(significant(run.largestDeviation, 2)) of \(significant(reach, 2))"
        }.joined(separator: ", "),
        holds: zip(below, reaches).allSatisfy { $0.largestDeviation <= $1 })
    }
    return shown
  }

  private func formulaPath(
    _ points: LinePoints, from start: [Double], rate: Double, steps: Int
  ) -> [[Double]] {
    var path = [start]
    for step in 0..<steps {
      path.append(zip(path[step], points.gradient(path[step])).map { $0 - rate * $1 })
    }
    return path
  }

  private func figure(_ points: LinePoints, _ runs: [Run], _ closed: [Double]) -> Figure {
    // Later steps from side to side would lie over one another.
    let paths = runs.enumerated().filter { $1.factor < 2 }.map { run in
      (
        run: run.offset,
        path: run.element.factor > 1 ? Array(run.element.path.prefix(7)) : run.element.path
      )
    }
    let (w, b) = (range(paths, 0, around: closed), range(paths, 1, around: closed))
    // A step size has one color in both plots.
    let colors = Array([4, 0, 1, 3, 2, 5].prefix(runs.count))
    return Figure(
      title: "Gradient descent on a quadratic",
      plots: [
        Plot(
          title: "Paths by η · largest curvature",
          horizontal: Axis("w"), vertical: Axis("b"),
          heatMap: HeatMap("√(E − minimum)", cells: 60, horizontal: w, vertical: b) {
            (points.loss($0) - points.loss(closed)).squareRoot()
          },
          series: paths.map { run, path in
            Series(
              runs[run].factor <= 1
                ? "\(runs[run].factor), every 5th step"
                : "\(runs[run].factor), \(path.count - 1) steps",
              path.map { Series.Point($0[0], $0[1]) }, style: .lineAndPoints, color: colors[run],
              markEvery: runs[run].factor <= 1 ? 5 : 1)
          }),
        Plot(
          title: "Distance by η · largest curvature",
          horizontal: Axis("step"), vertical: Axis("distance to the minimum", scale: .logarithmic),
          series: zip(runs, colors).map { run, color in
            Series(
              "\(run.factor)", run.distances.enumerated().map { Series.Point(Double($0), $1) },
              color: color)
          }),
      ])
  }

  /// The values of one parameter on some paths and at the minimum, with a margin on either side.
  private func range(
    _ paths: [(run: Int, path: [[Double]])], _ parameter: Int, around closed: [Double]
  ) -> ClosedRange<Double> {
    let values = (paths.flatMap(\.path) + [closed]).map { $0[parameter] }
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let margin = max(0.1 * (high - low), 0.01)
    return low - margin...high + margin
  }
}

/// Steps of one size, by the trainer and by the formula in double precision.
private struct Run {
  /// η times the largest curvature.
  let factor: Double
  let rate: Double
  let path: [[Double]]
  let formula: [[Double]]
  /// max |1 − ηλᵢ|.
  let contraction: Double
  let closed: [Double]

  var distances: [Double] { path.map { distance($0, closed) } }

  private var ratios: [Double] {
    let distances = formula.map { distance($0, closed) }.prefix { $0 > 1e-9 }
    return zip(distances, distances.dropFirst()).map { $1 / $0 }
  }

  var lastRatio: Double { ratios.last ?? 0 }
  /// Of one step of the formula, as long as distances are not lost in rounding.
  var largestRatio: Double {
    let distances = formula.map { distance($0, closed) }.prefix { $0 > 0.01 }
    return maximum(of: zip(distances, distances.dropFirst()).map { $1 / $0 })
  }
  /// Of the trainer from the formula.
  var largestDeviation: Double { maximum(of: zip(path, formula).map { distance($0, $1) }) }
}

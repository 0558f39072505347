import Foundation
import Networks
import Pictures
import Statistics
import Training

/// A3: the step of gradient descent and what its size does.
package struct DescentTopic: Topic {
  package static let number = "A3"
  package static let name = "gradient-descent"
  package static let title = "Gradient descent: small, good and too large steps"
  package static let explanation = """
    From w⁰, wᵗ⁺¹ = wᵗ − η ∇E(wᵗ). On a quadratic every step multiplies the distance to the minimum \
    along the i-th axis of E by 1 − ηλᵢ, λᵢ being the curvature there. Learning rates are given in \
    units of 1/λ_max, as if the largest curvature were 1. For η in (0, 1] no axis overshoots, for η \
    between 1 and 2 the steep one jumps from side to side and still converges, above 2 it diverges.

    The trainer takes the steps, in batches of all samples; the factors come from a formula.
    """
  package static let formula =
    #"w^{t+1} = w^{t} - \eta\, \nabla E(w^{t}), \qquad w_i^{t+1} - w_i^{*} = (1 - \eta \lambda_i)\,(w_i^{t} - w_i^{*})"#
  package static let question = Question(
    "The learning rate is 1.9 of the largest curvature's inverse, nearly twice what brings the steep axis "
      + "home in one step. Does descent still arrive? And at 2.1?",
    answer: """
      At 1.9 every step multiplies the steep axis by 1 − 1.9 = −0.9: it overshoots in every step and \
      still arrives. At 2.1 the factor is −1.1 and every step leads farther away, however near the \
      start was.
      """)
  package static let exercise = """
    Run `lockstep lecture gradient-descent --learning-rate 1,1.3,1.6,1.99`: which has the smallest \
    factor? Then find a better one between 1.3 and 1.6: there |1 − ηλ_min| and |1 − ηλ_max| are the \
    same.
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
        contraction: max(abs(1 - rate * low), abs(1 - rate * high)), closed: closed,
        steepAxis: points.steepAxis)
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
    claimSides(runs, &shown)
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

  /// Which side of the minimum the trainer is on, along the steep axis.
  private func claimSides(_ runs: [Run], _ shown: inout Demonstration) {
    let (small, large) = (runs.filter { $0.factor <= 1 }, runs.filter { $0.factor > 1 })
    let stays = "with η in (0, 1]/λ_max the trainer never crosses the steep axis' minimum"
    if small.isEmpty {
      shown.leaveOut(stays, because: "all learning rates are above 1/λ_max")
    } else {
      shown.claim(
        stays, found: "crossings: " + small.map { "\($0.crossings.count)" }.joined(separator: ", "),
        holds: small.allSatisfy { $0.crossings.count == 0 })
    }
    let crosses = "with η above 1/λ_max it crosses to the other side in every step"
    if large.isEmpty {
      shown.leaveOut(crosses, because: "no learning rate is above 1/λ_max")
    } else {
      shown.claim(
        crosses,
        found: large.map { "\($0.crossings.count) of \($0.crossings.steps)" }
          .joined(separator: ", ") + " steps that are longer than rounding",
        holds: large.allSatisfy { $0.crossings.count == $0.crossings.steps })
    }
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
    // A step size has one color in all plots.
    let colors = Array([4, 0, 1, 3, 2, 5].prefix(runs.count))
    return Figure(
      title: "Gradient descent on a quadratic, by η in units of 1/λ_max",
      plots: [
        map(points, zip(runs, colors).map { ($0, $1) }, closed),
        Plot(
          title: "Distance to the minimum",
          horizontal: Axis("step", range: 0...40),
          vertical: Axis("distance", scale: .logarithmic, range: 1e-8...1e4),
          series: zip(runs, colors).map { run, color in
            Series(
              "η = \(significant(run.factor))",
              run.distances.enumerated().map { Series.Point(Double($0), $1) }, color: color)
          }),
        factors(points, zip(runs, colors).map { ($0, $1) }),
      ])
  }

  /// The paths on a map of E whose sides do not depend on the learning rates. A path that diverges
  /// leaves it.
  private func map(
    _ points: LinePoints, _ runs: [(run: Run, color: Int)], _ closed: [Double]
  ) -> Plot {
    let start = runs[0].run.path[0]
    let reach = 1.2 * distance(start, closed)
    let (w, b) = (closed[0] - reach...closed[0] + reach, closed[1] - reach...closed[1] + reach)
    func height(_ place: [Double]) -> Double {
      (max(0, points.loss(place) - points.loss(closed))).squareRoot()
    }
    return Plot(
      title: "Paths on √(E − E_min)", horizontal: Axis("w"), vertical: Axis("b"),
      hasEqualAxes: true,
      heatMap: HeatMap(
        "√(E − E_min)", cells: 40, horizontal: w, vertical: b,
        contours: (1...8).map { Double($0) / 8 * height([w.upperBound, b.upperBound]) },
        value: height),
      series: runs.map { run, color in
        let places = run.path.prefix {
          abs($0[0] - closed[0]) < 3 * reach && abs($0[1] - closed[1]) < 3 * reach
        }
        // Later steps from side to side would lie over one another.
        let shown = run.factor > 1 && run.factor <= 2 ? places.prefix(8) : places
        return Series(
          "η = \(significant(run.factor))", shown.map { Series.Point($0[0], $0[1]) },
          style: .lineAndPoints, color: color, markEvery: run.factor < 1 ? 5 : 1)
      },
      notes: [
        Note("start", start[0], start[1], side: .above),
        Note("minimum", closed[0], closed[1], side: .right),
      ])
  }

  /// |1 − ηλ| of both axes by η, and how much the runs' last steps shrank or grew.
  private func factors(_ points: LinePoints, _ runs: [(run: Run, color: Int)]) -> Plot {
    let (low, high) = points.curvatures
    func line(_ name: String, _ curvature: Double, color: Int) -> Series {
      Series(
        name,
        stride(from: 0.0, through: 2.6001, by: 0.02).map {
          Series.Point($0, abs(1 - $0 / high * curvature))
        }, style: .dashedLine, color: color)
    }
    return Plot(
      title: "Factor of a step", horizontal: Axis("η · λ_max", range: 0...2.6),
      vertical: Axis("factor", range: 0...1.6),
      series: [
        line("|1 − ηλ_min|", low, color: 6), line("|1 − ηλ_max|", high, color: 5),
        Series("no change", [Series.Point(0, 1), Series.Point(2.6, 1)], color: 6),
      ]
        + runs.filter { $0.run.factor <= 2.6 && $0.run.lastRatio <= 1.6 }.map { run, color in
          Series(nil, [Series.Point(run.factor, run.lastRatio)], style: .points, color: color)
        })
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
  let steepAxis: [Double]

  var distances: [Double] { path.map { distance($0, closed) } }

  private var ratios: [Double] {
    let distances = formula.map { distance($0, closed) }.prefix { $0 > 1e-9 }
    return zip(distances, distances.dropFirst()).map { $1 / $0 }
  }

  /// How many steps of the trainer crossed the minimum along the steep axis, of those whose ends are
  /// both farther from it than rounding: 64 roundings of numbers up to 4.
  var crossings: (count: Int, steps: Int) {
    let sides = path.map { dot(steepAxis, zip($0, closed).map { $0 - $1 }) }
    let steps = zip(sides, sides.dropFirst()).filter {
      min(abs($0), abs($1)) > 64 * 4 * 0x1p-24
    }
    return (steps.count { ($0 < 0) != ($1 < 0) }, steps.count)
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

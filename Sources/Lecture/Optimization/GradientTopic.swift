import Foundation
import Pictures
import Randomness
import Statistics

/// A1: what the gradient says about a function.
package struct GradientTopic: Topic {
  package static let number = "A1"
  package static let name = "gradient"
  package static let title = "The gradient and Taylor's first order"
  package static let explanation = """
    The gradient ∇f holds the partial derivatives. It points to where f rises most, and its length \
    ‖∇f‖ is the slope there. Along any other direction d of length 1 the slope is ∇fᵀd; along \
    −∇f/‖∇f‖ f falls most. To first order f(w + ηd) ≈ f(w) + η ∇f(w)ᵀd, and what is left out shrinks \
    as η².

    f is the logistic loss of 30 samples with two inputs. A computation graph in double precision \
    gives f and ∇f, as single precision would hide the remainder; the trainer's own gradient is \
    compared with it.
    """
  package static let formula =
    #"f(w + \eta d) \approx f(w) + \eta\, \nabla f(w)^{\top} d, \qquad \max_{\|d\| = 1} \nabla f^{\top} d = \|\nabla f\|"#
  package static let question = Question(
    "You stand on a slope and may take one step of fixed length in any direction. Which direction "
      + "brings you down most, and how much do you lose by going 60° beside it?",
    answer: """
      Against the gradient: the slope along a direction at the angle θ to it is ‖∇f‖ cos θ. At 60° \
      the step still brings half, at 90° it follows the contour line and brings nothing.
      """)
  package static let exercise = """
    Run `lockstep lecture gradient --w 3,-3 --plot a1.png`, then move w against the gradient: at which \
    place is ‖∇f‖ smallest? Contours are far apart there.
    """

  /// w₁ and w₂: where one stands.
  package var w = [1.0, -1.5]
  /// The angle of d to the axis of w₁, in degrees: the direction along which f is approximated.
  package var angle = 100.0

  package init() {}

  package var validationError: String? {
    if w.count != 2 || !w.allSatisfy({ abs($0) <= 4 }) {
      return "a place has two weights from −4 to 4"
    }
    return abs(angle) <= 360 ? nil : "a direction is an angle from −360 to 360 degrees"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let f = LogisticLoss(using: &chance)
    let slopes = Slopes(f, at: w, using: &chance)
    let gradient = slopes.gradient
    let d = unitVector(degrees: angle)
    let steps = (1...14).map { 1 / Double(1 << $0) }
    let remainders = steps.map { step in
      abs(f.value(moved(w, step, d)) - f.value(w) - step * dot(gradient, d))
    }
    // From 2⁻⁶ on the third order adds 1 % or less: |σ‴/σ″| |x| is below 2.2.
    let exponent = slope(zip(steps, remainders).dropFirst(5).prefix(7).map { (log2($0), log2($1)) })

    var shown = Demonstration(.figure(figure(f, slopes, steps, remainders)))
    var place = NumberTable(
      "At w = (\(significant(w[0])), \(significant(w[1]))) f is \(significant(f.value(w), 5))",
      columns: ["", "by w₁", "by w₂", "length"])
    for (name, vector) in [
      ("∇f by the graph", gradient), ("central differences", f.differences(w)),
      ("the trainer's", f.trainerGradient(w).gradient),
    ] {
      place.add(
        .text(name), .number(vector[0], digits: 8), .number(vector[1], digits: 8),
        .number(norm(vector), digits: 8))
    }
    shown.show(place)
    var table = NumberTable(
      "The remainder of first order along d at \(significant(angle))°",
      columns: ["η", "remainder", "÷ that of η/2"])
    for index in stride(from: 0, to: 12, by: 2) {
      table.add(
        .number(steps[index]), .number(remainders[index], digits: 3),
        .number(remainders[index] / remainders[index + 1], digits: 4))
    }
    shown.show(table)

    let largest = maximum(of: zip(gradient, f.differences(w)).map { abs($0 - $1) })
    shown.claim(
      "∇f is the vector of central differences",
      found: "largest distance \(significant(largest, 2)), "
        + "\(significant(LogisticLoss.allowedByDifferences, 2)) allowed",
      holds: largest <= LogisticLoss.allowedByDifferences)
    let trainer = f.trainerGradient(w)
    let distances = zip(gradient, trainer.gradient).map { abs($0 - $1) }
    shown.claim(
      "the trainer finds the same gradient, up to single precision",
      found: "largest distance \(significant(maximum(of: distances), 2)), "
        + "\(significant(maximum(of: trainer.bounds), 2)) allowed",
      holds: zip(distances, trainer.bounds).allSatisfy { $0 <= $1 })
    shown.claim(
      "the slope along every direction d is ∇fᵀd = ‖∇f‖ cos θ",
      found: "largest difference \(significant(slopes.largestDeviation, 2)) over "
        + "\(plainNumber(slopes.measured.count)) directions",
      holds: slopes.largestDeviation <= LogisticLoss.allowedByDifferences)
    shown.claim(
      "the steepest of them is no steeper than along ∇f, where the slope is ‖∇f‖",
      found: "at most \(significant(slopes.steepest / norm(gradient) * 100, 6)) % of ‖∇f‖ = "
        + "\(significant(norm(gradient), 4)); along ∇f \(significant(slopes.alongGradient, 4))",
      holds: slopes.steepest <= norm(gradient) + LogisticLoss.allowedByDifferences
        && abs(slopes.alongGradient - norm(gradient)) <= LogisticLoss.allowedByDifferences)
    shown.claim(
      "the remainder shrinks as η²", found: "as η to the \(significant(exponent, 4))",
      holds: abs(exponent - 2) < 0.05)
    return shown
  }

  private func unitVector(degrees: Double) -> [Double] {
    [cos(degrees * .pi / 180), sin(degrees * .pi / 180)]
  }

  // MARK: - Figure

  private func figure(
    _ f: LogisticLoss, _ slopes: Slopes, _ steps: [Double], _ remainders: [Double]
  ) -> Figure {
    Figure(
      title: "What the gradient says",
      plots: [
        map(f, slopes), cut(f, slopes),
        Plot(
          title: "Slope along 60 of the directions",
          horizontal: Axis("angle θ to ∇f (°)", range: 0...180), vertical: Axis("slope"),
          series: [
            Series(
              "‖∇f‖ cos θ",
              stride(from: 0.0, through: 180, by: 5).map {
                Series.Point($0, norm(slopes.gradient) * cos($0 * .pi / 180))
              }, color: 1),
            Series(
              "measured", slopes.measured.prefix(60).map { Series.Point($0.degrees, $0.slope) },
              style: .points, color: 0),
          ]),
        Plot(
          title: "Taylor's remainder along d",
          horizontal: Axis("step η", scale: .logarithmic),
          vertical: Axis("remainder", scale: .logarithmic),
          series: [
            Series(
              "measured", zip(steps, remainders).map { Series.Point($0, $1) }, style: .points),
            Series(
              "η²", steps.map { Series.Point($0, remainders[0] * $0 * $0 / steps[0] / steps[0]) },
              style: .dashedLine),
          ]),
      ], columns: 2)
  }

  /// f from above, with the arrows of the gradient and of its opposite.
  private func map(_ f: LogisticLoss, _ slopes: Slopes) -> Plot {
    let reach = 2.0
    let values = [[-1.0, -1], [-1, 1], [1, -1], [1, 1]].map {
      f.value([w[0] + reach * $0[0], w[1] + reach * $0[1]])
    }
    let (low, high) = (f.value(w) / 2, values.max() ?? 1)
    let contours = (0..<9).map { low + (high - low) * Double($0) / 9 } + [f.value(w)]
    // A slope of 1 is four units long, and an arrow always long enough to be seen.
    let length = min(max(4 * norm(slopes.gradient), 0.5), 1.7)
    func arrow(_ sign: Double, _ name: String, color: Int) -> Series {
      let end = moved(w, sign * length, slopes.up)
      return Series(
        name, [w, end].map { Series.Point($0[0], $0[1]) }, style: .arrow, color: color)
    }
    return Plot(
      title: "f from above", horizontal: Axis("w₁"), vertical: Axis("w₂"), hasEqualAxes: true,
      heatMap: HeatMap(
        "f", cells: 40, horizontal: w[0] - reach...w[0] + reach,
        vertical: w[1] - reach...w[1] + reach, contours: contours.sorted(), value: f.value),
      series: [
        arrow(1, "∇f: steepest increase", color: 1), arrow(-1, "−∇f: steepest decrease", color: 0),
        Series(nil, [Series.Point(w[0], w[1])], style: .points, color: 4),
      ], notes: [Note("w", w[0], w[1], side: .left)])
  }

  /// f along the gradient, with the tangent.
  private func cut(_ f: LogisticLoss, _ slopes: Slopes) -> Plot {
    let range = stride(from: -3.0, through: 3.001, by: 0.1)
    let slope = norm(slopes.gradient)
    return Plot(
      title: "f along ∇f/‖∇f‖, and its tangent", horizontal: Axis("distance from w"),
      vertical: Axis("f"),
      series: [
        Series("f", range.map { Series.Point($0, f.value(moved(w, $0, slopes.up))) }),
        Series(
          "slope ‖∇f‖ = \(significant(slope, 3))",
          [-1.5, 1.5].map { Series.Point($0, f.value(w) + slope * $0) }, color: 1),
        Series(nil, [Series.Point(0, f.value(w))], style: .points, color: 4),
      ])
  }
}

/// w + ηd.
private func moved(_ w: [Double], _ step: Double, _ d: [Double]) -> [Double] {
  zip(w, d).map { $0 + step * $1 }
}

/// The slopes of f at a place along random directions, by central differences.
private struct Slopes {
  let gradient: [Double]
  /// ∇f/‖∇f‖.
  let up: [Double]
  /// The angle to the gradient, and the slope.
  let measured: [(degrees: Double, slope: Double)]
  /// The slope along the gradient.
  let alongGradient: Double
  /// The largest difference between a slope and ∇fᵀd.
  let largestDeviation: Double

  init(_ f: LogisticLoss, at w: [Double], using chance: inout Chance) {
    let gradient = f.gradient(w)
    let up = gradient.map { $0 / norm(gradient) }
    func slope(_ d: [Double]) -> Double {
      let h = LogisticLoss.difference
      return (f.value(moved(w, h, d)) - f.value(moved(w, -h, d))) / (2 * h)
    }
    let directions = (0..<1000).map { _ in
      let v = [chance.normal(), chance.normal()]
      return v.map { $0 / norm(v) }
    }
    let slopes = directions.map(slope)
    measured = zip(directions, slopes).map { d, slope in
      (degrees: acos(min(1, max(-1, dot(d, up)))) * 180 / .pi, slope: slope)
    }
    largestDeviation = maximum(
      of: zip(directions, slopes).map { abs($1 - dot(gradient, $0)) })
    alongGradient = slope(up)
    self.gradient = gradient
    self.up = up
  }

  var steepest: Double { measured.map(\.slope).max() ?? 0 }
}

/// The slope of the straight line nearest to points.
package func slope(_ points: [(x: Double, y: Double)]) -> Double {
  LeastSquares(points.map { [$0.x, 1] }, targets: points.map(\.y)).weights[0]
}

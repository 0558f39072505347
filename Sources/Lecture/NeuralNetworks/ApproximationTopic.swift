import Foundation
import Networks
import Pictures
import Reference
import Statistics
import Training

/// C7: one hidden layer approximates any continuous function.
package struct ApproximationTopic: Topic {
  package static let number = "C7"
  package static let name = "approximation"
  package static let title = "Universal approximation: error against width"
  package static let explanation = """
    With an activation that is no polynomial, one hidden layer can come as near to any continuous \
    function on an interval as one likes, given enough units (Cybenko 1989 for sigmoids, Hornik 1991 \
    for bounded activations, Leshno et al. 1993 for all that are no polynomials, ReLU among them). \
    The target here is f(x) = sin 3x on −2 … 2. The theorem says that good weights exist: networks whose units are \
    placed evenly, with the output weights of least squares, show it for thresholds, logistic units \
    and ReLU. Networks that the trainer trains from random weights show what descent finds. With the \
    identity instead, more units change nothing.
    """
  package static let formula = #"""
    \left| f(x) - c - \sum_{j=1}^{n} v_j \, \varphi(w_j x + b_j) \right| < \varepsilon \#
    \quad \text{for } n \text{ large enough}
    """#
  package static let question = Question(
    "What does the best fit of eight hard thresholds look like, of eight ReLUs, of eight logistic units? "
      + "And which comes nearest?",
    answer: """
      A staircase of nine steps, a chain of eight straight pieces, a smooth curve. The error of steps \
      falls with the width of a step, that of straight pieces with its square; smooth units do \
      better still on a smooth function.
      """)
  package static let exercise = """
    Count steps and corners: `lockstep lecture approximation --activation threshold,relu --width 2,8,64 \
    --plot c7.svg`.
    """
  package static let slider: Slider? = Slider(
    "hidden units", option: "--width",
    values: ["1", "2", "3", "4", "6", "8", "12", "16", "32", "64"])

  /// The activations of the hidden layer.
  package var activations: [Activation] = [.threshold, .relu, .logistic]
  /// The numbers of hidden units.
  package var widths = [1, 2, 4, 8, 16, 32, 64]

  package init() {}

  package var validationError: String? {
    if activations.isEmpty || Set(activations).count < activations.count
      || activations.contains(.identity) || activations.count > 4
    {
      return "one to four different activations are shown; the identity stands beside them"
    }
    return (1...9).contains(widths.count) && zip(widths, widths.dropFirst()).allSatisfy { $0 < $1 }
      && widths.allSatisfy { (1...128).contains($0) }
      ? nil : "one to nine rising numbers of hidden units are shown, up to 128"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let seeds = classroom.seeds(2)
    let fits = try activations.map { activation in
      try widths.map { width in
        Fits(
          width: width, placed: CurveFit(placing: activation, width: width),
          trained: try CurveFit(training: activation, width: width, seeds: seeds))
      }
    }
    let ends = widths.count == 1 ? widths : [widths[0], widths[widths.count - 1]]
    let linear = try ends.map { width in
      (width: width, fit: try CurveFit(training: .identity, width: width, seeds: seeds))
    }

    var shown = Demonstration(.figure(figure(fits, linear)))
    var table = NumberTable(
      "Root mean square error, units placed and trained (the better of \(seeds.count) seeds)",
      columns: ["hidden units"]
        + activations.flatMap { ["\($0.rawValue), placed", "\($0.rawValue), trained"] }
        + ["identity", "best line"])
    for (index, width) in widths.enumerated() {
      let errors = fits.flatMap { [$0[index].placed.error, $0[index].trained.error] }
      let identity = linear.first { $0.width == width }?.fit.error
      table.add(
        [.whole(width)] + errors.map { .number($0, digits: 3) }
          + [identity.map { .number($0, digits: 3) } ?? ""]
          + [.number(CurveFit.linearOptimum, digits: 3)])
    }
    shown.show(table)
    claimBounds(fits, &shown)
    claimFall(fits, &shown)
    claimTraining(fits, &shown)
    shown.claim(
      "with the identity no width does better than the best line",
      found: linear.map { significant($0.fit.error, 4) }.joined(separator: ", ")
        + ", line \(significant(CurveFit.linearOptimum, 4))",
      // The mean is of errors rounded to single precision.
      holds: linear.allSatisfy { $0.fit.error >= CurveFit.linearOptimum * (1 - 64 * roundoff) })
    return shown
  }

  /// The two fits of an activation and a width.
  private struct Fits {
    let width: Int
    let placed: CurveFit
    let trained: CurveFit
  }

  /// What steps and straight pieces of equal widths are sure to reach.
  private func claimBounds(_ fits: [[Fits]], _ shown: inout Demonstration) {
    for (activation, statement, bound) in [
      (
        .threshold, "n hard thresholds come within 3h/√12, h = 4/(n + 1): |f′| is at most 3",
        { 3 * 4 / Double($0 + 1) / 12.0.squareRoot() }
      ),
      (
        .relu, "n ReLUs come within 9h²/8, h = 4/n: |f″| is at most 9",
        { 9 * 16 / Double($0 * $0) / 8 }
      ),
    ] as [(Activation, String, (Int) -> Double)] {
      guard let index = activations.firstIndex(of: activation) else {
        shown.leaveOut(statement, because: "they are not shown")
        continue
      }
      // Outputs are sums of up to 128 products in single precision.
      let allowed = fits[index].map { bound($0.width) + 1e-4 }
      shown.claim(
        statement,
        found: zip(fits[index], allowed).map {
          "\(significant($0.placed.error, 2)) of \(significant($1, 2))"
        }.joined(separator: ", "),
        holds: zip(fits[index], allowed).allSatisfy { $0.placed.error <= $1 })
    }
  }

  private func claimFall(_ fits: [[Fits]], _ shown: inout Demonstration) {
    let statement =
      "eight times the units, placed evenly, are at most half as far off, for each activation"
    let pairs = widths.indices.flatMap { small in
      widths.indices.filter { widths[$0] >= 8 * widths[small] }.map { (small, $0) }
    }
    guard !pairs.isEmpty else {
      return shown.leaveOut(statement, because: "no width is eight times another")
    }
    let errors = fits.map { $0.map(\.placed.error) }
    shown.claim(
      statement,
      found: zip(activations, errors).map {
        "\($0.rawValue) from \(significant($1[0], 2)) to \(significant($1[widths.count - 1], 2))"
      }.joined(separator: ", "),
      holds: errors.allSatisfy { errors in pairs.allSatisfy { errors[$1] <= errors[$0] / 2 } })
  }

  private func claimTraining(_ fits: [[Fits]], _ shown: inout Demonstration) {
    let statement =
      "descent comes nearer with more ReLUs, too: 64 units come ten times as near as one"
    guard let relu = activations.firstIndex(of: .relu),
      let one = fits[relu].first(where: { $0.width == 1 }),
      let many = fits[relu].first(where: { $0.width == 64 })
    else {
      return shown.leaveOut(statement, because: "not both are trained here")
    }
    shown.claim(
      statement,
      found: "\(significant(one.trained.error, 2)) and \(significant(many.trained.error, 2))",
      holds: many.trained.error < one.trained.error / 10)
  }

  private func figure(_ fits: [[Fits]], _ linear: [(width: Int, fit: CurveFit)]) -> Figure {
    let x = (0...200).map { -2 + Double($0) / 50 }
    let middle = widths.count / 2
    let target = Series("target", x.map { Series.Point($0, CurveFit.target($0)) }, color: 6)
    func curves(_ title: String, _ fit: (Fits) -> CurveFit) -> Plot {
      Plot(
        title: title, horizontal: Axis("x", range: -2...2), vertical: Axis("y", range: -1.5...1.5),
        series: [target]
          + zip(activations, fits).map { activation, fits in
            let network = fit(fits[middle]).parameters
            return Series(
              activation.rawValue, x.map { Series.Point($0, network.output(CurveFit.inputs($0))) })
          })
    }
    func errors(_ name: String?, _ fits: [(Int, Double)], _ style: Series.Style, _ color: Int)
      -> Series
    {
      Series(name, fits.map { Series.Point(Double($0.0), $0.1) }, style: style, color: color)
    }
    let units = "\(widths[middle]) \(widths[middle] == 1 ? "unit" : "units")"
    return Figure(
      title: "Universal approximation",
      plots: [
        curves("sin 3x by \(units), placed", \.placed),
        curves("sin 3x by \(units), trained", \.trained),
        Plot(
          title: "Error: placed, and trained (dashed)",
          horizontal: Axis("hidden units", scale: .logarithmic, range: 1...128),
          vertical: Axis("root mean square error", scale: .logarithmic, range: 1e-5...2),
          series: zip(activations, fits).enumerated().flatMap { color, pair in
            [
              errors(
                pair.0.rawValue, pair.1.map { ($0.width, $0.placed.error) },
                .lineAndPoints, color + 1),
              errors(
                nil, pair.1.map { ($0.width, $0.trained.error) }, .dashedLine, color + 1),
            ]
          } + [
            errors("identity", linear.map { ($0.width, $0.fit.error) }, .lineAndPoints, 6)
          ]),
      ])
  }
}

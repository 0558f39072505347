import Networks
import Pictures
import Reference
import Training

/// B1: a function that a line, here a point, separates.
package struct NotTopic: Topic {
  package static let number = "B1"
  package static let name = "not"
  package static let title = "NOT is linearly separable"
  package static let explanation = """
    A linear classifier says 1 where wx + b > 0. For NOT that has to hold at x = 0 and not at x = 1: \
    b > 0 and w + b ≤ 0, as with w = −1, b = ½. A logistic unit finds such a pair by gradient \
    descent. Both are units of the trainer: one with a hard threshold and weights set by hand, one \
    that the trainer trains.
    """
  package static let formula = #"y = 1[wx + b > 0], \qquad b > 0, \quad w + b \le 0"#
  package static let question = Question(
    "Where does the learned unit put its border between 0 and 1, and does it go on learning once both "
      + "points are right?",
    answer: """
      Near the middle, at −b/w. The cross-entropy is never 0, so it does go on: w and b grow without \
      end, ever more slowly, and the curve gets steeper around a border that creeps towards ½.
      """)
  package static let exercise = """
    Train ten times as long and compare w, b and the border −b/w: \
    `lockstep lecture not --epochs 4000`.
    """

  /// Steps of descent, each on both samples.
  package var epochs = 400
  /// η.
  package var learningRate = 1.0

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 20000)
      ?? (learningRate > 0 && learningRate <= 100 ? nil : "the learning rate is above 0, up to 100")
  }

  /// The curvature of the mean cross-entropy is at most ¼ of the largest eigenvalue of the mean of
  /// (x, 1)(x, 1)ᵀ, here [[½, ½], [½, 1]]; below 2 over that no step of descent goes up.
  private static let largestCurvature = (0.75 + 0.3125.squareRoot()) / 4

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let samples = SampleSet(
      inputs: .floats([0, 1]), inputWidth: 1, targets: .classes([1, 0], count: 2), count: 2)
    let trainer = try trainedUnit(
      samples, epochs: epochs, learningRate: learningRate, seed: classroom.seed)
    let found = trainer.parameters.inOrder
    let byHand = Parameters.unit(.threshold, weights: [-1], bias: 0.5)
    let units = [("by hand", [-1, 0.5]), ("learned", found)]

    var shown = Demonstration(.figure(figure(byHand, trainer.parameters)))
    var table = NumberTable(
      "wx + b", columns: ["unit", "w", "b", "at x = 0", "at x = 1", "border −b/w"])
    for (name, w) in units {
      table.add(
        .text(name), .number(w[0]), .number(w[1]), .number(w[1]), .number(w[0] + w[1]),
        .number(-w[1] / w[0], digits: 3))
    }
    shown.show(table)
    let outputs = [0.0, 1].map { byHand.output([$0]) }
    shown.claim(
      "a hard threshold with w = −1, b = ½ gives 1 at 0 and 0 at 1",
      found: outputs.map { significant($0) }.joined(separator: " and "), holds: outputs == [1, 0])
    let losses =
      trainer.reports.map(\.training.loss)
      + [trainer.parameters.evaluate(on: samples, workers: 1).evaluation.loss]
    let falling = "every step of the logistic unit lowers its loss"
    if learningRate < 2 / Self.largestCurvature {
      let pairs = zip(losses, losses.dropFirst())
      shown.claim(
        falling,
        found: "\(pairs.count { $0 > $1 }) of \(epochs) steps, from \(significant(losses[0])) to "
          + significant(losses[epochs]),
        // Near its end a step may be less than the rounding of the loss.
        holds: pairs.allSatisfy { $1 <= $0 * (1 + 16 * roundoff) } && losses[epochs] < losses[0])
    } else {
      shown.leaveOut(
        falling,
        because: "that is sure below η = \(significant(2 / Self.largestCurvature)) only")
    }
    // Two losses of log 2 in all: below half of that both points are on their side.
    let separates = "a logistic unit learns it"
    if epochs >= 100 && learningRate >= 0.5 && learningRate < 2 / Self.largestCurvature {
      let border = -found[1] / found[0]
      shown.claim(
        separates,
        found: "\(hits(trainer, samples)) of 2, its border at \(significant(border))",
        holds: hits(trainer, samples) == 2 && found[1] > 0 && found[0] + found[1] < 0)
    } else {
      shown.leaveOut(separates, because: "it takes some hundred steps of a size near 1")
    }
    return shown
  }

  private func figure(_ byHand: Parameters, _ learned: Parameters) -> Figure {
    let x = stride(from: -0.5, through: 1.5001, by: 0.01).map { $0 }
    // Places on both sides of the threshold's jump, so that it is upright.
    let places = (x + [0.5 - 1e-6, 0.5 + 1e-6]).sorted()
    let weights = learned.inOrder
    let borders = [0.5, -weights[1] / weights[0]]
    let points = Series(
      "NOT", [Series.Point(0, 1), Series.Point(1, 0)], style: .points, color: 6)
    func upright(_ range: ClosedRange<Double>) -> [Series] {
      borders.enumerated().map { unit, border in
        Series(
          unit == 0 ? "border −b/w" : nil,
          [Series.Point(border, range.lowerBound), Series.Point(border, range.upperBound)],
          style: .dashedLine, color: unit)
      }
    }
    return Figure(
      title: "NOT by a linear classifier",
      plots: [
        Plot(
          title: "The sum: above 0 says 1", horizontal: Axis("x", range: -0.5...1.5),
          vertical: Axis("wx + b", range: -6...6),
          series: upright(-6...6) + [
            Series(nil, [Series.Point(-0.5, 0), Series.Point(1.5, 0)], color: 6),
            Series("by hand", x.map { Series.Point($0, 0.5 - $0) }, color: 0),
            Series("learned", x.map { Series.Point($0, weights[0] * $0 + weights[1]) }, color: 1),
          ]),
        Plot(
          title: "The output", horizontal: Axis("x", range: -0.5...1.5),
          vertical: Axis("y", range: -0.1...1.1),
          series: upright(-0.1...1.1) + [
            Series("1[½ − x > 0]", places.map { Series.Point($0, byHand.output([$0])) }, color: 0),
            Series("σ(wx + b)", x.map { Series.Point($0, learned.output([$0])) }, color: 1),
            points,
          ]),
      ])
  }
}

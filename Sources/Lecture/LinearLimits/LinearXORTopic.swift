import Foundation
import Networks
import Pictures
import Reference
import Training

/// B2: a function that no line separates.
package struct LinearXORTopic: Topic {
  package static let number = "B2"
  package static let name = "xor-linear"
  package static let title = "XOR is not linearly separable"
  package static let explanation = """
    XOR would need b ≤ 0, w₁ + b > 0, w₂ + b > 0 and w₁ + w₂ + b ≤ 0. The two in the middle add up \
    to w₁ + w₂ + 2b > 0, the outer two to w₁ + w₂ + 2b ≤ 0: a contradiction. So at most 3 of 4 \
    points are right, by whatever training. The trainer trains logistic units on the four points; \
    the weights that separate the other functions are set by hand, in units with a hard threshold.
    """
  package static let formula = #"""
    w_1 + b > 0, \; w_2 + b > 0 \;\Rightarrow\; w_1 + w_2 + 2b > 0; \qquad b \le 0, \; \#
    w_1 + w_2 + b \le 0 \;\Rightarrow\; w_1 + w_2 + 2b \le 0
    """#
  package static let question = Question(
    "A logistic unit trains on XOR for a long time. Where does its border end up?",
    answer: """
      Nowhere. The border moves about while the weights shrink to 0: to say ½ everywhere is the best \
      that a logistic unit can do, with a loss of log 2. Which side of ½ a point is on is then a \
      matter of rounding.
      """)
  package static let exercise = """
    Watch the border and the colors on the way: `lockstep lecture xor-linear --epochs 5 --plot \
    b2.svg`, then 20, 80 and 300.
    """
  package static let slider: Slider? = Slider(
    "epochs", option: "--epochs",
    values: ["1", "2", "5", "10", "20", "40", "80", "160", "300"])

  /// Steps of descent, each on all four points.
  package var epochs = 300
  /// η.
  package var learningRate = 1.0

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 3000) ?? learningRateError(learningRate, limit: 2)
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let patterns = (0..<16).map { bits in
      LogicFunction(values: (0..<4).map { bits >> $0 & 1 })
    }
    let witnesses = patterns.map { witness($0) }
    let separable = zip(patterns, witnesses).filter { pattern, weights in
      weights.map { says(pattern, by: $0) } ?? false
    }.map(\.0)
    let impossible = patterns.filter { isContradiction($0) }
    let samples = LogicFunction.xor.samples()
    let units = try classroom.seeds(100).map {
      Unit(
        try trainedUnit(samples, epochs: epochs, learningRate: learningRate, seed: $0), samples)
    }
    let counts = units.map(\.hits)

    var shown = Demonstration(.figure(figure(units[0])))
    var table = NumberTable(
      "Eight of the 16 functions of two values; the others are these with 0 and 1 exchanged",
      columns: ["at 00 01 10 11", "w₁", "w₂", "b", "separable"])
    for (pattern, weights) in zip(patterns, witnesses) where pattern.values[0] == 0 {
      let name = pattern.values.map(String.init).joined(separator: "  ")
      if let w = weights {
        table.add(.text(name), .number(w[0]), .number(w[1]), .number(w[2]), "yes")
      } else {
        table.add(.text(name), "–", "–", "–", "no")
      }
    }
    shown.show(table)
    shown.say(
      "The other eight are these with 0 and 1 exchanged. Of 100 logistic units, "
        + (0...4).map { hits in "\(counts.count { $0 == hits }) got \(hits)" }
        .joined(separator: ", ") + " of the 4 points of XOR right.")
    shown.claim(
      "14 of the 16 sign patterns are separable: a hard threshold with weights at hand says each",
      found: "\(separable.count)", holds: separable.count == 14)
    shown.claim(
      "the two others, XOR and its opposite, contradict themselves",
      found: impossible.map { $0.values.map(String.init).joined() }.joined(separator: " and "),
      holds: impossible.map(\.values) == [[0, 1, 1, 0], [1, 0, 0, 1]]
        && separable.count + impossible.count == 16)
    shown.claim(
      "no logistic unit learns more than 3 of 4 points, from 100 seeds",
      found: "at most \(counts.max() ?? 0)", holds: (counts.max() ?? 4) <= 3)
    let three = patterns.filter { pattern in
      zip(pattern.values, LogicFunction.xor.values).count { $0 == $1 } == 3
    }
    shown.claim(
      "3 of 4 can be had: every pattern that differs in one point is separable",
      found: "\(three.count { $0.isAmong(separable) }) of \(three.count)",
      holds: three.allSatisfy { $0.isAmong(separable) })
    // The mean of (x, 1)(x, 1)ᵀ has the trace 2, so the curvature is at most ½ and 1/η at least that.
    let bounds = units.map {
      descentBound(
        lossAt: log(2), distance: norm($0.start), learningRate: learningRate, steps: epochs)
    }
    shown.claim(
      "all go to w = 0, b = 0: after T steps the loss is below log 2 + ‖w⁰‖²/(2ηT) and not below log 2, up to rounding",
      found: "\(significant(units.map(\.loss).min() ?? 0, 8)) to "
        + "\(significant(units.map(\.loss).max() ?? 0, 8)), log 2 = \(significant(log(2), 8))",
      // A loss is the mean of four, each of some ten roundings of numbers near 1.
      holds: zip(units, bounds).allSatisfy {
        $0.loss <= $1 + 16 * roundoff && $0.loss >= log(2) - 16 * roundoff
      })
    return shown
  }

  /// A trained unit and how far it came.
  private struct Unit {
    let parameters: Parameters
    /// w⁰ and b⁰.
    let start: [Double]
    let hits: Int
    let loss: Double

    init(_ trainer: Trainer, _ samples: SampleSet) {
      parameters = trainer.parameters
      start = Parameters(trainer.parameters.architecture, seed: trainer.settings.seed).inOrder
      let evaluation = trainer.parameters.evaluate(on: samples, workers: 1).evaluation
      hits = evaluation.correctCount ?? 0
      loss = evaluation.loss
    }
  }

  /// Whether a unit of the trainer with a hard threshold is a function.
  private func says(_ function: LogicFunction, by weights: [Double]) -> Bool {
    let unit = Parameters.unit(.threshold, weights: Array(weights.prefix(2)), bias: weights[2])
    return LogicFunction.points.map { unit.output($0) } == function.values.map { Double($0) }
  }

  /// w₁, w₂, b that separate a function, from a grid on which every separable one has some.
  private func witness(_ function: LogicFunction) -> [Double]? {
    for w1 in -2...2 {
      for w2 in -2...2 {
        for halves in -5...5 {
          let w = [Double(w1), Double(w2), Double(halves) / 2]
          let isRight = zip(LogicFunction.points, function.values).allSatisfy { point, value in
            (w[0] * point[0] + w[1] * point[1] + w[2] > 0) == (value == 1)
          }
          if isRight { return w }
        }
      }
    }
    return nil
  }

  /// Whether the middle of the points with 1 is the middle of those with 0: then wᵀx + b would have
  /// to be above 0 and not above 0 there.
  private func isContradiction(_ function: LogicFunction) -> Bool {
    func middle(_ value: Int) -> [Double]? {
      let points = zip(LogicFunction.points, function.values).filter { $0.1 == value }.map(\.0)
      guard !points.isEmpty else { return nil }
      return [0, 1].map { j in points.reduce(0) { $0 + $1[j] } / Double(points.count) }
    }
    guard let ones = middle(1), let zeros = middle(0) else { return false }
    return ones == zeros
  }

  private func figure(_ unit: Unit) -> Figure {
    let byHand = Parameters.unit(.threshold, weights: [1, 1], bias: -0.5)
    var learned = LogicFunction.xor.plot(
      "A logistic unit, \(epochs) \(epochs == 1 ? "epoch" : "epochs")"
    ) {
      unit.parameters.output($0)
    }
    learned.series.insert(borderLine("its border", unit.parameters.inOrder, color: 3), at: 0)
    return Figure(
      title: "XOR and lines",
      plots: [
        LogicFunction.xor.plot("x₁ + x₂ > ½: 3 of 4", hasSteps: true) { byHand.output($0) },
        learned,
      ])
  }
}

extension LogicFunction {
  fileprivate func isAmong(_ functions: [LogicFunction]) -> Bool {
    functions.contains { $0.values == values }
  }
}

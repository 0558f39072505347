import Networks
import Pictures
import Training

/// The four points of a logical function of two values, as the lecture's classifiers see them.
package struct LogicFunction {
  /// (x₁, x₂) in the order of `values`.
  package static let points: [[Double]] = [[0, 0], [0, 1], [1, 0], [1, 1]]

  /// Exclusive or.
  package static let xor = LogicFunction(values: [0, 1, 1, 0])

  /// 0 or 1 at each point.
  package let values: [Int]

  /// A function by its values, 0 or 1 each, in the order of `points`.
  package init(values: [Int]) {
    precondition(
      values.count == Self.points.count && values.allSatisfy { $0 == 0 || $0 == 1 },
      "\(values) are not the values of a logical function")
    self.values = values
  }

  /// The function as samples.
  ///
  /// - Parameter features: what a unit is shown of a point.
  /// - Returns: four samples of two classes, in the order of `points`.
  package func samples(features: ([Double]) -> [Double] = { $0 }) -> SampleSet {
    let rows = Self.points.map(features)
    return SampleSet(
      inputs: .floats(rows.joined().map { Float($0) }), inputWidth: rows[0].count,
      targets: .classes(values.map { UInt8($0) }, count: 2), count: values.count)
  }

  /// The points as two series, for the two values.
  ///
  /// - Parameter place: where a point is drawn.
  /// - Returns: the points of value 0 and those of value 1.
  package func series(at place: ([Double]) -> [Double] = { $0 }) -> [Series] {
    [0, 1].map { value in
      Series(
        "value \(value)",
        zip(Self.points.map(place), values).filter { $0.1 == value }.map {
          Series.Point($0.0[0], $0.0[1])
        }, style: .points, color: value == 0 ? 2 : 1)
    }
  }

  /// A picture of a function on the plane around the points.
  ///
  /// - Parameters:
  ///   - title: the title of the plot.
  ///   - axes: what the plane is made of.
  ///   - hasSteps: whether the function has few values, whose slanted borders need finer cells to
  ///     look straight, and which can be had as their rows are long runs.
  ///   - place: where a point is drawn on it.
  ///   - value: at a place of the plane; above 0.5 for the class 1.
  /// - Returns: a heat map of the function with the four points on it.
  package func plot(
    _ title: String, axes: [String] = ["x₁", "x₂"], hasSteps: Bool = false,
    points place: ([Double]) -> [Double] = { $0 }, value: ([Double]) -> Double
  ) -> Plot {
    let range = -0.5...1.5
    // An odd number, so that no middle of a cell lies on a line like x₁ + x₂ = ½.
    let cells = hasSteps ? 241 : 80
    return Plot(
      title: title, horizontal: Axis(axes[0]), vertical: Axis(axes[1]), hasEqualAxes: true,
      heatMap: HeatMap(
        "output", cells: cells, horizontal: range, vertical: range, range: 0...1, value: value),
      series: series(at: place))
  }
}

/// The line wᵀx + b = 0 on the plane, as a series.
///
/// - Parameters:
///   - name: the words of the legend.
///   - weights: w₁, w₂, b; a line only where w is not 0.
///   - reach: how far it goes on either side.
///   - color: the number of the color in the plot's palette.
/// - Returns: a segment around the place of the line that is next to (½, ½).
package func borderLine(
  _ name: String?, _ weights: [Double], reach: Double = 3, color: Int
) -> Series {
  let length = weights[0] * weights[0] + weights[1] * weights[1]
  let sum = weights[0] / 2 + weights[1] / 2 + weights[2]
  let near = (0...1).map { 0.5 - sum * weights[$0] / max(length, 1e-30) }
  let along = [-weights[1], weights[0]].map { $0 * reach / max(length.squareRoot(), 1e-15) }
  let points = [-1.0, 0, 1].map { Series.Point(near[0] + $0 * along[0], near[1] + $0 * along[1]) }
  return Series(name, points, style: .dashedLine, color: color)
}

/// The loss that descent is sure to reach: on a convex loss with curvature of at most 1/η, T steps of
/// size η from w⁰ end no higher than E(u) + ‖w⁰ − u‖²/(2ηT), whatever u is (Nesterov, "Introductory
/// lectures on convex optimization", 2004, section 2.1).
package func descentBound(
  lossAt loss: Double, distance: Double, learningRate: Double, steps: Int
) -> Double {
  loss + distance * distance / (2 * learningRate * Double(steps))
}

/// How many samples a trained network gets right.
package func hits(_ trainer: Trainer, _ samples: SampleSet) -> Int {
  trainer.parameters.evaluate(on: samples, workers: 1).evaluation.correctCount ?? 0
}

/// A single unit that learns classes by the logistic cross-entropy.
///
/// All samples are one batch; steps have one size and no memory.
package func trainedUnit(
  _ samples: SampleSet, epochs: Int, learningRate: Double, seed: UInt64
) throws -> Trainer {
  let trainer = Trainer(
    Architecture(
      inputs: samples.inputWidth, hidden: [], outputs: 1, loss: .logisticCrossEntropy),
    training: samples,
    settings: TrainingSettings(
      epochs: epochs, batchSize: samples.count, learningRate: learningRate, schedule: .constant,
      optimizer: .plainSGD, seed: seed), workers: 1)
  try trainer.run()
  return trainer
}

extension Parameters {
  /// The first output for a point.
  func output(_ inputs: [Double]) -> Double { output(inputs.map { Float($0) }) }

  /// The first output for some inputs.
  func output(_ inputs: [Float]) -> Double { Double(outputs(for: inputs)[0]) }
}

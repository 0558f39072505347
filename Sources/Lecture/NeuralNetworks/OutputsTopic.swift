import Foundation
import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Training

/// C4: which output and loss belong to which task.
package struct OutputsTopic: Topic {
  package static let number = "C4"
  package static let name = "outputs"
  package static let title = "Outputs by task: a number, a yes or no, a class"
  package static let explanation = """
    Regression: a linear output with squared error. A yes or no: one logistic unit with the \
    cross-entropy. Many classes: softmax with the cross-entropy. Each loss is the negative \
    log-likelihood of the targets, of a normal distribution around y or of the probability y, and \
    each pair has the same error signal at its sums, z̄ = y − t. The trainer trains all three on real \
    digits, with hidden layers of one width: how slanted is it, is it a 3, which digit is it?
    """
  package static let formula = #"""
    L = \frac{1}{2} (y - t)^2, \qquad L = -t \log y - (1 - t) \log(1 - y), \qquad \#
    L = -\sum_k t_k \log y_k; \qquad \bar z = y - t
    """#
  package static let question = Question(
    "One digit in ten is a 3. A network that always says no is right on 90 %: what should the binary "
      + "head be compared with?",
    answer: """
      With that 90 %: its errors, not its accuracy, show what it learned. It makes a small part of \
      the errors of always saying no, and finds most threes; how many, the curve of the threes tells.
      """)
  package static let exercise = """
    How much of this needs hidden units? `lockstep lecture outputs --hidden 2 --plot c4.svg`, then 8 \
    and 128.
    """

  /// Epochs of each training.
  package var epochs = 12
  /// The width of the hidden layer.
  package var hidden = 32

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 100)
      ?? ((1...512).contains(hidden) ? nil : "a hidden layer has 1 to 512 units, not \(hidden)")
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let regression = try SlantRegression(digits, self, classroom)
    let binary = try BinaryHead(digits, self, classroom)
    let (softmax, curve) = try softmaxHead(digits, classroom)

    var shown = Demonstration(.figure(figure(regression, binary, curve)))
    var table = NumberTable(
      "784-\(hidden)-… networks after \(epochs) epochs, on \(digits.test.count) test digits",
      columns: ["task", "output, loss", "measure", "network", "without images"])
    func percent(_ share: Double) -> NumberTable.Cell { .text("\(significant(share * 100, 3)) %") }
    table.add(
      "slant", "linear, squared error", "R²", .number(regression.determination, digits: 3),
      .number(0))
    table.add(
      "is it a 3?", "logistic, cross-entropy", "accuracy", percent(binary.accuracy),
      percent(binary.majority))
    let evaluation = softmax.evaluate(on: digits.test, workers: classroom.workers).evaluation
    let accuracy = evaluation.accuracy ?? 0
    table.add("which digit?", "softmax, cross-entropy", "accuracy", percent(accuracy), percent(0.1))
    shown.show(table)
    shown.say(
      "Of the threes \(significant(binary.recall * 100, 3)) % are found, and of what is called a "
        + "three \(significant(binary.precision * 100, 3)) % are.")

    claimMeasures(regression, binary, accuracy, &shown)
    claimProbabilities(softmax, digits, evaluation.loss, binary, regression, &shown)
    var chance = classroom.chance()
    claimErrorSignals(&chance, &shown)
    return shown
  }

  private func claimMeasures(
    _ regression: SlantRegression, _ binary: BinaryHead, _ accuracy: Double,
    _ shown: inout Demonstration
  ) {
    let statements = [
      "the regression head explains more than half of the variance of the slant",
      "the binary head makes less than half the errors of always saying no",
      "the softmax head names more than 85 % of the digits",
    ]
    guard epochs >= 12 && hidden >= 32 else {
      for statement in statements {
        shown.leaveOut(statement, because: "that takes 12 epochs and 32 hidden units")
      }
      return
    }
    shown.claim(
      statements[0], found: "R² = \(significant(regression.determination, 3))",
      holds: regression.determination > 0.5)
    shown.claim(
      statements[1],
      found: "\(significant((1 - binary.accuracy) * 100, 2)) % against "
        + "\(significant((1 - binary.majority) * 100, 2)) %",
      holds: 1 - binary.accuracy < (1 - binary.majority) / 2)
    shown.claim(
      statements[2], found: "\(significant(accuracy * 100, 3)) %", holds: accuracy > 0.85)
  }

  private func claimProbabilities(
    _ softmax: Parameters, _ digits: Classroom.Digits, _ loss: Double, _ binary: BinaryHead,
    _ regression: SlantRegression, _ shown: inout Demonstration
  ) {
    let test = digits.test
    let outputs = (0..<test.count).map { softmax.outputs(for: test.row($0)).map(Double.init) }
    let largest = maximum(of: outputs.map { abs($0.reduce(0, +) - 1) })
    // Ten quotients rounded, and their sum's divisor in a chain of as many.
    shown.claim(
      "its ten outputs are probabilities: they add up to 1, on all \(test.count) test digits",
      found: "to \(significant(largest, 2))", holds: largest <= 22 * roundoff)
    let negative = zip(outputs, test.labels).map { -log(max($0[Int($1)], 1e-45)) }
    let mean = negative.reduce(0, +) / Double(test.count)
    // A logarithm's error is the relative one of its probability: some 30 roundings, and those of
    // logits up to 40 on the way to the loss. That of 1 − y is a rounding of y over 1 − y.
    let allowed = (30 + 2 * 40) * roundoff
    let agree = [
      abs(loss - mean) <= allowed,
      abs(binary.loss - binary.negativeLogLikelihood) <= allowed
        + 8 * roundoff * binary.meanInverseProbability,
    ]
    shown.claim(
      "both cross-entropies are the mean negative log-likelihood of the right answer",
      found: "\(significant(loss)) and \(significant(mean)), \(significant(binary.loss)) and "
        + significant(binary.negativeLogLikelihood), holds: agree == [true, true])
    let normal = regression.negativeLogLikelihood - log(2 * Double.pi) / 2
    shown.claim(
      "so is the squared error, of a normal distribution with variance 1, up to ½ log 2π",
      found: "\(significant(regression.loss)) and \(significant(normal))",
      // A difference of two numbers up to 2 and its square, each rounded.
      holds: abs(regression.loss - normal) <= 16 * roundoff)
  }

  private func claimErrorSignals(_ chance: inout Chance, _ shown: inout Demonstration) {
    var (outputs, signals) = (0.0, 0.0)
    for loss in Loss.allCases {
      for _ in 0..<50 {
        let z = (0..<5).map { _ in Float(chance.normal()) }
        let targets: [Float] = loss == .logisticCrossEntropy ? [1, 0, 1, 1, 0] : [0, 0, 1, 0, 0]
        // A layer that is nothing but its biases: they are z, and their gradient is z̄.
        var layer = Parameters(Architecture(inputs: 1, hidden: [], outputs: 5, loss: loss))
        for unit in 0..<5 { layer.mutableMemory.biases(ofLayer: 0)[0, unit] = z[unit] }
        let y = layer.outputs(for: [0]).map { Double($0) }
        let gradient = layer.gradient(Batch(inputs: [[0]], targets: [targets])).suffix(5)
        let formula = loss.formula(z.map { Double($0) })
        outputs = maximum(of: [outputs] + zip(y, formula).map { abs($0 - $1) })
        signals = maximum(
          of: [signals]
            + zip(gradient, zip(y, targets)).map { abs(Double($0) - ($1.0 - Double($1.1))) })
      }
    }
    // An exponential of 3 ulps, a sum and a quotient, of probabilities up to 1.
    shown.claim(
      "the outputs are y = z, σ(z) and softmax(z)",
      found: "largest difference \(significant(outputs, 2))", holds: outputs <= 24 * roundoff)
    shown.claim(
      "z̄ = y − t for each of the three pairs, in the trainer's backward pass",
      // One rounding of numbers up to 4.
      found: "largest difference \(significant(signals, 2))", holds: signals <= 4 * roundoff)
  }

  /// A training with the settings that all three share.
  func train(
    _ architecture: Architecture, _ training: SampleSet, test: SampleSet? = nil,
    _ classroom: Classroom
  ) throws -> Trainer {
    let trainer = Trainer(
      architecture, training: training, test: test,
      settings: TrainingSettings(
        epochs: epochs, batchSize: 32, learningRate: 0.02,
        optimizer: .sgd(momentum: 0.9, weightDecay: 0.001),
        seed: classroom.seed), workers: classroom.workers)
    try trainer.run()
    return trainer
  }

  private func softmaxHead(
    _ digits: Classroom.Digits, _ classroom: Classroom
  ) throws -> (parameters: Parameters, curve: [Series.Point]) {
    let trainer = try train(
      Architecture(inputs: digits.train.inputWidth, hidden: [hidden], outputs: 10), digits.train,
      test: digits.test, classroom)
    return (
      trainer.parameters,
      trainer.reports.map { Series.Point(Double($0.epoch), ($0.test?.accuracy ?? 0) * 100) }
    )
  }

  private func figure(
    _ regression: SlantRegression, _ binary: BinaryHead, _ curve: [Series.Point]
  ) -> Figure {
    Figure(
      title: "Three tasks on the same digits",
      plots: [
        Plot(
          title: "Slant", horizontal: Axis("measured", range: -1...1.5),
          vertical: Axis("predicted", range: -1...1.5), hasEqualAxes: true,
          series: [
            Series(
              "400 test digits",
              zip(regression.targets, regression.predictions).prefix(400).map {
                Series.Point($0, $1)
              }, style: .points),
            Series(
              "equal", [Series.Point(-1, -1), Series.Point(1.5, 1.5)], style: .dashedLine, color: 1),
          ]),
        Plot(
          title: "Is it a 3?", horizontal: Axis("output y", range: 0...1),
          vertical: Axis("share of digits below y", range: 0...1),
          series: [
            Series("threes", cumulative(binary.outputs(ofThrees: true)), color: 1),
            Series("others", cumulative(binary.outputs(ofThrees: false)), color: 0),
          ]),
        Plot(
          title: "Which digit?", horizontal: Axis("epoch"), vertical: Axis("test accuracy (%)"),
          series: [Series(nil, curve, style: .lineAndPoints)]),
      ])
  }

  /// From the smallest of some outputs, past which they lie, on to 1, below which all lie.
  private func cumulative(_ values: [Double]) -> [Series.Point] {
    values.sorted().enumerated().map { index, value in
      Series.Point(value, Double(index + 1) / Double(values.count))
    } + [Series.Point(1, 1)]
  }
}

extension Loss {
  /// The outputs for sums z by the lecture's formulas, in double precision.
  fileprivate func formula(_ z: [Double]) -> [Double] {
    switch self {
    case .squaredError: z
    case .logisticCrossEntropy: z.map { 1 / (1 + exp(-$0)) }
    case .softmaxCrossEntropy: z.map { exp($0) / z.reduce(0) { $0 + exp($1) } }
    }
  }
}

import Graphs
import Images
import Networks
import Pictures
import Randomness
import Reference
import Training

/// C4: which output and loss belong to which task.
struct OutputsTopic: Topic {
  static let number = "C4"
  static let name = "outputs"
  static let title = "Outputs by task: a number, a yes or no, a class"
  static let explanation = """
    Regression: a linear output with squared error. A yes or no: one logistic unit with the \
    cross-entropy. Many classes: softmax with the cross-entropy. Each pair has the same error \
    signal at its sums, z̄ = y − t. Here on real digits, with the same hidden layer: how slanted is \
    it, is it a 3, which digit is it?
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let regression = try SlantRegression(digits, classroom)
    let binary = try BinaryHead(digits, classroom)
    let (softmax, curve) = try softmaxHead(digits, classroom)

    var shown = Demonstration(.figure(figure(regression, binary, curve)))
    var table = NumberTable(
      "784-32-… networks after \(Self.epochs) epochs, on \(digits.test.count) test digits",
      columns: ["task", "output, loss", "measure", "network", "without images"])
    func percent(_ share: Double) -> NumberTable.Cell { .text("\(significant(share * 100, 3)) %") }
    table.add(
      "slant", "linear, squared error", "R²", .number(regression.determination, digits: 3),
      .number(0))
    table.add(
      "is it a 3?", "logistic, cross-entropy", "accuracy", percent(binary.accuracy),
      percent(binary.majority))
    let accuracy =
      softmax.evaluate(on: digits.test, workers: classroom.workers).evaluation.accuracy ?? 0
    table.add("which digit?", "softmax, cross-entropy", "accuracy", percent(accuracy), percent(0.1))
    shown.show(table)
    shown.say(
      "Of the threes \(significant(binary.recall * 100, 3)) % are found, and of what is called a "
        + "three \(significant(binary.precision * 100, 3)) % are.")

    shown.claim(
      "the regression head explains more than half of the variance of the slant",
      found: "R² = \(significant(regression.determination, 3))",
      holds: regression.determination > 0.5)
    shown.claim(
      "the binary head makes less than half the errors of always saying no",
      found: "\(significant((1 - binary.accuracy) * 100, 2)) % against "
        + "\(significant((1 - binary.majority) * 100, 2)) %",
      holds: 1 - binary.accuracy < (1 - binary.majority) / 2)
    shown.claim(
      "the softmax head names more than 85 % of the digits",
      found: "\(significant(accuracy * 100, 3)) %", holds: accuracy > 0.85)
    let sums = (0..<100).map { index in
      softmax.outputs(for: digits.test.row(index)).reduce(0) { $0 + Double($1) }
    }
    let largest = maximum(of: sums.map { abs($0 - 1) })
    // Ten quotients rounded, and their sum's divisor in a chain of as many.
    shown.claim(
      "its ten outputs are probabilities: they add up to 1",
      found: "to \(significant(largest, 2))", holds: largest <= 22 * roundoff)
    var chance = classroom.chance()
    let signals = errorSignals(using: &chance)
    shown.claim(
      "z̄ = y − t for each of the three pairs",
      found: "largest difference \(significant(maximum(of: signals), 2))",
      // exp, a sum and a quotient in double precision, for logits of a few units.
      holds: signals.allSatisfy { $0 <= 32 * 0x1p-53 })
    return shown
  }

  fileprivate static let epochs = 12

  /// A training with the settings that all three share.
  fileprivate static func train(
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
    let trainer = try Self.train(
      Architecture(inputs: digits.train.inputWidth, hidden: [32], outputs: 10), digits.train,
      test: digits.test, classroom)
    return (
      trainer.parameters,
      trainer.reports.map { Series.Point(Double($0.epoch), ($0.test?.accuracy ?? 0) * 100) }
    )
  }

  /// |z̄ − (y − t)| of the three losses for random sums and targets, by the graph.
  private func errorSignals(using chance: inout Chance) -> [Double] {
    Loss.allCases.flatMap { loss in
      let graph = Graph()
      let z = graph.input("z", RealMatrix([(0..<5).map { _ in chance.normal() }]))
      let targets = loss == .logisticCrossEntropy ? [1.0, 0, 1, 1, 0] : [0, 0, 1, 0, 0]
      graph.backward(from: sum(loss.node(z, targets: graph.input("t", RealMatrix([targets])))))
      let y =
        switch loss {
        case .squaredError: z.value.values
        case .logisticCrossEntropy: logistic(z).value.values
        case .softmaxCrossEntropy: softmax(z.value.values)
        }
      return zip(z.errorSignal.values, zip(y, targets)).map { abs($0 - ($1.0 - $1.1)) }
    }
  }

  private func softmax(_ z: [Double]) -> [Double] {
    let powers = exp(Graph().input("z", RealMatrix([z]))).value.values
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private func figure(
    _ regression: SlantRegression, _ binary: BinaryHead, _ curve: [Series.Point]
  ) -> Figure {
    Figure(
      title: "Three tasks on the same digits",
      plots: [
        Plot(
          title: "Slant", horizontal: Axis("measured"), vertical: Axis("predicted"),
          series: [
            Series(
              "400 test digits",
              zip(regression.targets, regression.predictions).prefix(400).map {
                Series.Point($0, $1)
              }, style: .points),
            Series(
              "equal", [Series.Point(-1, -1), Series.Point(1, 1)], style: .dashedLine, color: 1),
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

/// The regression head: how slanted a digit is.
private struct SlantRegression {
  /// Of the test digits.
  let targets: [Double]
  let predictions: [Double]

  init(_ digits: Classroom.Digits, _ classroom: Classroom) throws {
    let trainer = try OutputsTopic.train(
      Architecture(
        inputs: digits.train.inputWidth, hidden: [32], outputs: 1, loss: .squaredError),
      digits.train.replacingTargets(
        .vectors(Self.slants(digits.train, digits.imageSize), width: 1)), classroom)
    targets = Self.slants(digits.test, digits.imageSize).map { Double($0) }
    predictions = (0..<digits.test.count).map {
      Double(trainer.parameters.outputs(for: digits.test.row($0))[0])
    }
  }

  /// R² = 1 − Σ(y − t)²/Σ(t − t̄)².
  var determination: Double {
    let mean = targets.reduce(0, +) / Double(targets.count)
    let rest = zip(predictions, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - rest / targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// −μ₁₁/μ₀₂ of each image's ink: how far its strokes move to the right on their way up.
  private static func slants(_ set: SampleSet, _ size: ImageSize) -> [Float] {
    (0..<set.count).map { index in
      let ink = set.row(index).map { Double($0) }
      let places = ink.indices.map { (x: Double($0 % size.width), y: Double($0 / size.width)) }
      let mass = max(ink.reduce(0, +), 1e-9)
      let x = zip(ink, places).reduce(0) { $0 + $1.0 * $1.1.x } / mass
      let y = zip(ink, places).reduce(0) { $0 + $1.0 * $1.1.y } / mass
      let mixed = zip(ink, places).reduce(0) { $0 + $1.0 * ($1.1.x - x) * ($1.1.y - y) }
      let height = zip(ink, places).reduce(0) { $0 + $1.0 * ($1.1.y - y) * ($1.1.y - y) }
      return Float(-mixed / max(height, 1e-9))
    }
  }
}

/// The binary head: is it a 3?
private struct BinaryHead {
  private let outputs: [Double]
  private let isThree: [Bool]

  init(_ digits: Classroom.Digits, _ classroom: Classroom) throws {
    func threes(_ set: SampleSet) -> SampleSet {
      set.replacingTargets(.classes(set.labels.map { $0 == 3 ? 1 : 0 }, count: 2))
    }
    let trainer = try OutputsTopic.train(
      Architecture(
        inputs: digits.train.inputWidth, hidden: [32], outputs: 1, loss: .logisticCrossEntropy),
      threes(digits.train), classroom)
    outputs = (0..<digits.test.count).map { trainer.parameters.output(digits.test.row($0)) }
    isThree = digits.test.labels.map { $0 == 3 }
  }

  func outputs(ofThrees: Bool) -> [Double] {
    zip(outputs, isThree).filter { $0.1 == ofThrees }.map(\.0)
  }

  private func count(_ matches: (_ says: Bool, _ isThree: Bool) -> Bool) -> Double {
    Double(zip(outputs, isThree).count { matches($0 > 0.5, $1) })
  }

  var accuracy: Double { count { $0 == $1 } / Double(outputs.count) }
  var majority: Double { count { _, isThree in !isThree } / Double(outputs.count) }
  var recall: Double { count { $0 && $1 } / max(1, count { _, isThree in isThree }) }
  var precision: Double { count { $0 && $1 } / max(1, count { says, _ in says }) }
}

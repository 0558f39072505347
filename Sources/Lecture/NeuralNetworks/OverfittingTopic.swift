import Foundation
import Networks
import Pictures
import Training

/// C10: fitting the noise, and what helps.
package struct OverfittingTopic: Topic {
  package static let number = "C10"
  package static let name = "overfitting"
  package static let title = "Over-fitting, L² and early stopping"
  package static let explanation = """
    A polynomial of degree 9 passes through all of 10 noisy points and is far off between them: it \
    has learned the noise. A penalty ½λ‖w‖² tames it. A network with few digits does the same: its \
    training loss goes to 0 while the loss on other digits turns up again. L² and stopping early \
    answer it. The polynomials are least squares in closed form; the networks are the trainer's, with \
    its weight decay, its early stopping and its shuffle: the digits are stored class by class.
    """
  package static let formula = #"""
    E(w) + \frac{1}{2} \lambda \lVert w \rVert^2, \qquad w \leftarrow w - \eta (\nabla E(w) + \lambda w)
    """#
  package static let question = Question(
    "On its way the network passes a point where the validation loss is lowest. Is it more wrong about "
      + "other digits in the end than there?",
    answer: """
      Its loss says yes, its accuracy hardly: it names about as many digits as before, but is ever \
      surer of its mistakes, and the cross-entropy makes it pay for that.
      """)
  package static let exercise = """
    Find the λ that helps the network most: `lockstep lecture overfitting --weight-decay 0.2`, then \
    0.01 and 1.
    """
  package static let slider: Slider? = Slider(
    "degree M", option: "--degree",
    values: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])

  /// The degree of the polynomial that is drawn and penalized.
  package var degree = 9
  /// λ of the network's L² penalty.
  package var weightDecay = 0.05

  package init() {}

  package var validationError: String? {
    (0...9).contains(degree)
      ? weightDecayError(weightDecay, limit: 2)
      : "ten points take polynomials of degree 0 to 9, not \(degree)"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let fits = PolynomialFits(NoisySine(using: &chance), degree: degree)
    let digits = try classroom.digits()
    let few = digits.train.thinned(to: FewDigits.count).sortedByClass
    func run(_ weightDecay: Double, patience: Int? = nil, epochs: Int = 120) throws -> FewDigits {
      try FewDigits(
        few, digits.test, weightDecay: weightDecay, epochs: epochs, patience: patience, classroom)
    }
    let stopped = try run(0, patience: 5)
    let runs = Runs(
      plain: try run(0), decayed: try run(weightDecay), stopped: stopped,
      short: try run(0, epochs: stopped.keptEpoch))

    var shown = Demonstration(.figure(figure(fits, runs)))
    shown.show(fits.table)
    var second = NumberTable(
      "A 784-64-10 network on \(FewDigits.count - FewDigits.heldOut) digits, "
        + "\(FewDigits.heldOut) to validate",
      columns: [
        "", "epochs", "weights of epoch", "training loss", "validation loss", "test loss",
        "test accuracy",
      ])
    for (name, run) in [
      ("plain", runs.plain), (decayName, runs.decayed), ("stopped early", runs.stopped),
    ] {
      second.add(
        .text(name), .whole(run.training.count), .whole(run.keptEpoch),
        .number(run.training[run.keptEpoch - 1], digits: 3),
        .number(run.validation[run.keptEpoch - 1], digits: 3), .number(run.test.loss, digits: 3),
        .text("\(significant((run.test.accuracy ?? 0) * 100, 3)) %"))
    }
    shown.show(second)
    fits.claim(&shown)
    claimTurn(runs, &shown)
    claimAnswers(runs, &shown)
    return shown
  }

  /// Trainings on the same few digits.
  private struct Runs {
    let plain: FewDigits
    let decayed: FewDigits
    let stopped: FewDigits
    /// Of as many epochs as the one that stopped early kept.
    let short: FewDigits
  }

  private var decayName: String { "λ = \(significant(weightDecay))" }

  private func claimTurn(_ runs: Runs, _ shown: inout Demonstration) {
    let (training, validation) = (runs.plain.training, runs.plain.validation)
    let (low, end) = (validation.min() ?? 0, validation.last ?? 0)
    shown.claim(
      "the network's training loss goes on falling while its validation loss turns up",
      found: "training \(significant(training.last ?? 0, 2)), validation "
        + "\(significant(low, 3)) and then \(significant(end, 3))",
      holds: (training.last ?? 1) < 0.01 && end > low * 1.02)
    // Of mini-batches of one class each, the next would undo what the last has done.
    let early = validation[Self.earlyEpochs - 1]
    shown.claim(
      "stored class by class, the digits are mixed by the shuffle of each epoch: after "
        + "\(Self.earlyEpochs) epochs the validation loss is below two thirds of log 10, which is that "
        + "of not knowing",
      found: "\(significant(early, 3)) of \(significant(log(10), 3))",
      holds: early < log(10) * 2 / 3)
  }

  private static let earlyEpochs = 3

  private func claimAnswers(_ runs: Runs, _ shown: inout Demonstration) {
    let (plain, decayed, stopped) = (runs.plain, runs.decayed, runs.stopped)
    let statement = "L² ends with a lower loss on the test digits than none"
    if (0.01...0.05).contains(weightDecay) {
      shown.claim(
        statement,
        found: "\(significant(decayed.test.loss, 3)) against \(significant(plain.test.loss, 3))",
        holds: decayed.test.loss < plain.test.loss)
    } else {
      shown.leaveOut(
        statement,
        because: "λ is below 0.01 or above 0.05; here \(significant(decayed.test.loss, 3)) against "
          + significant(plain.test.loss, 3))
    }
    shown.claim(
      "so does stopping early",
      found: "\(significant(stopped.test.loss, 3)) after \(stopped.training.count) epochs",
      holds: stopped.test.loss < plain.test.loss && stopped.training.count < plain.training.count)
    shown.claim(
      "which takes back the weights of the validation curve's lowest point: they are those of a run "
        + "that ends there",
      found: "epoch \(stopped.keptEpoch), test loss \(significant(stopped.test.loss, 8)) and "
        + significant(runs.short.test.loss, 8), holds: stopped.test == runs.short.test)
  }

  private func figure(_ fits: PolynomialFits, _ runs: Runs) -> Figure {
    func points(_ losses: [Double]) -> [Series.Point] {
      losses.enumerated().map { Series.Point(Double($0 + 1), $1) }
    }
    let stopped = runs.stopped
    return Figure(
      title: "Over-fitting and two answers",
      plots: fits.plots + [
        Plot(
          title: "A network on few digits", horizontal: Axis("epoch", range: 0...120),
          vertical: Axis("loss", range: 0...2.4),
          series: [
            Series("training", points(runs.plain.training)),
            Series("validation", points(runs.plain.validation)),
            Series(
              "training, \(decayName)", points(runs.decayed.training), style: .dashedLine, color: 0),
            Series(
              "validation, \(decayName)", points(runs.decayed.validation), style: .dashedLine,
              color: 1),
            Series(
              "stopped early",
              [Series.Point(Double(stopped.keptEpoch), stopped.validation[stopped.keptEpoch - 1])],
              style: .points, color: 3),
          ])
      ])
  }
}

/// A network that learns from too few digits.
private struct FewDigits {
  static let count = 400
  static let heldOut = 250

  /// The losses of each epoch.
  let training: [Double]
  let validation: [Double]
  /// The epoch whose weights the training ends with: the last one, with patience the best one.
  let keptEpoch: Int
  /// Of these weights on the test digits.
  let test: Evaluation

  init(
    _ digits: SampleSet, _ testDigits: SampleSet, weightDecay: Double, epochs: Int,
    patience: Int?, _ classroom: Classroom
  ) throws {
    let trainer = Trainer(
      Architecture(inputs: digits.inputWidth, hidden: [64], outputs: 10), training: digits,
      settings: TrainingSettings(
        epochs: epochs, batchSize: 10, learningRate: 0.05, schedule: .constant,
        optimizer: .sgd(momentum: 0.9, weightDecay: weightDecay), seed: classroom.seed,
        validationCount: Self.heldOut,
        patience: patience), workers: classroom.workers)
    let reports = try trainer.run()
    training = reports.map(\.training.loss)
    validation = reports.compactMap { $0.validation?.loss }
    let best = (validation.firstIndex(of: validation.min() ?? 0) ?? 0) + 1
    keptEpoch = patience == nil ? reports.count : best
    test = trainer.parameters.evaluate(on: testDigits, workers: classroom.workers).evaluation
  }
}

extension SampleSet {
  /// The same samples, class by class.
  fileprivate var sortedByClass: SampleSet {
    let order = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
    return SampleSet(
      inputs: .floats(order.flatMap { row($0) }), inputWidth: inputWidth,
      targets: .classes(order.map { labels[$0] }, count: targetWidth), count: count,
      imageSize: imageSize)
  }
}

import Foundation
import Networks
import Pictures
import Randomness
import Reference
import Training

/// A6: gradients of a few samples instead of all.
package struct StochasticTopic: Topic {
  package static let number = "A6"
  package static let name = "sgd"
  package static let title = "Stochastic gradient descent: one, some or all samples"
  package static let explanation = """
    The cost is a mean over data points, here the average negative log-likelihood −(1/N) Σ log y_tₙ. \
    So a part S of them estimates its gradient: w ← w − η (1/|S|) Σ_{n ∈ S} ∇L(tₙ, y(xₙ, w)). \
    |S| = 1 is standard SGD, |S| = N batch descent, mini-batches lie between. A step of few samples \
    is noisy but right on average, and cheap, so for the same number of examples there can be many. \
    Every epoch takes the samples in an order of its own.

    The trainer runs softmax regression on the digits with each |S| and η = min(½, 0.01 |S|^(2/3)).
    """
  package static let formula =
    #"w \leftarrow w - \eta\, \frac{1}{|S|} \sum_{n \in S} \nabla L\bigl(t_n, y(x_n, w)\bigr)"#
  package static let question = Question(
    "All runs see every digit once. Which has the lowest loss then: the one that took 4,000 steps of "
      + "one sample, 125 steps of 32, or a single step of all?",
    answer: """
      The many noisy steps win by far: after one pass |S| = 1 and 32 have come most of the way, batch \
      descent has moved once. By time 32 comes first, since a processor \
      works on many samples at once.
      """)
  package static let exercise = """
    Run `lockstep lecture sgd --batch-size 8,64,512` and read from the two first pictures which |S| is \
    best for few examples, and which for little time.
    """
  package static let slider: Slider? = Slider(
    "mini-batch size |S|", option: "--batch-size",
    values: ["1", "4", "16", "64", "256", "1000", "4000"])

  /// |S| of each run; more than there are samples means all of them.
  package var batchSizes = [1, 32, 4000]
  /// The passes over the samples.
  package var epochs = 8

  package init() {}

  package var validationError: String? {
    if batchSizes.isEmpty || batchSizes.count > 6 { return "one to six batch sizes are drawn" }
    if Set(batchSizes).count < batchSizes.count { return "batch sizes differ" }
    if !batchSizes.allSatisfy((1...60_000).contains) { return "batch sizes are from 1 to 60,000" }
    return (1...50).contains(epochs) ? nil : "from 1 to 50 epochs are run"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let runs = try batchSizes.map {
      try StochasticRun(batchSize: $0, epochs: epochs, digits, classroom)
    }
    var chance = classroom.chance()
    let noise = GradientNoise(digits.train, seed: classroom.seed, using: &chance)

    var shown = Demonstration(.figure(figure(runs, noise)))
    var table = NumberTable(
      "Softmax regression, test loss by the examples seen (N = \(plainNumber(digits.train.count)))",
      columns: ["|S|", "η", "start", "after N", "after \(epochs) N", "steps", "seconds"])
    for run in runs {
      table.add(
        .whole(run.batchSize), .number(run.learningRate, digits: 3), .number(run.losses[0]),
        .number(run.losses[1]), .number(run.losses[epochs]), .whole(run.steps),
        .number(run.seconds.last ?? 0, digits: 2))
    }
    shown.show(table)
    var second = NumberTable(
      "Mini-batch gradients around that of \(GradientNoise.samples) samples",
      columns: ["|S|", "mean square distance", "times |S|"])
    for (size, variance) in noise.variances {
      second.add(
        .whole(size), .number(variance, digits: 3), .number(variance * Double(size), digits: 3))
    }
    shown.show(second)

    try claimLikelihood(digits.train, classroom, &shown)
    shown.claim(
      "the mean of all single gradients is the batch gradient",
      found: "distance \(significant(noise.bias, 2)), rounding allows "
        + significant(noise.biasBound, 2), holds: noise.bias <= noise.biasBound)
    // 400 draws give a mean square distance to about 3 %, over a factor of 64 a slope to 0.02.
    shown.claim(
      "the noise of a mini-batch falls as 1/|S|",
      found: "as |S| to the \(significant(noise.exponent, 3))",
      holds: abs(noise.exponent + 1) < 0.15)
    try claimOrder(digits, classroom, &shown)
    claimProgress(runs, count: digits.train.count, &shown)
    return shown
  }

  // MARK: - Claims

  /// The trainer's loss is the average negative log-likelihood, worked out from the probabilities.
  private func claimLikelihood(
    _ train: SampleSet, _ classroom: Classroom, _ shown: inout Demonstration
  ) throws {
    let some = train.thinned(to: 100)
    let trainer = Trainer(
      Architecture(inputs: some.inputWidth, hidden: [], outputs: 10), training: some,
      settings: TrainingSettings(
        epochs: 1, batchSize: some.count, schedule: .constant, optimizer: .plainSGD,
        seed: classroom.seed), workers: classroom.workers)
    let network = EstimatedNetwork(trainer.parameters)
    // Of the logits z by the book, y = softmax(z) is what the network gives each class.
    let logLikelihoods = (0..<some.count).map { sample in
      let units = network.units(some.row(sample)).last ?? []
      let powers = units.map { exp($0.value.value) }
      let probabilities = powers.map { $0 / powers.reduce(0, +) }
      return (
        likelihood: log(probabilities[Int(some.labels[sample])]),
        error: 2 * (units.map(\.value.error).max() ?? 0) + 8 * roundoff
      )
    }
    let average = -logLikelihoods.reduce(0) { $0 + $1.likelihood } / Double(some.count)
    let allowed = logLikelihoods.reduce(0) { $0 + $1.error } / Double(some.count)
    let found = try trainer.run()[0].training.loss
    shown.claim(
      "the trainer's loss is the average negative log-likelihood −(1/N) Σ log y_tₙ",
      found:
        "\(significant(found, 7)), from 100 probabilities \(significant(average, 7)), rounding "
        + "allows \(significant(allowed, 2))", holds: abs(found - average) <= allowed)
  }

  /// Sorted by class, the digits are learned as well: each epoch shuffles them.
  private func claimOrder(
    _ digits: Classroom.Digits, _ classroom: Classroom, _ shown: inout Demonstration
  ) throws {
    let order = OrderOfSamples(digits.train)
    let sorted = try order.losses(of: order.sorted, epochs: 2, digits.test, classroom)
    let mixed = try order.losses(of: digits.train, epochs: 2, digits.test, classroom)
    let inTurn = try order.lossClassByClass(digits.test, classroom)
    shown.claim(
      "digits that lie sorted by class are learned as well as mixed ones, as every epoch shuffles",
      found: "test loss \(significant(sorted, 3)) and \(significant(mixed, 3)) after 2 N",
      holds: sorted < 1.25 * mixed && mixed < 1.25 * sorted)
    shown.claim(
      "taken class by class they are not: the last class is all that is left",
      found: "test loss \(significant(inTurn, 3))", holds: inTurn > 4 * sorted)
  }

  private func claimProgress(
    _ runs: [StochasticRun], count: Int, _ shown: inout Demonstration
  ) {
    let statement =
      "after the same number of examples, small mini-batches are far ahead of batch descent"
    // 64 of 4,000 leave some 60 steps.
    let small = runs.filter { $0.batchSize <= 64 }
    guard let batch = runs.first(where: { $0.batchSize == count }), !small.isEmpty else {
      shown.leaveOut(statement, because: "that takes a run of all samples and one of 64 or fewer")
      return
    }
    shown.claim(
      statement,
      found: (small + [batch]).map { significant($0.losses[1], 3) }.joined(separator: ", ")
        + " after N examples",
      holds: small.allSatisfy { $0.losses[1] < batch.losses[1] / 2 })
  }

  // MARK: - Figure

  private func figure(_ runs: [StochasticRun], _ noise: GradientNoise) -> Figure {
    func series(_ x: (StochasticRun, Int) -> Double) -> [Series] {
      runs.map { run in
        Series(
          "|S| = \(plainNumber(run.batchSize))",
          run.losses.enumerated().map { Series.Point(x(run, $0), $1) }, style: .lineAndPoints)
      }
    }
    let loss = Axis(
      "test loss", scale: .logarithmic, range: 0.3...3,
      ticks: [0.3, 0.5, 1, 2, 3].map { Axis.Tick($0, significant($0)) })
    let examples = Double(epochs * (runs.first?.sampleCount ?? 1))
    return Figure(
      title: "Softmax regression on the digits, by mini-batch size",
      plots: [
        Plot(
          title: "By examples", horizontal: Axis("examples seen", range: 0...examples),
          vertical: loss, series: series { Double($1 * $0.sampleCount) }),
        Plot(
          title: "By time",
          horizontal: Axis("time (s)", scale: .logarithmic, range: 1e-4...10), vertical: loss,
          series: series { $0.seconds[$1] }),
        Plot(
          title: "Noise of a gradient", horizontal: Axis("|S|", scale: .logarithmic),
          vertical: Axis("mean square distance", scale: .logarithmic),
          series: [
            Series(
              "measured", noise.variances.map { Series.Point(Double($0.size), $0.variance) },
              style: .points),
            Series(
              "1/|S|",
              noise.variances.map {
                Series.Point(Double($0.size), noise.variances[0].variance / Double($0.size))
              }, style: .dashedLine),
          ]),
      ])
  }
}

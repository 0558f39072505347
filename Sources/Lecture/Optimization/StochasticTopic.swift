import Foundation
import Networks
import Pictures
import Randomness
import Reference
import Training

/// A6: gradients of a few samples instead of all.
struct StochasticTopic: Topic {
  static let number = "A6"
  static let name = "sgd"
  static let title = "Stochastic gradient descent: one, some or all samples"
  static let explanation = """
    w ← w − η (1/|S|) Σ_{n ∈ S} ∇L(tₙ, y(xₙ, w)): |S| = 1 is standard SGD, |S| = N batch descent, \
    mini-batches lie between. A step of few samples is noisy but right on average, and cheap, so \
    for the same number of examples there can be many.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let digits = try classroom.digits()
    let runs = try [(1, 0.01), (32, 0.1), (digits.train.count, 0.5)].map {
      try StochasticRun(batchSize: $0.0, learningRate: $0.1, digits, classroom)
    }
    var chance = classroom.chance()
    let noise = GradientNoise(digits.train, seed: classroom.seed, using: &chance)

    var shown = Demonstration(.figure(figure(runs, noise)))
    var table = NumberTable(
      "Softmax regression, test loss by the examples seen (N = \(plainNumber(digits.train.count)))",
      columns: [
        "|S|", "η", "start", "after N", "after \(StochasticRun.epochs) N", "steps", "seconds",
      ])
    for run in runs {
      table.add(
        .whole(run.batchSize), .number(run.learningRate), .number(run.losses[0]),
        .number(run.losses[1]), .number(run.losses[StochasticRun.epochs]), .whole(run.steps),
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

    shown.claim(
      "the mean of all single gradients is the batch gradient",
      found: "distance \(significant(noise.bias, 2)), rounding allows "
        + significant(noise.biasBound, 2), holds: noise.bias <= noise.biasBound)
    // 400 draws give a mean square distance to about 3 %, over a factor of 64 a slope to 0.02.
    shown.claim(
      "the noise of a mini-batch falls as 1/|S|",
      found: "as |S| to the \(significant(noise.exponent, 3))",
      holds: abs(noise.exponent + 1) < 0.15)
    shown.claim(
      "after the same number of examples, |S| = 1 and mini-batches are far ahead of batch descent",
      found: runs.map { significant($0.losses[1], 3) }.joined(separator: ", ")
        + " after N examples",
      holds: runs[0].losses[1] < runs[2].losses[1] / 2 && runs[1].losses[1] < runs[2].losses[1] / 2)
    return shown
  }

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
    return Figure(
      title: "Softmax regression on the digits, by mini-batch size",
      plots: [
        Plot(
          title: "By examples", horizontal: Axis("examples seen"), vertical: loss,
          series: series { Double($1 * $0.sampleCount) }),
        Plot(
          title: "By time", horizontal: Axis("time (s)", scale: .logarithmic), vertical: loss,
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

/// Softmax regression with one size of mini-batches, watched after each epoch.
private struct StochasticRun {
  static let epochs = 8

  let batchSize: Int
  let learningRate: Double
  let sampleCount: Int
  let steps: Int
  /// The test loss at the start and after each epoch.
  let losses: [Double]
  /// The seconds of training until then.
  let seconds: [Double]

  init(
    batchSize: Int, learningRate: Double, _ digits: Classroom.Digits, _ classroom: Classroom
  ) throws {
    self.batchSize = batchSize
    self.learningRate = learningRate
    sampleCount = digits.train.count
    let trainer = Trainer(
      Architecture(inputs: digits.train.inputWidth, hidden: [], outputs: 10),
      training: digits.train,
      settings: TrainingSettings(
        epochs: Self.epochs, batchSize: batchSize, learningRate: learningRate, schedule: .constant,
        optimizer: .plainSGD, seed: classroom.seed), workers: classroom.workers)
    func testLoss() -> Double {
      trainer.parameters.evaluate(on: digits.test, workers: classroom.workers).evaluation.loss
    }
    var losses = [testLoss()]
    var seconds = [0.0]
    var spent = 0.0
    while true {
      let before = classroom.elapsedSeconds()
      guard let event = try trainer.next() else { break }
      spent += classroom.elapsedSeconds() - before
      if case .epoch = event {
        losses.append(testLoss())
        seconds.append(spent)
      }
    }
    self.losses = losses
    self.seconds = seconds
    steps = Self.epochs * trainer.stepsPerEpoch
  }
}

/// How mini-batch gradients scatter around the gradient of all samples.
private struct GradientNoise {
  static let samples = 200

  let variances: [(size: Int, variance: Double)]
  /// The distance between the mean of single gradients and the batch gradient, and what rounding
  /// allows.
  let bias: Double
  let biasBound: Double

  init(_ set: SampleSet, seed: UInt64, using chance: inout Chance) {
    let architecture = Architecture(inputs: set.inputWidth, hidden: [], outputs: 10)
    let parameters = Parameters(architecture, seed: seed)
    // Every 20th image, so that all classes are there.
    let batch = Batch(set, samples: (0..<Self.samples).map { $0 * (set.count / Self.samples) })
    let singles = (0..<batch.count).map { index in
      parameters.gradient(
        Batch(inputs: [batch.inputs[index]], targets: [batch.targets[index]])
      ).map(Double.init)
    }
    func mean(_ indices: [Int]) -> [Double] {
      var sum = Array(repeating: 0.0, count: singles[0].count)
      for index in indices {
        for parameter in sum.indices { sum[parameter] += singles[index][parameter] }
      }
      return sum.map { $0 / Double(indices.count) }
    }
    let whole = mean(Array(singles.indices))
    bias = distance(whole, parameters.gradient(batch).map(Double.init))
    // Both are within the bound of the error analysis of the gradient itself.
    let errors = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder.map(\.error)
    biasBound = 2 * norm(errors)
    variances = [1, 4, 16, 64].map { size in
      let squares = (0..<400).map { _ in
        let drawn = (0..<size).map { _ in Int.random(in: singles.indices, using: &chance) }
        let difference = distance(mean(drawn), whole)
        return difference * difference
      }
      return (size, squares.reduce(0, +) / Double(squares.count))
    }
  }

  /// p where the variance goes as |S|ᵖ.
  var exponent: Double { slope(variances.map { (log(Double($0.size)), log($0.variance)) }) }
}

extension Batch {
  /// Some samples of a set as the trainer sees them.
  init(_ set: SampleSet, samples: [Int]) {
    self.init(inputs: samples.map(set.row), targets: samples.map(set.target))
  }
}

import Kernels
import Networks
import Pictures
import Reference
import Statistics
import Training

/// C9: from thresholds to units that can learn.
struct LearnedXORTopic: Topic {
  static let number = "C9"
  static let name = "xor-learned"
  static let title = "σ(x), σ(5x), … and XOR learned"
  static let explanation = """
    Scaled weights turn the logistic unit into a threshold: σ(sx) → 1[x > 0], with a gap of \
    1/(1 + e^{s|x|}). But unlike the threshold it has a derivative, so a network of logistic units \
    can learn XOR by gradient descent. Not always: some starts end in a bad minimum, fewer with more \
    hidden units.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let samples = LogicFunction.xor.samples()
    let runs = try [0, 2, 3, 4, 8].map { hidden in
      try Runs(hidden: hidden, batchSize: 4, samples, seeds: classroom.seeds(Runs.count))
    }
    let single = try Runs(
      hidden: 4, batchSize: 1, samples, seeds: classroom.seeds(Runs.count))
    let gaps = Self.scales.map { scale in (scale: scale, gap: 1 - unit(scale).output([Self.edge])) }

    var shown = Demonstration(.figure(figure(runs)))
    var table = NumberTable(
      "The unit σ(sx) and the threshold: at x = \(Self.edge)",
      columns: ["s", "1 − σ(sx)", "1/(1 + e^{sx})"])
    for (scale, gap) in gaps {
      table.add(
        .number(scale), .number(gap, digits: 3), .number(logistic(-scale * Self.edge), digits: 3))
    }
    shown.show(table)
    var second = NumberTable(
      "All four points right after \(Runs.epochs) epochs, \(Runs.count) seeds",
      columns: ["hidden units", "|S|"] + Proportion.columns)
    for run in runs + [single] {
      second.add([.whole(run.hidden), .whole(run.batchSize)] + run.success.cells)
    }
    shown.show(second)

    shown.claim(
      "the gap to the threshold is 1/(1 + e^{sx}) and vanishes with s",
      found: gaps.map { significant($0.gap, 2) }.joined(separator: ", "),
      // y itself is rounded to 3 ulps of 1.
      holds: gaps.allSatisfy { abs($0.gap - logistic(-$0.scale * Self.edge)) <= 6 * roundoff }
        && (gaps.last?.gap ?? 1) < 1e-6)
    shown.claim(
      "without hidden units no seed learns XOR", found: runs[0].success.words,
      holds: runs[0].success.successes == 0)
    shown.claim(
      "two hidden units learn it from most seeds, not from all", found: runs[1].success.words,
      holds: runs[1].success.interval.lowerBound > 0.5
        && runs[1].success.successes < Runs.count)
    shown.claim(
      "eight hidden units learn it from at least 95 % of the seeds", found: runs[4].success.words,
      holds: runs[4].success.share >= 0.95)
    shown.claim(
      "one sample a step learns it too", found: single.success.words,
      holds: single.success.interval.lowerBound > 0.5)
    return shown
  }

  private static let scales = [1.0, 5, 20, 100]
  private static let edge = 0.25

  /// A logistic unit y = σ(sx).
  private func unit(_ scale: Double) -> Parameters {
    var parameters = Parameters(
      Architecture(
        inputs: 1, hidden: [], outputs: 1, outputActivation: .logistic, loss: .squaredError))
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = Float(scale)
    return parameters
  }

  private func figure(_ runs: [Runs]) -> Figure {
    let x = stride(from: -1.0, through: 1.0001, by: 0.01)
    let better = runs[1].best
    return Figure(
      title: "From the threshold to learning",
      plots: [
        Plot(
          title: "σ(sx)", horizontal: Axis("x"), vertical: Axis("y"),
          series: Self.scales.map { scale in
            let unit = unit(scale)
            return Series("s = \(Int(scale))", x.map { Series.Point($0, unit.output([$0])) })
          }),
        LogicFunction.xor.plot("A learned 2-2-1 network") { better.output($0) },
        Plot(
          title: "Rate of success", horizontal: Axis("hidden units"),
          vertical: Axis("share of \(Runs.count) seeds", range: 0...1),
          series: [
            Series(
              "with 95 % intervals",
              runs.map {
                Series.Point(
                  Double($0.hidden), $0.success.share, interval: $0.success.interval)
              }, style: .lineAndPoints)
          ]),
      ])
  }
}

/// XOR trained from many seeds with one number of hidden units.
private struct Runs {
  static let count = 200
  static let epochs = 1500

  let hidden: Int
  let batchSize: Int
  let success: Proportion
  /// The network with the lowest loss.
  let best: Parameters

  init(hidden: Int, batchSize: Int, _ samples: SampleSet, seeds: [UInt64]) throws {
    self.hidden = hidden
    self.batchSize = batchSize
    let architecture = Architecture(
      inputs: 2, hidden: hidden == 0 ? [] : [hidden], activation: .logistic, outputs: 1,
      loss: .logisticCrossEntropy)
    let trained = try seeds.map { seed in
      let trainer = Trainer(
        architecture, training: samples,
        settings: TrainingSettings(
          epochs: Self.epochs, batchSize: batchSize, learningRate: batchSize == 1 ? 0.25 : 1,
          schedule: .constant, optimizer: .sgd(momentum: 0.9), seed: seed),
        workers: 1)
      try trainer.run()
      return (
        parameters: trainer.parameters,
        evaluation: trainer.parameters.evaluate(on: samples, workers: 1).evaluation
      )
    }
    success = Proportion(
      successes: trained.count { $0.evaluation.correctCount == 4 }, trials: Self.count)
    best =
      trained.min { $0.evaluation.loss < $1.evaluation.loss }?.parameters ?? trained[0].parameters
  }
}

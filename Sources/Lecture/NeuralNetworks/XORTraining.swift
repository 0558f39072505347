import Networks
import Pictures
import Reference
import Statistics
import Training

/// How topic C9 trains networks of logistic units on XOR.
struct XORTraining {
  let epochs: Int
  /// η of batches of four; steps of one sample take a quarter of it.
  let learningRate: Double

  func train(
    _ samples: SampleSet, hidden: Int, batchSize: Int = 4, epochs: Int? = nil, seed: UInt64
  ) throws -> Parameters {
    let trainer = Trainer(
      Architecture(
        inputs: 2, hidden: hidden == 0 ? [] : [hidden], activation: .logistic, outputs: 1,
        loss: .logisticCrossEntropy), training: samples,
      settings: TrainingSettings(
        epochs: epochs ?? self.epochs, batchSize: batchSize,
        learningRate: batchSize == 1 ? learningRate / 4 : learningRate, schedule: .constant,
        optimizer: .sgd(momentum: 0.9), seed: seed), workers: 1)
    try trainer.run()
    return trainer.parameters
  }
}

/// XOR trained from many seeds with one number of hidden units.
struct XORRuns {
  static let count = 200

  let hidden: Int
  let batchSize: Int
  /// Of networks that have all four points right.
  let success: Proportion

  init(
    hidden: Int, batchSize: Int, _ training: XORTraining, _ samples: SampleSet, _ seeds: [UInt64]
  ) throws {
    self.hidden = hidden
    self.batchSize = batchSize
    let successes = try seeds.count { seed in
      let parameters = try training.train(
        samples, hidden: hidden, batchSize: batchSize, seed: seed)
      return parameters.evaluate(on: samples, workers: 1).evaluation.correctCount == 4
    }
    success = Proportion(successes: successes, trials: seeds.count)
  }
}

/// One network with two hidden units, at its start and on its way.
struct XORStory {
  let start: Parameters
  let end: Parameters
  /// The points that are right in the end.
  let hits: Int

  /// The network of the first of some seeds from which 1,000 epochs learn XOR, so that the number of
  /// epochs to show does not choose the seed.
  init(_ training: XORTraining, _ samples: SampleSet, _ seeds: [UInt64]) throws {
    func hits(_ parameters: Parameters) -> Int {
      parameters.evaluate(on: samples, workers: 1).evaluation.correctCount ?? 0
    }
    let usual = XORTraining(epochs: 1000, learningRate: 1)
    let seed =
      try seeds.first { hits(try usual.train(samples, hidden: 2, seed: $0)) == 4 } ?? seeds[0]
    end = try training.train(samples, hidden: 2, seed: seed)
    start = Parameters(end.architecture, seed: seed)
    self.hits = hits(end)
  }

  /// h₁ and h₂ of a point.
  private func hidden(_ network: Parameters, _ point: [Double]) -> [Double] {
    network.layer(0).outputs(for: point.map { Float($0) }).map { Double($0) }
  }

  var table: NumberTable {
    var table = NumberTable(
      "The hidden layer of a 2-2-1 network",
      columns: ["x₁", "x₂", "h₁ at the start", "h₂", "h₁ at the end", "h₂ ", "y", "XOR"])
    for (point, value) in zip(LogicFunction.points, LogicFunction.xor.values) {
      let units = hidden(start, point) + hidden(end, point) + [end.output(point)]
      table.add(
        point.map { .number($0) } + units.map { .number($0, digits: 3) } + [.whole(value)])
    }
    return table
  }

  /// Whether a line separates the two values in the hidden layer: unless their segments cross.
  func isSeparable(_ network: Parameters) -> Bool {
    let places = LogicFunction.points.map { hidden(network, $0) }
    func ends(_ value: Int) -> [[Double]] {
      zip(places, LogicFunction.xor.values).filter { $0.1 == value }.map(\.0)
    }
    func side(_ place: [Double], _ line: [[Double]]) -> Double {
      (line[1][0] - line[0][0]) * (place[1] - line[0][1])
        - (line[1][1] - line[0][1]) * (place[0] - line[0][0])
    }
    let (zeros, ones) = (ends(0), ends(1))
    return side(ones[0], zeros) * side(ones[1], zeros) > 0
      || side(zeros[0], ones) * side(zeros[1], ones) > 0
  }

  /// The plane of h₁ and h₂ with the four points, the segments between those of one value, and what
  /// the output unit says.
  func plot(_ title: String, _ network: Parameters) -> Plot {
    let last = network.layer(1)
    var plot = Plot(
      title: title, horizontal: Axis("h₁", range: -0.05...1.05),
      vertical: Axis("h₂", range: -0.05...1.05), hasEqualAxes: true,
      heatMap: HeatMap(
        "output", cells: 80, horizontal: -0.05...1.05, vertical: -0.05...1.05, range: 0...1
      ) { logistic(last.output($0)) },
      series: LogicFunction.xor.series { hidden(network, $0) })
    // Under the points, the segments that must not cross.
    plot.series.insert(
      contentsOf: plot.series.map { Series(nil, $0.points, style: .line, color: $0.color) }, at: 0)
    return plot
  }
}

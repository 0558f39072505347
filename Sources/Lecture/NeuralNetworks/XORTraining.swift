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

  /// A network that has learned as long as it may.
  func train(
    _ samples: SampleSet, hidden: Int, batchSize: Int = 4, seed: UInt64
  ) throws -> Trainer {
    let trainer = Trainer(
      Architecture(
        inputs: 2, hidden: hidden == 0 ? [] : [hidden], activation: .logistic, outputs: 1,
        loss: .logisticCrossEntropy), training: samples,
      settings: TrainingSettings(
        epochs: epochs, batchSize: batchSize,
        learningRate: batchSize == 1 ? learningRate / 4 : learningRate, schedule: .constant,
        optimizer: .sgd(momentum: 0.9), seed: seed), workers: 1)
    try trainer.run()
    return trainer
  }
}

/// XOR trained from many seeds with one number of hidden units.
struct XORRuns {
  static let count = 100

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
      let trainer = try training.train(
        samples, hidden: hidden, batchSize: batchSize, seed: seed)
      return Lecture.hits(trainer, samples) == 4
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
  private let epochs: Int
  /// By epoch, also past the one that is shown.
  private let losses: [Double]

  /// The network of the first of some seeds from which 1,000 epochs learn XOR, so that the number of
  /// epochs to show does not choose the seed.
  init(_ training: XORTraining, _ samples: SampleSet, _ seeds: [UInt64]) throws {
    let usual = XORTraining(epochs: 1000, learningRate: 1)
    let seed =
      try seeds.first { Lecture.hits(try usual.train(samples, hidden: 2, seed: $0), samples) == 4 }
      ?? seeds[0]
    let shown = try training.train(samples, hidden: 2, seed: seed)
    end = shown.parameters
    hits = Lecture.hits(shown, samples)
    start = Parameters(end.architecture, seed: seed)
    epochs = training.epochs
    // The same way, as far as it goes at least.
    let whole = XORTraining(
      epochs: max(1000, training.epochs), learningRate: training.learningRate)
    losses = try whole.train(samples, hidden: 2, seed: seed).reports.map(\.training.loss)
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
        "output", cells: 50, horizontal: -0.05...1.05, vertical: -0.05...1.05, range: 0...1
      ) { logistic(last.output($0)) },
      series: LogicFunction.xor.series { hidden(network, $0) })
    // Under the points, the segments that must not cross, the shorter one above.
    let segments = plot.series.sorted { length($0) > length($1) }
    plot.series.insert(
      contentsOf: segments.map { Series(nil, $0.points, style: .line, color: $0.color) }, at: 0)
    return plot
  }

  private func length(_ segment: Series) -> Double {
    let (a, b) = (segment.points[0], segment.points[1])
    return distance([a.x, a.y], [b.x, b.y])
  }

  /// The loss on the way, and where on it the network is that is shown.
  var lossPlot: Plot {
    Plot(
      title: "Its loss", horizontal: Axis("epoch", scale: .logarithmic, range: 1...5000),
      vertical: Axis("training loss", range: 0...1),
      series: [
        Series(
          "shown", [Series.Point(Double(epochs), 0), Series.Point(Double(epochs), 1)],
          style: .dashedLine, color: 1),
        Series(
          "2-2-1 network", losses.enumerated().map { Series.Point(Double($0 + 1), $1) }, color: 0),
      ])
  }
}

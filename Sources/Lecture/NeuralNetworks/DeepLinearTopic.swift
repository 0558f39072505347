import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Statistics
import Training

/// C6: why activations are needed.
package struct DeepLinearTopic: Topic {
  package static let number = "C6"
  package static let name = "deep-linear"
  package static let title = "Deep linear networks are linear"
  package static let explanation = """
    Without activations a network collapses: W⁽³⁾W⁽²⁾W⁽¹⁾x = W′x. However deep, it can represent \
    nothing that linear regression cannot, and training it gets no further than the least squares \
    solution. With tanh between the layers the same widths do. The trainer trains both; the judges \
    are the closed form and the product of the trained matrices in double precision.
    """
  package static let formula = #"W^{(3)} W^{(2)} W^{(1)} x = W' x"#
  package static let question = Question(
    "Is a deep linear network as easy to train as linear regression, since it can do the same?",
    answer: """
      It ends in the same place, and here it is there after some hundred steps at any of these depths. \
      But the loss is no longer convex in the weights: many sets of matrices have the same product, \
      and where all of them are 0, none of them has a gradient.
      """)
  package static let exercise = """
    Make it deeper and watch where it ends, and when: `lockstep lecture deep-linear --hidden \
    12,12,12,12 --plot c6.svg`.
    """

  /// The widths of the hidden layers.
  package var hidden = [12, 12]
  /// Steps of descent with momentum, each on all points.
  package var epochs = 400

  package init() {}

  package var validationError: String? {
    if let fault = epochError(epochs, limit: 5000) { return fault }
    return (1...6).contains(hidden.count) && hidden.allSatisfy { (1...64).contains($0) }
      ? nil : "one to six hidden layers of 1 to 64 units are trained"
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let saddle = SaddleSamples(using: &chance)
    let linear = try saddle.train(.identity, self, seed: classroom.seed)
    let tanh = try saddle.train(.tanh, self, seed: classroom.seed)
    let optimum = saddle.linearOptimum
    let losses = [linear, tanh].map { $0.reports.map(\.training.loss) }

    var shown = Demonstration(.figure(figure(losses, optimum)))
    var table = NumberTable(
      "t = x₁x₂ + noise on 100 points, training loss of \(linear.architecture) networks",
      columns: ["epoch", "identity", "tanh", "least squares"])
    let epochsShown = [1, 10, 50, 100, 200, 400, epochs].filter { $0 <= epochs }
    for epoch in Set(epochsShown).sorted() {
      table.add(
        .whole(epoch), .number(losses[0][epoch - 1]), .number(losses[1][epoch - 1]),
        .number(optimum))
    }
    shown.show(table)

    let (distance, allowed) = collapse(linear.parameters, saddle.batch)
    shown.claim(
      "the trained deep linear network is W′x + b′ with W′ the product of its matrices",
      found: "largest difference \(significant(distance, 2)), single precision allows "
        + significant(allowed, 2), holds: distance <= allowed)
    let (last, best) = (losses[0][epochs - 1], losses[0].min() ?? 0)
    // The loss of a sample is summed in single precision: some 40 roundings of it.
    shown.claim(
      "no epoch of it is better than linear regression",
      found: "lowest loss \(significant(best, 6)), optimum \(significant(optimum, 6))",
      holds: best >= optimum * (1 - 40 * roundoff))
    let statements = [
      "it ends at linear regression, to a thousandth",
      "with tanh the same widths get below a fifth of that",
    ]
    guard epochs >= 400 && hidden == [12, 12] else {
      let reason = "how many epochs that takes depends on depth and widths; 400 do for 12,12"
      for statement in statements { shown.leaveOut(statement, because: reason) }
      return shown
    }
    shown.claim(
      statements[0], found: significant(last / optimum, 6), holds: last <= optimum * 1.001)
    shown.claim(
      statements[1], found: "\(significant((losses[1].last ?? 1) / optimum * 100, 2)) %",
      holds: (losses[1].last ?? 1) < optimum / 5)
    return shown
  }

  /// The largest distance between a deep linear network and the collapsed one in double precision,
  /// and what the error analysis of the deep one allows.
  private func collapse(
    _ parameters: Parameters, _ batch: Batch
  ) -> (distance: Double, allowed: Double) {
    // x ↦ xA + b, layer by layer for the unit vectors and for 0.
    func affine(_ x: [Double]) -> [Double] {
      parameters.architecture.layers.indices.reduce(x) { x, layer in
        let (weights, biases) = (
          parameters.weights(ofLayer: layer), parameters.biases(ofLayer: layer)
        )
        return (0..<weights.columns).map { output in
          x.indices.reduce(Double(biases[0, output])) {
            $0 + x[$1] * Double(weights[$1, output])
          }
        }
      }
    }
    let bias = affine([0, 0])[0]
    let slopes = [affine([1, 0])[0] - bias, affine([0, 1])[0] - bias]
    let network = EstimatedNetwork(parameters)
    var (distance, allowed) = (0.0, 0.0)
    for input in batch.inputs {
      let collapsed = bias + dot(slopes, input.map { Double($0) })
      distance = maximum(of: [distance, abs(parameters.output(input) - collapsed)])
      allowed = max(allowed, network.units(input).last?.first?.value.error ?? 0)
    }
    return (distance, allowed)
  }

  private func figure(_ losses: [[Double]], _ optimum: Double) -> Figure {
    func points(_ losses: [Double]) -> [Series.Point] {
      losses.enumerated().map { Series.Point(Double($0 + 1), $1) }
    }
    let widths = ([2] + hidden + [1]).map(String.init).joined(separator: "-")
    return Figure(
      title: "A deep linear network gets no further than linear regression",
      plots: [
        Plot(
          horizontal: Axis("epoch"), vertical: Axis("training loss", scale: .logarithmic),
          series: [
            Series("identity, \(widths)", points(losses[0])),
            Series("tanh, \(widths)", points(losses[1])),
            Series(
              "least squares",
              [Series.Point(1, optimum), Series.Point(Double(losses[0].count), optimum)],
              style: .dashedLine, color: 6),
          ])
      ])
  }
}

/// Points on a saddle, t = x₁x₂ and a little noise.
private struct SaddleSamples {
  let batch: Batch

  init(using chance: inout Chance) {
    var batch = Batch(inputs: [], targets: [])
    for _ in 0..<100 {
      let (x, y) = (chance.uniform(-1.5...1.5), chance.uniform(-1.5...1.5))
      batch.inputs.append([Float(x), Float(y)])
      batch.targets.append([Float(x * y + 0.05 * chance.normal())])
    }
    self.batch = batch
  }

  func train(
    _ activation: Activation, _ topic: DeepLinearTopic, seed: UInt64
  ) throws -> Trainer {
    let trainer = Trainer(
      Architecture(
        inputs: 2, hidden: topic.hidden, activation: activation, outputs: 1, loss: .squaredError),
      training: SampleSet(
        inputs: .floats(Array(batch.inputs.joined())), inputWidth: 2,
        targets: .vectors(Array(batch.targets.joined()), width: 1), count: batch.count),
      settings: TrainingSettings(
        epochs: topic.epochs, batchSize: batch.count, learningRate: 0.05, schedule: .constant,
        optimizer: .sgd(momentum: 0.9), seed: seed), workers: 1)
    try trainer.run()
    return trainer
  }

  /// The loss of the least squares solution.
  var linearOptimum: Double {
    let rows = batch.inputs.map { $0.map { Double($0) } + [1] }
    let targets = batch.targets.map { Double($0[0]) }
    let solution = LeastSquares(rows, targets: targets)
    return zip(rows, targets).reduce(0) { sum, sample in
      let error = solution.prediction(sample.0) - sample.1
      return sum + error * error / 2
    } / Double(rows.count)
  }
}

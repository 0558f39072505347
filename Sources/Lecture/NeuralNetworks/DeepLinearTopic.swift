import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Statistics
import Training

/// C6: why activations are needed.
struct DeepLinearTopic: Topic {
  static let number = "C6"
  static let name = "deep-linear"
  static let title = "Deep linear networks are linear"
  static let explanation = """
    Without activations a network collapses: W⁽³⁾W⁽²⁾W⁽¹⁾x = W′x. However deep, it can represent \
    nothing that linear regression cannot, and training it gets no further than the least squares \
    solution. With tanh between the layers the same widths do.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let saddle = SaddleSamples(using: &chance)
    let linear = try saddle.train(.identity, seed: classroom.seed)
    let tanh = try saddle.train(.tanh, seed: classroom.seed)
    let optimum = saddle.linearOptimum
    let losses = [linear, tanh].map { $0.reports.map(\.training.loss) }

    var shown = Demonstration(.figure(figure(losses, optimum)))
    var table = NumberTable(
      "t = x₁x₂ + noise on 100 points, training loss of 2-12-12-1 networks",
      columns: ["epoch", "identity", "tanh", "least squares"])
    for epoch in [1, 10, 50, 100, 200, SaddleSamples.epochs] {
      table.add(
        .whole(epoch), .number(losses[0][epoch - 1]), .number(losses[1][epoch - 1]),
        .number(optimum))
    }
    shown.show(table)

    let (distance, allowed) = collapse(linear.parameters, saddle.batch)
    shown.claim(
      "the trained deep linear network is W′x + b′ with W′ = W⁽³⁾W⁽²⁾W⁽¹⁾",
      found: "largest difference \(significant(distance, 2)), single precision allows "
        + significant(allowed, 2), holds: distance <= allowed)
    let (last, best) = (losses[0][SaddleSamples.epochs - 1], losses[0].min() ?? 0)
    // The loss of a sample is summed in single precision: some 40 roundings of it.
    shown.claim(
      "no epoch of it is better than linear regression",
      found: "lowest loss \(significant(best, 6)), optimum \(significant(optimum, 6))",
      holds: best >= optimum * (1 - 40 * roundoff))
    shown.claim(
      "it ends at linear regression, to a thousandth",
      found: significant(last / optimum, 6), holds: last <= optimum * 1.001)
    shown.claim(
      "with tanh the same widths get below a fifth of that",
      found: "\(significant((losses[1].last ?? 1) / optimum * 100, 2)) %",
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
    return Figure(
      title: "A deep linear network gets no further than linear regression",
      plots: [
        Plot(
          horizontal: Axis("epoch"), vertical: Axis("training loss", scale: .logarithmic),
          series: [
            Series("identity, 2-12-12-1", points(losses[0])),
            Series("tanh, 2-12-12-1", points(losses[1])),
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
  static let epochs = 400
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

  func train(_ activation: Activation, seed: UInt64) throws -> Trainer {
    let trainer = Trainer(
      Architecture(
        inputs: 2, hidden: [12, 12], activation: activation, outputs: 1, loss: .squaredError),
      training: SampleSet(
        inputs: .floats(Array(batch.inputs.joined())), inputWidth: 2,
        targets: .vectors(Array(batch.targets.joined()), width: 1), count: batch.count),
      settings: TrainingSettings(
        epochs: Self.epochs, batchSize: batch.count, learningRate: 0.05, schedule: .constant,
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

import Graphs
import Networks
import Pictures
import Randomness
import Reference
import Training

/// D7: the trainer's hand-written backward pass against automatic differentiation and against
/// differences.
package struct GradientCheck: Topic {
  package static let number = "D7"
  package static let name = "gradcheck"
  package static let title = "Automatic differentiation checks the trainer"
  package static let explanation = """
    A computation graph differentiates mechanically. The trainer's backward pass is written by \
    hand, in single precision and for speed. Both have to find the same gradient, up to rounding: \
    a running error analysis tells, for every single parameter, how far single precision may be \
    off. And both have to agree with (L(p + h) − L(p − h)) / 2h, which needs no calculus at all.

    The trainer's own forward and backward pass run here, beside the graph of the same network in \
    double precision.
    """
  package static let formula =
    #"\frac{\partial L}{\partial p} \approx \frac{L(p + h) - L(p - h)}{2h}"#
  package static let question = Question(
    "Central differences need no calculus. Why not train with them, instead of a backward pass?",
    answer: """
      They take two forward passes for every single parameter, 38,820 for the 19,410 here, where one \
      backward pass costs as much as two. And they are less exact: truncation and rounding.
      """)
  package static let exercise = """
    Train a network of your own with another activation and check it: \
    `lockstep lecture gradcheck runs/own/model.safetensors`
    """

  /// The check of a small network.
  package init() {}

  /// The most parameters of a model that is checked; the graph takes about 150 bytes for each.
  package static let parameterLimit = 20_000_000

  /// Checks a small network that has learned from digits for an epoch.
  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let architecture = Architecture(
      inputs: 784,
      layers: [
        Architecture.Layer(outputs: 24, activation: .tanh),
        Architecture.Layer(outputs: 16, activation: .relu),
        Architecture.Layer(outputs: 10, activation: .identity),
      ], loss: .softmaxCrossEntropy)
    let trainer = Trainer(
      architecture, training: try classroom.digits().train,
      settings: TrainingSettings(epochs: 1, seed: classroom.seed), workers: classroom.workers)
    try trainer.run()
    var shown = Self.demonstrate(trainer.parameters, in: classroom)
    checkAllKinds(in: &shown, classroom)
    return shown
  }

  /// Compares gradients of small networks of every activation function and every loss.
  private func checkAllKinds(in shown: inout Demonstration, _ classroom: Classroom) {
    var chance = classroom.chance(1)
    var table = NumberTable(
      "9-7-5-4 with each activation function: the largest distance, in % of its bound",
      columns: ["activation"] + Loss.allCases.map { "\($0)" })
    var all: [Double] = []
    for activation in Activation.allCases {
      let largest = Loss.allCases.map { loss in
        let architecture = Architecture(
          inputs: 9, hidden: [7, 5], activation: activation, outputs: 4, loss: loss)
        let parameters = Parameters(architecture, seed: classroom.seed)
        let batch = Batch.random(architecture, count: 4, using: &chance)
        return maximum(
          of: TrainerAgreement(
            parameters, batch, with: NetworkGraph(parameters, batch).gradient
          ).shares)
      }
      all += largest
      table.add([.text("\(activation)")] + largest.map { .number($0 * 100, digits: 2) })
    }
    shown.show(table)
    let share = maximum(of: all)
    shown.claim(
      "so is that of small networks of every activation function and every loss",
      found: "\(all.count) networks, at most \(significant(share * 100, 2)) % of the bound",
      holds: share <= 1)
  }

  /// Checks a network that came from outside.
  ///
  /// - Parameters:
  ///   - parameters: at most `parameterLimit` of them.
  ///   - classroom: its seed draws the batch and the parameters to measure.
  ///   - gradient: what is checked, in the order of `Parameters.tensors`; nil for the trainer's own.
  /// - Returns: a table and claims that compare the gradient with the graph's and with differences.
  package static func demonstrate(
    _ parameters: Parameters, in classroom: Classroom, gradient: ((Batch) -> [Float])? = nil
  ) -> Demonstration {
    var chance = classroom.chance()
    let batch = Batch.random(parameters.architecture, count: 4, using: &chance)
    let byTrainer = gradient?(batch) ?? parameters.gradient(batch)
    let graph = NetworkGraph(parameters, batch)
    let byGraph = graph.gradient
    let estimate = EstimatedNetwork(parameters).gradient(batch)
    let bounds = estimate.gradient.inOrder.map(\.error)
    let shares = Lecture.shares(of: byTrainer, from: byGraph, bounds: bounds)
    let lossError = estimate.losses.map(\.error).reduce(0, +) / Double(batch.count)
    let firstLayer = parameters.architecture.firstDifferentiableLayer
    let probes = centralDifferences(
      graph, byGraph, fromLayer: firstLayer, lossRounding: lossError * 0x1p-29, using: &chance)

    var shown = Demonstration(
      .figure(figure(trainer: byTrainer, graph: byGraph, bounds: bounds, probes: probes)))
    shown.show(layerTable(parameters.architecture, byTrainer, byGraph, shares))
    let largest = maximum(of: shares)
    shown.claim(
      "the trainer's gradient is the graph's for all \(byGraph.count) parameters, within the "
        + "bound of each",
      found: "at most \(significant(largest * 100, 2)) % of the bound", holds: largest <= 1)
    if firstLayer > 0 {
      shown.say(
        "Up to layer \(firstLayer), the last one with thresholds, error signals pass an estimate "
          + "and no derivative, which differences could not find.")
    }
    guard !probes.isEmpty else { return shown }
    let compared = probes.filter { $0.share != nil }
    let distances = compared.map { abs($0.difference - $0.derivative) }
    let worst = maximum(of: compared.compactMap(\.share))
    shown.claim(
      "the graph's gradient is the central difference for parameters drawn at random, within "
        + "truncation and rounding",
      found: "\(compared.count) of \(probes.count) compared"
        + (compared.count < probes.count ? ", the others at a rectifier's bend; " : "; ")
        + "at most \(significant(maximum(of: distances), 2)), \(significant(worst * 100, 2)) % of the "
        + "bound",
      holds: worst <= 1 && 2 * compared.count >= probes.count)
    return shown
  }

  // MARK: - Central differences

  /// A parameter whose derivative was also measured.
  struct Probe {
    let derivative: Double
    let difference: Double
    /// How much of the bound on the distance is used; nil where a rectifier bends on the way.
    let share: Double?
  }

  /// Central differences for some parameters of each layer from one on.
  ///
  /// The truncation error h²/6 |L‴| is a third of the change that a doubled h makes, and taken
  /// whole; the rounding error of L is divided by h, for the narrow and for the wide difference.
  ///
  /// - Parameters:
  ///   - graph: the network with its mean loss L.
  ///   - gradient: the graph's, in the order of `NetworkGraph.gradient`.
  ///   - firstLayer: the first layer that is measured.
  ///   - lossRounding: a bound on the rounding error of L in double precision.
  ///   - chance: draws the parameters to measure.
  /// - Returns: eight probes per layer.
  private static func centralDifferences(
    _ graph: NetworkGraph, _ gradient: [Double], fromLayer firstLayer: Int, lossRounding: Double,
    using chance: inout Chance
  ) -> [Probe] {
    let h = 0x1p-17
    let counts = zip(graph.weights, graph.biases).map {
      $0.value.values.count + $1.value.values.count
    }
    return counts.indices.dropFirst(firstLayer).flatMap { layer in
      let (first, count) = (counts[..<layer].reduce(0, +), counts[layer])
      // Most derivatives of a first layer are small or 0; the larger of some are more telling.
      return (0..<8).map { _ in
        let drawn = (0..<20).map { _ in first + Int.random(in: 0..<count, using: &chance) }
        let index = drawn.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? first
        let losses = [-2, -1, 0, 1, 2].map { graph.loss(moving: index, by: $0 * h) }
        let narrow = (losses[3].loss - losses[1].loss) / (2 * h)
        let wide = (losses[4].loss - losses[0].loss) / (4 * h)
        let bound = abs(wide - narrow) + 2 * lossRounding / h
        let bends = !losses.allSatisfy { $0.sides == losses[2].sides }
        return Probe(
          derivative: gradient[index], difference: narrow,
          share: bends ? nil : abs(narrow - gradient[index]) / bound)
      }
    }
  }

  // MARK: - What is shown

  private static func layerTable(
    _ architecture: Architecture, _ byTrainer: [Float], _ byGraph: [Double], _ shares: [Double]
  ) -> NumberTable {
    var table = NumberTable(
      "\(architecture), 4 samples",
      columns: ["layer", "parameters", "largest derivative", "largest distance", "of its bound"])
    var first = 0
    for (index, layer) in architecture.layers.enumerated() {
      let range = first..<first + (architecture.inputs(ofLayer: index) + 1) * layer.outputs
      first = range.upperBound
      let distances = range.map { abs(Double(byTrainer[$0]) - byGraph[$0]) }
      table.add(
        .whole(index + 1), .whole(range.count),
        .number(maximum(of: range.map { abs(byGraph[$0]) }), digits: 3),
        .number(maximum(of: distances), digits: 2),
        .text("\(significant(maximum(of: shares[range]) * 100, 2)) %"))
    }
    return table
  }

  /// Distances beside their bounds, by the size of the derivative; of some hundred parameters.
  private static func figure(
    trainer: [Float], graph: [Double], bounds: [Double], probes: [Probe]
  ) -> Figure {
    let step = max(1, graph.count / 400)
    let indices = stride(from: 0, to: graph.count, by: step).filter { graph[$0] != 0 }
    return Figure(
      title: "The trainer's gradient against the graph's",
      plots: [
        Plot(
          horizontal: Axis("size of the derivative", scale: .logarithmic),
          vertical: Axis("distance", scale: .logarithmic),
          series: [
            Series(
              "bound", indices.map { Series.Point(abs(graph[$0]), bounds[$0]) }, style: .points),
            Series(
              "trainer − graph",
              indices.map { Series.Point(abs(graph[$0]), abs(Double(trainer[$0]) - graph[$0])) },
              style: .points),
            Series(
              "difference − graph",
              probes.filter { $0.share != nil }.map {
                Series.Point(abs($0.derivative), abs($0.difference - $0.derivative))
              }, style: .points),
          ])
      ])
  }
}

extension Architecture {
  /// The first layer behind all thresholds: from there on the trainer's error signals are
  /// derivatives.
  fileprivate var firstDifferentiableLayer: Int {
    (layers.lastIndex { $0.activation == .threshold } ?? -1) + 1
  }
}

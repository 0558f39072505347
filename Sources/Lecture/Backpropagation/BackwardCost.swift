import Graphs
import LayerKernels
import Networks
import Pictures
import Reference

/// D6: what a backward pass costs beside a forward pass.
package struct BackwardCost: Topic {
  package static let number = "D6"
  package static let name = "cost"
  package static let title = "A backward pass costs two forward passes"
  package static let explanation = """
    Forward does one multiply-add for each weight and sample, backward two: one for the weight's \
    own gradient, w̄ = z̄ x, and one to pass the error signal on, x̄ = Wᵀz̄. The first layer has no \
    one to pass it on to, so with L equal layers the ratio is 2 − 1/L.

    The counts are those of a graph; the times are those of the trainer's own forward pass, backward \
    pass and update, on one thread.
    """
  package static let formula =
    #"\frac{\text{backward}}{\text{forward}} = \frac{2L - 1}{L} = 2 - \frac{1}{L}"#
  package static let question = Question(
    "A network has one layer. How much longer does its backward pass take than its forward pass?",
    answer: """
      As long, by the count: one multiply-add a weight each. There is no layer below that an error \
      signal would have to go to.
      """)
  package static let exercise = """
    `lockstep lecture d6 --width 64` has smaller matrices. Do the measured ratios stay near the \
    counted ones, and if not, what takes the time?
    """

  /// The units of each layer, and the inputs.
  package var width = 256
  /// The most layers.
  package var layers = 6

  /// Up to six layers of 256 units.
  package init() {}

  package var validationError: String? {
    (1...1024).contains(width) && (1...8).contains(layers)
      ? nil : "there are 1 to 8 layers of 1 to 1,024 units"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let depths = 1...layers
    let measured = depths.map { depth in
      let hidden = Array(repeating: width, count: depth - 1)
      return PassTimes(
        Architecture(
          inputs: width, hidden: hidden, activation: .relu, outputs: width, loss: .squaredError),
        classroom)
    }
    var shown = Demonstration(
      .figure(
        Figure(
          title: "Backward ÷ forward in networks of equal layers",
          plots: [
            Plot(
              horizontal: Axis(
                "layers", range: 0.5...Double(layers) + 0.5,
                ticks: depths.map { Axis.Tick(Double($0), "\($0)") }),
              vertical: Axis("backward ÷ forward", range: 0...2.5),
              series: [
                Series(
                  "multiply-adds, 2 − 1/L",
                  measured.map { Series.Point($0.depth, $0.countedRatio) }, style: .lineAndPoints),
                Series(
                  "time, median and quartiles",
                  measured.map { pass in
                    Series.Point(pass.depth, pass.medianRatio, interval: pass.quartiles)
                  }, style: .points),
              ])
          ])))

    var table = NumberTable(
      "A sample's multiply-adds, and times of \(PassTimes.repeats) mini-batches of "
        + "\(PassTimes.samples) on one thread",
      columns: [
        "layers", "forward", "backward", "ratio", "forward (ms)", "backward (ms)", "ratio ",
      ])
    for pass in measured {
      table.add(
        .whole(pass.architecture.layers.count), .whole(pass.forwardCount),
        .whole(pass.backwardCount), .number(pass.countedRatio, digits: 3),
        .number(pass.forwardSeconds * 1000, digits: 3),
        .number(pass.backwardSeconds * 1000, digits: 3), .number(pass.medianRatio, digits: 3))
    }
    shown.show(table)
    shown.claim(
      "counted on the graph: one multiply-add a weight forward, two backward, one in the first layer",
      found: measured.map { "\($0.forwardCount) and \($0.backwardCount)" }.last ?? "none",
      holds: measured.allSatisfy { pass in
        let weights = pass.architecture.weightCount
        return pass.forwardCount == weights
          && pass.backwardCount == 2 * weights - width * width
          && pass.forwardCount + pass.backwardCount == pass.architecture.multiplyAddsPerSample
      })
    // Multiply-adds are not all: a backward pass also transposes and changes weights, a forward
    // pass has its activations. Half as much again is room for that; of a machine that is busy with
    // something else, the fastest passes show the least.
    let ratios = measured.dropFirst().map { $0.fastestRatio / $0.countedRatio }
    let statement =
      "the trainer's fastest passes take time in that ratio, within a factor of 1.5 from two layers "
      + "up"
    guard width >= 128 && !ratios.isEmpty else {
      shown.leaveOut(
        statement,
        because: ratios.isEmpty
          ? "there is one layer" : "layers below 128 units spend their time on other things")
      return shown
    }
    shown.claim(
      statement,
      found: "times the counted ratio: "
        + ratios.map { significant($0, 2) }.joined(separator: ", "),
      holds: ratios.allSatisfy { (1 / 1.5...1.5).contains($0) })
    return shown
  }
}

/// The counted and the measured cost of the passes over a mini-batch.
private struct PassTimes {
  static let samples = 128
  static let repeats = 41

  let architecture: Architecture
  /// The multiply-adds of a sample in the matrix products of a forward pass.
  let forwardCount: Int
  /// Those of the two products that each of them needs on the way back, without the error signals
  /// of the samples themselves.
  let backwardCount: Int
  private let times: [(forward: Double, backward: Double)]

  init(_ architecture: Architecture, _ classroom: Classroom) {
    self.architecture = architecture
    let parameters = Parameters(architecture, seed: classroom.seed)
    var chance = classroom.chance()
    let products = NetworkGraph(parameters, .random(architecture, count: 1, using: &chance))
      .graph.nodes.filter { $0.operation == "·" }
    func multiplyAdds(_ product: Node) -> Int {
      product.value.values.count * product.parents[0].value.columns
    }
    forwardCount = products.reduce(0) { $0 + multiplyAdds($1) }
    backwardCount = products.reduce(0) { sum, product in
      sum + multiplyAdds(product) * (product.parents[0].parents.isEmpty ? 1 : 2)
    }
    times = Self.measure(
      parameters, .random(architecture, count: Self.samples, using: &chance),
      classroom.elapsedSeconds)
  }

  /// Times the passes of the trainer's step, in turn.
  private static func measure(
    _ parameters: Parameters, _ batch: Batch, _ elapsedSeconds: () -> Double
  ) -> [(forward: Double, backward: Double)] {
    let memory = BatchMemory(parameters.architecture, capacity: samples, isForTraining: true)
    let scratch = WorkerScratch(memory, shardCapacity: samples)
    for row in 0..<samples {
      memory.setInputs(ofRow: row, floats: batch.inputs[row])
      fillRow(row, of: memory.targets, floats: batch.targets[row], offset: 0)
    }
    let parts = parameters.architecture.gradientParts(samples: samples, multiplyAdds: .max)
    let step = UpdateStep.sgd(
      SGD(learningRate: 1e-6, momentum: 0, weightDecay: 0, isNesterov: false))
    let state = OptimizerState(parameters.architecture, slotNames: [])
    var parameters = parameters
    let network = parameters.mutableMemory
    let times = (0..<repeats + 3).map { _ in
      let start = elapsedSeconds()
      network.forward(memory, rows: 0..<samples, scratch: scratch)
      _ = network.computeLoss(memory, rows: 0..<samples)
      let middle = elapsedSeconds()
      network.backward(memory, rows: 0..<samples, scratch: scratch)
      for part in parts {
        _ = network.update(
          part, memory, samples: samples, step: step, state: state, squares: nil, scratch: scratch)
      }
      return (forward: middle - start, backward: elapsedSeconds() - middle)
    }
    return Array(times.dropFirst(3))
  }

  var depth: Double { Double(architecture.layers.count) }
  var countedRatio: Double { Double(backwardCount) / Double(forwardCount) }
  var forwardSeconds: Double { times.map(\.forward).sorted()[Self.repeats / 2] }
  var backwardSeconds: Double { times.map(\.backward).sorted()[Self.repeats / 2] }
  private var ratios: [Double] { times.map { $0.backward / $0.forward }.sorted() }
  var fastestRatio: Double {
    (times.map(\.backward).min() ?? 0) / (times.map(\.forward).min() ?? 0)
  }
  var medianRatio: Double { ratios[Self.repeats / 2] }
  var quartiles: ClosedRange<Double> { ratios[Self.repeats / 4]...ratios[3 * Self.repeats / 4] }
}

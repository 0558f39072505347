import Graphs
import Networks
import Pictures
import Reference

/// D5: backpropagation through two layers, number by number and in vectors.
struct TwoLayers: Topic {
  static let number = "D5"
  static let name = "two-layers"
  static let title = "Two layers, by scalars and by vectors"
  static let showsGraph = true
  static let explanation = """
    z = W¹x + b¹, h = σ(z), y = W²h + b², L = ½‖t − y‖². In vectors the error signals are ȳ = y − t, \
    W̄² = ȳhᵀ, b̄² = ȳ, h̄ = W²ᵀȳ, z̄ = h̄ ∘ σ′(z), W̄¹ = z̄xᵀ, b̄¹ = z̄. Each formula stands for as many \
    scalar ones as the matrix has entries.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let architecture = Architecture(
      inputs: 2, hidden: [3], activation: .logistic, outputs: 2, loss: .squaredError)
    let parameters = Parameters(architecture, seed: classroom.seed)
    let sample = TwoLayerSample(parameters, x: [0.5, -1.25], t: [1, -0.5])
    let vectors = sample.vectorGraph
    var shown = Demonstration(.drawing(vectors.graph.drawing(title: Self.title)))
    shown.say("In vectors, for 2 inputs, 3 hidden units and 2 outputs:")
    shown.show(vectors.graph)

    let closed = sample.closedForms
    let byVectors = vectors.parameters.flatMap(\.errorSignal.values)
    let byScalars = sample.errorSignalsByScalars
    let byTrainer = NetworkGraph(parameters, sample.batch).gradient
    var table = NumberTable(
      "The error signals of the first layer's weights",
      columns: ["weight", "scalar graph", "vector graph", "closed form"])
    for index in 0..<6 {
      table.add(
        .text("w¹\(index / 2 + 1)\(index % 2 + 1)"), .number(byScalars[index], digits: 10),
        .number(byVectors[index], digits: 10), .number(closed[index], digits: 10))
    }
    shown.show(table)

    // Sums of up to three products of numbers below 8, four such steps in a row.
    let bound = 8 * 4 * 4 * 0x1p-53
    func claim(_ statement: String, _ found: [Double], _ expected: [Double]) {
      let largest = maximum(of: zip(found, expected).map { abs($0 - $1) })
      shown.claim(
        statement, found: "largest difference \(significant(largest, 2)) of \(found.count)",
        holds: found.count == expected.count && largest <= bound)
    }
    claim("the vector graph has the error signals of the closed forms", byVectors, closed)
    claim("the graph of scalars has the same ones", byScalars, closed)
    claim("so has the graph of a whole network with its samples as rows", byTrainer, closed)
    shown.say(
      "The graph of scalars has \(sample.scalarNodeCount) nodes, that of vectors "
        + "\(vectors.graph.nodes.count).")
    return shown
  }
}

/// A network of two layers and a sample for it.
private struct TwoLayerSample {
  /// [outputs][inputs] of each layer.
  let w: [[[Double]]]
  let b: [[Double]]
  let x: [Double]
  let t: [Double]

  init(_ parameters: Parameters, x: [Float], t: [Float]) {
    let tensors = parameters.tensors()
    w = [tensors[0], tensors[2]].map { tensor in
      stride(from: 0, to: tensor.values.count, by: tensor.shape[1]).map { first in
        tensor.values[first..<first + tensor.shape[1]].map(Double.init)
      }
    }
    b = [tensors[1], tensors[3]].map { $0.values.map(Double.init) }
    self.x = x.map(Double.init)
    self.t = t.map(Double.init)
  }

  var batch: Batch { Batch(inputs: [x.map { Float($0) }], targets: [t.map { Float($0) }]) }

  /// The graph of columns, after its backward pass, with W¹, b¹, W², b².
  var vectorGraph: (graph: Graph, parameters: [Node]) {
    let graph = Graph()
    func column(_ name: String, _ values: [Double]) -> Node {
      graph.input(name, RealMatrix(values.map { [$0] }))
    }
    let (x, t) = (column("x", x), column("t", t))
    let parameters = [
      graph.input("W¹", RealMatrix(w[0])), column("b¹", b[0]),
      graph.input("W²", RealMatrix(w[1])), column("b²", b[1]),
    ]
    let z = (matrixProduct(parameters[0], x).named("W¹x") + parameters[1]).named("z")
    let h = logistic(z).named("h")
    let y = (matrixProduct(parameters[2], h).named("W²h") + parameters[3]).named("y")
    graph.backward(from: sum(squaredError(y, targets: t).named("½(y − t)²")).named("L"))
    return (graph, parameters)
  }

  /// The graph of scalars, after its backward pass, with the nodes of W¹, b¹, W², b² in order.
  private var scalarGraph: (graph: Graph, parameters: [Node]) {
    let graph = Graph()
    var values = x.enumerated().map { graph.input("x\($0 + 1)", $1) }
    var parameters: [Node] = []
    for layer in 0..<2 {
      let weights = w[layer].map { $0.map { graph.input("w", $0) } }
      let biases = b[layer].map { graph.input("b", $0) }
      parameters += weights.joined() + biases
      let inputs = values
      values = zip(weights, biases).map { weights, bias in
        let sum = zip(weights, inputs).reduce(bias) { $0 + $1.0 * $1.1 }
        return layer == 0 ? logistic(sum) : sum
      }
    }
    let losses = zip(values, t).map { squaredError($0, targets: graph.input("t", $1)) }
    graph.backward(from: losses.dropFirst().reduce(losses[0], +))
    return (graph, parameters)
  }

  var errorSignalsByScalars: [Double] { scalarGraph.parameters.map(\.errorSignal.scalar) }
  var scalarNodeCount: Int { scalarGraph.graph.nodes.count }

  /// W̄¹ = z̄xᵀ, b̄¹ = z̄, W̄² = ȳhᵀ, b̄² = ȳ, as the lecture writes them.
  var closedForms: [Double] {
    func affine(_ layer: Int, _ inputs: [Double]) -> [Double] {
      zip(w[layer], b[layer]).map { row, bias in zip(row, inputs).reduce(bias) { $0 + $1.0 * $1.1 }
      }
    }
    let h = affine(0, x).map { logistic($0) }
    let yError = zip(affine(1, h), t).map { $0 - $1 }
    let hError = h.indices.map { j in zip(w[1], yError).reduce(0) { $0 + $1.0[j] * $1.1 } }
    let zError = zip(hError, h).map { $0 * $1 * (1 - $1) }
    func outer(_ errors: [Double], _ inputs: [Double]) -> [Double] {
      errors.flatMap { error in inputs.map { error * $0 } }
    }
    return outer(zError, x) + zError + outer(yError, h) + yError
  }
}

import Graphs
import Networks
import Pictures
import Reference

/// D5: backpropagation through two layers, number by number and in vectors.
package struct TwoLayers: Topic {
  package static let number = "D5"
  package static let name = "two-layers"
  package static let title = "Two layers, by scalars and by vectors"
  package static let showsGraph = true
  package static let explanation = """
    z = W¹x + b¹, h = σ(z), y = W²h + b², L = ½‖t − y‖². In vectors the error signals are ȳ = y − t, \
    W̄² = ȳhᵀ, b̄² = ȳ, h̄ = W²ᵀȳ, z̄ = h̄ ∘ σ′(z), W̄¹ = z̄xᵀ, b̄¹ = z̄. Each formula stands for as many \
    scalar ones as the matrix has entries.

    A graph of vectors and one of numbers run here in double precision, and the trainer's own \
    backward pass in single precision.
    """
  package static let formula = #"""
    \bar W^{2} = \bar y h^\top, \; \bar h = W^{2\top}\bar y, \; \#
    \bar z = \bar h \circ \sigma'(z), \; \bar W^{1} = \bar z x^\top, \; \bar b^{1} = \bar z
    """#
  package static let question = Question(
    "A hidden unit's weights to both outputs are 0. Which of its error signals and gradients are 0?",
    answer: """
      h̄ is W²ᵀȳ, so it is 0 for that unit, and with it z̄, the unit's own weights in W̄¹ and its \
      bias in b̄¹. Its weights to the outputs have W̄² = ȳhᵀ, which is not 0: they are what learns first.
      """)
  package static let exercise = """
    `lockstep lecture d5 --width 1` has a single hidden unit: compute its h̄ and z̄ with paper and \
    pencil from the numbers in the picture.
    """

  /// The number of hidden units.
  package var width = 3

  /// Three hidden units.
  package init() {}

  package var validationError: String? {
    (1...6).contains(width) ? nil : "there are 1 to 6 hidden units, so that they can be drawn"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let architecture = Architecture(
      inputs: 2, hidden: [width], activation: .logistic, outputs: 2, loss: .squaredError)
    let parameters = Parameters(architecture, seed: classroom.seed)
    let sample = TwoLayerSample(parameters, x: [0.5, -1.25], t: [1, -0.5])
    let (vectors, scalars) = (sample.vectorGraph, sample.scalarGraph)
    var shown = Demonstration(
      .drawing(
        GraphLayout.drawing(
          title: Self.title,
          [
            ("In vectors", GraphLayout(vectors.graph)),
            (
              "Number by number; a weight is the slope on its arrow",
              GraphLayout(scalars.graph, showing: scalars.shown)
            ),
          ])))
    shown.say("In vectors, for 2 inputs, \(width) hidden units and 2 outputs:")
    shown.show(vectors.graph)

    let closed = sample.closedForms
    let byVectors = vectors.parameters.flatMap(\.errorSignal.values)
    let byScalars = scalars.parameters.map(\.errorSignal.scalar)
    // The mean over the batch and the sum over the outputs are one here, as in the trainer's loss.
    let agreement = TrainerAgreement(parameters, sample.batch, with: closed)
    var table = NumberTable(
      "The error signals of the first layer's weights",
      columns: ["weight", "scalar graph", "vector graph", "closed form", "trainer"])
    for index in 0..<2 * width {
      table.add(
        .text("w¹\(index / 2 + 1)\(index % 2 + 1)"), .number(byScalars[index], digits: 10),
        .number(byVectors[index], digits: 10), .number(closed[index], digits: 10),
        .number(Double(agreement.byTrainer[index]), digits: 8))
    }
    shown.show(table)

    // Sums of up to `width` products of numbers below 8, four such steps in a row.
    let bound = 8 * 4 * Double(width + 1) * 0x1p-53
    func claim(_ statement: String, _ found: [Double]) {
      let largest = maximum(of: zip(found, closed).map { abs($0 - $1) })
      shown.claim(
        statement, found: "largest difference \(significant(largest, 2)) of \(found.count)",
        holds: found.count == closed.count && largest <= bound)
    }
    claim("the vector graph has the error signals of the closed forms", byVectors)
    claim("the graph of scalars has the same ones", byScalars)
    let share = maximum(of: agreement.shares)
    shown.claim(
      "so has the trainer's own backward pass, in single precision",
      found: "at most \(significant(share * 100, 2)) % of what its rounding allows, of "
        + "\(agreement.byTrainer.count)", holds: share <= 1)
    shown.checkSums(of: scalars.loss)
    shown.say(
      "The graph of scalars has \(scalars.graph.nodes.count) nodes, that of vectors "
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

  /// The graph of scalars, after its backward pass, with the nodes of W¹, b¹, W², b² in order, and the
  /// names of the nodes to draw: x, z, h, y and L.
  var scalarGraph: (graph: Graph, parameters: [Node], loss: Node, shown: Set<String>) {
    let graph = Graph()
    var values = x.enumerated().map { graph.input("x\(Self.lowered($0))", $1) }
    var shown = values
    var parameters: [Node] = []
    for layer in 0..<2 {
      let weights = w[layer].enumerated().map { unit, row in
        row.enumerated().map { graph.input("w\(layer + 1)\(unit + 1)\($0 + 1)", $1) }
      }
      let biases = b[layer].enumerated().map { graph.input("b\(layer + 1)\($0 + 1)", $1) }
      parameters += weights.joined() + biases
      let inputs = values
      let sums = zip(weights, biases).enumerated().map { unit, parameters in
        zip(parameters.0, inputs).reduce(parameters.1) { $0 + $1.0 * $1.1 }
          .named("\(["z", "y"][layer])\(Self.lowered(unit))")
      }
      shown += sums
      values = sums
      if layer == 0 {
        values = sums.enumerated().map { logistic($1).named("h\(Self.lowered($0))") }
        shown += values
      }
    }
    let losses = zip(values, t).enumerated().map { index, pair in
      squaredError(pair.0, targets: graph.input("t\(Self.lowered(index))", pair.1))
    }
    let loss = losses.dropFirst().reduce(losses[0], +).named("L")
    graph.backward(from: loss)
    return (graph, parameters, loss, Set((shown + [loss]).map(\.name)))
  }

  /// The subscript of a place from 0.
  private static func lowered(_ place: Int) -> String {
    ["₁", "₂", "₃", "₄", "₅", "₆"][place]
  }

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

import Graphs
import Networks

/// A network and its mean loss over a batch as a computation graph, samples in rows.
package struct NetworkGraph {
  package let graph = Graph()
  /// The weights of each layer, [inputs × outputs].
  package let weights: [Node]
  /// The biases of each layer, [1 × outputs].
  package let biases: [Node]
  /// The mean loss, with the penalty ½λ Σ w² where there is one.
  package let loss: Node

  /// The graph of a batch, after its backward pass.
  ///
  /// - Parameters:
  ///   - parameters: the weights and biases of the network.
  ///   - batch: the samples with their targets.
  ///   - weightDecay: λ of the penalty on weights.
  package init(_ parameters: Parameters, _ batch: Batch, weightDecay: Double = 0) {
    let graph = graph
    let architecture = parameters.architecture
    let tensors = parameters.tensors()
    func matrix(_ rows: [[Float]]) -> RealMatrix { RealMatrix(rows.map { $0.map(Double.init) }) }

    var weights: [Node] = []
    var biases: [Node] = []
    var values = graph.input("x", matrix(batch.inputs))
    for (index, layer) in architecture.layers.enumerated() {
      let inputs = architecture.inputs(ofLayer: index)
      let weight = tensors[2 * index].values  // [outputs × inputs]
      let rows = (0..<inputs).map { input in
        (0..<layer.outputs).map { weight[$0 * inputs + input] }
      }
      weights.append(graph.input("W\(index + 1)", matrix(rows)))
      biases.append(graph.input("b\(index + 1)", matrix([tensors[2 * index + 1].values])))
      let sums = (matrixProduct(values, weights[index]) + biases[index]).named("z\(index + 1)")
      values = layer.activation.node(sums).named("h\(index + 1)")
    }
    let targets = graph.input("t", matrix(batch.targets))
    let losses = architecture.loss.node(values, targets: targets).named("losses")

    var loss = mean(losses)
    if weightDecay > 0 {
      for weight in weights { loss = loss + weightDecay / 2 * sum(power(weight, 2)) }
    }
    self.weights = weights
    self.biases = biases
    self.loss = loss.named("L")
    graph.backward(from: loss)
  }

  /// The gradient of the loss in the order of `Parameters.tensors`: each layer's weights
  /// [outputs × inputs], then its biases.
  package var gradient: [Double] {
    zip(weights, biases).flatMap { weight, bias in
      let error = weight.errorSignal
      return (0..<error.columns).flatMap { output in
        (0..<error.rows).map { error[$0, output] }
      } + bias.errorSignal.values
    }
  }

  /// The loss with one parameter moved; the graph is then as before.
  ///
  /// - Parameters:
  ///   - index: the parameter's place in the order of `gradient`.
  ///   - step: what is added to the parameter.
  /// - Returns: the loss, and on which side of its bend each rectifier is.
  package func loss(moving index: Int, by step: Double) -> (loss: Double, sides: [Bool]) {
    var rest = index
    for (weight, bias) in zip(weights, biases) {
      let (inputs, outputs) = (weight.value.rows, weight.value.columns)
      if rest < inputs * outputs {
        return loss(moving: weight, place: rest % inputs * outputs + rest / inputs, by: step)
      }
      rest -= inputs * outputs
      if rest < outputs { return loss(moving: bias, place: rest, by: step) }
      rest -= outputs
    }
    preconditionFailure("the network has no parameter \(index)")
  }

  private func loss(
    moving input: Node, place: Int, by step: Double
  ) -> (loss: Double, sides: [Bool]) {
    let start = input.value
    var values = start.values
    values[place] += step
    graph.set(input, to: RealMatrix(rows: start.rows, columns: start.columns, values: values))
    graph.forward()
    defer { graph.set(input, to: start) }
    let rectified = graph.nodes.filter { $0.operation == "relu" }
    return (loss.value.scalar, rectified.flatMap { $0.value.values.map { $0 > 0 } })
  }
}

extension Loss {
  /// The operation that the loss is.
  package func node(_ outputs: Node, targets: Node) -> Node {
    switch self {
    case .softmaxCrossEntropy: Graphs.softmaxCrossEntropy(outputs, targets: targets)
    case .logisticCrossEntropy: Graphs.logisticCrossEntropy(outputs, targets: targets)
    case .squaredError: Graphs.squaredError(outputs, targets: targets)
    }
  }
}

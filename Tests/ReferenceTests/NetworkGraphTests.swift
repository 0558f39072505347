import Graphs
import Reference
import Networks
import Testing
import TestSupport

@Suite struct NetworkGraphTests {
  private let architecture = Architecture(
    inputs: 3,
    layers: [
      Architecture.Layer(outputs: 4, activation: .relu),
      Architecture.Layer(outputs: 2, activation: .identity),
    ], loss: .squaredError)

  private func batch(_ count: Int = 3) -> Batch {
    var numbers = TestNumbers(seed: 7)
    return .random(architecture, count: count, using: &numbers)
  }

  /// The parameters with one of them moved, in the order of `tensors`.
  private func moved(_ parameters: Parameters, _ index: Int, by step: Float) -> Parameters {
    var copy = parameters
    var rest = index
    for layer in architecture.layers.indices {
      let (weights, biases) = (
        copy.mutableMemory.weights(ofLayer: layer), copy.mutableMemory.biases(ofLayer: layer)
      )
      let (inputs, outputs) = (architecture.inputs(ofLayer: layer), biases.columns)
      if (0..<inputs * outputs).contains(rest) {
        weights[rest % inputs, rest / inputs] += step
      }
      rest -= inputs * outputs
      if (0..<outputs).contains(rest) { biases[0, rest] += step }
      rest -= outputs
    }
    return copy
  }

  @Test func `a moved parameter is the one of the order of tensors`() {
    // Weights of few digits, so that a step of ¼ is exact.
    var parameters = Parameters(architecture)
    for index in 0..<architecture.parameterCount {
      parameters = moved(parameters, index, by: Float(index % 7 - 3) / 8)
    }
    let graph = NetworkGraph(parameters, batch())
    let before = graph.loss.value.scalar
    for index in 0..<architecture.parameterCount {
      let other = NetworkGraph(moved(parameters, index, by: 0.25), batch())
      #expect(graph.loss(moving: index, by: 0.25).loss == other.loss.value.scalar)
    }
    // And the graph is as before.
    #expect(graph.loss(moving: 0, by: 0).loss == before)
    #expect(graph.gradient == NetworkGraph(parameters, batch()).gradient)
  }

  @Test func `rectifiers tell their sides`() {
    var parameters = Parameters(architecture)
    parameters.mutableMemory.biases(ofLayer: 0)[0, 1] = 1
    parameters.mutableMemory.biases(ofLayer: 0)[0, 2] = -1
    let graph = NetworkGraph(parameters, batch(2))
    let side = [false, true, false, false]
    #expect(graph.loss(moving: 0, by: 0).sides == side + side)
    // Bias 2, behind 12 weights.
    #expect(
      graph.loss(moving: 14, by: 2).sides == [false, true, true, false] + [
        false, true, true, false,
      ])
  }

  @Test func `a penalty adds half its squares to the loss and itself to the gradient`() {
    let parameters = Parameters(architecture, seed: 4)
    let (plain, penalized) = (
      NetworkGraph(parameters, batch()), NetworkGraph(parameters, batch(), weightDecay: 0.5)
    )
    let weights = architecture.layers.indices.flatMap { layer in
      let count = architecture.inputs(ofLayer: layer) * architecture.layers[layer].outputs
      return Array(repeating: 1.0, count: count)
        + Array(repeating: 0, count: architecture.layers[layer].outputs)
    }
    let values = zip(parameters.tensors().flatMap(\.values), weights).map { Double($0) * $1 }
    let squares = values.reduce(0) { $0 + $1 * $1 }
    // Sums of 20 numbers up to 4.
    let rounding = 20 * 4 * doubleRoundoff
    #expect(abs(penalized.loss.value.scalar - plain.loss.value.scalar - squares / 4) <= rounding)
    for (index, pair) in zip(penalized.gradient, plain.gradient).enumerated() {
      #expect(abs(pair.0 - pair.1 - values[index] / 2) <= rounding)
    }
  }
}

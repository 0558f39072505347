import Networks
import Reference
import Testing
import TestSupport

/// Derivatives of units by the inputs, for the pictures of deeper units.
@Suite struct InputGradientsTests {
  @Test(
    arguments: [
      Architecture(inputs: 6, hidden: [], outputs: 4),
      Architecture(inputs: 6, hidden: [5], activation: .tanh, outputs: 4),
      Architecture(inputs: 17, hidden: [33, 9], activation: .logistic, outputs: 10),
      Architecture(inputs: 20, hidden: [40, 3, 12], activation: .softplus, outputs: 2),
      Architecture(inputs: 9, hidden: [8, 8], activation: .gelu, outputs: 3),
    ])
  func `gradients are the central differences of a network in Double`(
    architecture: Architecture
  ) {
    let parameters = Parameters.random(architecture, seed: 3)
    for layer in architecture.layers.indices {
      let network = parameters.weightedSums(ofLayer: layer)
      let judge = EstimatedNetwork(network)
      let units = network.architecture.outputs
      var numbers = TestNumbers(seed: layer)
      // Multiples of 2⁻⁸, so that steps of 2⁻⁶ are exact.
      let samples = (0..<3).map { _ in
        (0..<architecture.inputs).map { _ in Float(Int(numbers.uniform(-256...256))) / 256 }
      }
      let outputs = (0..<3).map { $0 * 5 % units }
      let (values, gradients) = InputGradients(network, capacity: 4).compute(
        samples, outputs: outputs)
      for (row, sample) in samples.enumerated() {
        func sum(_ input: Int, _ steps: Float) -> Double {
          var moved = sample
          moved[input] += steps * 0x1p-6
          return judge.units(moved)[layer][outputs[row]].value.value
        }
        #expect(abs(Double(values[row]) - sum(0, 0)) < 1e-5)
        for input in 0..<architecture.inputs {
          // The formula of four points; what is left is of the order (2⁻⁶)⁴ = 6e-8 times the fifth
          // derivative, and the roundings of some 100 products of floats, 100 · 2⁻²⁴ = 6e-6.
          let difference =
            (8 * (sum(input, 1) - sum(input, -1)) - (sum(input, 2) - sum(input, -2))) / 12 * 64
          #expect(abs(Double(gradients[row][input]) - difference) < 1e-5)
        }
      }
    }
  }

  @Test func `a rectifier that is 0 lets nothing through`() {
    let architecture = Architecture(inputs: 2, hidden: [2], outputs: 1, loss: .squaredError)
    var parameters = Parameters(architecture)
    let memory = parameters.mutableMemory
    for (place, weight) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated() {
      memory.weights(ofLayer: 0)[weight.0, weight.1] = [1, -1, 2, 3][place]
    }
    memory.weights(ofLayer: 1)[0, 0] = 10
    memory.weights(ofLayer: 1)[1, 0] = 100
    let gradients = InputGradients(parameters, capacity: 2)
    // Sums 3 and 2, then 1 and −1.
    let (values, found) = gradients.compute([[1, 1], [1, 0]], outputs: [0, 0])
    #expect(values == [230, 10])
    #expect(found == [[10 - 100, 20 + 300], [10, 20]])
    #expect(gradients.compute([[1, 0]], outputs: [0]).gradients == [[10, 20]], "no trace is left")
  }

  @Test func `the layers up to one give the sums of the whole network`() {
    let architecture = Architecture(inputs: 4, hidden: [7, 3], activation: .relu, outputs: 5)
    let parameters = Parameters.random(architecture, seed: 1)
    let start = parameters.weightedSums(ofLayer: 1)
    #expect(start.architecture.layers.map(\.outputs) == [7, 3])
    #expect(start.architecture.layers.map(\.activation) == [.relu, .identity])
    #expect(start.tensors().map(\.values) == parameters.tensors().prefix(4).map(\.values))
  }
}

import Foundation
import Kernels
import Reference
import Networks
import Randomness
import Testing

@Suite struct InitialWeightsTests {
  static let bounds: [(activation: Activation, bound: Double)] = [
    (.relu, (6 / 200).squareRoot()), (.softplus, (6 / 200).squareRoot()),
    (.tanh, (6 / 350).squareRoot()), (.logistic, (6 / 350).squareRoot()),
    (.identity, (3 / 200).squareRoot()), (.threshold, (3 / 200).squareRoot()),
  ]

  @Test(arguments: bounds)
  func `weights are uniform between the bounds of their activation`(
    activation: Activation, bound: Double
  ) {
    let architecture = Architecture(
      inputs: 200, hidden: [], outputs: 150, outputActivation: activation, loss: .squaredError)
    for seed: UInt64 in [0, 1, .max] {
      let weights = Parameters(architecture, seed: seed).firstLayerWeights.map { Double($0) }
      let count = Double(weights.count)
      // Float rounds the bound three times: quotient, root, product.
      let limit = bound * (1 + errorOfRoundings(3))
      #expect(weights.allSatisfy { abs($0) <= limit })

      // Uniform numbers on ±b have the moments E w² = b²/3 and E w⁴ = b⁴/5. Six standard errors
      // happen once in 10^9.
      let mean = weights.reduce(0, +) / count
      #expect(abs(mean) < 6 * bound / (3 * count).squareRoot())
      let square = weights.reduce(0) { $0 + $1 * $1 } / count
      let squareError = bound * bound * ((1 / 5.0 - 1 / 9.0) / count).squareRoot()
      #expect(abs(square - bound * bound / 3) < 6 * squareError)
      // The largest of n lies within b (1 − 2 k/n) with probability e^−k.
      #expect((weights.max() ?? 0) > bound * (1 - 2 * 20 / count))
      #expect((weights.min() ?? 0) < -bound * (1 - 2 * 20 / count))
    }
  }

  @Test func `neighbours are not correlated`() {
    let inputs = 200
    let weights = Parameters(
      Architecture(inputs: inputs, hidden: [], outputs: 150), seed: 5
    ).firstLayerWeights.map { Double($0) }
    let square = weights.reduce(0) { $0 + $1 * $1 }
    for distance in [1, 2, 4, 16, inputs] {
      let product = zip(weights, weights.dropFirst(distance)).reduce(0) { $0 + $1.0 * $1.1 }
      // A correlation of n pairs has the standard error 1/√n.
      #expect(abs(product / square) < 6 / Double(weights.count).squareRoot())
    }
  }

  @Test func `a weight is the draw of its address`() {
    let architecture = Architecture(
      inputs: 5, hidden: [7], activation: .threshold, outputs: 3)
    let parameters = Parameters(architecture, seed: 99)
    for layer in 0..<2 {
      let random = Philox(seed: 99, purpose: .initialWeights, epoch: UInt32(layer))
      let weights = parameters.weights(ofLayer: layer)
      let bound = (3 / Float(weights.rows)).squareRoot()
      for input in 0..<weights.rows {
        for output in 0..<weights.columns {
          let draw = random.uniform(UInt64(input * weights.columns + output))
          #expect(weights[input, output] == (2 * draw - 1) * bound)
        }
      }
    }
  }

  @Test func `biases are +0`() {
    let parameters = Parameters(Architecture(inputs: 9, hidden: [8, 7], outputs: 6), seed: 3)
    for layer in 0..<3 {
      let biases = parameters.biases(ofLayer: layer)
      #expect((0..<biases.columns).allSatisfy { biases[0, $0].bitPattern == 0 })
    }
  }

  @Test func `equal seeds give equal bits, others do not`() {
    let architecture = Architecture(inputs: 20, hidden: [30], outputs: 10)
    let first = Parameters(architecture, seed: 1).fingerprint
    #expect(Parameters(architecture, seed: 1).fingerprint == first)
    let others = [0, 2, 1 << 32, 1 << 63 + 1].map {
      Parameters(architecture, seed: $0).fingerprint
    }
    #expect(Set(others + [first]).count == 5)
  }

  /// As Python computes them, with a Philox of its own and NumPy's float32: an initial weight is
  /// part of every fingerprint of a training.
  @Test func `the weights of a seed never change`() {
    let parameters = Parameters(
      Architecture(inputs: 12, hidden: [11, 10], activation: .tanh, outputs: 9), seed: 2026)
    let fingerprint = "4d4695722925c1ce9bc3ccb6849f2aa7ff02c472fe6855cf3c80cb2a983b96bc"
    #expect(parameters.fingerprint == fingerprint)
  }

  @Test func `layers of the same shape have weights of their own`() {
    let tensors = Parameters(
      Architecture(inputs: 8, hidden: [8, 8], activation: .identity, outputs: 8), seed: 4
    ).tensors()
    let weights = [0, 2, 4].map { tensors[$0].values }
    #expect(Set(weights).count == 3)
    #expect(Set(weights.joined()).count > 3 * 64 * 9 / 10)
  }

  @Test func `a layer does not depend on the layers around it`() {
    func second(_ inputs: Int, _ outputs: Int, _ first: Activation) -> [Float] {
      Parameters(
        Architecture(
          inputs: inputs,
          layers: [
            .init(outputs: 6, activation: first), .init(outputs: 5, activation: .relu),
            .init(outputs: outputs, activation: .identity),
          ], loss: .softmaxCrossEntropy), seed: 12
      ).tensors()[2].values
    }
    let weights = second(4, 3, .relu)
    #expect(second(100, 3, .relu) == weights)
    #expect(second(4, 50, .relu) == weights)
    #expect(second(4, 3, .tanh) == weights)
  }
}

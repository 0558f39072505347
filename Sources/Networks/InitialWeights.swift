import Kernels
import LayerKernels
import Randomness

extension Purpose {
  /// The initial weights; a layer's number takes the place of the epoch.
  package static let initialWeights = Purpose(rawValue: 1)
}

extension Parameters {
  /// The parameters that training starts from: weights drawn by activation, biases 0.
  ///
  /// The weight from input i to output j of layer l is draw number i × outputs + j of the layer's
  /// own stream. It depends only on the seed and on its position.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - seed: equal seeds give equal parameters.
  public init(_ architecture: Architecture, seed: UInt64) {
    let memory = ParameterMemory(architecture)
    for (index, layer) in architecture.layers.enumerated() {
      let random = Philox(seed: seed, purpose: .initialWeights, epoch: UInt32(index))
      let weights = memory.weights(ofLayer: index)  // [inputs × outputs]
      let bound = layer.activation.function.initialBound(
        inputs: weights.rows, outputs: weights.columns)
      for input in 0..<weights.rows {
        for output in 0..<weights.columns {
          let draw = random.uniform(UInt64(input * weights.columns + output))
          weights[input, output] = (2 * draw - 1) * bound
        }
      }
    }
    self.init(memory)
  }

  /// Parameters with the hidden layers of others and an output layer drawn by a seed.
  ///
  /// - Parameters:
  ///   - architecture: as that of the others, but for the outputs.
  ///   - seed: draws the weights of the output layer, as `init(_:seed:)` does.
  ///   - other: has the hidden layers.
  package init(_ architecture: Architecture, seed: UInt64, hiddenLayersOf other: Parameters) {
    self.init(architecture, seed: seed)
    let memory = mutableMemory
    for layer in architecture.layers.indices.dropLast() {
      memory.copyLayer(layer, from: other.memory)
    }
  }
}

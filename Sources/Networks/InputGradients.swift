import Kernels
import LayerKernels

extension Activation {
  /// Whether units can be silent: the value is 0 for every negative weighted sum.
  package var canBeSilent: Bool { self == .relu || self == .threshold }
}

extension Parameters {
  /// The layers up to one as a network of their own, whose outputs are that layer's weighted sums.
  ///
  /// - Parameter layer: the last layer of the new network.
  /// - Returns: a copy of the layers' parameters.
  package func weightedSums(ofLayer layer: Int) -> Parameters {
    let layers = architecture.layers[0...layer]
    let start = Architecture(
      inputs: architecture.inputs,
      layers: layers.dropLast() + [.init(outputs: layers[layer].outputs, activation: .identity)],
      loss: .squaredError)
    return Parameters(memory.start(start))
  }
}

extension ParameterMemory {
  /// A copy of the values of the first layers.
  fileprivate func start(_ architecture: Architecture) -> ParameterMemory {
    let start = ParameterMemory(architecture)
    // The layers lie one behind the other.
    for index in 0..<start.block.count { start.block[index] = block[index] }
    return start
  }
}

/// Computes outputs of a network and their derivatives by its inputs, for a batch of samples with one
/// output each. The activation of the output layer is left out: outputs are weighted sums.
package final class InputGradients {
  private let parameters: Parameters
  private let memory: BatchMemory
  private let scratch: WorkerScratch
  private let block: Block<Float>
  private let transposedWeights: Matrix  // [outputs of the first layer × inputs]
  private let gradients: Matrix  // [capacity × inputs]

  /// Memory for batches of a network.
  ///
  /// - Parameters:
  ///   - parameters: a network whose output layer is the identity, as of `weightedSums(ofLayer:)`.
  ///   - capacity: the most samples of a batch, at least 1.
  package init(_ parameters: Parameters, capacity: Int) {
    let architecture = parameters.architecture
    precondition(
      architecture.layers.last?.activation == .identity, "the outputs are weighted sums")
    self.parameters = parameters
    memory = BatchMemory(architecture, capacity: capacity, isForTraining: true)
    scratch = WorkerScratch(memory, shardCapacity: capacity)
    let weights = parameters.weights(ofLayer: 0)
    let stride = rowStride(weights.rows)
    block = Block(count: (weights.columns + capacity) * stride)
    transposedWeights = Matrix(block, rows: weights.columns, columns: weights.rows)
    gradients = Matrix(
      block, at: weights.columns * stride, rows: capacity, columns: weights.rows)
    transpose(weights, into: transposedWeights)
  }

  /// The chosen output of each sample, and its gradient by the sample's inputs: (z̄ Wᵀ) of the first
  /// layer, where z̄ is that of the chosen output alone.
  ///
  /// - Parameters:
  ///   - inputs: a row of inputs for each sample.
  ///   - outputs: the index of an output for each sample.
  /// - Returns: the outputs [samples], and the gradients [samples × inputs].
  package func compute(
    _ inputs: [[Float]], outputs: [Int]
  ) -> (values: [Float], gradients: [[Float]]) {
    precondition(
      inputs.count == outputs.count && 1...memory.capacity ~= inputs.count,
      "\(inputs.count) samples and \(outputs.count) outputs for \(memory.capacity)")
    let rows = 0..<inputs.count
    for row in rows { memory.setInputs(ofRow: row, floats: inputs[row]) }
    parameters.memory.forward(memory, rows: rows, scratch: scratch)
    let last = parameters.architecture.layers.count - 1
    let errors = memory.errors[last][rows: rows]
    errors.clear()
    for row in rows { errors[row, outputs[row]] = 1 }
    parameters.memory.backward(memory, rows: rows, scratch: scratch)
    let gradients = gradients[rows: rows]
    multiply(memory.errors[0][rows: rows], transposedWeights, bias: nil, into: gradients)
    return (
      rows.map { memory.values[last][$0, outputs[$0]] },
      rows.map { row in (0..<gradients.columns).map { gradients[row, $0] } }
    )
  }
}

import Kernels
import LayerKernels
import Reference
import Networks
import Testing

@Suite struct ForwardBackwardTests {
  static let architectures = [
    Architecture(inputs: 5, hidden: [7, 4], activation: .tanh, outputs: 3),
    Architecture(
      inputs: 17, hidden: [33], activation: .relu, outputs: 10, loss: .logisticCrossEntropy),
    Architecture(
      inputs: 3, hidden: [], outputs: 2, outputActivation: .softplus, loss: .squaredError),
    Architecture(
      inputs: 40, hidden: [65, 1, 20], activation: .logistic, outputs: 1,
      outputActivation: .tanh, loss: .squaredError),
    Architecture(inputs: 20, hidden: [128, 256], activation: .softplus, outputs: 16),
  ]

  // MARK: - Shards and parts

  @Test(arguments: architectures, [1, 3, 65, 128, 130])
  func `shards of any size give the same bits`(architecture: Architecture, count: Int) {
    let parameters = Parameters.random(architecture, seed: count)
    let batch = Batch.random(architecture, count: count, seed: count)
    let whole = Passage(parameters, batch)
    for rows in [1, 5, 16, 64, 129] {
      let sharded = Passage(parameters, batch, shardRows: rows)
      #expect(sharded.bits(sharded.memory.values) == whole.bits(whole.memory.values))
      #expect(sharded.bits(sharded.memory.errors) == whole.bits(whole.memory.errors))
      #expect(sharded.losses == whole.losses)
      #expect(sharded.predictions == whole.predictions)
      #expect(sharded.gradient().bits == whole.gradient().bits)
    }
  }

  @Test(arguments: architectures, [1, 65, 130])
  func `gradient parts of any size give the same bits`(architecture: Architecture, count: Int) {
    let passage = Passage(
      .random(architecture, seed: 1), .random(architecture, count: count, seed: 2))
    let whole = passage.gradient()
    for multiplyAdds in [1, 100, 1000, 20_000] {
      #expect(passage.gradient(multiplyAdds: multiplyAdds).bits == whole.bits)
    }
  }

  @Test(arguments: architectures, [0, 1, 100, 5000, .max])
  func `parts cover every parameter once, the last layer's first`(
    architecture: Architecture, multiplyAdds: Int
  ) {
    let parts = architecture.gradientParts(samples: 30, multiplyAdds: multiplyAdds)
    for layer in architecture.layers.indices {
      let own = parts.filter { $0.layer == layer }
      #expect(own.flatMap(\.inputs) == Array(0..<architecture.inputs(ofLayer: layer)))
      #expect(own.map(\.hasBiases) == own.indices.map { $0 == 0 })
    }
    #expect(parts.map(\.layer) == parts.map(\.layer).sorted(by: >))
    #expect(parts.allSatisfy { $0.inputs.count <= 128 })
    if multiplyAdds == .max {
      let needed = architecture.layers.indices.map {
        (architecture.inputs(ofLayer: $0) + 127) / 128
      }
      #expect(parts.count == needed.reduce(0, +))
    }
  }

  @Test func `parts are about as large as asked for, up to 128 inputs`() {
    let architecture = Architecture(inputs: 784, hidden: [], outputs: 100)
    for multiplyAdds in [10_000, 50_000, 100_000, 1_000_000] {
      let parts = architecture.gradientParts(samples: 10, multiplyAdds: multiplyAdds)
      for part in parts.dropLast() {
        // Parts are cut at multiples of 8 inputs.
        let size = part.inputs.count * 100 * 10
        #expect(size >= min(multiplyAdds, 128 * 100 * 10) && size < 2 * multiplyAdds + 8 * 100 * 10)
        #expect(part.inputs.count.isMultiple(of: 8))
      }
    }
  }

  // MARK: - Update

  @Test(arguments: architectures, [false, true])
  func `a step descends along the gradient, with decay on weights only`(
    architecture: Architecture, isNesterov: Bool
  ) {
    var passage = Passage(
      .random(architecture, seed: 3), .random(architecture, count: 70, seed: 4))
    let gradient = passage.gradient().tensors()
    let start = passage.parameters.tensors()
    let state = OptimizerState(architecture, slotNames: ["velocity"])
    let velocity = state.slots[0].values
    velocity.copy(from: Parameters.random(architecture, seed: 5).memory)
    let oldVelocity = velocity.tensors()
    let sgd = (rate: Float(0.1), momentum: Float(0.9), decay: Float(0.01))
    let step = UpdateStep.sgd(
      SGD(
        learningRate: sgd.rate, momentum: sgd.momentum, weightDecay: sgd.decay,
        isNesterov: isNesterov))
    for part in architecture.gradientParts(samples: 70, multiplyAdds: 1000) {
      let failure = passage.update(part, step: step, state: state, squares: nil)
      #expect(failure == nil)
    }
    let found = passage.parameters.tensors()
    let newVelocity = velocity.tensors()
    for index in start.indices {
      let decay = index.isMultiple(of: 2) ? sgd.decay : 0
      for k in start[index].values.indices {
        let w = start[index].values[k]
        let g = gradient[index].values[k].addingProduct(decay, w)
        let v = g.addingProduct(sgd.momentum, oldVelocity[index].values[k])
        let direction = isNesterov ? g.addingProduct(sgd.momentum, v) : v
        #expect(newVelocity[index].values[k] == v)
        #expect(found[index].values[k] == w.addingProduct(-sgd.rate, direction))
      }
    }
  }

  @Test(arguments: architectures)
  func `squares add up to the squared norm of the gradient`(architecture: Architecture) {
    var passage = Passage(
      .random(architecture, seed: 6), .random(architecture, count: 70, seed: 7))
    let gradient = passage.gradient().inOrder.map { Double($0) }
    let count = ParameterMemory.paddedCount(architecture) / laneCount
    let squares = Block<Double>(count: count)
    let step = UpdateStep.sgd(
      SGD(learningRate: 0.1, momentum: 0, weightDecay: 0, isNesterov: false))
    let state = OptimizerState(architecture, slotNames: [])
    for part in architecture.gradientParts(samples: 70, multiplyAdds: 1000) {
      let failure = passage.update(part, step: step, state: state, squares: squares)
      #expect(failure == nil)
    }
    let expected = gradient.reduce(0) { $0 + $1 * $1 }
    // Positive terms, each rounded once in either sum for every other term at most.
    let bound = 2 * Double(gradient.count) * Double.ulpOfOne * expected
    #expect(abs(sumByLeaves(squares, count: count) - expected) <= bound)
  }

  // MARK: - Evaluation

  @Test(arguments: architectures)
  func `evaluation computes what training does`(architecture: Architecture) {
    let parameters = Parameters.random(architecture, seed: 8)
    let batch = Batch.random(architecture, count: 20, seed: 9)
    let training = Passage(parameters, batch)
    let evaluation = Passage(parameters, batch, isForTraining: false)
    #expect(evaluation.memory.errors.isEmpty)
    #expect(evaluation.bits(evaluation.memory.values) == training.bits(training.memory.values))
    #expect(evaluation.losses == training.losses)
    #expect(evaluation.predictions == training.predictions)
  }

  @Test func `the class of the largest output is predicted, the first of equals`() {
    let parameters = linear(outputs: 3, loss: .softmaxCrossEntropy)
    let inputs: [[Float]] = [[1, 3, 2], [5, 1, 5], [0, 0, 0], [-3, -2, -1]]
    #expect(predictions(parameters, inputs) == [1, 0, 0, 2])
  }

  @Test func `one output predicts a class by its side`() {
    let logits = linear(outputs: 1, loss: .logisticCrossEntropy)
    #expect(predictions(logits, [[-1], [0], [0.25], [2]]) == [0, 0, 1, 1])
    let values = linear(outputs: 1, loss: .squaredError)
    #expect(predictions(values, [[-1], [0.25], [0.5], [0.75]]) == [0, 0, 0, 1])
    // A softmax over one output knows one class.
    let softmax = linear(outputs: 1, loss: .softmaxCrossEntropy)
    #expect(predictions(softmax, [[-1], [3]]) == [0, 0])
  }

  // MARK: - Numbers that are not finite

  @Test(arguments: Loss.allCases, [Float.infinity, .nan])
  func `an input that is not finite shows in the loss`(loss: Loss, value: Float) {
    let architecture = Architecture(
      inputs: 4, hidden: [5], activation: .identity, outputs: 3, loss: loss)
    let parameters = Parameters.random(architecture, seed: 1)
    var batch = Batch.random(architecture, count: 6, seed: 2)
    batch.inputs[3][2] = value
    let passage = Passage(parameters, batch)
    #expect(!passage.isFinite)
    #expect(passage.losses.map(\.isFinite) == (0..<6).map { $0 != 3 })
    #expect(passage.memory.firstLayerWithNonFiniteValue(rows: 6) == 0)
    #expect(passage.memory.firstLayerWithNonFiniteValue(rows: 3) == nil)
  }

  @Test(arguments: 0..<3)
  func `the first layer with a number that is not finite is found`(layer: Int) {
    let architecture = Architecture(
      inputs: 4, hidden: [5, 6], activation: .tanh, outputs: 3, loss: .squaredError)
    for isBias in [false, true] {
      var parameters = Parameters.random(architecture, seed: 1)
      #expect(parameters.firstLayerWithNonFiniteValue == nil)
      let memory = parameters.mutableMemory
      let matrix = isBias ? memory.biases(ofLayer: layer) : memory.weights(ofLayer: layer)
      matrix[0, 2] = .nan
      #expect(parameters.firstLayerWithNonFiniteValue == layer)
      let passage = Passage(parameters, .random(architecture, count: 4, seed: 2))
      #expect(!passage.isFinite)
      #expect(passage.memory.firstLayerWithNonFiniteValue(rows: 4) == layer)
    }
  }

  /// A network whose outputs are its inputs.
  private func linear(outputs: Int, loss: Loss) -> Parameters {
    var parameters = Parameters(
      Architecture(inputs: outputs, hidden: [], outputs: outputs, loss: loss))
    let weights = parameters.mutableMemory.weights(ofLayer: 0)
    for index in 0..<outputs { weights[index, index] = 1 }
    return parameters
  }

  private func predictions(_ parameters: Parameters, _ inputs: [[Float]]) -> [Int32] {
    let targets = inputs.map { $0.map { _ in Float(0) } }
    return Passage(parameters, Batch(inputs: inputs, targets: targets)).predictions
  }
}

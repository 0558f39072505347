import Kernels
import LayerKernels

// The gradient of a mini-batch, part by part, after the backward pass of all its shards.

/// A part of a layer's parameters, as work for one worker: the weights of a range of inputs to all
/// outputs.
package struct GradientPart: Equatable, Sendable {
  package let layer: Int
  package let inputs: Range<Int>
  /// Whether the part includes the layer's biases.
  package let hasBiases: Bool
}

/// The maximum number of inputs in a part of a wide layer. The mini-batch's inputs and the weights
/// of the part then stay in the second-level cache until all outputs are done.
private let partInputs = 128

extension Architecture {
  /// The parameters divided into parts, the last layer's first. A part takes about `multiplyAdds`
  /// multiply-adds for a mini-batch of `samples` and has at most `partInputs` inputs.
  package func gradientParts(samples: Int, multiplyAdds: Int) -> [GradientPart] {
    layers.indices.reversed().flatMap { layer in
      let inputs = inputs(ofLayer: layer)
      let whole = inputs * layers[layer].outputs * samples
      let count = max(1, whole / max(1, multiplyAdds))
      let rows = min(paddedToLanes((inputs + count - 1) / count), partInputs)
      return stride(from: 0, to: inputs, by: rows).map { first in
        GradientPart(
          layer: layer, inputs: first..<min(first + rows, inputs), hasBiases: first == 0)
      }
    }
  }
}

extension BatchMemory {
  /// The factors of a part's weight gradient over the first `samples` rows.
  fileprivate func factors(_ part: GradientPart, samples: Int) -> GradientFactors {
    factors(part, rows: 0..<samples)
  }

  /// The factors of a part's weight gradient over some rows, which begin at a leaf.
  fileprivate func factors(_ part: GradientPart, rows: Range<Int>) -> GradientFactors {
    if let copies = bfloat16Operands, copies.serve(layer: part.layer) {
      return copies.gradientFactors(ofLayer: part.layer, rows: rows)
    }
    let errors = errors[part.layer][rows: rows]
    let inputs = part.layer == 0 ? inputs : .floats(values[part.layer - 1])
    switch inputs[rows: rows] {
    case .floats(let inputs):
      return GradientFactors(inputs: inputs, errors: errors)
    case .bytes(let inputs, let scale):
      return GradientFactors(
        bytes: inputs, scale: scale, factor: dropout?.inputFactor ?? 1, errors: errors)
    }
  }

  fileprivate func biasFactors(_ part: GradientPart, samples: Int, one: Matrix) -> GradientFactors {
    biasFactors(part, rows: 0..<samples, one: one)
  }

  fileprivate func biasFactors(
    _ part: GradientPart, rows: Range<Int>, one: Matrix
  ) -> GradientFactors {
    GradientFactors(one: one, errors: errors[part.layer][rows: rows])
  }
}

extension ParameterMemory {
  /// Rounds all weights for the products of the next step, if the memory has bfloat16 copies.
  package func round(into memory: BatchMemory) {
    for layer in architecture.layers.indices {
      let weights = weights(ofLayer: layer)
      memory.bfloat16Operands?.round(
        weights, ofInputs: 0..<weights.rows, layer: layer, stores: .cached)
    }
  }

  /// Rounds the weights of a part for the products of the next step, if the memory has bfloat16 copies.
  package func round(_ part: GradientPart, into memory: BatchMemory) {
    memory.bfloat16Operands?.round(
      weights(ofLayer: part.layer), ofInputs: part.inputs, layer: part.layer,
      stores: memory.stores)
  }

  /// Stores the gradient of the mean loss over the first `samples` rows, part by part.
  package func setGradient(
    _ part: GradientPart, _ memory: BatchMemory, samples: Int, scratch: WorkerScratch
  ) {
    let weights = weights(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(weights.columns)
    storeGradient(
      memory.factors(part, samples: samples), rows: part.inputs, columns: columns,
      gradient: weights, scratch: scratch.gradient)
    if part.hasBiases {
      storeGradient(
        memory.biasFactors(part, samples: samples, one: scratch.one), rows: 0..<1,
        columns: columns, gradient: biases(ofLayer: part.layer), scratch: scratch.gradient)
    }
  }

  /// Stores the sums of the gradient over some rows, which begin at a leaf, not divided by their number,
  /// part by part.
  package func setGradientSums(
    _ part: GradientPart, _ memory: BatchMemory, rows: Range<Int>, scratch: WorkerScratch
  ) {
    let sums = weights(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(sums.columns)
    storeGradientSums(
      memory.factors(part, rows: rows), rows: part.inputs, columns: columns, sums: sums,
      scratch: scratch.gradient)
    if part.hasBiases {
      storeGradientSums(
        memory.biasFactors(part, rows: rows, one: scratch.one), rows: 0..<1,
        columns: columns, sums: biases(ofLayer: part.layer), scratch: scratch.gradient)
    }
  }

  /// Leaves the squares of the sums that `setGradientSums` has stored, part by part.
  ///
  /// - Parameters:
  ///   - part: the sums to square.
  ///   - squares: receives one number for 16 sums, in the order of their memory.
  package func recordSquares(_ part: GradientPart, in squares: Block<Double>) {
    let offsets = offsets(ofLayer: part.layer)
    LayerKernels.recordSquares(
      of: weights(ofLayer: part.layer), rows: part.inputs, in: squares,
      offset: offsets.weights / laneCount)
    guard part.hasBiases else { return }
    LayerKernels.recordSquares(
      of: biases(ofLayer: part.layer), rows: 0..<1, in: squares,
      offset: offsets.biases / laneCount)
  }

  /// Moves a part of these averages towards the parameters: a ← a + s(w − a).
  package func moveAverage(_ part: GradientPart, towards parameters: ParameterMemory, share: Float)
  {
    LayerKernels.moveAverage(
      weights(ofLayer: part.layer), towards: parameters.weights(ofLayer: part.layer),
      rows: part.inputs, share: share)
    guard part.hasBiases else { return }
    LayerKernels.moveAverage(
      biases(ofLayer: part.layer), towards: parameters.biases(ofLayer: part.layer),
      rows: 0..<1, share: share)
  }

  /// Takes an optimizer's step with sums over a mini-batch, part by part. With a factor of 1/samples it gives the
  /// bits of `update(_:_:samples:step:state:squares:scratch:)`.
  ///
  /// - Parameters:
  ///   - part: the parameters to update.
  ///   - sums: the sums over all samples of the mini-batch.
  ///   - factor: what turns these sums into the gradient to step with.
  ///   - memory: receives the rounded weights, if it has bfloat16 operands.
  ///   - step: the optimizer's rule with the factors of the step.
  ///   - state: what the optimizer keeps, changed with the parameters.
  ///   - squares: as of the other `update`.
  /// - Returns: the same.
  package func update(
    _ part: GradientPart, sums: ParameterMemory, factor: Float, _ memory: BatchMemory,
    step: UpdateStep, state: OptimizerState, squares: Block<Double>?
  ) -> UpdateFailure? {
    let weights = weights(ofLayer: part.layer)
    let offsets = offsets(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(weights.columns)
    let failure = applyGradientSums(
      sums.weights(ofLayer: part.layer), factor: factor, rows: part.inputs, columns: columns,
      step: step, weights: weights, state: state.weights(ofLayer: part.layer), squares: squares,
      squaresOffset: offsets.weights / laneCount)
    memory.bfloat16Operands?.round(
      weights, ofInputs: part.inputs, layer: part.layer, stores: .cached)
    guard part.hasBiases else { return failure }
    let biasFailure = applyGradientSums(
      sums.biases(ofLayer: part.layer), factor: factor, rows: 0..<1, columns: columns,
      step: step.withoutWeightDecay, weights: biases(ofLayer: part.layer),
      state: state.biases(ofLayer: part.layer), squares: squares,
      squaresOffset: offsets.biases / laneCount)
    return failure == .gradient ? failure : biasFailure ?? failure
  }

  /// Reduces the gradient of the mean loss over the first `samples` rows and takes an optimizer's step
  /// with it, part by part. Weight decay pulls on weights, not on biases.
  ///
  /// - Parameters:
  ///   - part: the parameters to update.
  ///   - memory: the mini-batch after its backward pass.
  ///   - samples: the number of samples in the mini-batch.
  ///   - step: the optimizer's rule with the factors of the step.
  ///   - state: what the optimizer keeps, changed with the parameters.
  ///   - squares: takes the squared gradient, one number for 16 parameters; or nil.
  ///   - scratch: memory of this worker.
  /// - Returns: what of the part is not finite, its gradient or a weight or bias; or nil.
  package func update(
    _ part: GradientPart, _ memory: BatchMemory, samples: Int, step: UpdateStep,
    state: OptimizerState, squares: Block<Double>?, scratch: WorkerScratch
  ) -> UpdateFailure? {
    let weights = weights(ofLayer: part.layer)
    let offsets = offsets(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(weights.columns)
    let failure = applyGradient(
      memory.factors(part, samples: samples), rows: part.inputs, columns: columns, step: step,
      weights: weights, state: state.weights(ofLayer: part.layer), squares: squares,
      squaresOffset: offsets.weights / laneCount,
      stores: memory.stores(ofFloatsForLayer: part.layer), scratch: scratch.gradient)
    memory.bfloat16Operands?.round(
      weights, ofInputs: part.inputs, layer: part.layer, stores: memory.stores)
    guard part.hasBiases else { return failure }
    let biasFailure = applyGradient(
      memory.biasFactors(part, samples: samples, one: scratch.one), rows: 0..<1,
      columns: columns, step: step.withoutWeightDecay, weights: biases(ofLayer: part.layer),
      state: state.biases(ofLayer: part.layer), squares: squares,
      squaresOffset: offsets.biases / laneCount, scratch: scratch.gradient)
    return failure == .gradient ? failure : biasFailure ?? failure
  }
}

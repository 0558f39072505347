import Kernels
import LayerKernels

// The forward and the backward pass over a shard: rows `rows` of a mini-batch. Shards do not touch
// each other's rows, so they may run at the same time. Nothing here allocates memory.

extension ParameterMemory {
  /// The forward pass: y = φ(xW + b) layer by layer (lecture C3).
  ///
  /// Stores every layer's activations in `memory.values` and the predicted classes in
  /// `memory.predictions`. For training it also stores the slopes φ′: those of the output layer in
  /// `memory.errors`, the others in the scratch memory.
  package func forward(_ memory: BatchMemory, rows: Range<Int>, scratch: WorkerScratch) {
    for layer in architecture.layers.indices {
      forward(memory, layer: layer, rows: rows, scratch: scratch)
    }
    let outputs = memory.values[architecture.layers.count - 1]
    for row in rows { memory.predictions[row] = predictedClass(outputs, row: row) }
  }

  /// The forward pass through one layer, after the layers before it.
  package func forward(
    _ memory: BatchMemory, layer: Int, rows: Range<Int>, scratch: WorkerScratch
  ) {
    let inputs =  // [samples × inputs]
      layer == 0 ? memory.inputs[rows: rows] : .floats(memory.values[layer - 1][rows: rows])
    let values = memory.values[layer][rows: rows]  // [samples × outputs]
    // A hidden layer's weighted sums are stored where its slopes will be; only this worker reads
    // them.
    let isHidden = memory.isForTraining && layer < architecture.layers.count - 1
    let sums = isHidden ? scratch.slopes(ofLayer: layer, samples: rows.count) : values
    let slopes = !memory.isForTraining ? nil : isHidden ? sums : memory.errors[layer][rows: rows]
    let (weights, biases) = (weights(ofLayer: layer), biases(ofLayer: layer))
    let epilogue = Epilogue(
      architecture.layers[layer].activation.kernel, values: values, slopes: slopes,
      stores: isHidden ? memory.stores(ofFloatsForLayer: layer + 1) : .cached)
    switch inputs {
    case .floats(let inputs):
      if let copies = memory.bfloat16Operands {
        copies.round(inputs: inputs, ofRows: rows, layer: layer, stores: memory.stores)
        multiply(
          copies.inputs[layer][rows: rows], copies.weights[layer], bias: biases, into: sums,
          epilogue: epilogue)
      } else {
        multiply(inputs, weights, bias: biases, into: sums, epilogue: epilogue)
      }
    case .bytes(let inputs, let scale):
      scratch.lists.list(inputs, scale: scale)
      multiply(
        scratch.lists, weights, bias: biases, into: sums, prefetches: memory.stores == .nonTemporal,
        epilogue: epilogue)
    }
  }

  /// Stores the loss of each sample in `memory.losses` and, for training, the error signals of the
  /// output layer's weighted sums.
  ///
  /// - Returns: whether the loss of every sample is finite.
  package func computeLoss(_ memory: BatchMemory, rows: Range<Int>) -> Bool {
    let last = architecture.layers.count - 1
    var isFinite = true
    architecture.loss.apply(
      outputs: memory.values[last][rows: rows], targets: memory.targets[rows: rows],
      errors: memory.isForTraining ? memory.errors[last][rows: rows] : nil
    ) { row, loss in
      memory.losses[rows.lowerBound + row] = loss
      isFinite = isFinite && loss.isFinite
    }
    return isFinite
  }

  /// The backward pass down to the first layer's error signals: z̄ of the layer below is
  /// (z̄ Wᵀ) ∘ φ′(z) (lecture D5).
  ///
  /// `computeLoss` has stored z̄ of the output layer, `forward` of the same shard the slopes of the
  /// others.
  package func backward(_ memory: BatchMemory, rows: Range<Int>, scratch: WorkerScratch) {
    for layer in architecture.layers.indices.reversed() {
      backward(memory, layer: layer, rows: rows, scratch: scratch)
    }
  }

  /// The backward pass through one layer, after the layers behind it. The first layer passes no
  /// error signals back.
  package func backward(
    _ memory: BatchMemory, layer: Int, rows: Range<Int>, scratch: WorkerScratch
  ) {
    let errors = memory.errors[layer][rows: rows]  // [samples × outputs]
    memory.bfloat16Operands?.round(
      errors: errors, ofRows: rows, layer: layer, stores: memory.stores)
    guard layer > 0 else { return }
    let slopes = scratch.slopes(ofLayer: layer - 1, samples: rows.count)  // [samples × inputs]
    let inputErrors = memory.errors[layer - 1][rows: rows]  // [samples × inputs]
    let stores = memory.stores(ofFloatsForLayer: layer - 1)
    if let copies = memory.bfloat16Operands {
      multiplyByTransposedWeights(
        errors, copies.outputWeights[layer], slopes: slopes, into: inputErrors,
        stores: stores, scratch: scratch)
    } else {
      multiplyByTransposedWeights(
        errors, weights(ofLayer: layer), slopes: slopes, into: inputErrors,
        stores: stores, scratch: scratch)
    }
  }

  /// inputErrors = slopes ∘ (errors Wᵀ).
  private func multiplyByTransposedWeights(
    _ errors: Matrix, _ weights: Matrix, slopes: Matrix, into inputErrors: Matrix,
    stores: StorePolicy, scratch: WorkerScratch
  ) {
    let samples = errors.rows
    // Either the weights are transposed, or the error signals and the product, whichever is
    // smaller.
    if weights.columns <= samples {
      let transposed = scratch.transposedWeights(outputs: weights.columns, inputs: weights.rows)
      transpose(weights, into: transposed)  // [outputs × inputs]
      multiply(errors, transposed, times: slopes, into: inputErrors, stores: stores)
    } else {
      let transposed = scratch.transposedErrors(outputs: weights.columns, samples: samples)
      let product = scratch.transposedInputErrors(inputs: weights.rows, samples: samples)
      transpose(errors, into: transposed)  // [outputs × samples]
      multiply(weights, transposed, bias: nil, into: product)  // [inputs × samples]
      multiply(slopes, byTransposeOf: product, into: inputErrors, stores: stores)
    }
  }

  /// inputErrors = slopes ∘ (errors Wᵀ) in bfloat16; the weights are paired along the outputs.
  private func multiplyByTransposedWeights(
    _ errors: Matrix, _ weights: BFloat16PairMatrix, slopes: Matrix, into inputErrors: Matrix,
    stores: StorePolicy, scratch: WorkerScratch
  ) {
    let samples = errors.rows
    let transposed = scratch.transposedErrorPairs(outputs: errors.columns, samples: samples)
    let product = scratch.transposedInputErrors(inputs: weights.rows, samples: samples)
    pairColumns(errors, transposedInto: transposed)  // [outputs/2 × samples]
    multiply(weights, transposed, into: product)  // [inputs × samples]
    multiply(slopes, byTransposeOf: product, into: inputErrors, stores: stores)
  }

  /// The predicted class from the outputs before the loss: the index of the largest output. A
  /// single output predicts class 1 where its probability, or with the squared error the output
  /// itself, is above ½.
  private func predictedClass(_ outputs: Matrix, row: Int) -> Int32 {
    guard outputs.columns < architecture.classCount else {
      return Int32(indexOfLargest(inRow: row, of: outputs))
    }
    return outputs[row, 0] > (architecture.loss.takesLogits ? 0 : 0.5) ? 1 : 0
  }
}

// MARK: - Gradients

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
    if let copies = bfloat16Operands, copies.serve(layer: part.layer) {
      let pairs = 0..<(samples + 1) / 2
      return GradientFactors(
        inputs: copies.sampleInputs[part.layer][rows: pairs],
        errors: copies.sampleErrors[part.layer][rows: pairs], samples: samples)
    }
    let errors = errors[part.layer][rows: 0..<samples]
    let inputs = part.layer == 0 ? inputs : .floats(values[part.layer - 1])
    switch inputs[rows: 0..<samples] {
    case .floats(let inputs):
      return GradientFactors(inputs: inputs, errors: errors)
    case .bytes(let inputs, let scale):
      return GradientFactors(bytes: inputs, scale: scale, errors: errors)
    }
  }

  fileprivate func biasFactors(_ part: GradientPart, samples: Int, one: Matrix) -> GradientFactors {
    GradientFactors(one: one, errors: errors[part.layer][rows: 0..<samples])
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

  /// Stores the sums of the gradient over the first `samples` rows, not divided by their number,
  /// part by part.
  package func setGradientSums(
    _ part: GradientPart, _ memory: BatchMemory, samples: Int, scratch: WorkerScratch
  ) {
    let sums = weights(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(sums.columns)
    storeGradientSums(
      memory.factors(part, samples: samples), rows: part.inputs, columns: columns, sums: sums,
      scratch: scratch.gradient)
    if part.hasBiases {
      storeGradientSums(
        memory.biasFactors(part, samples: samples, one: scratch.one), rows: 0..<1,
        columns: columns, sums: biases(ofLayer: part.layer), scratch: scratch.gradient)
    }
  }

  /// Takes an optimizer's step with sums over a mini-batch, part by part, to the bits of
  /// `update(_:_:samples:step:state:squares:scratch:)`.
  ///
  /// - Parameters:
  ///   - part: the parameters to update.
  ///   - sums: the sums over all samples of the mini-batch.
  ///   - samples: the number of these samples.
  ///   - memory: receives the rounded weights, if it has bfloat16 operands.
  ///   - step: the optimizer's rule with the factors of the step.
  ///   - state: what the optimizer keeps, changed with the parameters.
  ///   - squares: as of the other `update`.
  /// - Returns: the same.
  package func update(
    _ part: GradientPart, sums: ParameterMemory, samples: Int, _ memory: BatchMemory,
    step: UpdateStep, state: OptimizerState, squares: Block<Double>?
  ) -> UpdateFailure? {
    let weights = weights(ofLayer: part.layer)
    let offsets = offsets(ofLayer: part.layer)
    let columns = 0..<paddedToLanes(weights.columns)
    let failure = applyGradientSums(
      sums.weights(ofLayer: part.layer), samples: samples, rows: part.inputs, columns: columns,
      step: step, weights: weights, state: state.weights(ofLayer: part.layer), squares: squares,
      squaresOffset: offsets.weights / laneCount)
    memory.bfloat16Operands?.round(
      weights, ofInputs: part.inputs, layer: part.layer, stores: .cached)
    guard part.hasBiases else { return failure }
    let biasFailure = applyGradientSums(
      sums.biases(ofLayer: part.layer), samples: samples, rows: 0..<1, columns: columns,
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

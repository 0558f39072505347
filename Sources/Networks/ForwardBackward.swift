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
    memory.dropInputs(rows: rows)
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
    let mask = isHidden ? memory.dropout?.mask(ofHiddenLayer: layer) : nil
    let stores = isHidden ? memory.stores(ofFloatsForLayer: layer + 1) : .cached
    let sums = isHidden ? scratch.slopes(ofLayer: layer, samples: rows.count) : values
    let slopes = !memory.isForTraining ? nil : isHidden ? sums : memory.errors[layer][rows: rows]
    let (weights, biases) = (weights(ofLayer: layer), biases(ofLayer: layer))
    let epilogue = Epilogue(
      architecture.layers[layer].activation.kernel, values: values, slopes: slopes,
      stores: mask == nil ? stores : .cached)
    switch inputs {
    case .floats(let inputs):
      if let copies = memory.bfloat16Operands {
        copies.round(inputs: inputs, ofRows: rows, layer: layer, stores: memory.stores)
        multiply(
          copies.inputs[layer][rows: rows], copies.weights[layer], by: copies.unit, bias: biases,
          into: sums, epilogue: epilogue)
      } else {
        multiply(inputs, weights, bias: biases, into: sums, epilogue: epilogue)
      }
    case .bytes(let inputs, let scale):
      scratch.lists.list(inputs, scale: scale, factor: memory.dropout?.inputFactor ?? 1)
      multiply(
        scratch.lists, weights, bias: biases, into: sums, prefetches: memory.stores == .nonTemporal,
        epilogue: epilogue)
    }
    mask?.apply(
      to: values, slopes: slopes, samples: memory.samples, firstSample: rows.lowerBound,
      stores: stores)
  }

  /// Stores the loss of each sample in `memory.losses` and, for training, the error signals of the
  /// output layer's weighted sums. Where classes have weights, both are multiplied with the sample's.
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
    memory.weighSamples(rows: rows)
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
        errors, copies.outputWeights[layer], by: copies.unit, slopes: slopes, into: inputErrors,
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
    _ errors: Matrix, _ weights: BFloat16PairMatrix, by unit: BFloat16Unit, slopes: Matrix,
    into inputErrors: Matrix, stores: StorePolicy, scratch: WorkerScratch
  ) {
    let samples = errors.rows
    let transposed = scratch.transposedErrorPairs(outputs: errors.columns, samples: samples)
    let product = scratch.transposedInputErrors(inputs: weights.rows, samples: samples)
    pairColumns(errors, transposedInto: transposed)  // [outputs/2 × samples]
    multiply(weights, transposed, by: unit, into: product)  // [inputs × samples]
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

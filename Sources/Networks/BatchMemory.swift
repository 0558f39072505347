import Kernels
import LayerKernels

/// The inputs, targets and results of a forward and backward pass over a mini-batch. Workers may
/// process shards of its rows at the same time.
package final class BatchMemory {
  /// The architecture of the network.
  package let architecture: Architecture
  /// The maximum number of samples.
  package let capacity: Int
  /// Whether there is room for a backward pass.
  package let isForTraining: Bool

  private let block: Block<Float>
  private let byteBlock: Block<UInt8>?
  /// The loss of each sample.
  package let losses: Block<Double>
  /// The predicted class of each sample.
  package let predictions: Block<Int32>
  /// The true class of each sample, −1 where targets are no classes.
  package let classes: Block<Int32>
  /// The number of each sample in its set.
  package let samples: Block<Int32>

  /// The inputs of the samples, [capacity × inputs].
  package let inputs: Inputs
  /// The targets of the samples, [capacity × outputs].
  package let targets: Matrix
  /// Each layer's activations, [capacity × outputs of the layer]. If the loss takes logits, it
  /// replaces those of the output layer by probabilities.
  package let values: [Matrix]
  /// The error signals of each layer's weighted sums, [capacity × outputs of the layer]. Between
  /// the forward pass and the loss, the output layer's matrix holds the slopes of its activation
  /// function.
  package let errors: [Matrix]
  /// How a worker stores results that other workers will read.
  package var stores = StorePolicy.cached
  /// The dropout of the epoch; nil drops nothing.
  package var dropout: Dropout?
  /// The smoothing of the targets; nil leaves them as they are.
  package var labelSmoothing: LabelSmoothing?
  /// What a sample of each class counts, by the class's number; nil where all count alike.
  package var classWeights: [Float]?

  /// The bfloat16 factors of the products; nil for float products.
  let bfloat16Operands: BFloat16Operands?

  /// The storage of a mini-batch's inputs.
  package enum Inputs {
    /// [capacity × inputs] floats.
    case floats(Matrix)
    /// [capacity × inputs] bytes, each to be multiplied with `scale`; zeros are skipped.
    case bytes(ByteMatrix, scale: Float)

    /// Some of the samples.
    subscript(rows range: Range<Int>) -> Inputs {
      switch self {
      case .floats(let matrix): .floats(matrix[rows: range])
      case .bytes(let matrix, let scale): .bytes(matrix[rows: range], scale: scale)
      }
    }
  }

  /// Memory for `capacity` samples.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - capacity: the maximum number of samples, at least 1.
  ///   - byteScale: the factor from a byte to an input, for inputs that stay bytes and whose zeros
  ///     are skipped; nil for float inputs.
  ///   - isForTraining: false leaves out the error signals, which evaluation does not need.
  ///   - precision: the element type of matrix products; evaluation multiplies floats. Where it skips no
  ///     zeros, inputs are floats.
  package init(
    _ architecture: Architecture, capacity: Int, byteScale: Float? = nil, isForTraining: Bool,
    precision: Precision = .float
  ) {
    let byteScale = precision.skipsZeros ? byteScale : nil
    precondition(isForTraining || precision == .float, "an evaluation in \(precision.rawValue)")
    precondition(capacity > 0, "memory for \(capacity) samples")
    self.architecture = architecture
    self.capacity = capacity
    self.isForTraining = isForTraining

    let widths = architecture.layers.map(\.outputs)
    let floatInputs = byteScale == nil ? architecture.inputs : 0
    let matrices = [floatInputs, architecture.outputs] + widths + (isForTraining ? widths : [])
    let sizes = matrices.map { capacity * rowStride($0) }
    let block = Block<Float>(count: sizes.reduce(0, +))
    var offset = 0
    let views = zip(matrices, sizes).map { width, size in
      defer { offset += size }
      return Matrix(block, at: offset, rows: capacity, columns: width)
    }
    self.block = block
    if let byteScale {
      let bytes = Block<UInt8>(
        count: ByteMatrix.byteCount(rows: capacity, columns: architecture.inputs))
      byteBlock = bytes
      inputs = .bytes(
        ByteMatrix(bytes, rows: capacity, columns: architecture.inputs), scale: byteScale)
    } else {
      byteBlock = nil
      inputs = .floats(views[0])
    }
    targets = views[1]
    values = Array(views[2..<2 + widths.count])
    errors = Array(views[(2 + widths.count)...])
    bfloat16Operands = precision.unit.map {
      BFloat16Operands(
        architecture, capacity: capacity, skipsZeros: byteScale != nil, unit: $0)
    }
    losses = Block(count: capacity)
    predictions = Block(count: capacity)
    classes = Block(count: capacity)
    samples = Block(count: capacity)
  }

  /// Copies a sample of floats into a row of the inputs.
  ///
  /// - Parameters:
  ///   - row: the row to fill.
  ///   - floats: the inputs of one or more samples.
  ///   - offset: the place of the sample's first input in `floats`.
  package func setInputs(ofRow row: Int, floats: [Float], offset: Int = 0) {
    guard case .floats(let inputs) = inputs else {
      preconditionFailure("floats do not fit into memory for bytes")
    }
    fillRow(row, of: inputs, floats: floats, offset: offset)
  }

  /// Copies a sample of bytes into a row of the inputs, each to be multiplied with `scale`.
  ///
  /// - Parameters:
  ///   - row: the row to fill.
  ///   - bytes: the inputs of one or more samples.
  ///   - offset: the place of the sample's first input in `bytes`.
  ///   - scale: the factor from a byte to an input.
  package func setInputs(ofRow row: Int, bytes: [UInt8], offset: Int, scale: Float) {
    switch inputs {
    case .floats(let inputs):
      fillRow(row, of: inputs, bytes: bytes, offset: offset, scale: scale)
    case .bytes(let inputs, let ownScale):
      precondition(scale == ownScale, "a scale of \(scale) in memory for \(ownScale)")
      fillRow(row, of: inputs, bytes: bytes, offset: offset, stores: stores)
    }
  }

  /// How a worker stores floats for a layer's products and gradient. Where there are bfloat16
  /// copies, other workers read the copies instead of the floats.
  func stores(ofFloatsForLayer layer: Int) -> StorePolicy {
    bfloat16Operands?.serve(layer: layer) == true ? .cached : stores
  }

  /// The first layer that has a non-finite activation in one of the first `rows` samples, or nil.
  package func firstLayerWithNonFiniteValue(rows: Int) -> Int? {
    values.firstIndex { !$0[rows: 0..<rows].isFinite }
  }
}

/// Memory of one worker: the lists of a shard's non-zero inputs, transposed weights and error
/// signals of the backward pass, slopes, and the pending sums of a gradient's reduction.
package final class WorkerScratch {
  private let block: Block<Float>
  private let half: Int
  private let pairBlock: Block<UInt32>
  private let unit: Block<Float>
  private let slopeBlock: Block<Float>
  private let slopes: [Matrix]
  /// The lists of a shard's inputs, where zeros are skipped.
  let lists: SparseRows
  let gradient: GradientScratch

  /// Scratch for shards of up to `shardCapacity` samples of mini-batches that `memory` can hold.
  package init(_ memory: BatchMemory, shardCapacity: Int) {
    let architecture = memory.architecture
    let widest = architecture.layers.map(\.outputs).max() ?? 0
    half = widest * rowStride(shardCapacity)
    let narrow = min(widest, shardCapacity) * rowStride(widest)
    block = Block(count: memory.isForTraining ? max(2 * half, narrow) : 0)
    pairBlock = Block(
      count: memory.bfloat16Operands == nil
        ? 0 : BFloat16PairMatrix.count(rows: (widest + 1) / 2, columns: shardCapacity))
    if case .bytes = memory.inputs {
      lists = SparseRows(rows: shardCapacity, columns: architecture.inputs)
      gradient = GradientScratch(byteSamples: memory.isForTraining ? memory.capacity : 0)
    } else {
      lists = SparseRows(rows: 0, columns: 0)
      gradient = GradientScratch(unit: memory.bfloat16Operands?.unit)
    }
    let hidden = memory.isForTraining ? architecture.layers.dropLast().map(\.outputs) : []
    let slopeBlock = Block<Float>(
      count: hidden.map { shardCapacity * rowStride($0) }.reduce(0, +))
    var offset = 0
    slopes = hidden.map { outputs in
      defer { offset += shardCapacity * rowStride(outputs) }
      return Matrix(slopeBlock, at: offset, rows: shardCapacity, columns: outputs)
    }
    self.slopeBlock = slopeBlock
    unit = Block(count: laneCount)
    one[0, 0] = 1
  }

  /// The input of a bias, [1 × 1].
  var one: Matrix { Matrix(unit, rows: 1, columns: 1) }

  /// The slopes φ′ of a hidden layer's activation between a shard's forward and backward pass,
  /// [samples × outputs].
  func slopes(ofLayer layer: Int, samples: Int) -> Matrix { slopes[layer][rows: 0..<samples] }

  /// The weights of a layer with no more outputs than the shard has samples, transposed,
  /// [outputs × inputs].
  func transposedWeights(outputs: Int, inputs: Int) -> Matrix {
    Matrix(block, rows: outputs, columns: inputs)
  }

  /// A layer's error signals transposed, [outputs × samples].
  func transposedErrors(outputs: Int, samples: Int) -> Matrix {
    Matrix(block, rows: outputs, columns: samples)
  }

  /// A layer's error signals in bfloat16, paired along the outputs and transposed,
  /// [⌈outputs/2⌉ × samples].
  func transposedErrorPairs(outputs: Int, samples: Int) -> BFloat16PairMatrix {
    BFloat16PairMatrix(pairBlock, rows: (outputs + 1) / 2, columns: samples)
  }

  /// The error signals of a layer's inputs transposed, [inputs × samples].
  func transposedInputErrors(inputs: Int, samples: Int) -> Matrix {
    Matrix(block, at: half, rows: inputs, columns: samples)
  }
}

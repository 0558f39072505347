import Kernels

/// What a forward and backward pass over a mini-batch reads and leaves behind. Shards of its rows
/// may be worked on at the same time.
public final class BatchMemory {
  /// The network that it fits.
  public let architecture: Architecture
  /// The most samples it can hold.
  public let capacity: Int
  /// Whether there is room for a backward pass.
  package let isForTraining: Bool

  private let block: Block<Float>
  /// The loss of each sample.
  package let losses: Block<Double>
  /// The class that the network would name for each sample.
  package let predictions: Block<Int32>
  /// The class of each sample, −1 where targets are no classes.
  package let classes: Block<Int32>

  /// The samples, [capacity × inputs].
  package let inputs: Matrix
  /// What the network should answer, [capacity × outputs].
  package let targets: Matrix
  /// Each layer's activations, [capacity × outputs of the layer]; after the loss those of the
  /// output layer are probabilities where the loss takes logits.
  package let values: [Matrix]
  /// Each layer's error signals of its weighted sums, [capacity × outputs of the layer]; between
  /// the forward and the backward pass the slopes of its activation.
  package let errors: [Matrix]

  /// Memory for `capacity` samples.
  ///
  /// - Parameter isForTraining: false leaves out the error signals, which evaluation does not need.
  public init(_ architecture: Architecture, capacity: Int, isForTraining: Bool) {
    precondition(capacity > 0, "a batch has at least one sample")
    self.architecture = architecture
    self.capacity = capacity
    self.isForTraining = isForTraining

    let widths = architecture.layers.map(\.outputs)
    let matrices =
      [architecture.inputs, architecture.outputs] + widths + (isForTraining ? widths : [])
    let sizes = matrices.map { capacity * rowStride($0) }
    let block = Block<Float>(count: sizes.reduce(0, +))
    var offset = 0
    let views = zip(matrices, sizes).map { width, size in
      defer { offset += size }
      return Matrix(block, at: offset, rows: capacity, columns: width)
    }
    self.block = block
    inputs = views[0]
    targets = views[1]
    values = Array(views[2..<2 + widths.count])
    errors = Array(views[(2 + widths.count)...])
    losses = Block(count: capacity)
    predictions = Block(count: capacity)
    classes = Block(count: capacity)
  }

  /// The first layer with an activation that is not finite among the first `rows` samples, or nil.
  package func firstLayerWithNonFiniteValue(rows: Int) -> Int? {
    values.firstIndex { !$0[rows: 0..<rows].isFinite }
  }
}

/// Memory that one worker uses while it works on a shard, for the error signals on their way from
/// layer to layer and for the tree of a gradient's sum.
public final class WorkerScratch {
  private let block: Block<Float>
  private let half: Int
  private let unit: Block<Float>
  package let gradient: Block<Float>

  /// Scratch for shards of up to `shardCapacity` samples.
  public init(_ architecture: Architecture, shardCapacity: Int) {
    let widest = architecture.layers.map(\.outputs).max() ?? 0
    half = widest * rowStride(shardCapacity)
    block = Block(count: 2 * half)
    gradient = Block(count: gradientScratchCount)
    unit = Block(count: laneCount)
    one[0, 0] = 1
  }

  /// The input of a bias, [1 × 1].
  var one: Matrix { Matrix(unit, rows: 1, columns: 1) }

  /// A layer's error signals transposed, [outputs × samples].
  func transposedErrors(outputs: Int, samples: Int) -> Matrix {
    Matrix(block, rows: outputs, columns: samples)
  }

  /// The error signals of a layer's inputs transposed, [inputs × samples].
  func transposedInputErrors(inputs: Int, samples: Int) -> Matrix {
    Matrix(block, at: half, rows: inputs, columns: samples)
  }
}

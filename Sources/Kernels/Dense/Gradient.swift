/// The two factors of a layer's weight gradient: the layer's inputs and the error signals of its
/// weighted sums.
public struct GradientFactors {
  @usableFromInline enum Factors {
    case floats(TransposedFactor<Float>, errors: RightFactor<Float>)
    case bytes(ByteMatrix, scale: Float, factor: Float, errors: RightFactor<Float>)
    case pairs(TransposedFactor<UInt32>, errors: RightFactor<UInt32>)
    case blocks(BlockProduct, inputs: BFloat16PairMatrix)
  }

  @usableFromInline let factors: Factors
  /// The number of samples.
  @usableFromInline package let samples: Int

  /// The factors of the weights' gradient.
  ///
  /// - Parameters:
  ///   - inputs: [samples × inputs].
  ///   - errors: [samples × outputs].
  public init(inputs: Matrix, errors: Matrix) {
    precondition(
      inputs.rows == errors.rows && inputs.rows > 0,
      "\(inputs.rows) rows of inputs and \(errors.rows) of error signals")
    factors = .floats(inputs.asTransposedLeftFactor, errors: errors.asRightFactor)
    samples = errors.rows
  }

  /// The factors of the weights' gradient in bfloat16.
  ///
  /// - Parameters:
  ///   - inputs: [samples × inputs], paired along the samples.
  ///   - errors: [samples × outputs], paired along the samples. If the number of samples is odd,
  ///     the second member of the last pair is 0.
  ///   - samples: the number of samples.
  public init(inputs: BFloat16PairMatrix, errors: BFloat16PairMatrix, samples: Int) {
    precondition(
      inputs.rows == (samples + 1) / 2 && errors.rows == inputs.rows && samples > 0,
      "\(inputs.rows) rows of inputs and \(errors.rows) of error signals for \(samples) samples")
    factors = .pairs(inputs.asTransposedLeftFactor, errors: errors.asRightFactor)
    self.samples = samples
  }

  /// The factors of the weights' gradient in bfloat16, for the matrix unit.
  ///
  /// - Parameters:
  ///   - transposedInputs: [inputs × samples], paired along the samples. The padding of each row that
  ///     is reduced is cleared.
  ///   - errors: [samples × outputs], paired along the samples; what its memory holds behind them is
  ///     finite. If the number of samples is odd, the second member of the last pair is 0.
  ///   - samples: the number of samples.
  ///   - unit: the matrix unit or its emulation.
  public init(
    transposedInputs: BFloat16PairMatrix, errors: BFloat16PairMatrix, samples: Int,
    unit: BFloat16Unit
  ) {
    precondition(
      transposedInputs.columns == (samples + 1) / 2 && errors.rows == transposedInputs.columns
        && samples > 0,
      "\(transposedInputs.columns) columns of inputs and \(errors.rows) rows of error signals for "
        + "\(samples) samples")
    factors = .blocks(
      BlockProduct(transposedInputs.asLeftFactor, errors.asRightFactor, unit: unit),
      inputs: transposedInputs)
    self.samples = samples
  }

  /// The factors of the gradient of weights whose inputs are bytes; zeros are skipped.
  ///
  /// - Parameters:
  ///   - bytes: [samples × inputs].
  ///   - scale: the factor from a byte to an input.
  ///   - factor: the factor of the scaled bytes.
  ///   - errors: [samples × outputs].
  public init(bytes: ByteMatrix, scale: Float, factor: Float = 1, errors: Matrix) {
    precondition(
      bytes.rows == errors.rows && bytes.rows > 0,
      "\(bytes.rows) rows of bytes and \(errors.rows) of error signals")
    factors = .bytes(bytes, scale: scale, factor: factor, errors: errors.asRightFactor)
    samples = errors.rows
  }

  /// The factors of the biases' gradient: a bias is the weight of an input that is always 1.
  ///
  /// - Parameters:
  ///   - one: [1 × 1], holding 1.
  ///   - errors: [samples × outputs].
  public init(one: Matrix, errors: Matrix) {
    precondition(errors.rows > 0, "a gradient needs at least one sample")
    factors = .floats(
      TransposedFactor(start: one.start, stepStride: 0), errors: errors.asRightFactor)
    samples = errors.rows
  }

  /// Reduces a block of rows × columns of the gradient, tile by tile.
  @inlinable @inline(__always)
  package func reduce(
    rows: Range<Int>, columns: Range<Int>, scratch: GradientScratch, into sink: some GradientSink
  ) {
    switch factors {
    case .floats(let inputs, let errors):
      let leaves = DenseLeaves(inputs: inputs, errors: errors, samples: samples)
      forEachTile(
        rows: rows, columns: columns, Reduction(leaves: leaves, memory: scratch.tree, sink: sink))
    case .pairs(let inputs, let errors):
      let leaves = DenseLeaves(inputs: inputs, errors: errors, samples: samples)
      forEachTile(
        rows: rows, columns: columns, Reduction(leaves: leaves, memory: scratch.tree, sink: sink))
    case .blocks(let product, let inputs):
      inputs.clearPadding(ofRows: rows)
      BlockReduction(product: product, samples: samples, memory: scratch.blocks, sink: sink)
        .run(rows: rows, columns: columns)
    case .bytes(let bytes, let scale, let factor, let errors):
      reduceSkippingZeros(
        bytes, scale: scale, factor: factor, errors: errors, inputs: rows, columns: columns,
        scratch: scratch.groups, into: sink)
    }
  }
}

/// Memory that one worker uses while it reduces gradients.
public final class GradientScratch {
  @usableFromInline let treeBlock = Block<Float>(
    count: TreeMemory.count(levels: TreeMemory.levelLimit))
  @usableFromInline let blockTree: Block<Float>
  @usableFromInline let groups: GroupScratch

  /// Scratch for gradients of any layer.
  ///
  /// - Parameters:
  ///   - byteSamples: the maximum number of samples where inputs are bytes.
  ///   - unit: the unit of gradients in bfloat16; nil where there are none.
  public init(byteSamples: Int = 0, unit: BFloat16Unit? = nil) {
    blockTree = Block(
      count: unit?.hasBlocks == true
        ? TreeMemory.count(
          levels: TreeMemory.levelLimit, levelStride: BlockProduct.side * BlockProduct.side) : 0)
    groups = GroupScratch(samples: byteSamples)
  }

  /// The pending sums of a tile.
  @inlinable @inline(__always)
  var tree: TreeMemory {
    TreeMemory(start: treeBlock.start, levelStride: TreeMemory.tileVectors * laneCount)
  }

  /// The pending sums of a block of the matrix unit.
  @inlinable @inline(__always)
  var blocks: TreeMemory {
    precondition(blockTree.count > 0, "scratch for a gradient by vectors")
    return TreeMemory(
      start: blockTree.start, levelStride: BlockProduct.side * BlockProduct.side)
  }
}

@usableFromInline struct DenseLeaves<Element: FactorElement>: LeafSums {
  @usableFromInline let inputs: TransposedFactor<Element>
  @usableFromInline let errors: RightFactor<Element>
  @usableFromInline let samples: Int

  @inlinable @inline(__always)
  init(inputs: TransposedFactor<Element>, errors: RightFactor<Element>, samples: Int) {
    self.inputs = inputs
    self.errors = errors
    self.samples = samples
  }

  @inlinable @inline(__always)
  var count: Int { leafCount(samples: samples) }

  @inlinable @inline(__always)
  func add<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, leaf: Int, firstRow: Int, firstColumn: Int, ends: TileEnds,
    prefetchTarget: PrefetchTarget
  ) {
    let first = leaf * leafSampleCount
    let end = min(first + leafSampleCount, samples)
    runChains(
      shape, inputs, firstRow: firstRow, errors, firstColumn: firstColumn,
      steps: first / Element.numbers..<(end + Element.numbers - 1) / Element.numbers, ends: ends,
      prefetchTarget: prefetchTarget)
  }
}

/// The sums of a layer's gradient over some samples, stored and not divided by their number:
/// sums = Σ inputs · errors. They are a subtree of the sums over a mini-batch whose leaves these
/// are, if their first leaf's index is a multiple of a power of two that is not below their number.
///
/// - Parameters:
///   - factors: the layer's inputs and error signals.
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - sums: [inputs × outputs].
///   - scratch: memory of this worker.
public func storeGradientSums(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, sums: Matrix,
  scratch: GradientScratch
) {
  factors.reduce(
    rows: rows, columns: columns, scratch: scratch, into: GradientStore(gradient: sums, factor: 1))
}

/// A layer's gradient, reduced over the mini-batch and stored:
/// gradient = (1/samples) Σ inputs · errors.
///
/// Within a leaf of 64 samples each weight has one chain in the order of the batch; leaves are
/// added in a binary tree by index; the sum is multiplied once by the rounded 1/samples.
///
/// - Parameters:
///   - factors: the layer's inputs and error signals.
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - gradient: [inputs × outputs].
///   - scratch: memory of this worker.
public func storeGradient(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, gradient: Matrix,
  scratch: GradientScratch
) {
  let sink = GradientStore(gradient: gradient, factor: 1 / Float(factors.samples))
  factors.reduce(rows: rows, columns: columns, scratch: scratch, into: sink)
}

/// Whether all elements of a gradient are finite: it is reduced as by `storeGradient` and not kept.
///
/// - Parameters:
///   - factors: the layer's inputs and error signals.
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - scratch: memory of this worker.
/// - Returns: false if an element is infinite or undefined.
public func isGradientFinite(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, scratch: GradientScratch
) -> Bool {
  let block = Block<Float>(count: rows.upperBound * rowStride(columns.upperBound))
  let gradient = Matrix(block, rows: rows.upperBound, columns: columns.upperBound)
  storeGradient(factors, rows: rows, columns: columns, gradient: gradient, scratch: scratch)
  return withExtendedLifetime(block) { gradient.isFinite }
}

private struct GradientStore: GradientSink {
  let gradient: Matrix
  let factor: Float

  var takesZeros: Bool { true }

  @inline(__always)
  func prefetch(rows: Range<Int>, columns: Range<Int>) {}

  @inline(__always)
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int
  ) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        let sum = load(sums + (row * vectors + vector) * laneCount)
        let place = gradient.row(firstRow + row) + firstColumn + vector * laneCount
        store(sum * Vector(repeating: factor), place)
      }
    }
  }
}

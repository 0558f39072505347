import CProcessor

/// The samples of one leaf of the gradient's sum (DESIGN: defined arithmetic).
public let leafSampleCount = 64

/// The levels of the tree: enough for 2^24 leaves.
private let levelCount = 24

/// The floats of scratch memory that a reduction needs: a tile of up to 8 × 2 vectors for every
/// level of the tree and one for the finished sum.
public let gradientScratchCount = (levelCount + 1) * 8 * 2 * laneCount

/// The two factors of a layer's weight gradient: what went into it and the error signals of its
/// weighted sums.
public struct GradientFactors {
  let inputs: LeftFactor
  let errors: RightFactor
  let samples: Int

  /// The factors of the weights' gradient.
  ///
  /// - Parameters:
  ///   - inputs: [samples × inputs].
  ///   - errors: [samples × outputs].
  public init(inputs: Matrix, errors: Matrix) {
    precondition(
      inputs.rows == errors.rows && inputs.rows > 0,
      "\(inputs.rows) rows of inputs and \(errors.rows) of error signals")
    self.inputs = inputs.asTransposedLeftFactor
    self.errors = errors.asRightFactor
    samples = errors.rows
  }

  /// The factors of the biases' gradient: a bias is the weight of an input that is always 1.
  ///
  /// - Parameters:
  ///   - one: [1 × 1], holding 1.
  ///   - errors: [samples × outputs].
  public init(one: Matrix, errors: Matrix) {
    precondition(errors.rows > 0, "a gradient needs at least one sample")
    inputs = LeftFactor(one.start, rowStride: 0, stepStride: 0)
    self.errors = errors.asRightFactor
    samples = errors.rows
  }
}

/// A layer's gradient, reduced over the mini-batch and stored:
/// gradient = (1/samples) Σ inputs · errors.
///
/// Within a leaf of 64 samples each weight has one chain in the order of the batch; leaves are
/// added in a binary tree by index; the sum is multiplied once by the rounded 1/samples.
///
/// - Parameters:
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - gradient: [inputs × outputs].
///   - scratch: `gradientScratchCount` floats of this worker.
public func storeGradient(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, gradient: Matrix,
  scratch: Block<Float>
) {
  let sink = GradientStore(gradient: gradient, factor: 1 / Float(factors.samples))
  forEachTile(
    rows: rows, columns: columns,
    Reduction(factors: factors, scratch: scratch.start, sink: sink))
}

/// A layer's gradient, reduced over the mini-batch as by `storeGradient` and applied at once.
///
/// - Parameters:
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - weights: [inputs × outputs], changed by the step.
///   - velocity: [inputs × outputs], changed by the step; nil for a descent without momentum.
///   - squares: where the squared norm of the gradient is left, one Double for each vector of 16
///     weights in the order of their memory, from `squaresOffset` on; or nil.
///   - scratch: `gradientScratchCount` floats of this worker.
/// - Returns: whether every element of the gradient is finite; the step is taken all the same.
public func applyGradient(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, step: DescentStep,
  weights: Matrix, velocity: Matrix?, squares: Block<Double>?, squaresOffset: Int,
  scratch: Block<Float>
) -> Bool {
  var check = Vector(repeating: 0)
  withUnsafeMutablePointer(to: &check) { check in
    let sink = GradientDescent(
      step: step, weights: weights, velocity: velocity, factor: 1 / Float(factors.samples),
      squares: squares.map { $0.start + squaresOffset }, check: check)
    forEachTile(
      rows: rows, columns: columns,
      Reduction(factors: factors, scratch: scratch.start, sink: sink))
  }
  return all(check .== Vector(repeating: 0))
}

/// One step of stochastic gradient descent:
/// g ← g + weightDecay·w; v ← momentum·v + g; w ← w − learningRate·d, where d is v, or
/// g + momentum·v for Nesterov's variant (Sutskever et al. 2013, in PyTorch's arrangement).
public struct DescentStep: Sendable {
  let learningRate: Float
  let momentum: Float
  let weightDecay: Float
  let isNesterov: Bool

  /// The factors of one step.
  public init(learningRate: Float, momentum: Float, weightDecay: Float, isNesterov: Bool) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }
}

extension DescentStep {
  /// The same step for parameters that do not decay.
  public var withoutWeightDecay: DescentStep {
    DescentStep(
      learningRate: learningRate, momentum: momentum, weightDecay: 0, isNesterov: isNesterov)
  }
}

/// What becomes of a reduced tile.
private protocol GradientSink {
  func prefetch(row: Int, column: Int)
  func take(_ sum: Vector, row: Int, column: Int)
}

private struct GradientStore: GradientSink {
  let gradient: Matrix
  let factor: Float

  @inline(__always)
  func prefetch(row: Int, column: Int) {}

  @inline(__always)
  func take(_ sum: Vector, row: Int, column: Int) {
    store(sum * Vector(repeating: factor), gradient.row(row) + column)
  }
}

private struct GradientDescent: GradientSink {
  let step: DescentStep
  let weights: Matrix
  let velocity: Matrix?
  let factor: Float
  let squares: UnsafeMutablePointer<Double>?
  let check: UnsafeMutablePointer<Vector>

  @inline(__always)
  func prefetch(row: Int, column: Int) {
    processor_prefetch(weights.row(row) + column)
    if let velocity { processor_prefetch(velocity.row(row) + column) }
  }

  @inline(__always)
  func take(_ sum: Vector, row: Int, column: Int) {
    let place = weights.row(row) + column
    let weight = load(place)
    var gradient = sum * Vector(repeating: factor)
    if step.weightDecay != 0 {
      gradient = gradient.addingProduct(Vector(repeating: step.weightDecay), weight)
    }
    // An infinite or undefined gradient times 0 is undefined and stays so in the sum.
    check.pointee = check.pointee.addingProduct(gradient, Vector(repeating: 0))
    if let squares {
      squares[(row * weights.stride + column) / laneCount] = sumOfSquares(gradient)
    }
    var direction = gradient
    if let velocity {
      let velocity = velocity.row(row) + column
      let momentum = Vector(repeating: step.momentum)
      let next = gradient.addingProduct(momentum, load(velocity))
      store(next, velocity)
      direction = step.isNesterov ? gradient.addingProduct(momentum, next) : next
    }
    store(weight.addingProduct(Vector(repeating: -step.learningRate), direction), place)
  }
}

private struct Reduction<Sink: GradientSink>: TileWork {
  let factors: GradientFactors
  let scratch: UnsafeMutablePointer<Float>
  let sink: Sink

  @inline(__always)
  func run<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        sink.prefetch(row: firstRow + row, column: firstColumn + vector * laneCount)
      }
    }
    let inputs = factors.inputs.advanced(rows: firstRow)
    let errors = factors.errors.advanced(columns: firstColumn)
    let leaves = (factors.samples + leafSampleCount - 1) / leafSampleCount
    var sums = Tile<rows, vectors>(repeating: .init(repeating: Vector(repeating: 0)))
    var leaf = 0
    while true {
      let first = leaf * leafSampleCount
      sums = accumulate(
        inputs.advanced(rows: 0, steps: first), errors.advanced(columns: 0, steps: first),
        steps: min(leafSampleCount, factors.samples - first),
        onto: Tile<rows, vectors>(repeating: .init(repeating: Vector(repeating: 0))))
      if leaf == leaves - 1 { break }
      stack(&sums, leaf: leaf)
      leaf += 1
    }
    unstack(&sums, lastLeaf: leaf)
    // By way of memory, so that the tile above can stay in registers whatever the sink does.
    for row in 0..<rows {
      for vector in 0..<vectors { store(sums[row][vector], slot(levelCount, row, vector, vectors)) }
    }
    for row in 0..<rows {
      for vector in 0..<vectors {
        sink.take(
          load(slot(levelCount, row, vector, vectors)), row: firstRow + row,
          column: firstColumn + vector * laneCount)
      }
    }
  }

  // The tree is built like a binary counter: level l holds the sum of a finished group of 2^l
  // leaves exactly when bit l of the number of leaves seen is set.

  /// Merges a leaf's sum with the finished groups that it completes and keeps the result at its
  /// level.
  @inline(__always)
  private func stack<let rows: Int, let vectors: Int>(
    _ sums: inout Tile<rows, vectors>, leaf: Int
  ) {
    var level = 0
    while (leaf >> level) & 1 == 1 {
      add(level, to: &sums)
      level += 1
    }
    for row in 0..<rows {
      for vector in 0..<vectors {
        store(sums[row][vector], slot(level, row, vector, vectors))
      }
    }
  }

  /// Adds what waits in the levels to the last leaf's sum, lowest level first: an odd group is
  /// carried up.
  @inline(__always)
  private func unstack<let rows: Int, let vectors: Int>(
    _ sums: inout Tile<rows, vectors>, lastLeaf: Int
  ) {
    var level = 0
    while lastLeaf >> level != 0 {
      if (lastLeaf >> level) & 1 == 1 { add(level, to: &sums) }
      level += 1
    }
  }

  @inline(__always)
  private func add<let rows: Int, let vectors: Int>(
    _ level: Int, to sums: inout Tile<rows, vectors>
  ) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        sums[row][vector] = load(slot(level, row, vector, vectors)) + sums[row][vector]
      }
    }
  }

  @inline(__always)
  private func slot(
    _ level: Int, _ row: Int, _ vector: Int, _ vectors: Int
  ) -> UnsafeMutablePointer<Float> {
    scratch + ((level * 8 + row) * 2 + vector) * laneCount
  }
}

import CProcessor

/// The samples of one leaf of the gradient's sum (DESIGN: defined arithmetic).
public let leafSampleCount = 64

/// The levels of the tree: enough for 2^24 leaves.
private let levelCount = 24

/// The floats of scratch memory that a reduction needs: a tile of up to 16 vectors for every
/// level of the tree and one for the finished sum.
public let gradientScratchCount = (levelCount + 1) * 16 * laneCount

/// The two factors of a layer's weight gradient: what went into it and the error signals of its
/// weighted sums.
public struct GradientFactors {
  let inputs: TransposedFactor
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
    inputs = TransposedFactor(start: one.start, stepStride: 0)
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
  /// Asks for the memory that the tile will go to, while the tile is being reduced.
  func prefetch<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int)

  /// Takes the sums of the tile, `vectors` vectors a row.
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int)
}

private struct GradientStore: GradientSink {
  let gradient: Matrix
  let factor: Float

  @inline(__always)
  func prefetch<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {}

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

private struct GradientDescent: GradientSink {
  let step: DescentStep
  let weights: Matrix
  let velocity: Matrix?
  let factor: Float
  let squares: UnsafeMutablePointer<Double>?
  let check: UnsafeMutablePointer<Vector>

  @inline(__always)
  func prefetch<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, firstRow: Int, firstColumn: Int
  ) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        let column = firstColumn + vector * laneCount
        processor_prefetch(weights.row(firstRow + row) + column)
        if let velocity { processor_prefetch(velocity.row(firstRow + row) + column) }
      }
    }
  }

  @inline(__always)
  func take<let rows: Int, let vectors: Int>(
    _ shape: TileShape<rows, vectors>, _ sums: UnsafePointer<Float>, firstRow: Int,
    firstColumn: Int
  ) {
    if let squares {
      for row in 0..<rows {
        for vector in 0..<vectors {
          let place = firstColumn + vector * laneCount
          record(
            sums + (row * vectors + vector) * laneCount, row: firstRow + row, column: place,
            in: squares)
        }
      }
    }
    var check = Vector(repeating: 0)
    for row in 0..<rows {
      let weights = weights.row(firstRow + row) + firstColumn
      let velocity = velocity.map { $0.row(firstRow + row) + firstColumn }
      for vector in 0..<vectors {
        let lane = vector * laneCount
        let weight = load(weights + lane)
        let gradient = gradient(load(sums + row * vectors * laneCount + lane), weight: weight)
        // An infinite or undefined gradient times 0 is undefined and stays so in the sum.
        check = check.addingProduct(gradient, Vector(repeating: 0))
        let direction = velocity.map { self.direction(gradient, velocity: $0 + lane) } ?? gradient
        store(
          weight.addingProduct(Vector(repeating: -step.learningRate), direction), weights + lane)
      }
    }
    self.check.pointee += check
  }

  /// The gradient of the mean loss and the L² penalty, from the sum over the samples.
  @inline(__always)
  private func gradient(_ sum: Vector, weight: Vector) -> Vector {
    (sum * Vector(repeating: factor)).addingProduct(Vector(repeating: step.weightDecay), weight)
  }

  /// Momentum: changes the velocity and gives the direction of the step.
  @inline(__always)
  private func direction(_ gradient: Vector, velocity: UnsafeMutablePointer<Float>) -> Vector {
    let momentum = Vector(repeating: step.momentum)
    let next = gradient.addingProduct(momentum, load(velocity))
    store(next, velocity)
    return step.isNesterov ? gradient.addingProduct(momentum, next) : next
  }

  /// Leaves the squared norm of a vector of the gradient; apart, to keep the step's loop small.
  @inline(never)
  private func record(
    _ sum: UnsafePointer<Float>, row: Int, column: Int, in squares: UnsafeMutablePointer<Double>
  ) {
    let gradient = gradient(load(sum), weight: load(weights.row(row) + column))
    squares[(row * weights.stride + column) / laneCount] = sumOfSquares(gradient)
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
    sink.prefetch(shape, firstRow: firstRow, firstColumn: firstColumn)
    let leaves = (factors.samples + leafSampleCount - 1) / leafSampleCount
    var sums = Tile<rows, vectors>(repeating: .init(repeating: Vector(repeating: 0)))
    var leaf = 0
    while true {
      let first = leaf * leafSampleCount
      sums = accumulate(
        factors.inputs, firstRow: firstRow, factors.errors, firstColumn: firstColumn,
        steps: first..<min(first + leafSampleCount, factors.samples),
        onto: Tile<rows, vectors>(repeating: .init(repeating: Vector(repeating: 0))))
      if leaf == leaves - 1 { break }
      stack(&sums, leaf: leaf)
      leaf += 1
    }
    unstack(&sums, lastLeaf: leaf)
    // By way of memory, so that the tile above can stay in registers whatever the sink does.
    for row in 0..<rows {
      for vector in 0..<vectors {
        store(sums[row][vector], slot(levelCount, row, vector, vectors))
      }
    }
    sink.take(
      shape, slot(levelCount, 0, 0, vectors), firstRow: firstRow, firstColumn: firstColumn)
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
    scratch + (level * 16 + row * vectors + vector) * laneCount
  }
}

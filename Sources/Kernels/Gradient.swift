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
///   - squares: where the squared norm of the gradient with its weight decay is left, one Double for
///     each vector of 16 weights in the order of their memory, from `squaresOffset` on; or nil. What
///     lies between the rows is not written.
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

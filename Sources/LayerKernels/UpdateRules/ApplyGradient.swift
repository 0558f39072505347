import Kernels

/// A layer's gradient, reduced over the mini-batch as by `storeGradient` and applied at once.
///
/// - Parameters:
///   - factors: the layer's inputs and error signals.
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - step: the optimizer's rule with the factors of the step.
///   - weights: [inputs × outputs], changed by the step.
///   - state: what the optimizer keeps, each slot [inputs × outputs], changed by the step.
///   - squares: where the squared norm of the gradient with its weight decay is left, one Double for
///     each vector of 16 weights in the order of their memory, from `squaresOffset` on; or nil. What
///     lies between the rows is not written.
///   - squaresOffset: the place in `squares` of the first vector of `weights`.
///   - stores: how the weights are written; the state is of no use to others.
///   - scratch: memory of this worker.
/// - Returns: whether the gradient or, after the update, a weight is not finite; nil if all are
///   finite. The update is applied in either case.
public func applyGradient(
  _ factors: GradientFactors, rows: Range<Int>, columns: Range<Int>, step: UpdateStep,
  weights: Matrix, state: StateSlots, squares: Block<Double>?, squaresOffset: Int,
  stores: StorePolicy = .cached, scratch: GradientScratch
) -> UpdateFailure? {
  var check = FiniteCheck()
  withUnsafeMutablePointer(to: &check) { check in
    func reduce(_ rule: some UpdateRule) {
      let sink = GradientUpdate(
        rule: rule, weights: weights, state: state, stores: stores,
        factor: 1 / Float(factors.samples),
        squares: squares.map { $0.start + squaresOffset }, check: check)
      factors.reduce(rows: rows, columns: columns, scratch: scratch, into: sink)
    }
    switch step {
    case .sgd(let rule): reduce(rule)
    case .adamW(let rule): reduce(rule)
    }
  }
  stores.finish()
  if check.isPassed { return nil }
  // A weight that is not finite may come from a gradient that is not. Only then is the gradient
  // computed again and checked: a check in every step would cost as much as that of the weights.
  return isGradientFinite(factors, rows: rows, columns: columns, scratch: scratch)
    ? .weight : .gradient
}

/// A layer's gradient from its sums over the mini-batch, as `storeGradientSums` leaves them, applied
/// like that of `applyGradient`; with a factor of 1/samples, to the same bits.
///
/// - Parameters:
///   - sums: [inputs × outputs], over all samples of the mini-batch.
///   - factor: what turns these sums into the gradient to step with.
///   - rows: which inputs.
///   - columns: which outputs, from one multiple of `laneCount` to another.
///   - step: as of `applyGradient`.
///   - weights: the same.
///   - state: the same.
///   - squares: the same.
///   - squaresOffset: the same.
/// - Returns: as `applyGradient`.
public func applyGradientSums(
  _ sums: Matrix, factor: Float, rows: Range<Int>, columns: Range<Int>, step: UpdateStep,
  weights: Matrix, state: StateSlots, squares: Block<Double>?, squaresOffset: Int
) -> UpdateFailure? {
  var check = FiniteCheck()
  var isGradientFinite = true
  withUnsafeMutablePointer(to: &check) { check in
    func apply(_ rule: some UpdateRule) {
      let sink = GradientUpdate(
        rule: rule, weights: weights, state: state, stores: .cached, factor: factor,
        squares: squares.map { $0.start + squaresOffset }, check: check)
      for row in rows {
        for column in stride(from: columns.lowerBound, to: columns.upperBound, by: laneCount) {
          sink.take(
            TileShape<1, 1>(), sums.row(row) + column, firstRow: row, firstColumn: column)
        }
      }
    }
    switch step {
    case .sgd(let rule): apply(rule)
    case .adamW(let rule): apply(rule)
    }
  }
  if check.isPassed { return nil }
  for row in rows {
    for column in stride(from: columns.lowerBound, to: columns.upperBound, by: laneCount) {
      isGradientFinite = isGradientFinite && isFinite(sums.row(row) + column)
    }
  }
  return isGradientFinite ? .weight : .gradient
}

private func isFinite(_ vector: UnsafePointer<Float>) -> Bool {
  var check = FiniteCheck()
  check.add(load(vector))
  return check.isPassed
}

import Kernels

/// An exponential moving average's step: a ← a + s(w − a), one fused multiply-add.
///
/// - Parameters:
///   - average: a, [inputs × outputs].
///   - weights: w, of the same shape.
///   - rows: which inputs.
///   - share: s.
public func moveAverage(
  _ average: Matrix, towards weights: Matrix, rows: Range<Int>, share: Float
) {
  let (share, columns) = (Vector(repeating: share), paddedToLanes(average.columns))
  for row in rows {
    let (average, weights) = (average.row(row), weights.row(row))
    for lane in stride(from: 0, to: columns, by: laneCount) {
      let before = load(average + lane)
      store(before.addingProduct(share, load(weights + lane) - before), average + lane)
    }
  }
}

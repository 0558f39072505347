/// Numbers as a row of bars in the height of a line of text: ▇▅▃▂▁.
///
/// - Parameters:
///   - values: the numbers in their order; those that are not finite leave a gap.
///   - width: the most bars; of more numbers, each bar shows the mean of as many.
///   - range: the numbers of the lowest and the highest bar, for rows that are compared; nil takes the
///     smallest and the largest.
/// - Returns: a bar per number; empty where there are fewer than two and no range.
func sparkline(_ values: [Double], width: Int, range: ClosedRange<Double>? = nil) -> String {
  guard values.count > 1 || range != nil, width > 1 else { return "" }
  let count = min(values.count, width)
  let means = (0..<count).map { bar in
    let part = values[bar * values.count / count..<(bar + 1) * values.count / count]
    return part.reduce(0, +) / Double(part.count)
  }
  let finite = means.filter(\.isFinite)
  guard let low = range?.lowerBound ?? finite.min(), let high = range?.upperBound ?? finite.max()
  else { return "" }
  let bars = Array("▁▂▃▄▅▆▇█")
  return String(
    means.map { mean in
      guard mean.isFinite else { return " " }
      let share = high > low ? (mean - low) / (high - low) : 0
      return bars[min(bars.count - 1, max(0, Int(share * Double(bars.count))))]
    })
}

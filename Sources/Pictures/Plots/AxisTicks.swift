import Foundation

/// An axis with its ends and marks worked out: from values to places between 0 and 1.
struct AxisTicks: Equatable {
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  let scale: Axis.Scale
  /// The values at the ends.
  let range: ClosedRange<Double>
  /// The marks, from low to high.
  let ticks: [Tick]

  /// Ends and marks for an axis.
  ///
  /// - Parameters:
  ///   - axis: whose own range and ticks take precedence.
  ///   - values: all that is shown.
  ///   - count: about how many ticks have room.
  init(_ axis: Axis, values: [Double], count: Int) {
    let shown = values.filter { $0.isFinite && (axis.scale == .linear || $0 > 0) }
    let data = axis.range ?? Self.span(shown, axis.scale)
    scale = axis.scale
    let range: ClosedRange<Double>
    switch axis.scale {
    case .linear:
      let step = Self.roundStep(data.upperBound / Double(count) - data.lowerBound / Double(count))
      range =
        axis.range != nil || axis.ticks != nil
        ? data
        : (data.lowerBound / step).rounded(.down) * step...(data.upperBound / step).rounded(.up)
          * step
      ticks = axis.ticks.map(Self.words) ?? Self.linearTicks(range, step: step)
    case .logarithmic:
      let low = max(data.lowerBound, .leastNormalMagnitude)
      let high = max(data.upperBound, low * 1.000001)
      let (ticks, ends) = Self.logarithmicTicks(low...high, count: count)
      range = axis.range == nil && axis.ticks == nil ? ends : low...high
      let kept = range
      self.ticks = axis.ticks.map(Self.words) ?? ticks.filter { kept.contains($0.value) }
    }
    self.range = range
  }

  /// The place of a value: 0 at the low end, 1 at the high end; nil for one without a place.
  func place(_ value: Double) -> Double? {
    guard value.isFinite, scale == .linear || value > 0 else { return nil }
    switch scale {
    case .linear:
      let half = range.upperBound / 2 - range.lowerBound / 2
      return (value / 2 - range.lowerBound / 2) / half
    case .logarithmic:
      let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
      return (log10(value) - low) / (high - low)
    }
  }

  // MARK: - Ranges and steps

  /// The values' extent, widened where it is a single point.
  private static func span(_ values: [Double], _ scale: Axis.Scale) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else {
      return scale == .linear ? 0...1 : 1...10
    }
    switch scale {
    case .linear:
      // Less than the rounding of a value is no extent.
      let noise = max(abs(low), abs(high)) * 1e-12
      guard high - low <= noise else { return low...high }
      let margin = low == 0 ? 1 : abs(low) * 0.1
      return max(
        low - margin, -.greatestFiniteMagnitude / 4)...min(
          high + margin, .greatestFiniteMagnitude / 4)
    case .logarithmic:
      return high > low * 1.001 ? low...high : low / 2...high * 2
    }
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below a step.
  private static func roundStep(_ step: Double) -> Double {
    guard step > 0, step.isFinite else { return 1 }
    let power = pow(10, log10(step).rounded(.down))
    guard power > 0 else { return step }
    let mantissa = step / power
    return power * (mantissa <= 1.0001 ? 1 : mantissa <= 2.0001 ? 2 : mantissa <= 5.0001 ? 5 : 10)
  }

  private static func words(_ ticks: [Axis.Tick]) -> [Tick] {
    ticks.map { Tick(value: $0.value, label: $0.label) }
  }

  private static func linearTicks(_ range: ClosedRange<Double>, step: Double) -> [Tick] {
    let first = (range.lowerBound / step - 1e-6).rounded(.up)
    let last = (range.upperBound / step + 1e-6).rounded(.down)
    guard first.isFinite, last.isFinite, last - first < 100 else { return [] }
    let largest = max(abs(first), abs(last)) * step
    return stride(from: first, through: last, by: 1).map { index in
      Tick(value: index * step, label: label(index * step, step: step, largest: largest))
    }
  }

  /// Powers of ten, every n-th where they are many; with 2 and 5 between them where they are few.
  private static func logarithmicTicks(
    _ range: ClosedRange<Double>, count: Int
  ) -> (ticks: [Tick], ends: ClosedRange<Double>) {
    let low = Int((log10(range.lowerBound) + 1e-9).rounded(.down))
    let high = Int((log10(range.upperBound) - 1e-9).rounded(.up))
    let mantissas: [Double] = high - low <= max(1, count / 3) ? [1, 2, 5] : [1]
    let every = max(1, (high - low + count - 1) / count)
    let values = (low...max(high, low + 1)).flatMap { exponent in
      (exponent - low).isMultiple(of: every)
        ? mantissas.map {
          (mantissa: $0, exponent: exponent, value: $0 * pow(10, Double(exponent)))
        }
        : []
    }
    let below = values.last { $0.value <= range.lowerBound * 1.000001 }?.value
    let above = values.first { $0.value >= range.upperBound * 0.999999 }?.value
    let ends =
      min(
        below ?? range.lowerBound, range.lowerBound)...max(
        above ?? range.upperBound, range.upperBound)
    let ticks = values.filter { $0.value.isNormal }.map {
      Tick(value: $0.value, label: label(mantissa: $0.mantissa, exponent: $0.exponent))
    }
    return (ticks, ends)
  }

  // MARK: - Labels

  /// A multiple of a step with the decimals of the step; very large and very small ones with a
  /// power of ten.
  static func label(_ value: Double, step: Double, largest: Double) -> String {
    guard abs(value) > step / 2 else { return "0" }
    if largest >= 1e6 || largest < 1e-3 {
      let exponent = Int(log10(largest).rounded(.down))
      let mantissa = value / pow(10, Double(exponent))
      let decimals = max(0, exponent - Int((log10(step) + 1e-9).rounded(.down)))
      let text = signed(mantissa, decimals: min(decimals, 6))
      return "\(text)×10\(raised(exponent))"
    }
    let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    return signed(value, decimals: min(decimals, 9))
  }

  private static func label(mantissa: Double, exponent: Int) -> String {
    if (-2...4).contains(exponent) {
      return signed(mantissa * pow(10, Double(exponent)), decimals: max(0, -exponent))
    }
    return mantissa == 1 ? "10\(raised(exponent))" : "\(Int(mantissa))×10\(raised(exponent))"
  }

  /// A number with a real minus sign and groups of three digits from 10,000 up.
  private static func signed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", abs(value))
    let whole = text.prefix { $0 != "." }
    var grouped = String(text)
    if whole.count > 4 {
      let reversed = Array(whole.reversed())
      let groups = stride(from: 0, to: reversed.count, by: 3).map {
        String(reversed[$0..<min($0 + 3, reversed.count)].reversed())
      }
      grouped = groups.reversed().joined(separator: ",") + text.dropFirst(whole.count)
    }
    return (value < 0 ? "−" : "") + grouped
  }

  private static func raised(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = "\(abs(exponent))".compactMap(\.wholeNumberValue).map { String(digits[$0]) }.joined()
    return (exponent < 0 ? "⁻" : "") + text
  }
}

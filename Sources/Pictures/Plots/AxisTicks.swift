import Foundation

/// An axis with its ends and marks worked out: from values to places between 0 and 1.
package struct AxisTicks: Equatable {
  /// A mark and the words beside it.
  package struct Tick: Equatable {
    package let value: Double
    package let label: String
  }

  /// How a value becomes a place.
  package let scale: Axis.Scale
  /// The values at the ends.
  package let range: ClosedRange<Double>
  /// The marks, from low to high, all of them within the range.
  package internal(set) var ticks: [Tick]

  /// Ends and marks for an axis.
  ///
  /// - Parameters:
  ///   - axis: whose own range and ticks take precedence. A range is finite, and above 0 on a
  ///     logarithmic axis; one without an extent is widened.
  ///   - values: all that is shown; those without a place are passed over.
  ///   - count: about how many ticks have room, ≥ 2.
  package init(_ axis: Axis, values: [Double], count: Int) {
    scale = axis.scale
    if let range = axis.range {
      precondition(
        Self.hasPlace(range.lowerBound, axis.scale) && Self.hasPlace(range.upperBound, axis.scale),
        "the ends of an axis have a place on it: \(range)")
    }
    let words = axis.ticks?.filter { Self.hasPlace($0.value, axis.scale) }
    let shown =
      axis.range.map { [$0.lowerBound, $0.upperBound] }
      ?? (values + (words ?? []).map(\.value)).filter { Self.hasPlace($0, axis.scale) }
    let extent = Self.extent(shown, axis.scale)
    if let words {
      range = extent
      ticks = words.filter { extent.contains($0.value) }.sorted { $0.value < $1.value }.map {
        Tick(value: $0.value, label: $0.label)
      }
      return
    }
    switch axis.scale {
    case .linear:
      let size = extent.upperBound / Double(count) - extent.lowerBound / Double(count)
      let step = RoundStep(atLeast: size)
      range = axis.range == nil ? Self.rounded(extent, to: step) : extent
      ticks = Self.linearTicks(range, step)
    case .logarithmic:
      let isFixed = axis.range != nil
      (range, ticks) = Self.logarithmicTicks(extent, isFixed: isFixed, count: count)
    }
  }

  /// The place of a value: 0 at the low end, 1 at the high end, never further away than 10¹⁰⁰; nil
  /// for a value without a place.
  package func place(_ value: Double) -> Double? {
    guard Self.hasPlace(value, scale) else { return nil }
    let share: Double
    switch scale {
    case .linear:
      // Halves, as the difference of two numbers may be none.
      let half = range.upperBound / 2 - range.lowerBound / 2
      share = (value / 2 - range.lowerBound / 2) / half
    case .logarithmic:
      let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
      share = (log10(value) - low) / (high - low)
    }
    return min(max(share, -1e100), 1e100)
  }

  private static func hasPlace(_ value: Double, _ scale: Axis.Scale) -> Bool {
    value.isFinite && (scale == .linear || value >= .leastNormalMagnitude)
  }

  // MARK: - Ends

  /// The values' extent, widened where it is a single point.
  static func extent(_ values: [Double], _ scale: Axis.Scale) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else {
      return scale == .linear ? 0...1 : 1...10
    }
    switch scale {
    case .linear:
      // Less than the rounding of a value is no extent, nor is what has no full precision.
      let magnitude = max(abs(low), abs(high))
      guard high - low <= max(magnitude * 1e-12, 1e-300) else { return low...high }
      let margin = magnitude > 1e-299 ? magnitude * 0.1 : 1
      let greatest = Double.greatestFiniteMagnitude
      return max(low - margin, -greatest)...min(high + margin, greatest)
    case .logarithmic:
      guard high <= low * 1.001 else { return low...high }
      return max(low / 2, .leastNormalMagnitude)...min(high * 2, .greatestFiniteMagnitude)
    }
  }

  /// A range with its ends moved out to multiples of a step, as far as there are such numbers.
  private static func rounded(
    _ range: ClosedRange<Double>, to step: RoundStep
  ) -> ClosedRange<Double> {
    let low = step.multiple(step.count(upTo: range.lowerBound))
    let high = step.multiple(step.count(from: range.upperBound))
    return min(
      low.isFinite ? low : range.lowerBound, range.lowerBound)...max(
        high.isFinite ? high : range.upperBound, range.upperBound)
  }

  // MARK: - Marks

  /// The multiples of a step in a range; of a finer one where there are not two.
  private static func linearTicks(_ range: ClosedRange<Double>, _ step: RoundStep) -> [Tick] {
    let (first, last) = (step.count(from: range.lowerBound), step.count(upTo: range.upperBound))
    guard last > first else { return linearTicks(range, step.finer) }
    return zip(first...last, step.labels(first...last)).map { count, label in
      // An end that differs from its mark by rounding keeps it.
      let value = min(max(step.multiple(count), range.lowerBound), range.upperBound)
      return Tick(value: value, label: label)
    }
  }

  /// Powers of ten with 2 and 5 times each where there is room, every n-th where there is little,
  /// and the ends of the axis with them.
  ///
  /// - Parameters:
  ///   - range: the extent of the values, above 0.
  ///   - isFixed: whether the range stays as it is instead of reaching out to round values.
  ///   - count: about how many ticks have room.
  /// - Returns: the ends of the axis and its marks, from low to high.
  private static func logarithmicTicks(
    _ range: ClosedRange<Double>, isFixed: Bool, count: Int
  ) -> (ClosedRange<Double>, [Tick]) {
    let low = Int((log10(range.lowerBound) + 1e-9).rounded(.down))
    let high = max(low + 1, Int((log10(range.upperBound) - 1e-9).rounded(.up)))
    var finer: (ends: ClosedRange<Double>, powers: [RoundPower])?
    for every in 0...(high - low) {
      let powers = RoundPower.all(
        low...high, every: max(1, every), digits: every == 0 ? [1, 2, 5] : [1])
      let ends = isFixed ? range : rounded(range, to: powers)
      let inside = powers.compactMap { $0.within(ends) }
      guard inside.count <= count + 1 else {
        finer = (ends, inside)
        continue
      }
      if inside.count >= 2 { return (ends, RoundPower.ticks(inside)) }
      break
    }
    if let finer { return (finer.ends, RoundPower.ticks(finer.powers)) }
    let size = range.upperBound / Double(count) - range.lowerBound / Double(count)
    return (range, linearTicks(range, RoundStep(atLeast: size)))
  }

  /// A range with its ends moved out to the next of some powers, or to the last one.
  private static func rounded(
    _ range: ClosedRange<Double>, to powers: [RoundPower]
  ) -> ClosedRange<Double> {
    let low = powers.last { $0.value <= range.lowerBound * (1 + 1e-9) } ?? powers.first
    let high = powers.first { $0.value >= range.upperBound * (1 - 1e-9) } ?? powers.last
    return min(
      low?.value ?? range.lowerBound, range.lowerBound)...max(
        high?.value ?? range.upperBound, range.upperBound)
  }
}

/// A mark of a logarithmic axis: 1, 2 or 5 times a power of ten.
private struct RoundPower {
  let digit: Int
  let exponent: Int
  /// The closest number to it.
  var value: Double

  /// Those that a Double holds in full precision, every so many powers of ten.
  static func all(_ exponents: ClosedRange<Int>, every: Int, digits: [Int]) -> [RoundPower] {
    stride(from: exponents.lowerBound, through: exponents.upperBound, by: every)
      .flatMap { exponent in
        digits.map { digit in
          RoundPower(
            digit: digit, exponent: exponent, value: Double("\(digit)e\(exponent)") ?? 0)
        }
      }
      .filter(\.value.isNormal)
  }

  /// The power if it lies in a range, on the end if it differs from that by rounding.
  func within(_ range: ClosedRange<Double>) -> RoundPower? {
    guard value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9) else {
      return nil
    }
    var power = self
    power.value = min(max(value, range.lowerBound), range.upperBound)
    return power
  }

  /// Labels of one kind for all: plain numbers, or powers where one of them is very large or small.
  static func ticks(_ powers: [RoundPower]) -> [AxisTicks.Tick] {
    let arePlain = powers.allSatisfy { (-3...4).contains($0.exponent) }
    return powers.map { power in
      let label =
        arePlain
        ? plainNumber(power.digit, exponent: power.exponent)
        : (power.digit == 1 ? "" : "\(power.digit)×") + powerOfTen(power.exponent)
      return AxisTicks.Tick(value: power.value, label: label)
    }
  }
}

import Foundation
import NumberText

/// The distance between the marks of an axis: 1, 2 or 5 times a power of ten.
///
/// Its multiples are whole numbers times a power of ten, so values and labels are exact decimals
/// and no rounding of sums shows in them.
package struct RoundStep: Equatable {
  /// 1, 2 or 5.
  package let digit: Int
  /// Of ten.
  package let exponent: Int

  /// The smallest step that is not below a size, but for a share of 10⁻⁴.
  ///
  /// - Parameter size: above 0.
  package init(atLeast size: Double) {
    let power = Int(log10(size).rounded(.down))
    let steps = [
      RoundStep(5, power - 1), RoundStep(1, power), RoundStep(2, power), RoundStep(5, power),
    ]
    self = steps.first { $0.size * 1.0001 >= size } ?? RoundStep(1, power + 1)
  }

  private init(_ digit: Int, _ exponent: Int) {
    self.digit = digit
    self.exponent = exponent
  }

  /// The next smaller step.
  package var finer: RoundStep {
    digit == 1 ? RoundStep(5, exponent - 1) : RoundStep(digit / 2, exponent)
  }

  /// The step as a number.
  package var size: Double { multiple(1) }

  /// A multiple of the step, the closest number to it there is; infinite for one past all numbers.
  package func multiple(_ count: Int) -> Double { Double("\(count * digit)e\(exponent)") ?? 0 }

  /// The greatest multiple that is not above a value, but for rounding.
  package func count(upTo value: Double) -> Int {
    let quotient = value / size
    return Int((quotient + Self.rounding(quotient)).rounded(.down))
  }

  /// The smallest multiple that is not below a value, but for rounding.
  package func count(from value: Double) -> Int {
    let quotient = value / size
    return Int((quotient - Self.rounding(quotient)).rounded(.up))
  }

  /// What a quotient may be off by: a few roundings of a Double, and what no eye sees.
  private static func rounding(_ quotient: Double) -> Double { 1e-9 + abs(quotient) * 0x1p-51 }

  /// A label for each of some multiples, all with the decimals of the step, very large and very
  /// small ones with a power of ten.
  package func labels(_ counts: ClosedRange<Int>) -> [String] {
    let largest = max(abs(counts.lowerBound), abs(counts.upperBound)) * digit
    let leading = "\(largest)".count - 1 + exponent
    guard leading >= 6 || leading < -3 else {
      return counts.map { plainNumber($0 * digit, exponent: exponent) }
    }
    return counts.map { count in
      count == 0
        ? "0"
        : "\(plainNumber(count * digit, exponent: exponent - leading))×\(powerOfTen(leading))"
    }
  }
}

/// A power of ten with its exponent raised: 10⁻³.
func powerOfTen(_ exponent: Int) -> String {
  let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  let digits = "\(abs(exponent))".compactMap(\.wholeNumberValue).map { String(raised[$0]) }.joined()
  return "10" + (exponent < 0 ? "⁻" : "") + digits
}

/// A whole number times a power of ten without one, with a real minus sign and groups of three
/// digits: 0.05, −20,000.
package func plainNumber(_ number: Int, exponent: Int = 0) -> String {
  decimal(
    number, decimals: max(0, -exponent), zeros: max(0, exponent), isGrouped: true, minus: "−")
}

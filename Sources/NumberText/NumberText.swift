// The text of numbers, the same in every locale.

/// A number with a fixed number of decimals; what is not finite or very large as Swift writes it.
package func fixed(_ value: Double, _ decimals: Int) -> String {
  units(value, decimals).map { decimal($0, decimals: decimals) } ?? "\(value)"
}

/// A number with a fixed number of decimals, as many as show `digits` significant ones, but 9 at
/// most.
package func fixed(_ value: Double, significantDigits digits: Int) -> String {
  var decimals = digits - 1
  var magnitude = abs(value)
  while magnitude > 0, magnitude < 1, decimals < 9 {
    magnitude *= 10
    decimals += 1
  }
  return fixed(value, decimals)
}

/// A number of at most so many decimals, without zeros at its end.
package func brief(_ value: Double, decimals: Int) -> String {
  guard var units = units(value, decimals) else { return "\(value)" }
  var decimals = decimals
  while decimals > 0, units.isMultiple(of: 10) {
    units /= 10
    decimals -= 1
  }
  return decimal(units, decimals: decimals)
}

/// A whole number in groups of three digits: 1,234,567.
package func grouped(_ value: Int) -> String { decimal(value, decimals: 0, isGrouped: true) }

/// A whole number with a decimal point: −1,234.50 from −123450 and two decimals.
///
/// - Parameters:
///   - number: the digits, with the sign.
///   - decimals: how many digits stand behind the point; none stands there for 0.
///   - zeros: how many zeros follow the digits.
///   - isGrouped: whether commas part groups of three digits before the point.
///   - minus: the sign of negative numbers.
/// - Returns: the sign, the whole part and, for decimals, a point and the rest.
package func decimal(
  _ number: Int, decimals: Int, zeros: Int = 0, isGrouped: Bool = false, minus: String = "-"
) -> String {
  let digits = number == 0 ? "0" : "\(number.magnitude)" + String(repeating: "0", count: zeros)
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  var whole = String(padded.dropLast(decimals))
  if isGrouped {
    for place in stride(from: whole.count - 3, to: 0, by: -3) {
      whole.insert(",", at: whole.index(whole.startIndex, offsetBy: place))
    }
  }
  return (number < 0 ? minus : "") + whole + (decimals == 0 ? "" : ".\(padded.suffix(decimals))")
}

/// Two lower-case hexadecimal digits per byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  return String(decoding: text, as: UTF8.self)
}

/// A number in units of its last decimal, or nil where a Double has no such decimal.
private func units(_ value: Double, _ decimals: Int) -> Int? {
  let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
  guard value.isFinite, abs(value) * scale < 1e15 else { return nil }
  return Int((value * scale).rounded())
}

/// What a target's inputs are, for the changes that are made to them.
enum InputKind: Sendable {
  /// Bytes: libFuzzer's own changes.
  case bytes
  /// JSON from an offset on.
  case json(start: Int)
  /// Safetensors: the length of the header, its JSON and the values.
  case safetensors
}

/// Changes a number of JSON, which changes of single bytes seldom leave JSON.
///
/// - Parameters:
///   - bytes: an input; the length of a safetensors header is corrected.
///   - kind: where its JSON is.
///   - seed: chooses the number and what it becomes.
/// - Returns: nil for an input without a number.
func changingNumber(of bytes: [UInt8], kind: InputKind, seed: UInt32) -> [UInt8]? {
  let json: Range<Int>
  switch kind {
  case .bytes: return nil
  case .json(let start): json = min(start, bytes.count)..<bytes.count
  case .safetensors:
    guard bytes.count > 8, bytes[3..<8].allSatisfy({ $0 == 0 }) else { return nil }
    let length = bytes[..<3].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 8 else { return nil }
    json = 8..<8 + length
  }
  let numbers = numbers(in: bytes, json)
  guard !numbers.isEmpty else { return nil }
  let choice = Int(seed >> 8)
  let number = numbers[choice % numbers.count]
  let value = String(decoding: bytes[number], as: UTF8.self)
  let others = [
    Int(value).map { "\($0 &+ 1)" } ?? "0.5", Int(value).map { "\($0 &- 1)" } ?? "-0.5",
    String(decoding: bytes[numbers[choice / 7 % numbers.count]], as: UTF8.self),
  ]
  let replacements = others + extremes
  var changed = bytes
  changed.replaceSubrange(
    number, with: replacements[Int(seed & 255) % replacements.count].utf8)
  if case .safetensors = kind {
    changed.replaceSubrange(
      0..<8, with: littleEndian(json.count + changed.count - bytes.count, 8))
  }
  return changed
}

/// Values that readers have to think of.
private let extremes = [
  "0", "1", "-1", "2", "3", "12", "255", "256", "2147483648", "9007199254740993",
  "4611686018427387904", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
  "1e15",
  "1e308", "1e400", "-1e308", "1e-320", "0.1", "-0.0", "null", "true", "[]", "\"nan\"",
  "\\\"nan\\\"", "\\\"-inf\\\"",
]

/// The runs of digits with their signs, points and exponents.
private func numbers(in bytes: [UInt8], _ json: Range<Int>) -> [Range<Int>] {
  var found: [Range<Int>] = []
  var offset = json.lowerBound
  while offset < json.upperBound {
    guard isDigit(bytes[offset]) else {
      offset += 1
      continue
    }
    var start = offset
    if start > json.lowerBound, bytes[start - 1] == UInt8(ascii: "-") { start -= 1 }
    while offset < json.upperBound,
      isDigit(bytes[offset]) || "+-.e".utf8.contains(bytes[offset])
    {
      offset += 1
    }
    found.append(start..<offset)
  }
  return found
}

private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

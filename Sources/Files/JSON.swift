import Foundation

/// A value as JSON with its keys in order.
///
/// - Parameters:
///   - value: what to encode.
///   - isPretty: several indented lines instead of one.
/// - Returns: the text, without a line break at its end.
package func jsonText(_ value: some Encodable, isPretty: Bool = true) -> String {
  let encoder = JSONEncoder()
  encoder.dateEncodingStrategy = .iso8601
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("values of plain fields can be encoded")
  }
  return String(decoding: data, as: UTF8.self)
}

/// A value from what `jsonText` made of it.
package func decodedJSON<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .custom(date)
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return try decoder.decode(type, from: Data(text.utf8))
}

/// Writes a value as JSON, atomically and durably.
package func writeJSON(_ value: some Encodable, to path: String) throws(FileProblem) {
  try writeDurably(Array((jsonText(value) + "\n").utf8), to: path)
}

/// A date in ISO 8601 or, as Foundation writes it by itself, in seconds since 2001.
private func date(from decoder: any Decoder) throws -> Date {
  let value = try decoder.singleValueContainer()
  if let seconds = try? value.decode(Double.self) {
    return Date(timeIntervalSinceReferenceDate: seconds)
  }
  let text = try value.decode(String.self)
  guard let date = try? Date(text, strategy: .iso8601) else {
    throw DecodingError.dataCorruptedError(in: value, debugDescription: "no date: \(text)")
  }
  return date
}

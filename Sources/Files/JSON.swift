import Foundation

/// A value as JSON with its keys in order.
///
/// - Parameters:
///   - value: what to encode.
///   - isPretty: several indented lines instead of one.
/// - Returns: the text, without a line break at its end.
package func jsonText(_ value: some Encodable, isPretty: Bool = true) -> String {
  let encoder = JSONEncoder()
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
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return try decoder.decode(type, from: Data(text.utf8))
}

/// Writes a value as JSON, atomically and durably.
package func writeJSON(_ value: some Encodable, to path: String) throws(FileProblem) {
  try writeDurably(Array((jsonText(value) + "\n").utf8), to: path)
}

import Files

/// Reads the JSON of a safetensors header.
///
/// A reader for this grammar alone, because general JSON readers hide what has to be refused here:
/// they drop a name's first entry when it comes twice, and take `1.0` or `true` for a whole number.
struct SafetensorsHeaderReader {
  typealias Entry = SafetensorsLayout.Entry

  /// The header; its indices are the offsets in the file.
  private let header: ArraySlice<UInt8>
  private let file: String
  private let types: [Safetensors.ElementType]
  private var position: Int

  init(header: ArraySlice<UInt8>, file: String, types: [Safetensors.ElementType]) {
    self.header = header
    self.file = file
    self.types = types
    position = header.startIndex
  }

  /// The tensors in the order of the header, and the metadata.
  mutating func readHeader() throws(FileProblem) -> (
    entries: [Entry], metadata: [String: String]
  ) {
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    try readObject { (reader, name) throws(FileProblem) in
      if name == SafetensorsLayout.metadataName {
        try reader.readObject { (reader, key) throws(FileProblem) in
          metadata[key] = try reader.readString()
        }
      } else {
        entries.append(try reader.readEntry(name))
      }
    }
    skipSpace()
    guard position == header.endIndex else { throw fault(expected: "the end of the header") }
    return (entries, metadata)
  }

  private mutating func readEntry(_ name: String) throws(FileProblem) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    let start = position
    try readObject { (reader, field) throws(FileProblem) in
      switch field {
      case "dtype": type = try reader.readString()
      case "shape": shape = try reader.readIntegers()
      case "data_offsets": offsets = try reader.readIntegers()
      default:
        throw reader.fault(
          expected: "dtype, shape or data_offsets", found: excerpt(field))
      }
    }
    guard let type, let shape, let offsets else {
      throw fault(at: start, expected: "dtype, shape and data_offsets", found: "not all of them")
    }
    return try checkedEntry(name, type: type, shape: shape, offsets: offsets)
  }

  /// The entry, if its three fields agree with each other.
  private func checkedEntry(
    _ name: String, type: String, shape: [Int], offsets: [Int]
  ) throws(FileProblem) -> Entry {
    let place = "tensor \(excerpt(name))"
    func wrong(
      _ field: String, expected: String, found: String,
      hint: String = SafetensorsLayout.wrongFileHint
    ) -> FileProblem {
      FileProblem(
        .wrongData, file: file, place: "\(place), \(field)", expected: expected, found: found,
        hint: hint)
    }
    let known = Safetensors.ElementType(rawValue: type)
    guard let elementType = known, types.contains(elementType) else {
      let expected = types.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
      throw wrong(
        "dtype", expected: expected, found: excerpt(type),
        hint: known == nil
          ? "convert the tensor to 32-bit floats before it is saved"
          : "lockstep import makes a model of 32-bit floats of it")
    }
    guard let byteCount = checkedProduct([elementType.byteCount] + shape) else {
      throw wrong("shape", expected: "a size below 2^63 bytes", found: list(shape))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw wrong("data_offsets", expected: "a start and an end after it", found: list(offsets))
    }
    guard offsets[1] - offsets[0] == byteCount else {
      throw wrong(
        "data_offsets", expected: "\(byteCount) bytes for the shape \(list(shape))",
        found: "\(offsets[1] - offsets[0]) bytes")
    }
    return Entry(
      name: name, type: elementType, shape: shape, offsets: offsets[0]..<offsets[1])
  }

  // MARK: The grammar

  private mutating func readObject(
    _ readValue: (inout Self, _ key: String) throws(FileProblem) -> Void
  ) throws(FileProblem) {
    try take("{", expected: "an object: {")
    if takes("}") { return }
    var keys: Set<String> = []
    repeat {
      skipSpace()
      let start = position
      let key = try readString()
      guard keys.insert(key).inserted else {
        throw fault(at: start, expected: "each name once", found: "\(excerpt(key)) again")
      }
      try take(":", expected: "a colon")
      skipSpace()
      try readValue(&self, key)
    } while takes(",")
    try take("}", expected: "a comma or }")
  }

  private mutating func readIntegers() throws(FileProblem) -> [Int] {
    try take("[", expected: "a list: [")
    if takes("]") { return [] }
    var integers: [Int] = []
    repeat {
      integers.append(try readInteger())
    } while takes(",")
    try take("]", expected: "a comma or ]")
    return integers
  }

  /// A whole number that is not negative, without a leading zero, as JSON has it.
  private mutating func readInteger() throws(FileProblem) -> Int {
    skipSpace()
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    let digits = header[start..<position]
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else {
      throw fault(at: start, expected: "a whole number that is not negative")
    }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw fault(at: start, expected: "a number below 2^63", found: "\(digits.count) digits")
    }
    return value
  }

  private mutating func readString() throws(FileProblem) -> String {
    try take("\"", expected: "a string")
    let start = position
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault(at: start, expected: "text in UTF-8", found: "other bytes")
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        text += Array(String(Character(try readEscape())).utf8)
      case 0..<0x20:
        throw fault(expected: "an escaped control character")
      default:
        position += 1
        text.append(byte)
      }
    }
    throw fault(expected: "the string's closing quotation mark")
  }

  /// The character that follows a backslash.
  private mutating func readEscape() throws(FileProblem) -> Unicode.Scalar {
    let start = position
    let letter = next ?? 0
    position = min(position + 1, header.endIndex)
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "u"):
      var code = try readCodeUnit()
      // A character beyond U+FFFF is written as two surrogates, \ud83d\ude00.
      if 0xD800..<0xDC00 ~= code, header[position...].starts(with: [0x5C, 0x75]) {
        position += 2
        let low = try readCodeUnit()
        code = 0xDC00..<0xE000 ~= low ? 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) : code
      }
      if let scalar = Unicode.Scalar(code) { return scalar }
    default: break
    }
    throw fault(at: start, expected: "an escape of JSON")
  }

  /// Four hexadecimal digits.
  private mutating func readCodeUnit() throws(FileProblem) -> UInt32 {
    let digits = header[position...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal,
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault(expected: "four hexadecimal digits") }
    position += 4
    return code
  }

  // MARK: Bytes

  private var next: UInt8? { position < header.endIndex ? header[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func takes(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next.map(Unicode.Scalar.init) == mark else { return false }
    position += 1
    return true
  }

  private mutating func take(
    _ mark: Unicode.Scalar, expected: String
  ) throws(FileProblem) {
    guard takes(mark) else { throw fault(expected: expected) }
  }

  private func fault(
    at offset: Int? = nil, expected: String, found: String? = nil
  ) -> FileProblem {
    let offset = offset ?? position
    let there =
      offset < header.endIndex
      ? Unicode.Scalar(header[offset]).debugDescription : "the end of the header"
    return FileProblem(
      .wrongData, file: file, place: "header, byte \(offset)", expected: expected,
      found: found ?? there, hint: SafetensorsLayout.wrongFileHint)
  }
}

private func list(_ numbers: [Int]) -> String {
  let shown = numbers.prefix(8).map(String.init).joined(separator: ", ")
  return "[\(shown)\(numbers.count > 8 ? ", …" : "")]"
}

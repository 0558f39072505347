import Files

/// What the header of a NumPy array says.
///
/// Source: NumPy, NEP 1, "A simple file format for NumPy arrays", versions 1.0 to 3.0.
struct NPYHeader {
  let element: NPYElement
  let shape: [Int]

  /// The number of elements, or nil where it does not fit.
  var count: Int? { checkedProduct(shape) }

  /// Reads the header from the start of a member.
  ///
  /// - Parameters:
  ///   - source: the content of the member, from its first byte.
  ///   - name: the name of the member, for errors.
  /// - Throws: `wrongData` for bytes that are no header, or one of elements that are not read.
  init<Source: ByteSource & ~Copyable>(
    from source: inout Source, name: String
  ) throws(FileProblem) {
    let path = source.path
    func problem(_ expected: String, _ found: String, hint: String? = nil) -> FileProblem {
      FileProblem(
        .wrongData, file: path, place: name, expected: expected, found: found, hint: hint)
    }
    let start = try readBytes(from: &source, count: 8)
    guard start.count == 8, start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw problem("a NumPy array", contentInWords(start) ?? "other bytes")
    }
    guard (1...3).contains(start[6]) else {
      throw problem("a NumPy array of version 1 to 3", "version \(start[6])")
    }
    let sizeLength = start[6] == 1 ? 2 : 4
    let size = try readBytes(from: &source, count: sizeLength).reversed().reduce(0) {
      $0 << 8 | Int($1)
    }
    guard size <= 1 << 16 else {
      throw problem("a header of at most 65536 bytes", "\(size) bytes")
    }
    let bytes = try readBytes(from: &source, count: size)
    guard bytes.count == size else {
      throw problem("a header of \(size) bytes", "its end after \(bytes.count)")
    }
    var dictionary = NPYDictionary(bytes)
    guard let fields = dictionary.fields(), case .text(let type)? = fields["descr"],
      case .flag(let isColumnMajor)? = fields["fortran_order"],
      case .sizes(let shape)? = fields["shape"]
    else {
      let text = String(decoding: bytes.prefix(60), as: UTF8.self)
      throw problem(
        "a header with one element type, the order and the shape", text,
        hint: "save an array of numbers, without objects or fields")
    }
    guard let element = NPYElement(type) else {
      throw problem(
        "whole numbers, booleans, float32 or float64", "elements of type \(type)",
        hint: "save the array as uint8")
    }
    guard !isColumnMajor || shape.count < 2 else {
      throw problem(
        "elements in C order", "Fortran order", hint: "save numpy.ascontiguousarray of it")
    }
    self.element = element
    self.shape = shape
  }
}

/// A type of elements.
struct NPYElement {
  private enum Kind { case unsigned, signed, float, boolean }

  private let kind: Kind
  private let isBigEndian: Bool
  let byteCount: Int

  /// Whether an element is the byte that it stands for.
  var isByte: Bool { kind == .unsigned && byteCount == 1 }

  /// Reads a type as NumPy writes it: byte order, kind, number of bytes, as `<f4`.
  init?(_ type: String) {
    let letters = Array(type.utf8)
    guard letters.count == 3, "<>|".utf8.contains(letters[0]) else { return nil }
    let sizes: [UInt8]
    switch letters[1] {
    case UInt8(ascii: "u"): (kind, sizes) = (.unsigned, Array("1248".utf8))
    case UInt8(ascii: "i"): (kind, sizes) = (.signed, Array("1248".utf8))
    case UInt8(ascii: "f"): (kind, sizes) = (.float, Array("48".utf8))
    case UInt8(ascii: "b"): (kind, sizes) = (.boolean, Array("1".utf8))
    default: return nil
    }
    guard sizes.contains(letters[2]) else { return nil }
    isBigEndian = letters[0] == UInt8(ascii: ">")
    byteCount = Int(letters[2] - UInt8(ascii: "0"))
  }

  /// The value of the element that begins at an offset. Integers beyond 2⁵³ are rounded, far beyond
  /// all that is accepted.
  func value(in bytes: Span<UInt8>, at offset: Int) -> Double {
    var bits: UInt64 = 0
    for index in 0..<byteCount {
      let place = isBigEndian ? index : byteCount - 1 - index
      bits = bits << 8 | UInt64(bytes[offset + place])
    }
    switch (kind, byteCount) {
    case (.float, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, _): return Double(bitPattern: bits)
    case (.signed, _):
      let unused = UInt64(64 - 8 * byteCount)
      return Double(Int64(bitPattern: bits << unused) >> Int64(unused))
    default: return Double(bits)
    }
  }
}

/// The dictionary of a header, a literal of Python: `{'descr': '|u1', 'shape': (2, 3), }`.
private struct NPYDictionary {
  enum Value {
    case text(String)
    case flag(Bool)
    case sizes([Int])
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// All fields, or nil where the text is another.
  mutating func fields() -> [String: Value]? {
    guard take("{") else { return nil }
    var fields: [String: Value] = [:]
    while !take("}") {
      guard let key = text(), take(":"), let value = value() else { return nil }
      fields[key] = value
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipSpace()
    return rest.isEmpty ? fields : nil
  }

  private mutating func value() -> Value? {
    if let text = text() { return .text(text) }
    if take("True") { return .flag(true) }
    if take("False") { return .flag(false) }
    guard take("(") else { return nil }
    var sizes: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      rest = rest.dropFirst(digits.count)
      sizes.append(size)
      if !take(",") {
        guard take(")") else { return nil }
        break
      }
    }
    return .sizes(sizes)
  }

  private mutating func text() -> String? {
    skipSpace()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    let content = rest.dropFirst().prefix { $0 != quote }
    guard content.endIndex < rest.endIndex else { return nil }
    rest = rest[(content.endIndex + 1)...]
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
  }
}

/// An array of whole numbers 0…255, or of numbers 0…1.
struct NPYArray: Sendable {
  /// What the values are.
  enum Range {
    /// Whole numbers, at least one above 1.
    case bytes
    /// Only 0 and 1.
    case binary
    /// Numbers of 0…1, some between.
    case unit
  }

  /// The name of the member.
  let name: String
  let shape: [Int]
  /// One byte per element in C order; numbers of 0…1 are multiplied by 255 and rounded.
  var bytes: [UInt8]
  let range: Range

  /// Reads a member of an archive.
  ///
  /// - Throws: `wrongData` for a member that is no such array, is damaged, or promises more bytes than
  ///   it can hold.
  init(_ member: ZipArchive.Member, of archive: ZipArchive) throws(FileProblem) {
    let data = try archive.dataRange(of: member)
    if member.isDeflated {
      var source = ZipMember(try GzipFile(archive.path, deflatedRange: data))
      try self.init(from: &source, member)
    } else {
      var source = ZipMember(try InputFile(archive.path, range: data))
      try self.init(from: &source, member)
    }
  }

  private init<Source: ByteSource & ~Copyable>(
    from source: inout ZipMember<Source>, _ member: ZipArchive.Member
  ) throws(FileProblem) {
    let path = source.path
    guard member.byteCount <= source.byteLimit else {
      throw FileProblem(
        .wrongData, file: path, place: member.name,
        expected: "at most \(source.byteLimit) bytes in \(member.packedByteCount)",
        found: "\(member.byteCount)", hint: "fetch the file again")
    }
    let header = try NPYHeader(from: &source, name: member.name)
    let room = member.byteCount - source.position
    guard let count = header.count, count > 0,
      checkedProduct([count, header.element.byteCount]) == room
    else {
      let shape = header.shape.map(String.init).joined(separator: " × ")
      throw FileProblem(
        .wrongData, file: path, place: member.name,
        expected:
          "\(shape.isEmpty ? "1" : shape) elements of \(header.element.byteCount) bytes, at least one",
        found: "\(room) bytes", hint: "fetch the file again")
    }
    if header.element.isByte {
      bytes = try readBytes(from: &source, count: count)
      range = bytes.contains { $0 > 1 } ? .bytes : .binary
    } else {
      var numbers = NumberBytes(element: header.element, count: count)
      while numbers.bytes.count < count {
        let piece = try readBytes(
          from: &source, count: min(1 << 16, room - numbers.bytes.count * header.element.byteCount))
        guard !piece.isEmpty else { break }
        if let (index, found) = numbers.append(piece) {
          throw FileProblem(
            .wrongData, file: path, place: "\(member.name), element \(index)",
            expected: "whole numbers 0…255, or numbers 0…1", found: found,
            hint: "save the array as uint8")
        }
      }
      (bytes, range) = (numbers.bytes, numbers.range)
    }
    try source.finish(member)
    name = member.name
    shape = header.shape
  }
}

/// Numbers that become bytes.
private struct NumberBytes {
  private let element: NPYElement
  private(set) var bytes: [UInt8] = []
  private var largest: UInt8 = 0
  private var isUnit = false

  init(element: NPYElement, count: Int) {
    self.element = element
    bytes.reserveCapacity(count)
  }

  var range: NPYArray.Range { isUnit ? .unit : largest > 1 ? .bytes : .binary }

  /// Takes the next elements; a part of one at the end, as of a member that was cut off, is left out.
  ///
  /// - Returns: the index and text of the first element that is out of range, or nil.
  mutating func append(_ piece: [UInt8]) -> (index: Int, found: String)? {
    let span = piece.span
    for offset in stride(from: 0, through: span.count - element.byteCount, by: element.byteCount) {
      let value = element.value(in: span, at: offset)
      if !isUnit, value >= 0, value <= 255, value == value.rounded() {
        let byte = UInt8(value)
        largest = max(largest, byte)
        bytes.append(byte)
      } else if value >= 0, value <= 1, largest <= 1 {
        if !isUnit {
          isUnit = true
          for index in bytes.indices where bytes[index] == 1 { bytes[index] = 255 }
        }
        bytes.append(UInt8((value * 255).rounded()))
      } else {
        return (bytes.count, "\(value)")
      }
    }
    return nil
  }
}

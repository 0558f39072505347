import Files

/// Named tensors of 32-bit floats and some strings about them: one safetensors file, as PyTorch,
/// NumPy and JAX read and write it.
///
/// A file is the header's length (8 bytes, little-endian), the header (JSON, padded with spaces so
/// that the values start at a multiple of 8) and the values (little-endian). Floats keep every bit,
/// those of a NaN too.
///
/// Format: <https://github.com/huggingface/safetensors#format>.
public struct Safetensors: Sendable {
  /// One named tensor.
  public struct Tensor: Sendable {
    /// What the tensor is, such as `layer0.weight`.
    public let name: String
    /// The extents, outermost first; empty for a single number.
    public let shape: [Int]
    /// The elements, the last index running fastest.
    public let values: [Float]
    /// The element type in the file that the tensor was read from; floats are written.
    public let storedType: ElementType

    /// A tensor with as many values as its shape says.
    public init(
      name: String, shape: [Int], values: [Float], storedType: ElementType = .float32
    ) {
      precondition(shape.allSatisfy { $0 >= 0 }, "an extent cannot be negative")
      precondition(
        shape.reduce(1, *) == values.count, "a tensor has as many values as its shape says")
      self.name = name
      self.shape = shape
      self.values = values
      self.storedType = storedType
    }
  }

  /// The tensors in the order of their values in the file. No two have the same name.
  public var tensors: [Tensor]
  /// What the file says about itself.
  public var metadata: [String: String]

  /// The content of a file that is to be written.
  public init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file's content, wholly checked before memory is taken for a value.
  ///
  /// The tensors come in the order of their values.
  ///
  /// - Parameters:
  ///   - bytes: the content.
  ///   - file: the path that a problem is to name.
  ///   - types: the element types that are read. Models and checkpoints are of floats alone, so
  ///     that nothing is rounded unsaid.
  /// - Throws: `wrongData` with the field or the byte that is at fault.
  public init(
    decoding bytes: [UInt8], file: String, types: [ElementType] = [.float32]
  ) throws(FileProblem) {
    let layout = try SafetensorsLayout(of: bytes, file: file, types: types)
    metadata = layout.metadata
    tensors = layout.entries.map { entry in
      let start = layout.dataStart + entry.offsets.lowerBound
      let type = entry.type
      return Tensor(
        name: entry.name, shape: entry.shape,
        values: type.floats(in: bytes, from: start, count: entry.offsets.count / type.byteCount),
        storedType: type)
    }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - types: the element types that are read.
  /// - Throws: `noInput` for a file that is not there, `wrongData` with the field or the byte that
  ///   is at fault, `inputOutput` where reading breaks off.
  public init(contentsOf path: String, types: [ElementType] = [.float32]) throws(FileProblem) {
    // The header is judged before memory is taken for the values that it announces.
    _ = try SafetensorsLayout(ofHeaderOf: path, types: types)
    try self.init(
      decoding: try readFile(path, byteLimit: SafetensorsLayout.fileByteLimit), file: path,
      types: types)
  }

  /// What a file says about itself, from its header alone.
  ///
  /// - Parameter path: the file.
  /// - Throws: as `init(contentsOf:types:)`.
  /// - Returns: the metadata by name.
  package static func metadata(ofFile path: String) throws(FileProblem) -> [String: String] {
    try SafetensorsLayout(ofHeaderOf: path, types: [.float32]).metadata
  }

  /// Writes the file, durably: the path holds its old content or the new one at every moment.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - type: how values are stored.
  /// - Throws: `inputOutput` with the system's reason.
  public func write(
    to path: String, as type: WrittenType = .float32
  ) throws(FileProblem) {
    try writeDurably(pieces: pieces(type), to: path)
  }

  /// The file's content. Equal tensors in the same order and equal metadata give equal bytes, the
  /// same as the reference implementation writes for them.
  ///
  /// The names must differ from each other and from `__metadata__`, and the header has to stay
  /// within the length that is read back.
  public func encoded() -> [UInt8] { pieces(.float32).reduce(into: []) { $0 += $1 } }

  /// The header and the values of each tensor, made when they are asked for.
  private func pieces(_ type: WrittenType) -> some Sequence<[UInt8]> {
    let names = Set(tensors.map(\.name))
    precondition(names.count == tensors.count, "two tensors cannot have the same name")
    precondition(
      !names.contains(SafetensorsLayout.metadataName), "__metadata__ cannot name a tensor")
    let header = encodedHeader(type.elementType)
    precondition(
      header.count <= SafetensorsLayout.headerByteLimit, "names and metadata are too long")
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return (0...tensors.count).lazy.map { piece in
      piece == 0 ? length + header : type.bytes(of: tensors[piece - 1].values)
    }
  }

  private func encodedHeader(_ type: ElementType) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      // Ordered by their bytes: Swift's order of strings follows Unicode's tables.
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quotedJSON($0.key)):\(quotedJSON($0.value))" }
      fields.append("\"\(SafetensorsLayout.metadataName)\":{\(pairs.joined(separator: ","))}")
    }
    var start = 0
    for tensor in tensors {
      let end = start + type.byteCount * tensor.values.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(quotedJSON(tensor.name)):"
          + "{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}"
      )
      start = end
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    return header
  }
}

/// The values as they lie in a file and in a fingerprint, four bytes each.
func littleEndianBytes(of values: some Collection<Float>) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 4 * values.count)
  for (index, value) in values.enumerated() {
    let bits = value.bitPattern
    bytes[4 * index] = UInt8(truncatingIfNeeded: bits)
    bytes[4 * index + 1] = UInt8(truncatingIfNeeded: bits >> 8)
    bytes[4 * index + 2] = UInt8(truncatingIfNeeded: bits >> 16)
    bytes[4 * index + 3] = UInt8(truncatingIfNeeded: bits >> 24)
  }
  return bytes
}

/// The text as a JSON string: only what JSON forbids is escaped.
private func quotedJSON(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\u{8}": quoted += "\\b"
    case "\u{9}": quoted += "\\t"
    case "\u{A}": quoted += "\\n"
    case "\u{C}": quoted += "\\f"
    case "\u{D}": quoted += "\\r"
    case "\u{0}"..<"\u{10}": quoted += "\\u000" + String(scalar.value, radix: 16)
    case "\u{10}"..<"\u{20}": quoted += "\\u00" + String(scalar.value, radix: 16)
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

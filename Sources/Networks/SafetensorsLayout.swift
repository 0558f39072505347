import Files

/// Where everything lies in a safetensors file, checked to the last byte: the values of the
/// tensors follow each other without a gap or an overlap and end with the file.
struct SafetensorsLayout {
  /// One tensor as the header describes it.
  struct Entry {
    let name: String
    let type: Safetensors.ElementType
    let shape: [Int]
    /// The bytes of the values, counted from the end of the header.
    let offsets: Range<Int>
  }

  /// The entry of the header that describes the file instead of a tensor.
  static let metadataName = "__metadata__"
  /// The most that a header may take, as other readers of the format have it; a checkpoint keeps the
  /// reports of its epochs there.
  static let headerByteLimit = 100_000_000
  /// The most that is read into memory: a network of a thousand million parameters.
  static let fileByteLimit = 1 << 32

  /// The tensors in the order of their values.
  let entries: [Entry]
  let metadata: [String: String]
  /// The first byte of the values in the file.
  let dataStart: Int

  /// Reads and checks nothing but the header of a file.
  ///
  /// - Throws: `noInput` for a missing file, `wrongData` for a header that is wrong, or is not that
  ///   of a file of this size.
  init(
    ofHeaderOf path: String, types: [Safetensors.ElementType]
  ) throws(FileProblem) {
    let (length, fileSize) = try readStart(of: path, count: 8)
    let count = 8 + (try Self.headerLength(of: length, fileSize: fileSize, file: path))
    let (header, size) = try readStart(of: path, count: count)
    guard header.count == count else {
      throw FileProblem(
        .inputOutput, file: path, expected: "to read \(count) bytes",
        found: "the end of the file")
    }
    try self.init(of: header, fileSize: size, file: path, types: types)
  }

  /// The layout of a file.
  ///
  /// - Parameters:
  ///   - bytes: its content, or at least its header.
  ///   - fileSize: its size; nil where `bytes` is all of it.
  ///   - file: its path, for the error.
  ///   - types: the element types that a tensor may have.
  /// - Throws: `wrongData` for a header that is wrong, or is not that of a file of this size.
  init(
    of bytes: [UInt8], fileSize: Int? = nil, file: String, types: [Safetensors.ElementType]
  ) throws(FileProblem) {
    let fileSize = fileSize ?? bytes.count
    let headerLength = try Self.headerLength(of: bytes, fileSize: fileSize, file: file)
    dataStart = 8 + headerLength
    var reader = SafetensorsHeaderReader(
      header: bytes[8..<dataStart], file: file, types: types)
    let header = try reader.readHeader()
    metadata = header.metadata
    // An empty tensor shares its offset with the one that follows and comes first. The sort is
    // stable, so several of them stay in the order of the header.
    entries = header.entries.sorted {
      ($0.offsets.lowerBound, $0.offsets.upperBound)
        < ($1.offsets.lowerBound, $1.offsets.upperBound)
    }
    try Self.check(entries, dataCount: fileSize - dataStart, file: file)
  }

  private static func headerLength(
    of bytes: [UInt8], fileSize: Int, file: String
  ) throws(FileProblem) -> Int {
    guard bytes.count >= 8 else {
      throw FileProblem(
        .wrongData, file: file, place: "header length",
        expected: "8 bytes at the start of the file", found: "\(bytes.count) bytes in all",
        hint: wrongFileHint)
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    let limit = min(headerByteLimit, fileSize - 8)
    guard length <= UInt64(limit) else {
      throw FileProblem(
        .wrongData, file: file, place: "header length",
        expected: limit == headerByteLimit
          ? "at most \(headerByteLimit)" : "at most \(limit), as many as there are bytes left",
        found: "\(length)", hint: wrongFileHint)
    }
    return Int(length)
  }

  private static func check(
    _ entries: [Entry], dataCount: Int, file: String
  ) throws(FileProblem) {
    var position = 0
    for entry in entries {
      let offsets = "tensor \(excerpt(entry.name)), data_offsets"
      guard entry.offsets.upperBound <= dataCount else {
        throw FileProblem(
          .wrongData, file: file, place: offsets,
          expected: "an end within the \(dataCount) bytes of values",
          found: "\(entry.offsets.upperBound)", hint: "the file is cut short: copy it again")
      }
      guard entry.offsets.lowerBound == position else {
        throw FileProblem(
          .wrongData, file: file, place: offsets,
          expected: "a start of \(position), where the tensor before it ends",
          found: "\(entry.offsets.lowerBound)", hint: wrongFileHint)
      }
      position = entry.offsets.upperBound
    }
    guard position == dataCount else {
      throw FileProblem(
        .wrongData, file: file, place: "values", expected: "\(position) bytes, as the header says",
        found: "\(dataCount) bytes", hint: wrongFileHint)
    }
  }

  static let wrongFileHint = "the file is damaged or not a safetensors file: write or copy it again"
}

/// A text from a file as it may stand in a message: in quotation marks, on one line, not too long.
func excerpt(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let start = String(String.UnicodeScalarView(scalars.prefix(60)))
  return start.debugDescription + (scalars.dropFirst(60).isEmpty ? "" : "…")
}

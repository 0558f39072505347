import Files
import NumberText

/// The header of an IDX file of bytes: a magic number of 0, 0, the type and the number of
/// dimensions, then the size of each dimension, all big-endian.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "file
/// formats".
struct IDXHeader: Equatable {
  /// The sizes of the dimensions, the count of images or labels first.
  let sizes: [Int]

  static let unsignedByte: UInt8 = 0x08

  static func byteCount(dimensions: Int) -> Int { 4 + 4 * dimensions }

  /// The header as it stands in the file.
  var bytes: [UInt8] {
    [0, 0, Self.unsignedByte, UInt8(sizes.count)]
      + sizes.flatMap { size in
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> $0) }
      }
  }

  /// Reads a header that has to announce unsigned bytes in so many dimensions.
  init<Source: ByteSource & ~Copyable>(
    from source: inout Source, dimensions: Int
  ) throws(FileProblem) {
    let path = source.path
    let length = Self.byteCount(dimensions: dimensions)
    let bytes = try readBytes(from: &source, count: length)
    try checkMagic(bytes, path: path, dimensions: dimensions)
    guard bytes.count == length else {
      throw FileProblem(
        .wrongData, file: path, place: "header", expected: "\(length) bytes",
        found: "\(bytes.count) bytes", hint: fetchAgain)
    }
    sizes = stride(from: 4, to: length, by: 4).map { offset in
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    for (index, size) in sizes.enumerated() where size == 0 {
      throw FileProblem(
        .wrongData, file: path, place: "byte \(4 + 4 * index)",
        expected: "a size of at least 1", found: "0: the file is empty")
    }
  }

  init(sizes: [Int]) {
    self.sizes = sizes
  }
}

/// The content of an IDX file.
struct IDXArray: Sendable {
  let path: String
  /// The sizes of the dimensions, the count of images or labels first.
  let sizes: [Int]
  /// The product of `sizes` bytes, in C order.
  let bytes: [UInt8]

  /// Reads a plain file or, where the name ends in `.gz`, a gzip file.
  ///
  /// - Throws: `noInput` for a file that cannot be opened; `wrongData` where the header does not
  ///   announce unsigned bytes in `dimensions` dimensions, or the content is not exactly as long as
  ///   the header says. A header that promises more than the file can hold is refused before memory
  ///   is taken.
  init(contentsOf path: String, dimensions: Int) throws(FileProblem) {
    if path.hasSuffix(".gz") {
      var file = try GzipFile(path)
      try self.init(from: &file, dimensions: dimensions)
    } else {
      var file = try InputFile(path)
      try self.init(from: &file, dimensions: dimensions)
    }
  }

  private init<Source: ByteSource & ~Copyable>(
    from source: inout Source, dimensions: Int
  ) throws(FileProblem) {
    let path = source.path
    let sizes = try IDXHeader(from: &source, dimensions: dimensions).sizes
    let expectation =
      "\(IDXHeader.byteCount(dimensions: dimensions)) + "
      + sizes.map(String.init).joined(separator: " × ") + " bytes"
    func wrongLength(_ found: String) -> FileProblem {
      FileProblem(
        .wrongData, file: path, place: "length", expected: expectation, found: found,
        hint: fetchAgain)
    }
    let room = source.byteLimit - IDXHeader.byteCount(dimensions: dimensions)
    guard let count = checkedProduct(sizes), count <= room else {
      throw wrongLength("at most \(source.byteLimit) bytes")
    }
    let bytes = try readBytes(from: &source, count: count)
    guard bytes.count == count else {
      throw wrongLength("\(IDXHeader.byteCount(dimensions: dimensions) + bytes.count) bytes")
    }
    guard try readBytes(from: &source, count: 1).isEmpty else { throw wrongLength("more") }

    self.path = path
    self.sizes = sizes
    self.bytes = bytes
  }
}

/// The next `count` bytes, fewer at the end.
private func readBytes<Source: ByteSource & ~Copyable>(
  from source: inout Source, count: Int
) throws(FileProblem) -> [UInt8] {
  try unsafe [UInt8](unsafeUninitializedCapacity: count) {
    (buffer, initialized) throws(FileProblem) in
    initialized = try unsafe source.read(into: UnsafeMutableRawBufferPointer(buffer))
  }
}

private func checkMagic(
  _ bytes: [UInt8], path: String, dimensions: Int
) throws(FileProblem) {
  let expected = [0, 0, IDXHeader.unsignedByte, UInt8(dimensions)]
  for (offset, byte) in bytes.prefix(4).enumerated() where byte != expected[offset] {
    let hint =
      switch offset {
      case 3: byte == 1 ? "this looks like a file of labels" : "is it another file of the set?"
      case 2: "only unsigned bytes, type 08, are read"
      default:
        bytes.starts(with: [0x1f, 0x8b])
          ? "it is compressed: let its name end in .gz" : "is it an IDX file?"
      }
    throw FileProblem(
      .wrongData, file: path, place: "byte \(offset)",
      expected: "the magic number \(spaced(expected))", found: spaced(bytes.prefix(4)), hint: hint)
  }
}

private func spaced(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { hexadecimal([$0]) }.joined(separator: " ")
}

private let fetchAgain = "fetch the file again"

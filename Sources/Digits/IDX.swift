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
  /// Whether these are the labels of QMNIST: rows of eight integers, of which the first is the
  /// class.
  let isTable: Bool

  static let unsignedByte: UInt8 = 0x08
  static let integer: UInt8 = 0x0c
  static let tableColumns = 8

  static func byteCount(dimensions: Int) -> Int { 4 + 4 * dimensions }

  /// The header as it stands in the file.
  var bytes: [UInt8] {
    [0, 0, Self.unsignedByte, UInt8(sizes.count)]
      + sizes.flatMap { size in
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> $0) }
      }
  }

  /// Reads a header that has to announce unsigned bytes in so many dimensions, or for labels
  /// QMNIST's table of integers.
  init<Source: ByteSource & ~Copyable>(
    from source: inout Source, dimensions: Int
  ) throws(FileProblem) {
    let path = source.path
    let magic = try readBytes(from: &source, count: 4)
    isTable = dimensions == 1 && magic == [0, 0, Self.integer, 2]
    if !isTable { try checkMagic(magic, path: path, dimensions: dimensions) }
    let length = Self.byteCount(dimensions: isTable ? 2 : dimensions)
    let bytes = try magic + readBytes(from: &source, count: length - 4)
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
    guard !isTable || sizes[1] == Self.tableColumns else {
      throw FileProblem(
        .wrongData, file: path, place: "byte 8",
        expected: "rows of \(Self.tableColumns) integers, as QMNIST's labels have",
        found: "rows of \(sizes[1])", hint: "save the labels as one unsigned byte each")
    }
  }

  /// The number of bytes that follow the header, or nil where it does not fit.
  var contentByteCount: Int? { checkedProduct(sizes + (isTable ? [4] : [])) }

  /// The content as its header describes it: `3 × 2 × 3`.
  var contentInWords: String {
    (sizes + (isTable ? [4] : [])).map(String.init).joined(separator: " × ")
  }

  /// The sizes as a header of the other byte order would have them.
  var swappedSizes: [Int] { sizes.map { Int(UInt32(truncatingIfNeeded: $0).byteSwapped) } }

  init(sizes: [Int]) {
    self.sizes = sizes
    isTable = false
  }
}

/// The content of an IDX file.
package struct IDXArray: Sendable {
  let path: String
  /// The sizes of the dimensions, the count of images or labels first.
  package let sizes: [Int]
  /// The product of `sizes` bytes, in C order.
  package let bytes: [UInt8]

  /// Reads a plain file or, where the name ends in `.gz`, a gzip file. Of QMNIST's labels only the
  /// classes are kept.
  ///
  /// - Throws: `noInput` for a file that cannot be opened; `wrongData` where the header does not
  ///   announce unsigned bytes in `dimensions` dimensions, or the content is not exactly as long as
  ///   the header says. A header that promises more than the file can hold is refused before memory
  ///   is taken.
  package init(contentsOf path: String, dimensions: Int) throws(FileProblem) {
    if fileExtension(path) == "gz" {
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
    let header = try IDXHeader(from: &source, dimensions: dimensions)
    let headerLength = IDXHeader.byteCount(dimensions: header.sizes.count)
    let limit = source.byteLimit
    func wrongLength(_ found: String) -> FileProblem {
      let swapped = checkedProduct(header.swappedSizes)
      let isSwapped = swapped.map { $0 > 0 && $0 <= limit - headerLength } ?? false
      return FileProblem(
        .wrongData, file: path, place: "length",
        expected: "\(headerLength) + \(header.contentInWords) bytes", found: found,
        hint: isSwapped
          ? "its sizes are little-endian, as "
            + header.swappedSizes.map(String.init).joined(separator: " × ")
            + "; write them big-endian" : fetchAgain)
    }
    guard let count = header.contentByteCount, count <= limit - headerLength else {
      throw wrongLength("at most \(limit) bytes")
    }
    let bytes = try readBytes(from: &source, count: count)
    guard bytes.count == count else { throw wrongLength("\(headerLength + bytes.count) bytes") }
    guard try readBytes(from: &source, count: 1).isEmpty else { throw wrongLength("more") }

    self.path = path
    sizes = header.isTable ? [header.sizes[0]] : header.sizes
    self.bytes = header.isTable ? try firstColumn(bytes, path: path) : bytes
  }
}

/// The classes in the rows of QMNIST's labels, big-endian integers of 32 bits.
private func firstColumn(_ bytes: [UInt8], path: String) throws(FileProblem) -> [UInt8] {
  var labels: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 4 * IDXHeader.tableColumns) {
    let value = bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard let label = UInt8(exactly: value) else {
      throw FileProblem(
        .wrongData, file: path, place: "label \(labels.count)", expected: "a label of 0…255",
        found: "\(Int32(bitPattern: value))", hint: fetchAgain)
    }
    labels.append(label)
  }
  return labels
}

private func checkMagic(
  _ bytes: [UInt8], path: String, dimensions: Int
) throws(FileProblem) {
  let expected = [0, 0, IDXHeader.unsignedByte, UInt8(dimensions)]
  for (offset, byte) in bytes.prefix(4).enumerated() where byte != expected[offset] {
    let hint = magicHint(bytes, offset: offset, path: path, dimensions: dimensions)
    throw FileProblem(
      .wrongData, file: path, place: "byte \(offset)",
      expected: "the magic number \(spaced(expected))", found: spaced(bytes.prefix(4)), hint: hint)
  }
}

/// What the first bytes of a file that is no IDX file of this kind say that it is.
private func magicHint(
  _ bytes: [UInt8], offset: Int, path: String, dimensions: Int
) -> String {
  let isZipped = bytes.starts(with: [0x1f, 0x8b])
  if isZipped && fileExtension(path) == "gz" {
    return "it is a gzip file inside a gzip file: unpack it once"
  }
  if isZipped { return "it is compressed: let its name end in .gz" }
  if bytes.count == 4, bytes[2...] == [0, 0], bytes[1] == IDXHeader.unsignedByte {
    return "its header is little-endian: write the magic number and the sizes big-endian"
  }
  switch offset {
  case 3:
    return switch (dimensions, bytes[3]) {
    case (3, 1): "this looks like a file of labels"
    case (1, 3): "this looks like a file of images"
    case (3, 4): "it has four dimensions; save gray images as count × height × width"
    case (3, 2): "it has two dimensions; save the images as count × height × width"
    case (1, 2): "it has two dimensions, as one-hot labels have; save one byte per label"
    default: "is it another file of the set?"
    }
  case 2:
    let type = elementTypes[bytes[2]].map { "its elements are \($0): " } ?? ""
    return type + "only unsigned bytes, type 08, are read"
  default:
    return contentInWords(bytes).map { "this is \($0)" } ?? "is it an IDX file?"
  }
}

/// The element types of IDX beside unsigned bytes.
private let elementTypes: [UInt8: String] = [
  0x09: "signed bytes", 0x0b: "integers of 16 bits", 0x0c: "integers of 32 bits",
  0x0d: "floats of 32 bits", 0x0e: "floats of 64 bits",
]

private func spaced(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { hexadecimal([$0]) }.joined(separator: " ")
}

private let fetchAgain = "fetch the file again"

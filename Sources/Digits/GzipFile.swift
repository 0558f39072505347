import CZlib
import Files
import NumberText

/// A gzip file, or a deflated range of another file, inflated as it is read: the one place that calls
/// zlib.
///
/// All members of a gzip file count, each with its CRC and length checked by zlib. Bytes after the
/// last member are an error, also the zeros with which some tapes pad. A deflated range has no
/// checksum of its own.
///
/// Source: RFC 1952, GZIP file format specification, 1996.
@safe struct GzipFile: ByteSource, ~Copyable {
  private var file: InputFile
  /// zlib keeps a pointer back to it, so it must never move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var state: State
  private var inflatedBytes = 0
  /// Whether this is deflated data without the frame of gzip.
  private let isBare: Bool

  private enum State {
    case betweenMembers
    case inMember
    case atEnd
  }

  /// - Throws: `noInput` where the file cannot be opened.
  init(_ path: String) throws(FileProblem) {
    try self.init(file: try InputFile(path), isBare: false)
  }

  /// - Parameters:
  ///   - path: the file.
  ///   - range: where in it the deflated data lies.
  /// - Throws: `noInput` where the file cannot be opened.
  init(_ path: String, deflatedRange range: Range<Int>) throws(FileProblem) {
    try self.init(file: try InputFile(path, range: range), isBare: true)
  }

  private init(file: consuming InputFile, isBare: Bool) throws(FileProblem) {
    let path = file.path
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe inflateInit2_(
      stream, isBare ? -windowBits : windowBits + 16, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      throw FileProblem(
        .inputOutput, file: path, expected: "zlib to start", found: "zlib status \(status)")
    }
    self.file = file
    self.isBare = isBare
    state = isBare ? .inMember : .betweenMembers
    unsafe self.stream = unsafe stream
    unsafe input = .allocate(byteCount: 1 << 16, alignment: 16)
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
    unsafe input.deallocate()
  }

  var path: String { file.path }

  /// Deflate cannot pack 258 bytes into fewer than two bits. Real images become a fifth or a tenth
  /// of their size; a large file that promises far more is made to fill the memory.
  var byteLimit: Int {
    let (product, overflow) = file.byteLimit.multipliedReportingOverflow(by: 1032)
    let (usual, _) = file.byteLimit.multipliedReportingOverflow(by: 100)
    return overflow ? .max : min(product, max(usual, 64 << 20))
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int {
    var count = 0
    while count < buffer.count && state != .atEnd {
      if unsafe stream.pointee.avail_in == 0 {
        try refill()
        if state == .atEnd { break }
      }
      if state == .betweenMembers { try startMember() }

      // zlib counts in 32 bits.
      let room = min(buffer.count - count, 1 << 30)
      unsafe stream.pointee.next_out = buffer.baseAddress?.advanced(by: count)
        .assumingMemoryBound(to: Bytef.self)
      unsafe stream.pointee.avail_out = uInt(room)
      let status = unsafe inflate(stream, Z_NO_FLUSH)
      let got = room - Int(unsafe stream.pointee.avail_out)
      count += got
      inflatedBytes += got
      try check(status)
    }
    return count
  }

  /// Reads on in the file; at its end the content has to be complete.
  private mutating func refill() throws(FileProblem) {
    let got = unsafe try file.read(into: input)
    unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
    unsafe stream.pointee.avail_in = uInt(got)
    guard got == 0 else { return }
    guard state == .betweenMembers && file.position > 0 else {
      throw FileProblem(
        .wrongData, file: path, place: "byte \(file.position)",
        expected: isBare ? "complete deflated data" : "a complete gzip file",
        found: "its end after \(inflatedBytes) bytes of content", hint: "fetch the file again")
    }
    state = .atEnd
  }

  /// A member begins with 1f 8b, of which the first byte tells it from padding and the rest is
  /// left to zlib.
  private mutating func startMember() throws(FileProblem) {
    let first = unsafe stream.pointee.next_in.pointee
    guard first == 0x1f else {
      let isFirst = offset == 0
      let start = unsafe Array(
        UnsafeBufferPointer(
          start: stream.pointee.next_in, count: min(16, Int(stream.pointee.avail_in))))
      throw FileProblem(
        .wrongData, file: path, place: "byte \(offset)",
        expected: isFirst ? "a gzip file, 1f 8b" : "the end of the file",
        found: isFirst ? contentInWords(start) ?? hexadecimal([first]) : hexadecimal([first]),
        hint: isFirst
          ? "fetch the file again, or drop .gz from the name of one that is not compressed"
          : "fetch the file again")
    }
    unsafe inflateReset(stream)
    state = .inMember
  }

  /// The one place where a status of zlib becomes an error.
  private mutating func check(_ status: Int32) throws(FileProblem) {
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END where isBare:
      guard unsafe stream.pointee.avail_in == 0, file.isAtEnd else {
        throw FileProblem(
          .wrongData, file: path, place: "byte \(offset)",
          expected: "deflated data to the end of its range", found: "an earlier end",
          hint: "fetch the file again")
      }
      state = .atEnd
    case Z_STREAM_END: state = .betweenMembers
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw FileProblem(
        .wrongData, file: path, place: "byte \(offset)",
        expected: isBare ? "intact deflated data" : "intact gzip data",
        found: words ?? "zlib status \(status)", hint: "fetch the file again")
    }
  }

  /// The position in the compressed file.
  private var offset: Int {
    file.position - Int(unsafe stream.pointee.avail_in)
  }
}

/// A window of 2¹⁵ bytes, the largest. 16 more asks zlib for gzip's header and trailer, a negative
/// number for neither.
private let windowBits: Int32 = 15

/// The checksum that a ZIP archive keeps of each member.
struct CRC32 {
  private(set) var value: UInt32 = 0

  /// Goes on with the next bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      // zlib counts in 32 bits.
      let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      value = unsafe UInt32(
        truncatingIfNeeded: crc32(
          uLong(value), piece.baseAddress?.assumingMemoryBound(to: Bytef.self), uInt(piece.count)))
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
    }
  }
}

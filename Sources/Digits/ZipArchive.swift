import Files
import NumberText

/// The members of a ZIP archive, as NumPy and Python write them: stored or deflated, below 4 GiB, in
/// one piece, not encrypted.
///
/// Sizes and checksums are those of the central directory; the headers before the members only say
/// where the data begins.
///
/// Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
  /// A file in the archive.
  struct Member {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// The number of bytes in the archive.
    let packedByteCount: Int
    let byteCount: Int
    fileprivate let headerOffset: Int
  }

  let path: String
  let members: [Member]
  /// Where the central directory begins, the end of all members.
  private let directoryOffset: Int

  /// Reads the central directory.
  ///
  /// - Throws: `noInput` for a file that cannot be read, `wrongData` for one that is no whole archive
  ///   of this kind.
  init(contentsOf path: String) throws(FileProblem) {
    let (start, fileSize) = try readStart(of: path, count: 16)
    guard start.starts(with: Bytes.signature(3, 4)) else {
      throw FileProblem(
        .wrongData, file: path, place: "byte 0", expected: "a ZIP archive, as .npz files are",
        found: contentInWords(start) ?? "another file", hint: "save it with numpy.savez")
    }
    let end = try EndRecord(path: path, fileSize: fileSize)
    let bytes = try Bytes(path: path, range: end.directory)
    var members: [Member] = []
    var offset = 0
    for index in 0..<end.memberCount {
      let place = end.directory.lowerBound + offset
      guard let entry = bytes.slice(offset, 46), entry.starts(with: Bytes.signature(1, 2)) else {
        throw broken(
          path, place, expected: "entry \(index + 1) of \(end.memberCount) in the central directory"
        )
      }
      func number(_ at: Int, _ count: Int) -> Int { bytes.number(offset + at, count) }
      let nameLength = number(28, 2)
      guard let name = bytes.slice(offset + 46, nameLength) else {
        throw broken(path, place, expected: "a name of \(nameLength) bytes")
      }
      let member = Member(
        name: String(decoding: name, as: UTF8.self), isDeflated: number(10, 2) == 8,
        checksum: UInt32(number(16, 4)), packedByteCount: number(20, 4), byteCount: number(24, 4),
        headerOffset: number(42, 4))
      try Self.check(
        member, flags: number(8, 2), method: number(10, 2), path: path, place: place)
      members.append(member)
      offset += 46 + nameLength + number(30, 2) + number(32, 2)
    }
    self.path = path
    self.members = members
    directoryOffset = end.directory.lowerBound
  }

  /// Where the data of a member lies in the file.
  ///
  /// - Throws: `wrongData` where its header is not there or the data does not fit.
  func dataRange(of member: Member) throws(FileProblem) -> Range<Int> {
    let offset = member.headerOffset
    let header = try Bytes(path: path, range: offset..<offset + 30)
    guard let start = header.slice(0, 30), start.starts(with: Bytes.signature(3, 4)) else {
      throw broken(path, offset, expected: "the header of \(member.name)")
    }
    let begin = offset + 30 + header.number(26, 2) + header.number(28, 2)
    let end = begin + member.packedByteCount
    guard end <= directoryOffset else {
      throw broken(
        path, offset, expected: "\(member.name) before byte \(directoryOffset)",
        found: "its end at byte \(end)")
    }
    return begin..<end
  }

  private static func check(
    _ member: Member, flags: Int, method: Int, path: String, place: Int
  ) throws(FileProblem) {
    guard flags & 1 == 0 else {
      throw broken(path, place, expected: "\(member.name) without encryption", found: "encryption")
    }
    guard method == 0 || method == 8 else {
      throw broken(
        path, place, expected: "\(member.name) stored or deflated, method 0 or 8",
        found: "method \(method)", hint: "save it with numpy.savez")
    }
    guard ![member.packedByteCount, member.byteCount, member.headerOffset].contains(0xffff_ffff)
    else {
      throw broken(
        path, place, expected: "members below 4 GiB", found: "ZIP64 sizes",
        hint: "save fewer or smaller images")
    }
    guard method == 8 || member.packedByteCount == member.byteCount else {
      throw broken(
        path, place, expected: "one size of the stored \(member.name)",
        found: "\(member.packedByteCount) and \(member.byteCount)")
    }
  }
}

/// The record at the end of an archive, which says where the central directory is.
private struct EndRecord {
  let memberCount: Int
  let directory: Range<Int>

  /// The record is searched from the end of the file, since a comment may follow it.
  init(path: String, fileSize: Int) throws(FileProblem) {
    let start = max(0, fileSize - 22 - 0xffff)
    let bytes = try Bytes(path: path, range: start..<fileSize)
    let signature = Bytes.signature(5, 6)
    let offset = stride(from: bytes.count - 22, through: 0, by: -1).first { offset in
      bytes.slice(offset, 4)?.elementsEqual(signature) == true
        && bytes.number(offset + 20, 2) == bytes.count - offset - 22
    }
    guard let offset else {
      throw broken(
        path, fileSize, expected: "the end record of a ZIP archive", found: "the end of the file")
    }
    let begin = bytes.number(offset + 16, 4)
    let end = begin + bytes.number(offset + 12, 4)
    guard end <= start + offset, end - begin <= directoryLimit else {
      throw broken(
        path, start + offset, expected: "a central directory before the end record",
        found: "one from byte \(begin) to \(end)")
    }
    memberCount = bytes.number(offset + 10, 2)
    directory = begin..<end
  }
}

/// The largest central directory: thousands of arrays, far beyond the four of a data set.
private let directoryLimit = 1 << 20

/// A range of a file with its little-endian numbers.
private struct Bytes {
  private let bytes: [UInt8]

  var count: Int { bytes.count }

  init(path: String, range: Range<Int>) throws(FileProblem) {
    var file = try InputFile(path, range: range)
    bytes = try readBytes(from: &file, count: range.count)
  }

  /// The four bytes that begin a record.
  static func signature(_ third: UInt8, _ fourth: UInt8) -> [UInt8] { [0x50, 0x4b, third, fourth] }

  /// `count` bytes from an offset, or nil where they do not fit.
  func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    offset >= 0 && offset + count <= bytes.count ? bytes[offset..<offset + count] : nil
  }

  /// The number at an offset, 0 where it does not fit: a slice of the record is asked for first.
  func number(_ offset: Int, _ count: Int) -> Int {
    (slice(offset, count) ?? []).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

private func broken(
  _ path: String, _ offset: Int, expected: String, found: String = "other bytes",
  hint: String = "fetch the file again"
) -> FileProblem {
  FileProblem(
    .wrongData, file: path, place: "byte \(offset)", expected: expected, found: found, hint: hint)
}

/// The content of a member as it is read: counted, and with the checksum of what came.
struct ZipMember<Source: ByteSource & ~Copyable>: ByteSource, ~Copyable {
  private var source: Source
  private var checksum = CRC32()
  let path: String
  let byteLimit: Int
  /// The number of bytes that were read.
  private(set) var position = 0

  init(_ source: consuming Source) {
    path = source.path
    byteLimit = source.byteLimit
    self.source = source
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int {
    let count = try unsafe source.read(into: buffer)
    unsafe checksum.update(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
    position += count
    return count
  }

  /// Checks after the last byte that the content is whole.
  mutating func finish(_ member: ZipArchive.Member) throws(FileProblem) {
    let isLonger = try !readBytes(from: &self, count: 1).isEmpty
    guard !isLonger, position == member.byteCount else {
      throw FileProblem(
        .wrongData, file: path, place: member.name, expected: "\(member.byteCount) bytes",
        found: isLonger ? "more" : "\(position) bytes", hint: "fetch the file again")
    }
    guard checksum.value == member.checksum else {
      throw FileProblem(
        .wrongData, file: path, place: member.name,
        expected: "the checksum \(hexadecimal(member.checksum))",
        found: hexadecimal(checksum.value), hint: "fetch the file again")
    }
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  NumberText.hexadecimal((0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) })
}

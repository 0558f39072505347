import Files
import Foundation

/// Bytes that come one after the other, from a file or out of a decoder.
protocol ByteSource: ~Copyable {
  /// The file, as the caller named it.
  var path: String { get }
  /// No more than so many bytes can come: what a header promises beyond it is a lie, which shows
  /// before memory is taken.
  var byteLimit: Int { get }
  /// Fills the buffer, or as much of it as there are bytes left.
  ///
  /// - Returns: the number of bytes read; fewer than the buffer's only at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int
}

/// A regular file, or a range of it, that is read piece by piece, so that a large one needs no memory
/// of its own.
struct InputFile: ByteSource, ~Copyable {
  let path: String
  /// The file's size when it was opened, or the length of the range.
  let byteLimit: Int
  private let descriptor: Int32
  /// The offset in the file of what is read next.
  private(set) var position: Int
  /// The end of the range; a whole file has none, since it may grow.
  private let end: Int?

  /// - Throws: `noInput` for a missing or unreadable file, a folder, a device or a pipe.
  init(_ path: String) throws(FileProblem) {
    (descriptor, byteLimit) = try openToRead(path)
    self.path = path
    position = 0
    end = nil
  }

  /// - Parameters:
  ///   - path: the file.
  ///   - range: the bytes to read, which should lie in it.
  /// - Throws: as for a whole file.
  init(_ path: String, range: Range<Int>) throws(FileProblem) {
    (descriptor, _) = try openToRead(path)
    self.path = path
    byteLimit = range.count
    position = range.lowerBound
    end = range.upperBound
  }

  /// Whether the whole range was read.
  var isAtEnd: Bool { end.map { position >= $0 } ?? false }

  deinit {
    close(descriptor)
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int {
    var count = 0
    while count < buffer.count {
      let room = min(buffer.count - count, end.map { $0 - position } ?? .max)
      if room == 0 { break }
      let got = unsafe Foundation.pread(
        descriptor, buffer.baseAddress?.advanced(by: count), room, off_t(position))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw FileProblem(
          .inputOutput, file: path, place: "byte \(position)", expected: "to read the file",
          found: systemMessage(errno))
      }
      if got == 0 { break }
      count += got
      position += got
    }
    return count
  }
}

/// The next `count` bytes, fewer at the end.
func readBytes<Source: ByteSource & ~Copyable>(
  from source: inout Source, count: Int
) throws(FileProblem) -> [UInt8] {
  try unsafe [UInt8](unsafeUninitializedCapacity: count) {
    (buffer, initialized) throws(FileProblem) in
    initialized = try unsafe source.read(into: UnsafeMutableRawBufferPointer(buffer))
  }
}

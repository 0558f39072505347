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

/// A regular file that is read piece by piece, so that a large one needs no memory of its own.
struct InputFile: ByteSource, ~Copyable {
  let path: String
  /// The file's size when it was opened.
  let byteLimit: Int
  private let descriptor: Int32
  private(set) var position = 0

  /// - Throws: `noInput` for a missing or unreadable file, a folder, a device or a pipe.
  init(_ path: String) throws(FileProblem) {
    (descriptor, byteLimit) = try openToRead(path)
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int {
    var count = 0
    while count < buffer.count {
      let got = unsafe Foundation.read(
        descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
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

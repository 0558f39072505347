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
    // Without O_NONBLOCK, opening a pipe would wait for someone to write into it.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw unreadable(path, code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileProblem(
        .noInput, file: path, expected: "a file", found: isFolder ? "a folder" : "a device or pipe")
    }
    self.path = path
    self.byteLimit = Int(status.st_size)
    self.descriptor = descriptor
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

private func unreadable(_ path: String, _ code: Int32) -> FileProblem {
  let hint = code == ENOENT || code == ENOTDIR ? "check the path" : nil
  return FileProblem(
    .noInput, file: path, expected: "a readable file", found: systemMessage(code), hint: hint)
}

/// The system's words for an error number, in lower case as they stand inside a sentence.
private func systemMessage(_ code: Int32) -> String {
  let words = unsafe String(cString: strerror(code))
  return words.prefix(1).lowercased() + words.dropFirst()
}

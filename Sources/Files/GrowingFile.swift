import Foundation

/// A file of bytes that grows at its end, such as a log of records.
package struct GrowingFile: Sendable {
  /// Where it is.
  package let path: String

  /// Names the file; it must be there.
  package init(path: String) {
    self.path = path
  }

  /// Adds bytes with one system call, as long as the system takes them all.
  ///
  /// - Throws: `inputOutput` with the system's reason; none of the bytes stays.
  package func append(_ bytes: [UInt8]) throws(FileProblem) {
    let descriptor = try opened(O_WRONLY | O_APPEND)
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    do throws(FileProblem) {
      try writeAll(bytes, to: descriptor, path: path)
    } catch {
      ftruncate(descriptor, size)
      throw error
    }
  }

  /// Cuts the file off after so many bytes. It stays the same file, for a program that has it open.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  package func cut(to count: Int) throws(FileProblem) {
    let descriptor = try opened(O_WRONLY)
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(count)) == 0, fsync(descriptor) == 0 else {
      throw unwritable(path, errno)
    }
  }

  /// Makes the bytes so far safe from a crash of the system.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  package func flush() throws(FileProblem) {
    let descriptor = try opened(O_RDONLY)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable(path, errno) }
  }

  private func opened(_ flags: Int32) throws(FileProblem) -> Int32 {
    let descriptor = unsafe open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    return descriptor
  }
}

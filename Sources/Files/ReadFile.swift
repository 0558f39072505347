import Foundation

/// The whole content of a regular file.
///
/// - Parameters:
///   - path: the file; a symbolic link is followed.
///   - byteLimit: the most bytes that a file of this kind may have; a longer one is refused before
///     memory is taken for it.
/// - Throws: `noInput` for a missing or unreadable file or a folder, `wrongData` for one over the
///   limit, `inputOutput` where reading breaks off or does not give the bytes that the system
///   counted, as when someone else writes to the file meanwhile.
/// - Returns: the bytes of the file.
public func readFile(_ path: String, byteLimit: Int = .max) throws(FileProblem) -> [UInt8] {
  let (descriptor, size) = try openToRead(path)
  defer { close(descriptor) }
  guard size <= byteLimit else {
    throw FileProblem(
      .wrongData, file: path, place: "size", expected: "at most \(byteLimit) bytes",
      found: "\(size) bytes")
  }
  return try readAll(descriptor, path: path, size: size)
}

/// The first bytes of a regular file, to be judged before the rest is read.
///
/// - Parameters:
///   - path: the file; a symbolic link is followed.
///   - count: the number of bytes; fewer are returned where the file is shorter.
/// - Throws: as `readFile(_:byteLimit:)`.
/// - Returns: the bytes, and the size of the whole file.
public func readStart(
  of path: String, count: Int
) throws(FileProblem) -> (bytes: [UInt8], fileSize: Int) {
  let (descriptor, size) = try openToRead(path)
  defer { close(descriptor) }
  let wanted = min(count, size)
  return (try readAll(descriptor, path: path, size: wanted, mayBeLonger: true), size)
}

/// Opens a regular file and tells its size.
///
/// - Throws: `noInput` for a missing or unreadable file, a folder, a device or a pipe.
/// - Returns: a descriptor that the caller closes.
package func openToRead(
  _ path: String
) throws(FileProblem) -> (descriptor: Int32, size: Int) {
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
  return (descriptor, Int(status.st_size))
}

private func readAll(
  _ descriptor: Int32, path: String, size: Int, mayBeLonger: Bool = false
) throws(FileProblem) -> [UInt8] {
  var failure: String?
  // Room for one byte more than there should be shows a file that has grown.
  let room = mayBeLonger ? size : size + 1
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
    count = 0
    while count < room {
      let got = unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), room - count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failure = systemMessage(errno) }
      if got <= 0 { break }
      count += got
    }
  }
  if failure == nil && bytes.count < size { failure = "the end of the file" }
  if failure == nil && bytes.count > size { failure = "more than that" }
  if let failure {
    throw FileProblem(
      .inputOutput, file: path, place: "byte \(min(bytes.count, size))",
      expected: "to read \(size) bytes", found: failure)
  }
  return bytes
}

private func unreadable(_ path: String, _ code: Int32) -> FileProblem {
  let hint = code == ENOENT || code == ENOTDIR ? "check the path" : nil
  return FileProblem(
    .noInput, file: path, expected: "a readable file", found: systemMessage(code), hint: hint)
}

/// The system's words for an error number, in lower case as they stand inside a sentence.
package func systemMessage(_ code: Int32) -> String {
  let words = unsafe String(cString: strerror(code))
  return words.prefix(1).lowercased() + words.dropFirst()
}

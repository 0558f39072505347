import Foundation

/// Writes a whole file so that at every moment, also after a crash, its path holds either the old
/// content or the new one: a temporary sibling is written and flushed, renamed over the path, and
/// the folder is flushed.
///
/// - Throws: `inputOutput` with the system's reason; the temporary sibling is removed and what
///   stood at `path` stays as it was.
public func writeDurably(_ bytes: [UInt8], to path: String) throws(FileProblem) {
  let temporary = "\(path).tmp-\(getpid())"
  let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw unwritable(path, errno) }
  do throws(FileProblem) {
    try writeAll(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw unwritable(path, errno) }
  } catch {
    close(descriptor)
    unsafe unlink(temporary)
    throw error
  }
  guard close(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
    let code = errno
    unsafe unlink(temporary)
    throw unwritable(path, code)
  }
  try flushFolder(of: path)
}

/// Makes a folder and those above it, as far as they are missing.
///
/// - Throws: `inputOutput` with the system's reason.
public func makeFolder(_ path: String) throws(FileProblem) {
  do {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: nil)
  } catch {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let found = cause.map { systemMessage(Int32($0.code)) } ?? "\(error.localizedDescription)"
    throw FileProblem(
      .inputOutput, file: path, expected: "a folder that can be made", found: found,
      hint: "choose another folder")
  }
}

/// A text file that grows by whole lines and keeps every line that was written before.
public struct LineLog {
  private let path: String

  /// Names the file; it is made by the first `append`.
  public init(path: String) {
    self.path = path
  }

  /// Adds one line with one system call, so that a reader never sees half of it.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  public func append(_ line: String) throws(FileProblem) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    defer { close(descriptor) }
    try writeAll(Array((line + "\n").utf8), to: descriptor, path: path)
  }
}

private func writeAll(
  _ bytes: [UInt8], to descriptor: Int32, path: String
) throws(FileProblem) {
  var written = 0
  while written < bytes.count {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe write(
        descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
    }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw unwritable(path, errno) }
    written += count
  }
}

private func flushFolder(of path: String) throws(FileProblem) {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw unwritable(path, errno) }
  defer { close(descriptor) }
  // Some file systems cannot flush a folder and say EINVAL: the rename is then as safe as it gets.
  guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable(path, errno) }
}

private func unwritable(_ path: String, _ code: Int32) -> FileProblem {
  let hint =
    switch code {
    case ENOSPC, EDQUOT: "free some space and run it again"
    case ENOENT: "make the folder first"
    default: "choose another place to write to"
    }
  return FileProblem(
    .inputOutput, file: path, expected: "to write the file", found: systemMessage(code),
    hint: hint)
}

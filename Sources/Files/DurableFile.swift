import Foundation
import Synchronization

/// Writes a whole file so that at every moment, also after a crash, its path holds either the old
/// content or the new one: a temporary sibling is written and flushed, renamed over the path, and
/// the folder is flushed.
///
/// A symbolic link to a file is followed, and a file that is replaced hands down its permissions.
/// Folders, devices and pipes are refused: renaming would put a plain file in their place.
///
/// - Throws: `inputOutput` with the system's reason; the temporary sibling is removed and what
///   stood at `path` stays as it was. Only where the folder cannot be flushed in the end does the
///   new content stand, not yet safe from a crash.
public func writeDurably(_ bytes: [UInt8], to path: String) throws(FileProblem) {
  try writeDurably(pieces: CollectionOfOne(bytes), to: path)
}

/// Writes a whole file like `writeDurably(_:to:)`, from pieces that need not be in memory together.
public func writeDurably(
  pieces: some Sequence<[UInt8]>, to path: String
) throws(FileProblem) {
  let target = try target(of: path)
  let number = temporaryFiles.wrappingAdd(1, ordering: .relaxed).oldValue
  let temporary = "\(target.path)\(temporaryMark)\(getpid())-\(number)"
  let descriptor = unsafe open(
    temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw unwritable(path, errno) }
  do throws(FileProblem) {
    for bytes in pieces { try writeAll(bytes, to: descriptor, path: path) }
    if let permissions = target.permissions {
      guard fchmod(descriptor, permissions) == 0 else { throw unwritable(path, errno) }
    }
    guard fsync(descriptor) == 0 else { throw unwritable(path, errno) }
  } catch {
    close(descriptor)
    unsafe unlink(temporary)
    throw error
  }
  guard close(descriptor) == 0, unsafe rename(temporary, target.path) == 0 else {
    let code = errno
    unsafe unlink(temporary)
    throw unwritable(path, code)
  }
  try flushFolder(of: target.path, for: path)
}

/// Removes the temporary siblings of a path that killed processes have left behind.
///
/// - Parameter path: a path that `writeDurably` writes to, and no other process now.
public func removeTemporaries(of path: String) {
  let name = path.split(separator: "/").last ?? ""
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  for entry in (try? rawEntries(of: folder(of: path)))?.compactMap(\.name) ?? []
  where entry.hasPrefix(name + temporaryMark) {
    let ending = entry.dropFirst(name.count + temporaryMark.count).utf8
    guard ending.allSatisfy({ digits.contains($0) || $0 == UInt8(ascii: "-") }) else { continue }
    unsafe unlink("\(folder(of: path))/\(entry)")
  }
}

/// What stands between the name of a file and the numbers of its temporary sibling.
private let temporaryMark = ".tmp-"

/// Complains about a path that `writeDurably` could not write to, as far as that shows without
/// writing, before time is spent on the content.
///
/// - Throws: `inputOutput` with the system's reason: `path` is a folder, device or pipe, or its
///   folder is missing or closed to writing.
public func checkWritable(_ path: String) throws(FileProblem) {
  let target = try target(of: path)
  guard unsafe access(folder(of: target.path), W_OK | X_OK) == 0 else {
    throw unwritable(path, errno)
  }
}

/// Makes a folder and those above it, as far as they are missing.
///
/// - Throws: `inputOutput` with the system's reason.
public func makeFolder(_ path: String) throws(FileProblem) {
  try makeParents(of: path)
  try makeFolders([path], for: path)
}

/// Makes the folders above a path, as far as they are missing.
private func makeParents(of path: String) throws(FileProblem) {
  let separators = path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }
  let parents = separators.filter { $0 > path.startIndex }.map { String(path[..<$0]) }
  try makeFolders(parents.filter { $0 != path }, for: path)
}

private func makeFolders(_ folders: [String], for path: String) throws(FileProblem) {
  func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
  for folder in folders where !isFolder(folder) {
    if unsafe mkdir(folder, 0o777) == 0 { continue }
    let code = errno
    // Someone else may have made it meanwhile.
    guard code == EEXIST && isFolder(folder) else {
      throw FileProblem(
        .inputOutput, file: path, expected: "a folder that can be made",
        found: systemMessage(code), hint: "choose another folder")
    }
  }
}

/// Makes a folder that was not there, and the folders above it as far as they are missing.
///
/// - Throws: `inputOutput` with the system's reason.
/// - Returns: false where there is something at the path already, also where another process made it
///   a moment ago.
public func makeNewFolder(_ path: String) throws(FileProblem) -> Bool {
  try makeParents(of: path)
  if unsafe mkdir(path, 0o777) == 0 {
    try flushFolder(of: path, for: path)
    return true
  }
  guard errno == EEXIST else {
    throw FileProblem(
      .inputOutput, file: path, expected: "a folder that can be made",
      found: systemMessage(errno), hint: "choose another folder")
  }
  return false
}

/// A text file that grows by whole lines and keeps every line that was written before.
public struct LineLog: Sendable {
  private let path: String

  /// Names the file; it is made by the first `append`.
  public init(path: String) {
    self.path = path
  }

  /// Adds one line with one system call, so that a reader never sees half of it.
  ///
  /// A line that a full disk or a crash has cut off is ended first and stays on its own.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  public func append(_ line: String) throws(FileProblem) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    defer { close(descriptor) }
    let newline = UInt8(ascii: "\n")
    var last = newline
    let size = lseek(descriptor, 0, SEEK_END)
    if size > 0 { _ = unsafe pread(descriptor, &last, 1, size - 1) }
    let ending = last == newline ? "" : "\n"
    try writeAll(Array("\(ending)\(line)\n".utf8), to: descriptor, path: path)
  }

  /// Makes the lines so far safe from a crash of the system.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  public func flush() throws(FileProblem) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable(path, errno) }
  }
}

/// The number of temporary files so far, so that two threads never write to the same one.
private let temporaryFiles = Atomic(0)

/// The file that a path leads to, and its permissions if it is there already.
private func target(
  of path: String
) throws(FileProblem) -> (path: String, permissions: mode_t?) {
  var status = stat()
  // What else can keep a file from being made shows when its sibling is.
  guard unsafe stat(path, &status) == 0 else { return (path, nil) }
  guard status.st_mode & S_IFMT == S_IFREG else {
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    throw FileProblem(
      .inputOutput, file: path, expected: "to write the file",
      found: isFolder ? "a folder" : "a device or pipe", hint: "choose another place to write to")
  }
  let permissions = status.st_mode & 0o777
  guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
    let real = unsafe realpath(path, nil)
  else { return (path, permissions) }
  defer { unsafe free(real) }
  return (unsafe String(cString: real), permissions)
}

/// Writes bytes to an open file, with as many system calls as that takes.
func writeAll(
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

/// The folder that a file lies in.
private func folder(of file: String) -> String {
  file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[...$0]) } ?? "."
}

private func flushFolder(of file: String, for path: String) throws(FileProblem) {
  let descriptor = unsafe open(folder(of: file), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  // A folder may be open to writing and not to reading. Some file systems cannot flush a folder and
  // say EINVAL. The rename is then as safe as it gets.
  guard descriptor >= 0 || errno == EACCES else { throw unwritable(path, errno) }
  guard descriptor >= 0 else { return }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable(path, errno) }
}

/// The problem with a file that a system call has failed to write.
func unwritable(_ path: String, _ code: Int32) -> FileProblem {
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

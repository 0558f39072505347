import Foundation

/// A folder that one process holds for itself. The system releases it when the process ends, however
/// it ends.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the folder.
  ///
  /// - Parameter path: the folder, which exists.
  /// - Throws: `inputOutput` where another process holds it. On a file system without locks the
  ///   folder is taken unguarded.
  public init(_ path: String) throws(FileProblem) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    self.descriptor = descriptor
    guard descriptor >= 0 else {
      throw FileProblem(
        .inputOutput, file: path, expected: "a folder", found: systemMessage(errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    throw FileProblem(
      .inputOutput, file: path, expected: "a folder that no other process uses",
      found: "a run that is going on", hint: "wait for its end, or stop it first")
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A child process that is being started may hold a copy of the descriptor for a moment yet.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

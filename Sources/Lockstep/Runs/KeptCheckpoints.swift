import Files
import Foundation

/// The checkpoints of a run that are kept beside the last one, in the folder `checkpoints`:
/// `step-<n>.safetensors` after step n, and `best-step-<n>.safetensors` after the epoch with the lowest
/// validation loss.
public struct KeptCheckpoints: Sendable {
  static let folderName = "checkpoints"

  let folder: String

  private var recentFiles: NumberedFiles {
    NumberedFiles(folder: folder, word: "step-", digitCount: 8)
  }
  private var bestFiles: NumberedFiles {
    NumberedFiles(folder: folder, word: "best-step-", digitCount: 8)
  }

  /// The paths of the recent ones, the earliest first.
  public var recent: [String] { recentFiles.all.map(\.path) }

  /// The path of the best one; nil where none is kept.
  public var best: String? { bestFiles.all.last?.path }

  /// Keeps the file of a checkpoint under a name of its own, as it is about to be replaced.
  ///
  /// - Parameters:
  ///   - file: the checkpoint.
  ///   - step: the number of steps that are done in it.
  ///   - count: how many are kept, with this one; the earliest of more are removed.
  /// - Throws: `inputOutput` with the system's reason.
  func add(_ file: String, step: Int, keeping count: Int) throws(FileProblem) {
    try makeFolder(folder)
    let kept = recentFiles.path(step)
    unsafe unlink(kept)
    // The same content under two names: where the file system knows no such links, it is copied.
    if unsafe link(file, kept) != 0 {
      try writeDurably(try readFile(file, byteLimit: .max), to: kept)
    }
    for surplus in recentFiles.all.dropLast(count) { unsafe unlink(surplus.path) }
  }

  /// Keeps a checkpoint as the best one, in the place of the one before.
  ///
  /// - Parameters:
  ///   - step: the number of steps that are done in it.
  ///   - write: writes it to a path.
  /// - Throws: `inputOutput` with the system's reason.
  func addBest(
    step: Int, write: (String) throws(FileProblem) -> Void
  ) throws(FileProblem) {
    try makeFolder(folder)
    try write(bestFiles.path(step))
    for old in bestFiles.all where old.number != step { unsafe unlink(old.path) }
  }

  /// Removes those after a step, from which the run goes on.
  func removeAll(after step: Int) {
    for files in [recentFiles, bestFiles] { files.removeAll(after: step) }
  }

  /// Removes the halves of files that a killed process was writing.
  func removeLeftovers() {
    for files in [recentFiles, bestFiles] { files.removeLeftovers() }
  }
}

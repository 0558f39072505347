import Files
import Foundation

/// The checkpoints of a run that are kept beside the last one, in the folder `checkpoints`:
/// `step-<n>.safetensors` after step n, and `best-step-<n>.safetensors` after the epoch with the lowest
/// validation loss.
public struct KeptCheckpoints: Sendable {
  static let folderName = "checkpoints"
  private static let ending = ".safetensors"

  /// A kind of checkpoint, by the beginning of its files' names.
  private enum Kind: String {
    case recent = "step-"
    case best = "best-step-"
  }

  let folder: String

  /// The paths of the recent ones, the earliest first.
  public var recent: [String] { files(.recent).map(\.path) }

  /// The path of the best one; nil where none is kept.
  public var best: String? { files(.best).last?.path }

  /// Keeps the file of a checkpoint under a name of its own, as it is about to be replaced.
  ///
  /// - Parameters:
  ///   - file: the checkpoint.
  ///   - step: the number of steps that are done in it.
  ///   - count: how many are kept, with this one; the earliest of more are removed.
  /// - Throws: `inputOutput` with the system's reason.
  func add(_ file: String, step: Int, keeping count: Int) throws(FileProblem) {
    try makeFolder(folder)
    let kept = path(.recent, step)
    unsafe unlink(kept)
    // The same content under two names: where the file system knows no such links, it is copied.
    if unsafe link(file, kept) != 0 {
      try writeDurably(try readFile(file, byteLimit: .max), to: kept)
    }
    for surplus in files(.recent).dropLast(count) { unsafe unlink(surplus.path) }
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
    try write(path(.best, step))
    for old in files(.best) where old.step != step { unsafe unlink(old.path) }
  }

  /// Removes those after a step, from which the run goes on.
  func removeAll(after step: Int) {
    for file in files(.recent) + files(.best) where file.step > step { unsafe unlink(file.path) }
  }

  /// Removes the halves of files that a killed process was writing.
  func removeLeftovers() {
    for entry in (try? rawEntries(of: folder)) ?? [] {
      guard let name = entry.name, let end = name.range(of: Self.ending + ".") else { continue }
      removeTemporaries(of: "\(folder)/\(name[..<end.lowerBound])\(Self.ending)")
    }
  }

  private func path(_ kind: Kind, _ step: Int) -> String {
    let digits = "\(step)"
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return "\(folder)/\(kind.rawValue)\(zeros)\(digits)\(Self.ending)"
  }

  /// The files of a kind, the earliest first.
  private func files(_ kind: Kind) -> [(path: String, step: Int)] {
    ((try? rawEntries(of: folder)) ?? []).compactMap { entry in
      guard let name = entry.name, name.hasPrefix(kind.rawValue), name.hasSuffix(Self.ending),
        let step = Int(name.dropFirst(kind.rawValue.count).dropLast(Self.ending.count))
      else { return nil }
      return ("\(folder)/\(name)", step)
    }
    .sorted { $0.step < $1.step }
  }
}

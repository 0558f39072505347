import Digits
import Files
import Foundation
import Networks
import Training
import Workers

/// The checkpoint of a run, read from its folder, which is locked from then on.
public struct RunCheckpoint {
  /// The folder of the run.
  public let folder: RunFolder
  /// The state of the training.
  public let checkpoint: Checkpoint
  /// The record of the run so far.
  public let record: RunRecord
  /// The file that it was read from.
  let file: String
  let lock: FolderLock

  /// Reads the checkpoint of a run and takes its folder.
  ///
  /// - Parameter path: the folder of the run, for its last checkpoint, or a checkpoint in it.
  /// - Throws: `noInput` where there is no checkpoint, `wrongData` for one that is broken,
  ///   `inputOutput` where another process trains in the folder.
  public init(ofRun path: String) throws(FileProblem) {
    var isFolder: ObjCBool = false
    let isFile =
      unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
    folder = isFile ? RunFolder(containing: path) : RunFolder(existing: path)
    file = isFile ? path : folder.checkpoint
    // Read first, for the message where there is no run.
    _ = try readStart(of: file, count: 0)
    lock = try FolderLock(folder.path)
    (checkpoint, record) = try Self.read(file)
  }

  /// The content of its file, from which `decode` makes it again.
  package func bytes() throws(FileProblem) -> [UInt8] { try readFile(file) }

  /// The checkpoint and the record in the content of a file.
  ///
  /// - Parameters:
  ///   - bytes: the content.
  ///   - file: the path that a problem is to name.
  /// - Throws: `wrongData` with what is wrong.
  /// - Returns: the state of the training, and the record of its run.
  package static func decode(
    _ bytes: [UInt8], file: String
  ) throws(FileProblem) -> (Checkpoint, RunRecord) {
    let checkpoint = try Checkpoint(decoding: bytes, file: file)
    return (checkpoint, try RunRecord(notes: checkpoint.notes, file: file))
  }

  /// Reads a checkpoint without taking its folder.
  static func read(_ file: String) throws(FileProblem) -> (Checkpoint, RunRecord) {
    let checkpoint = try Checkpoint(contentsOf: file)
    return (checkpoint, try RunRecord(notes: checkpoint.notes, file: file))
  }

  /// Checks that a data set is the one that the run was begun with.
  ///
  /// - Throws: `wrongData` where its content is another, or the checkpoint does not fit it.
  func requireData(_ digits: DigitDataset, digests: DatasetDigests) throws(FileProblem) {
    guard digests == record.data.digests else {
      throw FileProblem(
        .wrongData, file: digits.name, place: "content",
        expected: "the data that the run was begun with", found: "other images or labels",
        hint: "name its folder with --data")
    }
    if let error = checkpoint.validationError(training: digits.trainingSamples) {
      throw FileProblem(
        .wrongData, file: file, expected: "a training on this data", found: error,
        hint: "the file was changed, or written by another version")
    }
  }
}

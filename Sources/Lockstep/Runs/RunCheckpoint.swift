import Digits
import Files
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
  let lock: FolderLock

  /// Reads the checkpoint of a run and takes its folder.
  ///
  /// - Parameter path: the folder of the run.
  /// - Throws: `noInput` where there is no checkpoint, `wrongData` for one that is broken,
  ///   `inputOutput` where another process trains in the folder.
  public init(ofRun path: String) throws(FileProblem) {
    folder = RunFolder(existing: path)
    checkpoint = try Checkpoint(contentsOf: folder.checkpoint)
    record = try RunRecord(notes: checkpoint.notes, file: folder.checkpoint)
    lock = try FolderLock(path)
  }

  /// Checks that a data set is the one that the run was begun with.
  ///
  /// - Throws: `wrongData` where its content is another, or the checkpoint's settings do not fit it.
  func requireData(_ digits: DigitDataset, workers: Int) throws(FileProblem) {
    guard digits.contentDigests(workers: workers) == record.data.digests else {
      throw FileProblem(
        .wrongData, file: digits.name, place: "content",
        expected: "the data that the run was begun with", found: "other images or labels",
        hint: "name its folder with --data")
    }
    if let error = checkpoint.settings.validationError(sampleCount: digits.train.count) {
      throw FileProblem(
        .wrongData, file: folder.checkpoint, place: "settings", expected: "valid settings",
        found: error)
    }
  }
}

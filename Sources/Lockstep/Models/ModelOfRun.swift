import Files
import Foundation
import Images
import Networks
import Training

extension Model {
  /// Reads a model from its file, or from the folder of the run that makes it. A run that has no model
  /// yet, and a checkpoint, give the network as it was at the checkpoint.
  ///
  /// - Parameter path: a model, a checkpoint, or the folder of a run.
  /// - Throws: what is wrong with the file.
  public init(contentsOfRunOrFile path: String) throws(FileProblem) {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    let exists = unsafe files.fileExists(atPath: path, isDirectory: &isFolder)
    var file = path
    if exists && isFolder.boolValue {
      let folder = RunFolder(existing: path)
      let hasModel = files.fileExists(atPath: folder.model)
      let hasCheckpoint = files.fileExists(atPath: folder.checkpoint)
      guard hasModel || hasCheckpoint else {
        throw FileProblem(
          .noInput, file: path, expected: "a model, or the folder of a run",
          found: "a folder without a model or a checkpoint")
      }
      file = hasModel ? folder.model : folder.checkpoint
    }
    if try Checkpoint.isCheckpoint(file) {
      try self.init(contentsOfCheckpoint: file)
    } else {
      try self.init(contentsOf: file)
    }
  }

  private init(contentsOfCheckpoint file: String) throws(FileProblem) {
    let (checkpoint, record) = try RunCheckpoint.read(file)
    guard checkpoint.architecture.inputs == record.data.imageSize.pixelCount else {
      throw FileProblem(
        .wrongData, file: file, place: "metadata", expected: "images that fit the network",
        found: "\(record.data.imageSize) pixels for \(checkpoint.architecture.inputs) inputs")
    }
    self.init(
      parameters: checkpoint.parameters, imageSize: record.data.imageSize,
      classNames: record.data.classNames, preparation: record.data.preparation,
      notes: record.notesOfModel)
  }
}

import Files
import Foundation
import Networks

extension Model {
  /// Reads a model from its file or from the folder of the run that made it.
  ///
  /// - Throws: what is wrong with the file.
  public init(contentsOfRunOrFile path: String) throws(FileProblem) {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let folder = exists && isFolder.boolValue ? RunFolder(existing: path) : nil
    try self.init(contentsOf: folder?.model ?? path)
  }
}

import Foundation

/// An empty folder for one test; it goes with the value.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  package init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A test may have locked it.
    try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The folder as a file URL.
  package var url: URL { URL(fileURLWithPath: path) }

  /// The path of something in the folder, which need not be there.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// The names of what is in the folder or in a folder in it, hidden things too, in alphabetical
  /// order.
  package func names(in folder: String = "") -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: self(folder)).sorted()) ?? []
  }

  /// Writes a file and makes the folders it needs.
  ///
  /// - Returns: its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: self(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes a text file and makes the folders it needs.
  ///
  /// - Returns: its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Removes something from the folder.
  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: self(name))
  }
}

import Foundation

/// An empty folder for one test; it goes with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    chmod(path, 0o700)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in the folder, which need not be there.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// What is in the folder, in alphabetical order.
  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}

/// The bytes of a file by other means than those under test, or nil where there is none.
func content(of path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: path).map { Array($0) }
}

func put(_ bytes: [UInt8], at path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Permissions bind everyone but root.
let isRoot = geteuid() == 0

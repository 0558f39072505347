import Foundation

/// The bytes of a file by other means than those under test, or nil where there is none.
func content(of path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: path).map { Array($0) }
}

func put(_ bytes: [UInt8], at path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Permissions bind everyone but root.
let isRoot = geteuid() == 0

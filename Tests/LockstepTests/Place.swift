import Foundation

/// A folder for runs, removed with them.
final class Place {
  let path =
    FileManager.default.temporaryDirectory.appendingPathComponent("runs-\(UUID().uuidString)")
    .path
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

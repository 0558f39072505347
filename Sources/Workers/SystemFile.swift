import Foundation

/// The content of a file of the system, or nil where there is none.
func text(of file: String, root: String) -> String? {
  try? String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
}

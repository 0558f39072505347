import Foundation

/// An entry of a folder with its name as the file system has it, which need not be UTF-8.
package struct RawEntry: Sendable {
  /// The bytes of the name.
  package let bytes: [UInt8]
  /// Whether the entry is a folder, or the file system does not tell.
  package let mayBeFolder: Bool

  /// The name, or nil where its bytes are not UTF-8.
  package var name: String? { String(validating: bytes, as: UTF8.self) }
}

/// The entries of a folder, without `.` and `..`, in no order.
///
/// - Throws: `noInput` where the folder cannot be read.
package func rawEntries(of folder: String) throws(FileProblem) -> [RawEntry] {
  func unreadable() -> FileProblem {
    FileProblem(
      .noInput, file: folder, expected: "a readable folder", found: systemMessage(errno),
      hint: "check its permissions")
  }
  guard let stream = unsafe opendir(folder) else { throw unreadable() }
  defer { unsafe closedir(stream) }
  var entries: [RawEntry] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(stream) else { break }
    let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
      unsafe Array(name.prefix { $0 != 0 })
    }
    let type = unsafe Int(entry.pointee.d_type)
    if bytes == Array(".".utf8) || bytes == Array("..".utf8) { continue }
    entries.append(
      RawEntry(bytes: bytes, mayBeFolder: type == Int(DT_DIR) || type == Int(DT_UNKNOWN)))
  }
  guard errno == 0 else { throw unreadable() }
  return entries
}

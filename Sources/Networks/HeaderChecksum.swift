import Files

/// The checksum of a header: SHA-256 over all its other entries, in the order of their names, each
/// name and value with a zero byte behind it. The entries hold settings, state, names and the
/// fingerprints of the tensors, so a changed bit anywhere in the file is noticed.
package enum HeaderChecksum {
  static let key = "lockstep.checksum"

  /// The entries with their checksum.
  package static func added(to metadata: [String: String]) -> [String: String] {
    metadata.merging([key: checksum(of: metadata)]) { _, new in new }
  }

  /// Checks the entries of a file.
  ///
  /// - Throws: `wrongData` where an entry was changed. A file of the first format has no checksum.
  package static func check(_ metadata: [String: String], file: String) throws(FileProblem) {
    guard let written = metadata[key] else {
      if metadata[FormatVersion.key] == FormatVersion.withoutChecksum { return }
      throw FileProblem(
        .wrongData, file: file, place: "metadata \(key)", expected: "an entry", found: "none",
        hint: "the file was not written by Lockstep, or was changed")
    }
    let found = checksum(of: metadata)
    guard written == found else {
      throw FileProblem(
        .wrongData, file: file, place: "metadata \(key)", expected: written, found: found,
        hint: "the file was changed after it was written; restore it")
    }
  }

  private static func checksum(of metadata: [String: String]) -> String {
    var hash = SHA256()
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) where name != key {
      hash.update(Array(name.utf8) + [0] + Array(value.utf8) + [0])
    }
    return hexadecimal(hash.finalize())
  }
}

/// The versions of the format of models and checkpoints.
enum FormatVersion {
  static let key = "lockstep.format"
  static let current = "2"
  /// Version 1, which is still read.
  static let withoutChecksum = "1"
}

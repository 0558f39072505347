import Files
import NumberText

/// The text entries of a file's header, read one by one and checked. Models and checkpoints share
/// the entries for fingerprints and notes.
package struct HeaderMetadata {
  private static let prefix = "lockstep."
  private static let fingerprintKey = "lockstep.fingerprint"
  private static let notePrefix = "lockstep.note."

  private let file: String
  package private(set) var entries: [String: String]

  /// The entries of a header.
  ///
  /// - Parameters:
  ///   - entries: as read, or as a start of what will be written.
  ///   - file: what problems name.
  package init(_ entries: [String: String], file: String = "") {
    self.entries = entries
    self.file = file
  }

  /// The text of an entry, nil where there is none.
  package subscript(_ key: String) -> String? {
    get { entries[key] }
    set { entries[key] = newValue }
  }

  /// The text of an entry that has to be there.
  ///
  /// - Parameters:
  ///   - key: its name.
  ///   - hint: what to do where it is missing.
  /// - Returns: the text, whatever it says.
  /// - Throws: `wrongData` where there is no such entry.
  package func text(
    _ key: String, hint: String = "the file was not written by Lockstep"
  ) throws(FileProblem) -> String {
    guard let value = entries[key] else {
      throw problem(key, expected: "an entry", found: "none", hint: hint)
    }
    return value
  }

  /// Checks that there is any entry of Lockstep's. Other programs drop them when they write a file
  /// again.
  ///
  /// - Throws: `wrongData` where there is none.
  package func requireOwnEntries() throws(FileProblem) {
    guard entries.keys.contains(where: { $0.hasPrefix(Self.prefix) }) else {
      throw FileProblem(
        .wrongData, file: file, place: "metadata", expected: "the entries of a Lockstep model",
        found: "none",
        hint: "another program wrote the file: read it with lockstep import and, where it began as "
          + "a model of Lockstep's, --like MODEL")
    }
  }

  /// What is wrong with an entry.
  package func problem(
    _ key: String, expected: String, found: String, hint: String? = nil
  ) -> FileProblem {
    FileProblem(
      .wrongData, file: file, place: "metadata \(key)", expected: expected, found: found,
      hint: hint)
  }

  // MARK: - Fingerprints

  /// Adds the fingerprint of parameters whose tensors have a prefix.
  package mutating func setFingerprint(_ fingerprint: String, prefix: String = "") {
    entries[prefix + Self.fingerprintKey] = fingerprint
  }

  /// Checks that parameters have the fingerprint that was written for them.
  ///
  /// - Parameters:
  ///   - parameters: as read from the file.
  ///   - prefix: that of their tensors' names.
  ///   - hint: what to do where they differ.
  /// - Throws: `wrongData`, naming the entry.
  package func checkFingerprint(
    of parameters: Parameters, prefix: String = "", hint: String
  ) throws(FileProblem) {
    let key = prefix + Self.fingerprintKey
    let (written, found) = (try text(key), parameters.fingerprint)
    guard written == found else { throw problem(key, expected: written, found: found, hint: hint) }
  }

  // MARK: - Version and checksum

  /// The entry that names the version of the format.
  static let versionKey = "lockstep.format"
  static let currentVersion = "2"
  /// The first version, which is still read.
  static let versionWithoutChecksum = "1"

  private static let checksumKey = "lockstep.checksum"

  /// The entries with their checksum: SHA-256 over all other entries in the order of their names,
  /// each name and value with a zero byte behind it. They hold settings, state, names and the
  /// fingerprints of the tensors, so that a changed bit anywhere in the file is noticed.
  package var entriesWithChecksum: [String: String] {
    entries.merging([Self.checksumKey: checksum]) { _, new in new }
  }

  /// The entries but those of the file format, the checksum and the notes.
  var descriptions: [String: String] {
    entries.filter { key, _ in
      key != Self.versionKey && key != Self.checksumKey && !key.hasPrefix(Self.notePrefix)
    }
  }

  /// Checks that no entry was changed after the file was written.
  ///
  /// - Throws: `wrongData` where the checksum is wrong or, from the second version on, missing.
  package func checkChecksum() throws(FileProblem) {
    guard let written = entries[Self.checksumKey] else {
      if entries[Self.versionKey] == Self.versionWithoutChecksum { return }
      throw problem(
        Self.checksumKey, expected: "an entry", found: "none",
        hint: "the file was not written by Lockstep, or was changed")
    }
    guard written == checksum else {
      throw problem(
        Self.checksumKey, expected: written, found: checksum,
        hint: "the file was changed after it was written; restore it")
    }
  }

  private var checksum: String {
    var hash = SHA256()
    for (name, value) in entries.sorted(by: { $0.key < $1.key }) where name != Self.checksumKey {
      hash.update(Array(name.utf8) + [0] + Array(value.utf8) + [0])
    }
    return hexadecimal(hash.finalize())
  }

  // MARK: - Notes

  /// What the caller of the writer noted, by the names it gave.
  package var notes: [String: String] {
    get {
      entries.reduce(into: [:]) { notes, entry in
        guard entry.key.hasPrefix(Self.notePrefix) else { return }
        notes[String(entry.key.dropFirst(Self.notePrefix.count))] = entry.value
      }
    }
    set {
      entries = entries.filter { !$0.key.hasPrefix(Self.notePrefix) }
      for (name, value) in newValue { entries[Self.notePrefix + name] = value }
    }
  }
}

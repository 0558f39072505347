import Files

/// The text entries of a file's header, read one by one and checked. Models and checkpoints share
/// the entries for fingerprints and notes.
package struct HeaderMetadata {
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
  package mutating func setFingerprint(of parameters: Parameters, prefix: String = "") {
    entries[prefix + Self.fingerprintKey] = parameters.fingerprint
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

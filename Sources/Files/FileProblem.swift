/// What is wrong with a file, with the evidence: one sentence for a person, fields for a program.
///
/// Every reader and writer of the package throws this one type, so that whoever catches it knows
/// which file, where in it, what was expected, what was found and what to do.
public struct FileProblem: Error, Equatable, Sendable {
  /// The three ways in which a file fails its user.
  public enum Kind: Equatable, Sendable {
    /// The file is not there or may not be read.
    case noInput
    /// The file is there and its content is wrong.
    case wrongData
    /// Reading or writing broke off: a full disk, a failing device, a folder that is read-only.
    case inputOutput
  }

  /// The way in which it fails, by which a program chooses its exit status.
  public let kind: Kind
  /// The path as the caller gave it.
  public let file: String
  /// The field or the byte offset that shows the fault, or nil where it is the file as a whole.
  public let place: String?
  /// What should be there, as it follows "expected".
  public let expected: String
  /// What is there, as it follows "found".
  public let found: String
  /// What to do about it, a sentence without a full stop; nil where nothing useful can be said.
  public let hint: String?

  /// A problem with all its evidence.
  public init(
    _ kind: Kind, file: String, place: String? = nil, expected: String, found: String,
    hint: String? = nil
  ) {
    self.kind = kind
    self.file = file
    self.place = place
    self.expected = expected
    self.found = found
    self.hint = hint
  }
}

extension FileProblem: CustomStringConvertible {
  /// The evidence in one line: `file: place: expected …, found …; hint`.
  public var description: String {
    let location = place.map { "\(file): \($0)" } ?? file
    let advice = hint.map { "; \($0)" } ?? ""
    return "\(location): expected \(expected), found \(found)\(advice)"
  }
}

/// A part of a text that was typed in: characters from one to before another.
package struct FormulaPlace: Equatable, Sendable {
  /// All that was typed in.
  package let text: String
  /// The characters, counted from 0.
  package let range: Range<Int>

  /// The characters themselves.
  package var words: String { String(text.dropFirst(range.lowerBound).prefix(range.count)) }

  /// From its beginning to the end of another.
  func through(_ end: FormulaPlace) -> FormulaPlace {
    FormulaPlace(text: text, range: range.lowerBound..<end.range.upperBound)
  }
}

/// What is wrong with a formula, and where.
public struct FormulaProblem: Error, Equatable, Sendable {
  /// What is wrong, a sentence without a full stop.
  public let message: String
  /// The characters that it is about.
  package let place: FormulaPlace

  init(_ message: String, at place: FormulaPlace) {
    self.message = message
    self.place = place
  }
}

extension FormulaProblem: CustomStringConvertible {
  /// The sentence, the text, and carets under the characters.
  public var description: String {
    // As much of a long text as a narrow terminal shows.
    let width = 70
    let characters = place.text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let first = characters.count <= width ? 0 : max(0, place.range.lowerBound - width / 2)
    let shown = characters.dropFirst(first).prefix(width)
    let isCut = first + shown.count < characters.count
    let margin = (first > 0 ? "  …" : "  ")
    let carets = max(1, min(place.range.count, first + width - place.range.lowerBound))
    return "\(message)\n\(margin)\(String(shown))\(isCut ? "…" : "")\n"
      + String(repeating: " ", count: margin.count + place.range.lowerBound - first)
      + String(repeating: "^", count: carets)
  }
}

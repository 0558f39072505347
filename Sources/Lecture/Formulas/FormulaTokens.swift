/// A number, a name or a sign of a formula.
struct FormulaToken {
  enum Kind: Equatable {
    case number(Double)
    case name(String)
    case sign(Character)
    case end
  }

  let kind: Kind
  let place: FormulaPlace
}

extension FormulaToken {
  /// The most characters of a text; the depth of its tree is bounded by them.
  static let lengthLimit = 1000

  /// The tokens of a text, the last of them its end.
  ///
  /// - Throws: `FormulaProblem` for characters that are part of no formula.
  static func tokens(of text: String) throws(FormulaProblem) -> [FormulaToken] {
    let characters = Array(text)
    func place(_ range: Range<Int>) -> FormulaPlace { FormulaPlace(text: text, range: range) }
    guard characters.count <= lengthLimit else {
      throw FormulaProblem(
        "a formula has up to \(lengthLimit) characters, not \(characters.count)",
        at: place(lengthLimit..<characters.count))
    }
    var tokens: [FormulaToken] = []
    var index = 0
    while index < characters.count {
      let start = index
      let character = characters[index]
      func end(_ isPart: (Character) -> Bool) -> Int {
        characters[start...].firstIndex { !isPart($0) } ?? characters.count
      }
      if character.isWhitespace {
        index += 1
      } else if character.isDigit || character == "." {
        index = endOfNumber(characters, from: start)
        let digits = String(characters[start..<index])
        guard let value = Double(digits) else {
          throw FormulaProblem("\(digits) is no number", at: place(start..<index))
        }
        guard value.isFinite else {
          throw FormulaProblem(
            "\(digits) is too large for a number of double precision", at: place(start..<index))
        }
        tokens.append(FormulaToken(kind: .number(value), place: place(start..<index)))
      } else if superscripts[character] != nil {
        // x² is x^2.
        index = end { superscripts[$0] != nil }
        let digits = String(characters[start..<index].compactMap { superscripts[$0] })
        guard let value = Double(digits) else {
          throw FormulaProblem(
            "\(String(characters[start..<index])) is no number", at: place(start..<index))
        }
        tokens.append(FormulaToken(kind: .sign("^"), place: place(start..<index)))
        tokens.append(FormulaToken(kind: .number(value), place: place(start..<index)))
      } else if character.isLetter || character == "_" {
        index = end { $0.isLetter || $0.isDigit || "_′'₀₁₂₃₄₅₆₇₈₉".contains($0) }
        tokens.append(
          FormulaToken(
            kind: .name(String(characters[start..<index])), place: place(start..<index)))
      } else if let sign = signs[character] {
        index += 1
        tokens.append(FormulaToken(kind: .sign(sign), place: place(start..<index)))
      } else {
        throw FormulaProblem(
          "\(character) is no part of a formula"
            + ("[]{}".contains(character) ? "; parentheses are ( and )" : ""),
          at: place(start..<start + 1))
      }
    }
    tokens.append(FormulaToken(kind: .end, place: place(index..<index)))
    return tokens
  }

  /// Digits with a point, and an exponent where digits follow the e.
  private static func endOfNumber(_ characters: [Character], from start: Int) -> Int {
    func end(_ index: Int, _ isPart: (Character) -> Bool) -> Int {
      characters[index...].firstIndex { !isPart($0) } ?? characters.count
    }
    let last = end(start) { $0.isDigit || $0 == "." }
    guard last < characters.count, "eE".contains(characters[last]) else { return last }
    let hasSign = last + 1 < characters.count && "+-".contains(characters[last + 1])
    let exponent = last + (hasSign ? 2 : 1)
    guard exponent < characters.count, characters[exponent].isDigit else { return last }
    return end(exponent) { $0.isDigit }
  }

  /// What is read, for each way to write it.
  private static let signs: [Character: Character] = [
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "×": "*", "∘": "*", "/": "/",
    "÷": "/", "^": "^", "(": "(", ")": ")", ",": ",", "=": "=",
  ]

  private static let superscripts: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
}

extension Character {
  /// 0 to 9.
  fileprivate var isDigit: Bool { isASCII && isNumber }
}

/// A formula as a tree.
struct FormulaTerm {
  indirect enum Kind {
    case number(Double)
    case name(String)
    case negation(FormulaTerm)
    /// One of + - * / ^.
    case operation(Character, FormulaTerm, FormulaTerm)
    case call(String, FormulaTerm)
  }

  let kind: Kind
  let place: FormulaPlace
}

/// `name = term`.
struct FormulaDefinition {
  let name: String
  let namePlace: FormulaPlace
  let term: FormulaTerm
}

/// Reads formulas by recursive descent, a function for each level of precedence:
///
///     sum     = product { ("+" | "-") product }
///     product = signed { ("*" | "/") signed }
///     signed  = ("-" | "+") signed | power
///     power   = operand [ "^" signed ]
///     operand = number | name | name "(" sum ")" | "(" sum ")"
///
/// So −x² is −(x²), 2^3^2 is 2^(3^2), and 2^-3 needs no parentheses.
struct FormulaParser {
  private let tokens: [FormulaToken]
  private var position = 0
  private var depth = 0
  private static let depthLimit = 60

  private init(_ text: String) throws(FormulaProblem) {
    tokens = try FormulaToken.tokens(of: text)
  }

  /// A formula, alone or behind `name =`.
  static func formula(
    _ text: String
  ) throws(FormulaProblem) -> (name: FormulaToken?, term: FormulaTerm) {
    var parser = try FormulaParser(text)
    var name: FormulaToken?
    if case .name = parser.next.kind, parser.tokens[1].kind == .sign("=") {
      name = parser.next
      parser.position = 2
    }
    let term = try parser.sum()
    guard parser.next.kind == .end else { throw parser.unexpected() }
    return (name, term)
  }

  /// `name = term`, divided by commas.
  static func definitions(_ text: String) throws(FormulaProblem) -> [FormulaDefinition] {
    var parser = try FormulaParser(text)
    var definitions: [FormulaDefinition] = []
    repeat {
      let token = parser.take()
      guard case .name(let name) = token.kind else {
        throw FormulaProblem("expected a name, as in x=…; decimals take a point", at: token.place)
      }
      guard parser.next.kind == .sign("=") else {
        throw FormulaProblem("expected = behind \(name)", at: parser.next.place)
      }
      parser.position += 1
      definitions.append(
        FormulaDefinition(name: name, namePlace: token.place, term: try parser.sum()))
    } while parser.takes(",")
    guard parser.next.kind == .end else { throw parser.unexpected() }
    return definitions
  }

  // MARK: - Levels of precedence

  private mutating func sum() throws(FormulaProblem) -> FormulaTerm {
    var left = try product()
    while let sign = takenSign("+-") { left = operation(sign, left, try product()) }
    return left
  }

  private mutating func product() throws(FormulaProblem) -> FormulaTerm {
    var left = try signed()
    while let sign = takenSign("*/") { left = operation(sign, left, try signed()) }
    return left
  }

  private mutating func signed() throws(FormulaProblem) -> FormulaTerm {
    let start = next.place
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw FormulaProblem("a formula is nested up to \(Self.depthLimit) levels deep", at: start)
    }
    guard let sign = takenSign("+-") else { return try power() }
    let term = try signed()
    return sign == "+"
      ? term : FormulaTerm(kind: .negation(term), place: start.through(term.place))
  }

  private mutating func power() throws(FormulaProblem) -> FormulaTerm {
    let base = try operand()
    guard takes("^") else { return base }
    return operation("^", base, try signed())
  }

  private mutating func operand() throws(FormulaProblem) -> FormulaTerm {
    let token = take()
    switch token.kind {
    case .number(let value): return FormulaTerm(kind: .number(value), place: token.place)
    case .name(let name):
      guard next.kind == .sign("(") else {
        return FormulaTerm(kind: .name(name), place: token.place)
      }
      let (argument, end) = try parenthesized(take())
      return FormulaTerm(kind: .call(name, argument), place: token.place.through(end))
    case .sign("("):
      let (term, end) = try parenthesized(token)
      return FormulaTerm(kind: term.kind, place: token.place.through(end))
    case .end:
      throw FormulaProblem("something is missing: a number, a name or (", at: token.place)
    case .sign(let sign):
      let isPower = sign == "*" && position > 1 && tokens[position - 2].kind == .sign("*")
      throw FormulaProblem(
        "expected a number, a name or (" + (isPower ? "; a power is written x^2" : ""),
        at: token.place)
    }
  }

  /// A term and the parenthesis that closes it.
  private mutating func parenthesized(
    _ opening: FormulaToken
  ) throws(FormulaProblem) -> (FormulaTerm, FormulaPlace) {
    let term = try sum()
    let closing = next
    if takes(")") { return (term, closing.place) }
    if closing.kind == .end { throw FormulaProblem("this ( is not closed", at: opening.place) }
    throw unexpected()
  }

  // MARK: - Tokens

  private var next: FormulaToken { tokens[position] }

  /// The next token; the end is never passed.
  private mutating func take() -> FormulaToken {
    defer { position = min(position + 1, tokens.count - 1) }
    return next
  }

  private mutating func takes(_ sign: Character) -> Bool { takenSign(String(sign)) != nil }

  private mutating func takenSign(_ signs: String) -> Character? {
    guard case .sign(let sign) = next.kind, signs.contains(sign) else { return nil }
    position += 1
    return sign
  }

  private func operation(
    _ sign: Character, _ left: FormulaTerm, _ right: FormulaTerm
  ) -> FormulaTerm {
    FormulaTerm(kind: .operation(sign, left, right), place: left.place.through(right.place))
  }

  /// What is wrong with the next token behind a complete term.
  private func unexpected() -> FormulaProblem {
    if position > 0, case .name(let name) = tokens[position - 1].kind,
      FormulaBuilder.functionNames.contains(name)
    {
      return FormulaProblem(
        "the argument of \(name) stands in parentheses: \(name)(x)", at: next.place)
    }
    let message =
      switch next.kind {
      case .sign(")"): "there is no ( for this )"
      case .sign(","): "a function takes one argument, and decimals take a point"
      case .sign("="): "a formula has one = at most, behind its name"
      default: "an operator is missing here; a product is written 2*x"
      }
    return FormulaProblem(message, at: next.place)
  }
}

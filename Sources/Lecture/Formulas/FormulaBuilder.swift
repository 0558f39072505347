import Foundation
import Graphs

/// Makes nodes of the terms of a formula and of its definitions.
struct FormulaBuilder {
  let graph = Graph()
  private(set) var inputs: [Node] = []
  private var definitions: [String: FormulaDefinition] = [:]
  private var values: [String: Double] = [:]
  /// The names of definitions and values with their places, in order.
  private var given: [(name: String, place: FormulaPlace)] = []
  private var nodes: [String: Node] = [:]
  /// The definitions that are being computed, the outermost first.
  private var open: [String] = []

  private static let functions: [String: @Sendable (Node) -> Node] = [
    "exp": exp, "log": log, "ln": log, "sin": sin, "cos": cos, "tanh": tanh,
    "logistic": logistic, "sigmoid": logistic, "sigma": logistic, "σ": logistic, "relu": relu,
    "softplus": softplus, "sqrt": { Graphs.power($0, 0.5) }, "identity": identity,
  ]
  static let functionNames = functions.keys.sorted()
  /// Numbers with names, unless a name is given another meaning.
  private static let constants = ["π": Double.pi, "pi": Double.pi, "e": M_E]

  // MARK: - Names

  /// Takes texts of definitions.
  mutating func define(_ texts: [String]) throws(FormulaProblem) {
    for text in texts {
      for definition in try FormulaParser.definitions(text) {
        try add(definition)
        definitions[definition.name] = definition
      }
    }
  }

  /// Takes texts of values, which may be computed from numbers: `t=π/4`.
  mutating func give(_ texts: [String]) throws(FormulaProblem) {
    for text in texts {
      for definition in try FormulaParser.definitions(text) {
        try add(definition)
        guard let value = number(definition.term, isShadowed: false) else {
          throw FormulaProblem(
            "\(definition.name) needs a number; what is computed from names is a definition",
            at: definition.term.place)
        }
        guard value.isFinite else {
          throw FormulaProblem("\(definition.name) has no finite value", at: definition.term.place)
        }
        values[definition.name] = value
      }
    }
  }

  private mutating func add(_ definition: FormulaDefinition) throws(FormulaProblem) {
    let (name, place) = (definition.name, definition.namePlace)
    guard Self.functions[name] == nil else {
      throw FormulaProblem("\(name) is a function and cannot be a name", at: place)
    }
    guard !given.contains(where: { $0.name == name }) else {
      throw FormulaProblem("\(name) is given twice", at: place)
    }
    given.append((name, place))
  }

  private func isGiven(_ name: String) -> Bool { given.contains { $0.name == name } }

  /// Complains about names in a term, or in what it is computed from, that have no meaning.
  func refuseUnknownNames(in term: FormulaTerm) throws(FormulaProblem) {
    var unknown: [(name: String, place: FormulaPlace)] = []
    var seen: Set<String> = []
    collectUnknownNames(in: term, &unknown, &seen)
    guard let first = unknown.first else { return }
    if let other = nearName(to: first.name, among: given.map(\.name) + Self.functionNames) {
      throw FormulaProblem(
        Self.functions[other] == nil
          ? "\(first.name) has no value; did you mean \(other)?"
          : "\(first.name) has no value; did you mean \(other)(…)?", at: first.place)
    }
    let names = unknown.map(\.name)
    throw FormulaProblem(
      (names.count == 1
        ? "\(names[0]) has no value; give it one"
        : "\(names.joined(separator: ", ")) have no values; give them some")
        + ", as in --at \"\(names.map { "\($0)=0.5" }.joined(separator: ", "))\"",
      at: first.place)
  }

  private func collectUnknownNames(
    in term: FormulaTerm, _ unknown: inout [(name: String, place: FormulaPlace)],
    _ seen: inout Set<String>
  ) {
    switch term.kind {
    case .number: return
    case .name(let name):
      guard seen.insert(name).inserted else { return }
      if let definition = definitions[name] {
        collectUnknownNames(in: definition.term, &unknown, &seen)
      } else if values[name] == nil && Self.constants[name] == nil {
        unknown.append((name, term.place))
      }
    case .negation(let part), .call(_, let part): collectUnknownNames(in: part, &unknown, &seen)
    case .operation(_, let left, let right):
      collectUnknownNames(in: left, &unknown, &seen)
      collectUnknownNames(in: right, &unknown, &seen)
    }
  }

  /// Complains about what was given and is not used, which hints at a slip.
  func refuseUnusedNames() throws(FormulaProblem) {
    for (name, place) in given where nodes[name] == nil {
      throw FormulaProblem("the formula does not use \(name)", at: place)
    }
  }

  // MARK: - Nodes

  /// The node of a term.
  mutating func node(_ term: FormulaTerm) throws(FormulaProblem) -> Node {
    switch term.kind {
    case .number(let value): return graph.constant(value)
    case .name(let name): return try node(named: name, term.place)
    case .negation(let part):
      if case .number(let value) = part.kind { return graph.constant(-value) }
      return try checked(-(try node(part)), term)
    case .call(let name, let argument):
      guard let function = Self.functions[name] else { throw noFunction(name, term.place) }
      return try checked(function(try node(argument)), term)
    case .operation("^", let base, let exponent): return try power(base, exponent, term)
    case .operation(let sign, let left, let right):
      let (a, b) = (try node(left), try node(right))
      let result =
        switch sign {
        case "+": a + b
        case "-": a - b
        case "*": a * b
        default: a / b
        }
      return try checked(result, term)
    }
  }

  private mutating func node(
    named name: String, _ place: FormulaPlace
  ) throws(FormulaProblem) -> Node {
    if let node = nodes[name] { return node }
    if let value = values[name] {
      let input = graph.input(name, value)
      inputs.append(input)
      nodes[name] = input
      return input
    }
    guard let definition = definitions[name] else {
      if Self.functions[name] != nil {
        throw FormulaProblem("\(name) is a function: \(name)(…)", at: place)
      }
      guard let value = Self.constants[name] else {
        throw FormulaProblem("\(name) has no value", at: place)
      }
      return graph.constant(value).named(name)
    }
    guard !open.contains(name) else {
      let circle = open.drop { $0 != name } + [name]
      throw FormulaProblem(
        "\(name) is defined by itself: \(circle.joined(separator: " ← "))", at: place)
    }
    open.append(name)
    var node = try node(definition.term)
    open.removeLast()
    // A name that stands for another is a node of its own.
    if case .name = definition.term.kind { node = identity(node) }
    nodes[name] = node.named(name)
    return node
  }

  /// xᵖ for a number p; e^y; otherwise x^y = exp(y log x).
  private mutating func power(
    _ base: FormulaTerm, _ exponent: FormulaTerm, _ term: FormulaTerm
  ) throws(FormulaProblem) -> Node {
    if case .name("e") = base.kind, !isGiven("e") {
      return try checked(exp(try node(exponent)), term)
    }
    let x = try node(base)
    if let p = number(exponent, isShadowed: true), p.isFinite {
      return try checked(Graphs.power(x, p), term)
    }
    guard x.value.scalar > 0 else {
      throw FormulaProblem(
        "a power with a variable exponent needs a positive base, and \(base.place.words) is \(x.value)",
        at: base.place)
    }
    let logarithm = try checked(log(x), term)
    let product = try checked(try node(exponent) * logarithm, term)
    return try checked(exp(product), term)
  }

  /// The value of a term without names that are given.
  private func number(_ term: FormulaTerm, isShadowed: Bool) -> Double? {
    switch term.kind {
    case .number(let value): return value
    case .name(let name):
      return isShadowed && isGiven(name) ? nil : Self.constants[name]
    case .negation(let part): return number(part, isShadowed: isShadowed).map { -$0 }
    case .call(let name, let part):
      guard let x = number(part, isShadowed: isShadowed) else { return nil }
      return Self.functions[name]?(Graph().constant(x)).value.scalar
    case .operation(let sign, let left, let right):
      guard let a = number(left, isShadowed: isShadowed),
        let b = number(right, isShadowed: isShadowed)
      else { return nil }
      return switch sign {
      case "+": a + b
      case "-": a - b
      case "*": a * b
      case "/": a / b
      default: pow(a, b)
      }
    }
  }

  /// The root under a name that is free.
  mutating func result(
    _ root: Node, named token: FormulaToken?
  ) throws(FormulaProblem) -> Node {
    var name = ["f", "L", "result"].first { !isGiven($0) } ?? "value"
    if let token, case .name(let chosen) = token.kind {
      guard !isGiven(chosen), Self.functions[chosen] == nil else {
        throw FormulaProblem("\(chosen) has a meaning already", at: token.place)
      }
      name = chosen
    }
    return (nodes.values.contains { $0.index == root.index } ? identity(root) : root).named(name)
  }

  // MARK: - Faults

  /// A node with a finite value and finite slopes, named by its formula where that is short and new.
  private func checked(_ node: Node, _ term: FormulaTerm) throws(FormulaProblem) -> Node {
    let isFinite =
      node.value.scalar.isFinite
      && node.slopes.allSatisfy { $0?.scalar.isFinite ?? true }
    guard isFinite else { throw FormulaProblem(fault(of: node, term), at: term.place) }
    let formula = node.formula
    if formula.count <= 16 && !graph.nodes.contains(where: { $0.name == formula }) {
      node.named(formula)
    }
    return node
  }

  /// Why a node's value or one of its slopes is not finite.
  private func fault(of node: Node, _ term: FormulaTerm) -> String {
    let arguments = node.parents.map(\.value.scalar)
    let x = arguments[0]
    func words(_ part: FormulaTerm) -> String {
      if case .number = part.kind { return part.place.words }
      return "\(part.place.words) = \(significant(x, 6))"
    }
    switch (node.operation, term.kind) {
    case ("/", .operation(_, _, let divisor)) where arguments[1] == 0:
      guard case .number = divisor.kind else {
        return "division by 0: \(divisor.place.words) is 0"
      }
      return "division by 0"
    case ("log", .call(_, let argument)) where x <= 0:
      return "log needs a positive number, not \(words(argument))"
    case ("^0.5", .call(_, let argument)) where x < 0:
      return "sqrt needs a number that is not negative, not \(words(argument))"
    case (_, .call(let name, _)) where node.value.scalar.isFinite:
      return "\(name) has no finite slope at \(significant(x, 6))"
    case (_, .operation("^", let base, _)) where x == 0:
      return node.value.scalar.isFinite
        ? "this power has no finite slope at \(words(base))"
        : "a negative power of 0 divides by 0: \(base.place.words) is 0"
    case (_, .operation("^", let base, _)) where x < 0:
      return "this power needs a base that is not negative, not \(words(base))"
    default: return "the result is too large for a number of double precision"
    }
  }

  private func noFunction(_ name: String, _ place: FormulaPlace) -> FormulaProblem {
    let known = Self.functionNames
    let message =
      isGiven(name) || Self.constants[name] != nil
      ? "\(name) is no function; a product is written \(name)*(…)"
      : "there is no function \(name); "
        + (nearName(to: name, among: known).map { "did you mean \($0)?" }
          ?? "there are \(known.joined(separator: ", "))")
    let end = place.range.lowerBound + name.count
    return FormulaProblem(
      message, at: FormulaPlace(text: place.text, range: place.range.lowerBound..<end))
  }
}

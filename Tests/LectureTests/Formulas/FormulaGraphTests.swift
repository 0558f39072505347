import Foundation
import Lecture
import Testing
import TestSupport

/// A formula of one's own: what it means, and what is wrong with it.
@Suite struct FormulaGraphTests {
  private func value(_ formula: String, at values: String = "x=3, y=2") throws -> Double {
    try FormulaGraph(formula + " + 0*(x + y)", values: [values]).result.value.scalar
  }

  @Test func `operators bind as in mathematics`() throws {
    let expected: [(String, Double)] = [
      ("-x^2", -9), ("(-x)^2", 9), ("2^x^y", 512), ("(2^x)^y", 64), ("x - y - 1", 0),
      ("x / y / 2", 0.75), ("x - y * 2 + 1", 0), ("2*-x", -6), ("x^-1*3", 1), ("--x", 3), ("+x", 3),
      ("-2^2", -4), ("1e-3*x", 0.003), (".5e1", 5), ("x*y^2/3", 4), ("(x + y) * (x - y)", 5),
      ("x^(1/2)^2", pow(3, 0.25)), ("2 − x · y × 1 ÷ 2", -1), ("x² + y⁻¹", 9.5),
    ]
    for (formula, expected) in expected {
      #expect(
        abs(try value(formula) - expected) <= 16 * doubleRoundoff * max(1, abs(expected)),
        "\(formula)")
    }
  }

  @Test func `functions and constants are those of mathematics`() throws {
    let expected: [(String, Double)] = [
      ("exp(x)", exp(3)), ("log(x)", log(3)), ("ln(x)", log(3)), ("sin(x)", sin(3)),
      ("cos(x)", cos(3)), ("tanh(x)", tanh(3)), ("logistic(x)", sigmoid(3)),
      ("sigma(x)", sigmoid(3)), ("sigmoid(x)", sigmoid(3)), ("σ(x)", sigmoid(3)), ("relu(-x)", 0),
      ("relu(x)", 3), ("softplus(x)", log1p(exp(3))), ("sqrt(x)", sqrt(3)), ("e^x", exp(3)),
      ("e*π", M_E * .pi), ("pi", .pi), ("x^y^0.5", pow(3, sqrt(2))),
    ]
    for (formula, expected) in expected {
      #expect(
        abs(try value(formula) - expected) <= 32 * doubleRoundoff * max(1, abs(expected)),
        "\(formula)")
    }
    // A name that is given has that meaning.
    #expect(try value("e", at: "e=5, x=1, y=1") == 5)
  }

  @Test func `names may be Greek, long, and have indices and primes`() throws {
    let formula = try FormulaGraph(
      "λ*w₁ + learning_rate*x2 - x′", values: ["λ=2, w₁=3", "learning_rate=4, x2=5, x′=6"])
    #expect(formula.result.value.scalar == 20)
    #expect(formula.inputs.map(\.name) == ["λ", "w₁", "learning_rate", "x2", "x′"])
    #expect(formula.inputs.map(\.errorSignal.scalar) == [3, 2, 5, 4, -1])
  }

  /// Lecture D3.
  @Test func `definitions are one node each, and the derivative goes through them`() throws {
    let formula = try FormulaGraph(
      "y + exp(x*y)", definitions: ["x=cos(t), y=t^2"], values: ["t=0.7"])
    #expect(formula.graph.nodes.map(\.name) == ["t", "y", "x", "x ∘ y", "exp(x ∘ y)", "f"])
    let (x, y) = (cos(0.7), 0.49)
    let expected = y * exp(x * y) * -sin(0.7) + (1 + x * exp(x * y)) * 1.4
    #expect(abs(formula.inputs[0].errorSignal.scalar - expected) <= 64 * doubleRoundoff)
  }

  @Test func `a name is one node, and a term that is written twice is two`() throws {
    let twice = try FormulaGraph("exp(x) * exp(x)", values: ["x=1"])
    #expect(twice.graph.nodes.count { $0.operation == "exp" } == 2)
    let once = try FormulaGraph("h * h", definitions: ["h=exp(x)"], values: ["x=1"])
    #expect(once.graph.nodes.count { $0.operation == "exp" } == 1)
    #expect(once.inputs[0].errorSignal == twice.inputs[0].errorSignal)
    // Names of nodes are distinct where nodes are.
    let names = twice.graph.nodes.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func `the result has the name that stands before the formula, or a free one`() throws {
    #expect(try FormulaGraph("z = x*2", values: ["x=1"]).result.name == "z")
    #expect(try FormulaGraph("f*2", values: ["f=1"]).result.name == "L")
    let alias = try FormulaGraph("y", definitions: ["y=x"], values: ["x=1"])
    #expect(alias.graph.nodes.map(\.name) == ["x", "y", "f"])
    #expect(alias.inputs[0].errorSignal.scalar == 1)
  }

  @Test func `values may be computed from numbers`() throws {
    let formula = try FormulaGraph("x + y", values: ["x=-1e-3, y=sqrt(4)/2"])
    #expect(formula.inputs.map(\.value.scalar) == [-1e-3, 1])
  }

  /// A formula that is wrong, a few words of the complaint, and the characters that it points at.
  struct Fault: CustomTestStringConvertible, Sendable {
    let formula: String
    var definitions: [String] = []
    var values = ["x=1"]
    let words: String
    let place: String
    var testDescription: String { formula + (definitions + values).joined(separator: "; ") }
  }

  static let faults: [Fault] = [
    Fault(formula: "", words: "something is missing", place: ""),
    Fault(formula: "x +", words: "something is missing", place: ""),
    Fault(formula: "x + * 2", words: "expected a number", place: "*"),
    Fault(formula: "x**2", words: "a power is written x^2", place: "*"),
    Fault(formula: "(x + 2", words: "not closed", place: "("),
    Fault(formula: "x + 2)", words: "there is no (", place: ")"),
    Fault(formula: "2x", words: "written 2*x", place: "x"),
    Fault(formula: "x(2)", words: "x is no function", place: "x"),
    Fault(formula: "exp x", words: "exp(x)", place: "x"),
    Fault(formula: "exp", words: "did you mean exp(…)", place: "exp"),
    Fault(formula: "exp(x, 2)", words: "one argument", place: ","),
    Fault(formula: "exo(x)", words: "did you mean exp?", place: "exo"),
    Fault(formula: "arctan(x)", words: "there are cos, exp", place: "arctan"),
    Fault(formula: "x = y = 2", words: "one = at most", place: "="),
    Fault(formula: "{x}", words: "parentheses are ( and )", place: "{"),
    Fault(formula: "x & 2", words: "no part of a formula", place: "&"),
    Fault(formula: "1.2.3*x", words: "is no number", place: "1.2.3"),
    Fault(formula: "x²⁻*3", words: "is no number", place: "²⁻"),
    Fault(formula: "1e999*x", words: "too large", place: "1e999"),
    Fault(formula: "x + X", words: "did you mean x?", place: "X"),
    Fault(
      formula: "rate*x + rat", values: ["x=1, rate=2"], words: "did you mean rate?", place: "rat"),
    Fault(formula: "a*x + b", words: "--at \"a=0.5, b=0.5\"", place: "a"),
    Fault(formula: "x*y", values: [], words: "x, y have no values", place: "x"),
    Fault(formula: "1 + 2", values: [], words: "to differentiate by", place: "1 + 2"),
    Fault(formula: "x", values: ["x=1, z=2"], words: "does not use z", place: "z"),
    Fault(
      formula: "x", definitions: ["z=x"], words: "does not use z", place: "z"),
    Fault(
      formula: "a*x", definitions: ["a=b+1, b=2*c, c=a"], words: "a ← b ← c ← a", place: "a"),
    Fault(formula: "a*x", definitions: ["a=a"], words: "defined by itself", place: "a"),
    Fault(formula: "x", values: ["x=1", "x=2"], words: "given twice", place: "x"),
    Fault(formula: "x", definitions: ["x=2"], words: "given twice", place: "x"),
    Fault(formula: "x", values: ["exp=1"], words: "is a function", place: "exp"),
    Fault(formula: "x", values: ["x=0,7"], words: "decimals take a point", place: "7"),
    Fault(formula: "x", values: ["x"], words: "expected = behind x", place: ""),
    Fault(formula: "x", values: ["x=y"], words: "x needs a number", place: "y"),
    Fault(formula: "x", values: ["x=1/0"], words: "no finite value", place: "1/0"),
    Fault(formula: "x = 2*x", words: "has a meaning already", place: "x"),
    Fault(formula: "2 + log(-x)", words: "log needs a positive number", place: "log(-x)"),
    Fault(formula: "sqrt(x - 2)", words: "not negative, not x - 2 = -1", place: "sqrt(x - 2)"),
    Fault(formula: "sqrt(x - 1)", words: "no finite slope at 0", place: "sqrt(x - 1)"),
    Fault(formula: "3/(x - 1)", words: "division by 0: (x - 1) is 0", place: "3/(x - 1)"),
    Fault(formula: "(-x)^0.5", words: "not negative", place: "(-x)^0.5"),
    Fault(formula: "(x - 1)^-1", words: "divides by 0", place: "(x - 1)^-1"),
    Fault(formula: "(x - 2)^x", words: "needs a positive base", place: "(x - 2)"),
    Fault(formula: "exp(1000*x)", words: "too large", place: "exp(1000*x)"),
    Fault(
      formula: "a", definitions: ["a=log(0*x)"], words: "log needs a positive number",
      place: "log(0*x)"),
    Fault(
      formula: String(repeating: "(", count: 80) + "x", words: "levels deep", place: "("),
    Fault(
      formula: String(repeating: "x+", count: 501), words: "up to 1000 characters", place: "x+"),
  ]

  @Test(arguments: faults)
  func `what is wrong is said with its place`(fault: Fault) throws {
    let problem = try #require(throws: FormulaProblem.self) {
      _ = try FormulaGraph(fault.formula, definitions: fault.definitions, values: fault.values)
    }
    #expect(problem.message.contains(fault.words), "\(problem.message)")
    #expect(problem.place.words == fault.place)
    // Carets under the characters: the last line points into the line above.
    let lines = problem.description.components(separatedBy: "\n")
    #expect(lines.count == 3 && lines[0] == problem.message)
    let pointed = zip(lines[1] + " ", lines[2]).filter { $0.1 == "^" }.map { $0.0 }
    #expect(fault.place.hasPrefix(String(pointed)) || fault.place.isEmpty && pointed.count <= 1)
    #expect(lines[1].count <= 80 && lines[2].count <= 80)
  }

  @Test func `carets stand under what is meant in a long formula, too`() throws {
    let formula = String(repeating: "x+", count: 200) + "q" + String(repeating: "+x", count: 200)
    let problem = try #require(throws: FormulaProblem.self) {
      _ = try FormulaGraph(formula, values: ["x=1"])
    }
    let lines = problem.description.components(separatedBy: "\n")
    let caret = try #require(lines[2].firstIndex(of: "^"))
    let place = lines[2].distance(from: lines[2].startIndex, to: caret)
    #expect(Array(lines[1])[place] == "q")
  }
}

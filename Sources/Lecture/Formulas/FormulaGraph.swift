import Graphs

/// A formula that was typed in, as a computation graph of numbers after its backward pass.
///
/// A name is one node, however often it is used. A term that is written twice is two nodes: what is
/// drawn is what was written, and a term with a name is computed once.
public struct FormulaGraph {
  /// The graph.
  public let graph: Graph
  /// The names with given values, in the order of their first use.
  public let inputs: [Node]
  /// The value of the formula.
  public let result: Node
  /// What was typed in.
  public let text: String

  /// How many nodes send their error signal to parents in the backward pass.
  package var stepCount: Int { BackwardWalk(from: result).order.count }

  /// Reads, computes and differentiates a formula.
  ///
  /// - Parameters:
  ///   - text: a formula such as `y + exp(x*y)`; `name =` may stand before it.
  ///   - definitions: texts such as `x=cos(t), y=t^2`.
  ///   - values: texts such as `t=0.7`; the formula is differentiated by these names.
  /// - Throws: `FormulaProblem` for what cannot be read, has no value, or no derivative there.
  public init(
    _ text: String, definitions: [String] = [], values: [String]
  ) throws(FormulaProblem) {
    let (name, term) = try FormulaParser.formula(text)
    var builder = FormulaBuilder()
    try builder.define(definitions)
    try builder.give(values)
    try builder.refuseUnknownNames(in: term)
    let root = try builder.node(term)
    try builder.refuseUnusedNames()
    guard !builder.inputs.isEmpty else {
      throw FormulaProblem(
        "there is no name with a value to differentiate by", at: term.place)
    }
    result = try builder.result(root, named: name)
    graph = builder.graph
    inputs = builder.inputs
    self.text = text
    graph.backward(from: result)
    guard graph.nodes.allSatisfy({ $0.errorSignal.scalar.isFinite }) else {
      throw FormulaProblem(
        "a derivative is too large for a number of double precision", at: term.place)
    }
  }
}

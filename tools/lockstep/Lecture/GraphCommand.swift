import ArgumentParser
import Lecture

/// The topic of computation graphs, for any formula.
struct GraphCommand: TopicRunning {
  static let configuration = CommandConfiguration(
    commandName: ComputationGraph.name,
    abstract: "\(ComputationGraph.number): \(ComputationGraph.title)",
    discussion: ComputationGraph.explanation + """


      With a formula, the graph is yours:
        lockstep lecture graph "y + exp(x*y)" --let "x=cos(t), y=t^2" --at t=0.7
        lockstep lecture graph "(logistic(w*x + b) - t)^2/2" --at "w=0.8, x=1.5, b=-0.4, t=1"
        lockstep lecture graph --at x=3 -- "-x^2"      a formula that begins with -

      Formulas have + - * / ^, parentheses, numbers like 1e-3, names, π and e, and the functions \
      exp, log, sin, cos, tanh, logistic (also σ), relu, softplus and sqrt. -x^2 is -(x^2), and \
      2^3^2 is 2^(3^2). A name is one node, however often it is used; a term that is written \
      twice is two nodes, unless --let gives it a name.
      """,
    aliases: [ComputationGraph.number.lowercased()])

  @Argument(
    help: ArgumentHelp(
      "Formula to differentiate (default: a logistic unit with two inputs).",
      valueName: "formula"))
  var formula: String?

  @Option(
    name: .customLong("let"),
    help: ArgumentHelp(
      "Definitions of names in the formula, divided by commas.", valueName: "name=formula"))
  var definitions: [String] = []

  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Values to differentiate by and at, divided by commas.", valueName: "name=number"))
  var values: [String] = []

  @Option(help: "Steps of the backward pass to show (default: all).")
  var step: Int?

  @OptionGroup var options: TopicOptions

  func validate() throws {
    if formula == nil && !(definitions.isEmpty && values.isEmpty) {
      throw ValidationError(
        "--let and --at belong to a formula, as in graph \"x*y\" --at \"x=2, y=3\"")
    }
  }

  func run() throws {
    try options.show(ComputationGraph.self, by: demonstration)
  }

  func demonstration(in classroom: Classroom) throws -> Demonstration {
    var topic = ComputationGraph()
    topic.step = step
    guard let formula else {
      if let fault = topic.validationError { throw UsageProblem(fault) }
      return topic.demonstrate(in: classroom)
    }
    let graph = try FormulaGraph(formula, definitions: definitions, values: values)
    if let step, !(0...graph.stepCount).contains(step) {
      throw UsageProblem(
        "the backward pass of this formula has steps 0 to \(graph.stepCount), not \(step)")
    }
    return topic.demonstrate(graph)
  }
}

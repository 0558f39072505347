import Foundation
import Graphs
import Kernels
import Networks
import Pictures
import Randomness
import Reference

/// D1: error signals instead of one long formula.
package struct LogisticLeastSquares: Topic {
  package static let number = "D1"
  package static let name = "backpropagation"
  package static let title = "Error signals on logistic least squares"
  package static let showsGraph = true
  package static let explanation = """
    z = wx + b, y = σ(z), L = ½(y − t)². The chain rule in one piece gives dL/dw = (σ(wx + b) − t) \
    σ′(wx + b) x, and dL/db almost the same again. The structured way computes an error signal for \
    each value, from the loss back: ȳ = y − t, z̄ = ȳ σ′(z), w̄ = z̄ x, b̄ = z̄. Nothing is computed \
    twice.

    A graph in double precision runs here, and at random points the trainer's own backward pass.
    """
  package static let formula =
    #"\bar y = y - t, \; \bar z = \bar y\,\sigma'(z), \; \bar w = \bar z\,x, \; \bar b = \bar z"#
  package static let question = Question(
    "The unit is as wrong as can be: t = 1, and w = −8 makes y almost 0. Is its gradient large?",
    answer: """
      No, it is almost 0. ȳ is near −1, but the slope σ′(z) = y(1 − y) on the arrow from z to y is \
      almost 0, and everything before it is multiplied by that.
      """)
  package static let exercise = """
    `lockstep lecture d1 --w -8` shows the saturated unit. Find the w where |w̄| is largest for \
    x = 1.5, b = −0.4 and t = 1.
    """
  package static let slider: Slider? = Slider(
    "weight w", option: "--w", values: ["-8", "-4", "-2", "-1", "0", "0.8", "2", "4"])

  /// The weight.
  package var w = 0.8
  /// The input.
  package var x = 1.5
  /// The bias.
  package var b = -0.4
  /// The target.
  package var t = 1.0

  /// The values of the course.
  package init() {}

  package var validationError: String? {
    [w, x, b, t].allSatisfy { abs($0) <= 1e6 } ? nil : "w, x, b and t are numbers from −1e6 to 1e6"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let example = LogisticUnitGraph(w: w, x: x, b: b, t: t)
    var shown = Demonstration(.drawing(example.graph.drawing(title: Self.title)))
    shown.say(
      "With w = \(significant(w, 6)), x = \(significant(x, 6)), b = \(significant(b, 6)), "
        + "t = \(significant(t, 6)):")
    shown.show(example.graph)

    let (y, signals) = (example.y.value.scalar, example.signals)
    let closed = ClosedForm(w: w, x: x, b: b, t: t)
    let expected = [y - t, closed.b, closed.b, closed.w]
    let bound = closed.rounding
    shown.claim(
      "ȳ = y − t, z̄ = ȳ σ′(z), b̄ = z̄ and w̄ = z̄ x in the graph above",
      found: signals.map { significant($0, 6) }.joined(separator: ", "),
      holds: zip(signals, expected).allSatisfy { abs($0 - $1) <= bound })
    comparePoints(in: &shown, using: classroom.chance())
    return shown
  }

  /// The graph, the closed form and the trainer at random points.
  private func comparePoints(in shown: inout Demonstration, using start: Chance) {
    var chance = start
    var table = NumberTable(
      "dL/dw at points drawn at random",
      columns: ["w", "x", "b", "t", "graph", "closed form", "trainer"])
    var (distances, closedShares, trainerShares): ([Double], [Double], [Double]) = ([], [], [])
    for trial in 0..<Self.pointCount {
      // Numbers that single precision holds, too.
      let values = (0..<3).map { _ in Double(Float(chance.uniform(-3...3))) }
      let (w, x, b) = (values[0], values[1], values[2])
      let t = trial.isMultiple(of: 2) ? 1.0 : 0
      let unit = LogisticUnitGraph(w: w, x: x, b: b, t: t)
      let closed = ClosedForm(w: w, x: x, b: b, t: t)
      let byGraph = [unit.w.errorSignal.scalar, unit.b.errorSignal.scalar]
      let pair = zip(byGraph, [closed.w, closed.b]).map { abs($0 - $1) }
      distances += pair
      closedShares += pair.map { $0 / closed.rounding }

      var parameters = Parameters(Self.unit)
      parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = Float(w)
      parameters.mutableMemory.biases(ofLayer: 0)[0, 0] = Float(b)
      let agreement = TrainerAgreement(
        parameters, Batch(inputs: [[Float(x)]], targets: [[Float(t)]]), with: byGraph)
      trainerShares += agreement.shares
      if trial < 5 {
        table.add(
          .number(w, digits: 3), .number(x, digits: 3), .number(b, digits: 3), .number(t),
          .number(byGraph[0], digits: 10), .number(closed.w, digits: 10),
          .number(Double(agreement.byTrainer[0]), digits: 8))
      }
    }
    shown.show(table)
    let share = maximum(of: closedShares)
    shown.claim(
      "the error signals w̄ and b̄ are dL/dw and dL/db in closed form, at 1,000 random points",
      found: "largest difference \(significant(maximum(of: distances), 2)), "
        + "\(significant(share * 100, 2)) % of what rounding allows", holds: share <= 1)
    let trainerShare = maximum(of: trainerShares)
    shown.claim(
      "the trainer's backward pass finds them in single precision, at the same points",
      found: "at most \(significant(trainerShare * 100, 2)) % of what its rounding allows",
      holds: trainerShare <= 1)
  }

  private static let pointCount = 1000

  /// One logistic unit with one input and the squared error, as the trainer has it.
  private static var unit: Architecture {
    Architecture(
      inputs: 1, hidden: [], activation: .identity, outputs: 1, outputActivation: .logistic,
      loss: .squaredError)
  }
}

/// (σ(wx + b) − t) σ′(wx + b) x, and without x.
private struct ClosedForm {
  let w: Double
  let b: Double
  /// How far rounding may take two ways of computing any of the error signals apart.
  ///
  /// z carries up to u(2|wx| + |b|), of which y takes a quarter; y and σ′ add four roundings of their
  /// own; ȳ ≤ 1 + |t| multiplies them, and x.
  let rounding: Double

  init(w: Double, x: Double, b: Double, t: Double) {
    let z = w * x + b
    let y = logistic(z)
    let slope = 1 / ((1 + Foundation.exp(-z)) * (1 + Foundation.exp(z)))
    self.w = (y - t) * slope * x
    self.b = (y - t) * slope
    rounding =
      4 * 0x1p-53 * (1 + abs(t)) * max(1, abs(x)) * ((2 * abs(w * x) + abs(b)) / 4 + 5)
  }
}

/// z = wx + b, y = σ(z), L = ½(y − t)², after its backward pass.
private struct LogisticUnitGraph {
  let graph = Graph()
  let w: Node
  let b: Node
  let z: Node
  let y: Node

  init(w: Double, x: Double, b: Double, t: Double) {
    let input = graph.input("x", x)
    self.w = graph.input("w", w)
    self.b = graph.input("b", b)
    let target = graph.input("t", t)
    z = ((self.w * input).named("wx") + self.b).named("z")
    y = logistic(z).named("y")
    graph.backward(from: squaredError(y, targets: target).named("L"))
  }

  /// ȳ, z̄, b̄, w̄.
  var signals: [Double] { [y, z, b, w].map(\.errorSignal.scalar) }
}

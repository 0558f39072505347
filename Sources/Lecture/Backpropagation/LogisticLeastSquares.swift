import Foundation
import Graphs
import Pictures
import Randomness
import Reference

/// D1: error signals instead of one long formula.
struct LogisticLeastSquares: Topic {
  static let number = "D1"
  static let name = "backpropagation"
  static let title = "Error signals on logistic least squares"
  static let showsGraph = true
  static let explanation = """
    z = wx + b, y = σ(z), L = ½(y − t)². The chain rule in one piece gives dL/dw = (σ(wx + b) − t) \
    σ′(wx + b) x, and dL/db almost the same again. The structured way computes an error signal for \
    each value, from the loss back: ȳ = y − t, z̄ = ȳ σ′(z), w̄ = z̄ x, b̄ = z̄. Nothing is computed \
    twice.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let example = LogisticUnitGraph(w: 0.8, x: 1.5, b: -0.4, t: 1)
    var shown = Demonstration(.drawing(example.graph.drawing(title: Self.title)))
    shown.say("With w = 0.8, x = 1.5, b = −0.4, t = 1:")
    shown.show(example.graph)

    var chance = classroom.chance()
    var table = NumberTable(
      "dL/dw at points drawn at random", columns: ["w", "x", "b", "t", "graph", "closed form"])
    var largest = 0.0
    for trial in 0..<1000 {
      let (w, x, b) = (
        chance.uniform(-3...3), chance.uniform(-3...3), chance.uniform(-3...3)
      )
      let unit = LogisticUnitGraph(w: w, x: x, b: b, t: trial.isMultiple(of: 2) ? 1 : 0)
      let closed = closedForm(w: w, x: x, b: b, t: unit.t.value.scalar)
      largest = maximum(
        of: [
          largest, abs(unit.w.errorSignal.scalar - closed.w),
          abs(unit.b.errorSignal.scalar - closed.b),
        ])
      if trial < 5 {
        table.add(
          .number(w, digits: 3), .number(x, digits: 3), .number(b, digits: 3),
          .number(unit.t.value.scalar), .number(unit.w.errorSignal.scalar, digits: 10),
          .number(closed.w, digits: 10))
      }
    }
    shown.show(table)
    // |ȳ| ≤ 1, σ′ ≤ ¼ and |x| ≤ 3 round in about ten operations each way; z of up to 12 carries its
    // own rounding into y and σ′.
    let bound = 3 * 40 * 0x1p-53
    shown.claim(
      "the error signals w̄ and b̄ are dL/dw and dL/db in closed form, at 1,000 random points",
      found: "largest difference \(significant(largest, 2)), rounding allows "
        + significant(bound, 2), holds: largest <= bound)

    let y = example.y.value.scalar
    let signals = [
      (example.y.errorSignal.scalar, y - 1), (example.z.errorSignal.scalar, (y - 1) * y * (1 - y)),
      (example.b.errorSignal.scalar, (y - 1) * y * (1 - y)),
      (example.w.errorSignal.scalar, (y - 1) * y * (1 - y) * 1.5),
    ]
    shown.claim(
      "ȳ = y − t, z̄ = ȳ σ′(z), b̄ = z̄ and w̄ = z̄ x in the graph above",
      found: signals.map { significant($0.0, 6) }.joined(separator: ", "),
      holds: signals.allSatisfy { abs($0.0 - $0.1) <= bound })
    return shown
  }

  /// (σ(wx + b) − t) σ′(wx + b) x, and without x.
  private func closedForm(
    w: Double, x: Double, b: Double, t: Double
  ) -> (w: Double, b: Double) {
    let z = w * x + b
    let y = logistic(z)
    let slope = Foundation.exp(-z) / ((1 + Foundation.exp(-z)) * (1 + Foundation.exp(-z)))
    return ((y - t) * slope * x, (y - t) * slope)
  }
}

/// z = wx + b, y = σ(z), L = ½(y − t)², after its backward pass.
private struct LogisticUnitGraph {
  let graph = Graph()
  let w: Node
  let b: Node
  let t: Node
  let z: Node
  let y: Node

  init(w: Double, x: Double, b: Double, t: Double) {
    let input = graph.input("x", x)
    self.w = graph.input("w", w)
    self.b = graph.input("b", b)
    self.t = graph.input("t", t)
    z = ((self.w * input).named("wx") + self.b).named("z")
    y = logistic(z).named("y")
    graph.backward(from: squaredError(y, targets: self.t).named("L"))
  }
}

import Foundation
import Graphs
import Pictures
import Randomness

/// D2: the backward pass as an algorithm on any graph.
package struct ComputationGraph: Topic {
  package static let number = "D2"
  package static let name = "graph"
  package static let title = "The backward pass on a computation graph"
  package static let showsGraph = true
  package static let explanation = """
    Nodes are values. Order them v₁ … v_N, parents before children: forward computes each from its \
    parents. Backward starts with v̄_N = 1 and goes through the order in reverse: v̄ᵢ is the sum \
    over the children j of v̄ⱼ ∂vⱼ/∂vᵢ. One pass gives the derivative of the loss by every value, \
    however many there are.

    A graph in double precision runs here: that of a unit with a connection past it, or of your own \
    formula.
    """
  package static let formula =
    #"\bar v_i = \sum_{j \in \mathrm{children}(i)} \bar v_j \, \frac{\partial v_j}{\partial v_i}"#
  package static let question = Question(
    "The node a has two children, z and y. When in the backward pass is its error signal complete?",
    answer: """
      After the turn of z, the last of its children in reverse order. What y sends comes first and \
      is only a part of the sum.
      """)
  package static let exercise = """
    Write the loss of D1 yourself and predict the slopes on the arrows before you look: \
    `lockstep lecture graph "(logistic(w*x + b) - t)^2 / 2" --at "w=0.8, x=1.5, b=-0.4, t=1"`
    """
  package static let slider: Slider? = Slider(
    "step of the backward pass", option: "--step", values: (0...stepCount).map { "\($0)" })

  /// How many steps of the backward pass to show; nil for all.
  package var step: Int?

  /// The whole backward pass.
  package init() {}

  /// The steps of the course's graph.
  private static let stepCount = 6

  package var validationError: String? {
    guard let step, !(0...Self.stepCount).contains(step) else { return nil }
    return "the backward pass of this graph has steps 0 to \(Self.stepCount), not \(step)"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let unit = BypassedUnit(w: [chance.uniform(-2...2), chance.uniform(-2...2)])
    var shown = walked(
      unit.loss, title: Self.title,
      "h = σ(a + b) with a = w₁x, and y = w₂h + a, so that a has two children; the node `unused` "
        + "comes from w₁ and leads nowhere")

    let nodes = unit.graph.nodes
    shown.claim(
      "parents stand before their children",
      found: "\(nodes.count) nodes, \(nodes.reduce(0) { $0 + $1.parents.count }) arrows",
      holds: nodes.allSatisfy { node in node.parents.allSatisfy { $0.index < node.index } })
    shown.claim(
      "v̄ is 1 for the loss and 0 for a node that does not reach it",
      found: "\(unit.loss.errorSignal) and \(unit.unused.errorSignal)",
      holds: unit.loss.errorSignal.scalar == 1 && unit.unused.errorSignal.scalar == 0)
    shown.checkSums(of: unit.loss)
    let branching = nodes.filter { node in
      nodes.count { $0.parents.contains { $0.index == node.index } && $0.name != "unused" } > 1
    }
    shown.claim(
      "an error signal is complete when all children of its node had their turn",
      found: "at each of \(Self.stepCount + 1) moments; "
        + branching.map(\.name).joined(separator: ", ") + " waits for two children",
      holds: BackwardWalk.completesInOrder(from: unit.loss) && branching.map(\.name) == ["a"]
        && BackwardWalk(from: unit.loss).order.count == Self.stepCount)
    shown.checkDifferences(of: unit.loss, by: nodes.filter { $0.operation == "input" })
    showCounts(in: &shown, using: &chance)
    BackwardWalk(from: unit.loss, turns: step).run()
    return shown
  }

  /// The passes that differences and error signals need.
  private func showCounts(in shown: inout Demonstration, using chance: inout Chance) {
    var table = NumberTable(
      "Passes over the graph of mean sin² xᵢ for all its n derivatives",
      columns: ["n", "differences", "error signals", "largest distance", "allowed"])
    var holds = true
    for count in [1, 10, 100, 1000] {
      let (distance, allowed) = distanceOfDifferences(inputs: count, using: &chance)
      holds = holds && distance <= allowed
      table.add(
        .whole(count), .text("\(2 * count) forward"), "1 forward, 1 backward",
        .number(distance, digits: 2), .number(allowed, digits: 2))
    }
    shown.show(table)
    shown.claim(
      "one backward pass finds what central differences need two forward passes an input for",
      found: "equal within truncation and rounding up to n = 1,000", holds: holds)
  }

  /// The largest distance between the error signals and the central differences of mean sin² xᵢ,
  /// and what truncation, h²/6 |L‴| with |L‴| ≤ 4/n, and the rounding of a sum of n terms allow.
  private func distanceOfDifferences(
    inputs count: Int, using chance: inout Chance
  ) -> (distance: Double, allowed: Double) {
    let graph = Graph()
    let values = (0..<count).map { _ in chance.uniform(-3...3) }
    let x = graph.input("x", RealMatrix([values]))
    let loss = mean(power(sin(x), 2))
    graph.backward(from: loss)
    let h = 0x1p-17
    func value(moving index: Int, by step: Double) -> Double {
      var moved = values
      moved[index] += step
      graph.set(x, to: RealMatrix([moved]))
      graph.forward()
      return loss.value.scalar
    }
    let distances = x.errorSignal.values.enumerated().map { index, signal in
      abs((value(moving: index, by: h) - value(moving: index, by: -h)) / (2 * h) - signal)
    }
    let n = Double(count)
    return (maximum(of: distances), h * h / 6 * 4 / n + (n + 8) * 0x1p-53 / h)
  }
}

/// a = w₁x, h = σ(a + b), y = w₂h + a, L = ½(y − t)²: a unit and a connection past it.
private struct BypassedUnit {
  let graph = Graph()
  let unused: Node
  let loss: Node

  init(w: [Double]) {
    let graph = graph
    let x = graph.input("x", 1.2)
    let weights = [graph.input("w₁", w[0]), graph.input("w₂", w[1])]
    let (b, t) = (graph.input("b", 0.3), graph.input("t", 1))
    unused = exp(weights[0]).named("unused")
    let a = (weights[0] * x).named("a")
    let h = logistic((a + b).named("z")).named("h")
    let y = ((weights[1] * h).named("w₂h") + a).named("y")
    loss = squaredError(y, targets: t).named("L")
    graph.backward(from: loss)
  }
}

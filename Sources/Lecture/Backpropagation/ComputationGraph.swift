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
    """

  /// The topic on a unit with two inputs.
  package init() {}

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let unit = TwoInputUnit(w: [chance.uniform(-2...2), chance.uniform(-2...2)])
    var shown = Demonstration(.drawing(unit.graph.drawing(title: Self.title)))
    shown.say("A unit with two inputs; the node `unused` comes from w₁ and leads nowhere:")
    shown.show(unit.graph)

    let nodes = unit.graph.nodes
    shown.claim(
      "parents stand before their children",
      found: "\(nodes.count) nodes, \(nodes.reduce(0) { $0 + $1.parents.count }) arrows",
      holds: nodes.allSatisfy { node in node.parents.allSatisfy { $0.index < node.index } })
    shown.claim(
      "v̄ is 1 for the loss and 0 for a node that does not reach it",
      found: "\(unit.loss.errorSignal) and \(unit.unused.errorSignal)",
      holds: unit.loss.errorSignal.scalar == 1 && unit.unused.errorSignal.scalar == 0)
    shown.claim(
      "each error signal is the sum over its children of theirs times the slope between",
      found: "largest difference \(significant(unit.largestDifference, 2)) for ȳ, z̄, w̄₁, w̄₂, b̄",
      // A product of up to three numbers below 4, rounded at most four times.
      holds: unit.largestDifference <= 4 * 4 * 0x1p-53)

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
    return shown
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

/// z = w₁x₁ + w₂x₂ + b, y = σ(z), L = ½(y − t)², after its backward pass.
private struct TwoInputUnit {
  let graph = Graph()
  let inputs: [Node]
  let weights: [Node]
  let bias: Node
  let unused: Node
  let z: Node
  let y: Node
  let target: Node
  let loss: Node

  init(w: [Double]) {
    let graph = graph
    inputs = [graph.input("x₁", 1.2), graph.input("x₂", -0.7)]
    weights = [graph.input("w₁", w[0]), graph.input("w₂", w[1])]
    bias = graph.input("b", 0.3)
    target = graph.input("t", 1)
    unused = exp(weights[0]).named("unused")
    let sum = (weights[0] * inputs[0]).named("w₁x₁") + (weights[1] * inputs[1]).named("w₂x₂")
    z = (sum.named("s") + bias).named("z")
    y = logistic(z).named("y")
    loss = squaredError(y, targets: target).named("L")
    graph.backward(from: loss)
  }

  /// Between the error signals and the sums over children, written out for this graph.
  var largestDifference: Double {
    let slope = y.value.scalar * (1 - y.value.scalar)
    let byHand = [
      (y, y.value.scalar - target.value.scalar), (z, y.errorSignal.scalar * slope),
      (weights[0], z.errorSignal.scalar * inputs[0].value.scalar),
      (weights[1], z.errorSignal.scalar * inputs[1].value.scalar), (bias, z.errorSignal.scalar),
    ]
    return maximum(of: byHand.map { abs($0.0.errorSignal.scalar - $0.1) })
  }
}

import Graphs

extension ComputationGraph {
  /// Shows a formula of one's own with its error signals and local slopes, and checks them.
  ///
  /// - Parameter formula: a formula after its backward pass.
  /// - Returns: the graph, its backward pass step by step, and claims.
  package func demonstrate(_ formula: FormulaGraph) -> Demonstration {
    let name = formula.result.name
    var shown = walked(
      formula.result, title: "\(formula.text): values, error signals, local slopes",
      "\(formula.text) as a graph; the error signal of v is ∂\(name)/∂v")
    shown.checkSums(of: formula.result)
    shown.checkDifferences(of: formula.result, by: formula.inputs)
    BackwardWalk(from: formula.result, turns: step).run()
    return shown
  }

  /// A graph with its backward pass; the picture is as far as `step` says. The graph has all error
  /// signals, for claims; at the end the pass is to be run as far as `step` again, for the printed
  /// graph.
  func walked(_ loss: Node, title: String, _ words: String) -> Demonstration {
    let graph = loss.graph
    graph.backward(from: loss)
    let walk = BackwardWalk(from: loss, turns: step)
    let table = walk.table
    var layout = GraphLayout(graph)
    walk.run()
    layout.show(walk)
    let place = step == nil ? "" : ", after step \(walk.turns) of \(walk.order.count)"
    var shown = Demonstration(.drawing(GraphLayout.drawing(title: title + place, [("", layout)])))
    shown.say("\(words)\(place):")
    shown.show(graph)
    graph.backward(from: loss)
    shown.show(table)
    return shown
  }
}

extension Demonstration {
  /// Claims that error signals are sums over children.
  mutating func checkSums(of loss: Node, _ place: String = "") {
    let sums = loss.graph.errorSignalsAgainstChildren(of: loss)
    claim(
      "each error signal is the sum over its children of theirs times the slope between"
        + (place.isEmpty ? "" : ", " + place),
      found: "largest difference \(significant(sums.distance, 2)) for all "
        + "\(loss.graph.nodes.count) nodes, \(significant(sums.share * 100, 2)) % of what rounding "
        + "allows",
      holds: sums.share <= 1)
  }

  /// Claims that the error signals of some inputs are central differences, where those are exact
  /// enough to tell.
  mutating func checkDifferences(of loss: Node, by inputs: [Node]) {
    let name = loss.name
    var table = NumberTable(
      "∂\(name)/∂v by the backward pass and by (\(name)(v + h) − \(name)(v − h)) / 2h",
      columns: ["v", "error signal", "central difference", "distance", "allowed"])
    var (compared, apart): ([String], [String]) = ([], [])
    var worst = 0.0
    for input in inputs {
      let signal = input.errorSignal.scalar
      guard let difference = CentralDifference(of: loss, by: input),
        difference.bound <= 1e-3 * max(1, abs(signal))
      else {
        apart.append(input.name)
        continue
      }
      let distance = abs(difference.value - signal)
      compared.append(input.name)
      worst = maximum(of: [worst, distance == 0 ? 0 : distance / difference.bound])
      table.add(
        .text(input.name), .number(signal, digits: 10), .number(difference.value, digits: 10),
        .number(distance, digits: 2), .number(difference.bound, digits: 2))
    }
    let statement = { (names: [String]) in
      "the central difference is the error signal, by " + names.joined(separator: ", ")
    }
    if !compared.isEmpty {
      show(table)
      claim(
        statement(compared),
        found: "at most \(significant(worst * 100, 2)) % of what truncation and rounding allow",
        holds: worst <= 1)
    }
    if !apart.isEmpty {
      leaveOut(
        statement(apart),
        because: "a rectifier bends there, there is no value on one side, or differences are too "
          + "inexact")
    }
  }
}

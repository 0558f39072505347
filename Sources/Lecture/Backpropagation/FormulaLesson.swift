import Graphs

/// D2 for a formula of one's own.
extension ComputationGraph {
  /// Shows a formula with its error signals and local slopes, and checks them.
  ///
  /// - Parameter formula: a formula after its backward pass.
  /// - Returns: the graph, its arrows, and claims.
  package static func demonstrate(_ formula: FormulaGraph) -> Demonstration {
    let (graph, result) = (formula.graph, formula.result)
    let name = result.name
    var shown = Demonstration(
      .drawing(graph.drawing(title: "\(formula.text): values, error signals, local slopes")))
    shown.say("\(formula.text) as a graph; the error signal of v is ∂\(name)/∂v:")
    shown.show(graph)
    shown.show(graph.arrowTable)

    let sums = graph.errorSignalsAgainstChildren(of: result)
    shown.claim(
      "each error signal is the sum over its children of theirs times the slope between",
      found: "largest difference \(significant(sums.distance, 2)) of "
        + "\(graph.nodes.count) nodes, rounding allows "
        + "\(significant(1 / max(sums.share, 1e-300), 2)) times as much",
      holds: sums.share <= 1)

    var table = NumberTable(
      "∂\(name)/∂v by the error signal and by (\(name)(v + h) − \(name)(v − h)) / 2h",
      columns: ["v", "error signal", "central difference", "distance", "allowed"])
    var left: [String] = []
    var holds = true
    for input in formula.inputs {
      let signal = input.errorSignal.scalar
      guard let difference = CentralDifference(of: result, by: input),
        difference.bound <= 1e-3 * max(1, abs(signal))
      else {
        left.append(input.name)
        continue
      }
      let distance = abs(difference.value - signal)
      holds = holds && distance <= difference.bound
      table.add(
        .text(input.name), .number(signal, digits: 10), .number(difference.value, digits: 10),
        .number(distance, digits: 2), .number(difference.bound, digits: 2))
    }
    if !table.rows.isEmpty {
      shown.show(table)
      let names = table.rows.map { row in if case .text(let name) = row[0] { name } else { "" } }
      shown.claim(
        "the error signal of \(names.joined(separator: ", ")) is the central difference",
        found: "within truncation and rounding: \(holds ? "yes" : "no")", holds: holds)
    }
    if !left.isEmpty {
      shown.say(
        "Not compared: \(left.joined(separator: ", ")). A rectifier bends or jumps there, the "
          + "formula has no value on one side, or differences are too inexact.")
    }
    return shown
  }
}

extension Graph {
  /// Every arrow with its local slope and what comes back along it.
  var arrowTable: NumberTable {
    var table = NumberTable(
      "Along each arrow: error signal of the child × local slope = what the parent receives",
      columns: ["parent", "child", "error signal", "local slope", "product"])
    for child in nodes {
      for (parent, slope) in zip(child.parents, child.slopes) {
        guard let slope = slope?.scalar else { continue }
        let signal = child.errorSignal.scalar
        table.add(
          .text(parent.name), .text(child.name), .number(signal, digits: 6),
          .number(slope, digits: 6), .number(signal * slope, digits: 6))
      }
    }
    return table
  }
}

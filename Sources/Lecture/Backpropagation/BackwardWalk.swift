import Graphs

/// How far a backward pass has come after some turns, in each of which a node sends its error signal
/// to its parents.
struct BackwardWalk {
  /// The nodes that send, in order: those between the inputs and L, from L on.
  let order: [Node]
  /// How many of them had their turn.
  let turns: Int
  private let loss: Node

  /// A pass from L, to be run by `run()`.
  ///
  /// - Parameters:
  ///   - loss: L, after a whole backward pass.
  ///   - turns: how many turns to show; nil for all.
  init(from loss: Node, turns: Int? = nil) {
    var reaching: Set = [loss.index]
    order = loss.graph.nodes[...loss.index].reversed().filter { node in
      guard reaching.contains(node.index) else { return false }
      reaching.formUnion(node.parents.map(\.index))
      return !node.parents.isEmpty
    }
    self.loss = loss
    self.turns = min(turns ?? order.count, order.count)
  }

  /// Runs the pass this far. The graph then has the error signals of this moment.
  func run() { loss.graph.backward(from: loss, turns: turns) }

  /// The node whose turn came last, while the pass is under way.
  var sender: Int? { turns > 0 && turns < order.count ? order[turns - 1].index : nil }

  /// Whether anything has been sent to a node.
  func hasSignal(_ node: Node) -> Bool {
    node.index == loss.index || turns == order.count
      || order.prefix(turns).contains { $0.parents.contains { $0.index == node.index } }
  }

  /// Whether every child that sends has had its turn, so that the error signal is the final one.
  func isComplete(_ node: Node) -> Bool {
    !order.dropFirst(turns).contains { $0.parents.contains { $0.index == node.index } }
  }

  /// Whether at every moment of the pass the complete error signals are the final ones; the graph
  /// has those of a whole pass afterwards.
  static func completesInOrder(from loss: Node) -> Bool {
    let graph = loss.graph
    graph.backward(from: loss)
    let final = graph.nodes.map(\.errorSignal)
    defer { graph.backward(from: loss) }
    return (0...BackwardWalk(from: loss).order.count).allSatisfy { turns in
      let walk = BackwardWalk(from: loss, turns: turns)
      walk.run()
      return graph.nodes.allSatisfy {
        !walk.isComplete($0) || $0.errorSignal == final[$0.index]
      }
    }
  }

  /// What is sent in each turn, with the sums that arise.
  var table: NumberTable {
    var table = NumberTable(
      "The backward pass: each node's turn, and what its parents receive",
      columns: [
        "step", "node", "error signal", "parent", "local slope", "product", "parent so far",
      ])
    var sums: [Int: Double] = [:]
    for (step, child) in order.enumerated() {
      for (parent, slope) in zip(child.parents, child.slopes) {
        guard let slope = slope?.scalar else { continue }
        let signal = child.errorSignal.scalar
        sums[parent.index, default: 0] += signal * slope
        table.add(
          .whole(step + 1), .text(child.name), .number(signal, digits: 5), .text(parent.name),
          .number(slope, digits: 5), .number(signal * slope, digits: 5),
          .number(sums[parent.index] ?? 0, digits: 5))
      }
    }
    return table
  }
}

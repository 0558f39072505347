/// A computation graph: values and how they come from one another (lecture D2).
///
///     let graph = Graph()
///     let x = graph.input("x", 2)
///     let f = exp(x * x).named("f")
///     graph.backward(from: f)
///     print(x.errorSignal.scalar)  // df/dx
///
/// A node is made from nodes that are there already, so the order in which nodes are made has
/// parents before children, and there can be no cycle.
public final class Graph {
  /// A value with its origin.
  struct Vertex {
    var name: String
    let operation: Operation
    /// The numbers of the nodes that it is computed from, all below its own; none for an input.
    let parents: [Int]
    var value: RealMatrix
    /// v̄ = ∂L/∂v of the last backward pass from L; 0 before one.
    var errorSignal: RealMatrix
  }

  var vertices: [Vertex] = []

  /// An empty graph.
  public init() {}

  /// The nodes, parents before children.
  public var nodes: [Node] { vertices.indices.map { Node(graph: self, index: $0) } }

  /// A value that comes from outside: data or a parameter.
  ///
  /// - Parameters:
  ///   - name: how it is called where the graph is shown.
  ///   - value: what it is until `set` gives it another of the same shape.
  /// - Returns: a node without parents.
  public func input(_ name: String, _ value: RealMatrix) -> Node {
    node(Operation(name: "input", forward: { _ in value }, backward: { _, _, _ in [] }))
      .named(name)
  }

  /// A number that comes from outside.
  public func input(_ name: String, _ value: Double) -> Node { input(name, RealMatrix(value)) }

  /// A number that a formula holds, named by itself.
  public func constant(_ value: Double) -> Node {
    let number = RealMatrix(value)
    return node(Operation(name: "constant", forward: { _ in number }, backward: { _, _, _ in [] }))
      .named(number.description)
  }

  /// Gives an input another value. What is computed from it changes with the next `forward`.
  public func set(_ input: Node, to value: RealMatrix) {
    let index = number(of: input)
    precondition(input.operation == "input", "\(input.name) is no input")
    precondition(
      input.value.shape == value.shape, "\(input.name) is \(input.value.shape), not \(value.shape)")
    vertices[index].value = value
  }

  /// A node that is computed from others.
  func node(_ operation: Operation, _ parents: Node...) -> Node {
    let indices = parents.map(number(of:))
    let value = operation.forward(parents.map(\.value))
    vertices.append(
      Vertex(
        name: "v\(vertices.count + 1)", operation: operation, parents: indices, value: value,
        errorSignal: value.map { _ in 0 }))
    return Node(graph: self, index: vertices.count - 1)
  }

  private func number(of node: Node) -> Int {
    precondition(node.graph === self, "a node of another graph")
    return node.index
  }

  /// The forward pass: computes each node from its parents, in order.
  public func forward() {
    for index in vertices.indices where !vertices[index].parents.isEmpty {
      let parents = vertices[index].parents.map { vertices[$0].value }
      vertices[index].value = vertices[index].operation.forward(parents)
    }
  }

  /// The backward pass (lecture D2): v̄ = ∂L/∂v of every node v for a scalar L.
  ///
  /// A node's error signal is the sum of what its children send, and it is complete when its turn
  /// comes, for they come first. A node that does not reach L has 0.
  ///
  /// - Parameters:
  ///   - loss: L, a 1 × 1 node.
  ///   - turns: after how many nodes that send to parents to stop; fewer than all show how far error
  ///     signals have come.
  public func backward(from loss: Node, turns: Int = .max) {
    let last = number(of: loss)
    precondition(loss.value.values.count == 1, "\(loss.name), \(loss.value.shape), is no scalar")
    for index in vertices.indices {
      vertices[index].errorSignal = vertices[index].value.map { _ in 0 }
    }

    vertices[last].errorSignal = RealMatrix(1)
    var reachesLoss: Set = [last]
    var turnsLeft = turns
    for index in (0...last).reversed() where reachesLoss.contains(index) {
      let v = vertices[index]
      if v.parents.isEmpty { continue }
      if turnsLeft == 0 { return }
      turnsLeft -= 1
      let signals = v.operation.backward(
        v.errorSignal, v.parents.map { vertices[$0].value }, v.value)
      for (parent, signal) in zip(v.parents, signals) {
        let own = vertices[parent].errorSignal
        vertices[parent].errorSignal = own.combined(with: signal.summed(toShapeOf: own), +)
        reachesLoss.insert(parent)
      }
    }
  }
}

/// A value in a graph.
public struct Node {
  /// The graph that it belongs to.
  public let graph: Graph
  /// Its place in the order of the graph, from 0.
  public let index: Int

  /// How it is called where the graph is shown.
  public var name: String { graph.vertices[index].name }
  /// What it is.
  public var value: RealMatrix { graph.vertices[index].value }
  /// v̄ = ∂L/∂v of the last backward pass, in the shape of the value; 0 before one.
  public var errorSignal: RealMatrix { graph.vertices[index].errorSignal }
  /// The name of what computes it: `input` for a value from outside, `constant` for a number of the
  /// formula.
  public var operation: String { graph.vertices[index].operation.name }
  /// The nodes that it is computed from.
  public var parents: [Node] {
    graph.vertices[index].parents.map { Node(graph: graph, index: $0) }
  }

  /// The local slope ∂v/∂parent for each parent, value by value: what goes back for an error signal
  /// of 1. Nil for a product of matrices, each of whose values depends on many.
  public var slopes: [RealMatrix?] {
    let v = graph.vertices[index]
    let slopes = v.operation.backward(v.value.map { _ in 1 }, parents.map(\.value), v.value)
    let isLinked = operation == "·" && parents.contains { $0.value.values.count > 1 }
    return slopes.map { isLinked ? nil : $0 }
  }

  /// Gives it a name.
  @discardableResult
  public func named(_ name: String) -> Node {
    graph.vertices[index].name = name
    return self
  }
}

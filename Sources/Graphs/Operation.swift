/// What computes a node from its parents, and how the node's error signal goes back to them.
struct Operation {
  let name: String
  /// The value from the values of the parents.
  let forward: ([RealMatrix]) -> RealMatrix
  /// v̄ ∂v/∂parent for each parent: what comes back through this node. From v̄, the values of the
  /// parents and v.
  let backward: (RealMatrix, [RealMatrix], RealMatrix) -> [RealMatrix]
}

// The kinds of operations.

extension Node {
  /// y = f(x) of each value, with the slope f′ from x and y.
  func each(
    _ name: String, _ f: @escaping (Double) -> Double, slope: @escaping (Double, Double) -> Double
  ) -> Node {
    let operation = Operation(name: name, forward: { $0[0].map(f) }) { error, parents, y in
      [error.combined(with: parents[0].combined(with: y, slope), *)]
    }
    return graph.node(operation, self)
  }

  /// v = f(a, b) of each pair of values, with the partial derivatives (∂f/∂a, ∂f/∂b).
  func with(
    _ other: Node, _ name: String, _ f: @escaping (Double, Double) -> Double,
    slopes: @escaping (Double, Double) -> (Double, Double)
  ) -> Node {
    let operation = Operation(name: name, forward: { $0[0].combined(with: $0[1], f) }) {
      error, parents, _ in
      [{ slopes($0, $1).0 }, { slopes($0, $1).1 }].map { slope in
        error.combined(with: parents[0].combined(with: parents[1], slope), *)
      }
    }
    return graph.node(operation, self, other)
  }

  /// v = weight · Σ of all values.
  func total(_ name: String, weight: Double) -> Node {
    let operation = Operation(
      name: name, forward: { RealMatrix($0[0].values.reduce(0, +) * weight) }
    ) { error, parents, _ in [parents[0].map { _ in error.scalar * weight }] }
    return graph.node(operation, self)
  }

  /// (L, ∂L/∂y, ∂L/∂t) of each row of outputs y and targets t.
  func loss(
    _ name: String, _ targets: Node,
    _ f: @escaping (_ y: [Double], _ t: [Double]) -> (Double, [Double], [Double])
  ) -> Node {
    func rows(_ parents: [RealMatrix]) -> [(Double, [Double], [Double])] {
      let (y, t) = (parents[0], parents[1])
      precondition(y.shape == t.shape, "outputs of \(y.shape) for targets of \(t.shape)")
      return (0..<y.rows).map { f(y.row($0), t.row($0)) }
    }
    let operation = Operation(name: name, forward: { RealMatrix(rows($0).map { [$0.0] }) }) {
      error, parents, _ in
      let rows = rows(parents)
      return [rows.map(\.1), rows.map(\.2)].map { error.combined(with: RealMatrix($0), *) }
    }
    return graph.node(operation, self, targets)
  }
}

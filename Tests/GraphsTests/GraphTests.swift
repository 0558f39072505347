import Foundation
import Graphs
import Testing

@Suite struct GraphTests {
  /// Lecture D3: df/dt = y e^{xy} (−sin t) + (1 + x e^{xy}) 2t.
  @Test(arguments: [-1.3, -0.4, 0, 0.7, 2.1])
  func `the multivariate chain rule to 1e-12`(t value: Double) {
    let graph = Graph()
    let t = graph.input("t", value)
    let (x, y) = (cos(t), t * t)
    let f = y + exp(x * y)
    graph.backward(from: f)
    let power = Foundation.exp(Foundation.cos(value) * value * value)
    let expected =
      value * value * power * -Foundation.sin(value)
      + (1 + Foundation.cos(value) * power) * 2 * value
    #expect(abs(t.errorSignal.scalar - expected) <= 1e-12)
  }

  @Test func `error signals of all children add up`() {
    let graph = Graph()
    let x = graph.input("x", 3)
    let twice = x + x
    let f = twice * x + twice - x  // 2x² + x
    graph.backward(from: f)
    #expect(f.value.scalar == 21)
    #expect(x.errorSignal.scalar == 13)
  }

  @Test func `the error signal of the loss is 1`() {
    let graph = Graph()
    let x = graph.input("x", 3)
    graph.backward(from: x)
    #expect(x.errorSignal.scalar == 1)
  }

  @Test func `a node that does not reach the loss gets 0`() {
    let graph = Graph()
    let x = graph.input("x", 0)
    let apart = graph.input("apart", 5)
    // Its slope is infinite: 0 times it would be no number.
    let logarithm = log(x)
    let f = x * x + x
    let later = exp(f)
    graph.backward(from: later)
    graph.backward(from: f)
    #expect(x.errorSignal.scalar == 1)
    for node in [apart, logarithm, later] { #expect(node.errorSignal.scalar == 0) }
  }

  @Test func `a backward pass can stop after some turns`() {
    let graph = Graph()
    let x = graph.input("x", 3)
    let square = x * x
    let f = square + x
    let signals = [0, 1, 2].map { turns in
      graph.backward(from: f, turns: turns)
      return [f, square, x].map(\.errorSignal.scalar)
    }
    #expect(signals == [[1, 0, 0], [1, 1, 1], [1, 1, 7]])
  }

  @Test func `a second backward pass starts anew`() {
    let graph = Graph()
    let x = graph.input("x", 2)
    let (square, cube) = (power(x, 2), power(x, 3))
    graph.backward(from: cube)
    graph.backward(from: square)
    #expect(x.errorSignal.scalar == 4)
    #expect(cube.errorSignal.scalar == 0)
  }

  @Test func `a bias is repeated over samples and its error signal summed`() {
    let graph = Graph()
    let samples = graph.input("X", RealMatrix([[1, 2], [3, 4], [5, 6]]))
    let bias = graph.input("b", RealMatrix([[10, 20]]))
    let sums = samples + bias
    graph.backward(from: sum(sums))
    #expect(sums.value.values == [11, 22, 13, 24, 15, 26])
    #expect(bias.errorSignal.values == [3, 3])
  }

  @Test func `values follow an input that is set`() {
    let graph = Graph()
    let x = graph.input("x", 2)
    let f = exp(x * x)
    graph.set(x, to: RealMatrix(3))
    #expect(f.value.scalar == Foundation.exp(4))
    graph.forward()
    #expect(f.value.scalar == Foundation.exp(9))
    #expect(x.value.scalar == 3)
  }

  @Test func `parents stand before children`() {
    let graph = Graph()
    let x = graph.input("x", RealMatrix([[1, 2]]))
    _ = sum(tanh(x) * x)
    for node in graph.nodes {
      #expect(node.parents.allSatisfy { $0.index < node.index })
    }
  }

  @Test func `it shows itself as a table with a line for each row of a matrix`() {
    let graph = Graph()
    let x = graph.input("x", RealMatrix([[1, -2], [0.25, 4]]))
    let f = sum(x * x).named("f")
    graph.backward(from: f)
    #expect(
      graph.description == """
        node  operation  shape  value      error signal
        x     input      2 × 2  1 -2       2 -4
                                0.25 4     0.5 8
        v2    x ∘ x      2 × 2  1 4        1 1
                                0.0625 16  1 1
        f     sum(v2)    1 × 1  21.0625    1
        """)
    #expect("\(x.value)" == "[1 -2; 0.25 4]")
  }

  @Test func `numbers in a formula are constants that show as themselves`() {
    let graph = Graph()
    let x = graph.input("x", 0.25)
    let f = (1 / (1.5 + power(-x, 2))).named("f")
    graph.backward(from: f)
    #expect(
      graph.description == """
        node  operation  shape  value   error signal
        x     input      1 × 1  0.25    -0.2048
        v2    −x         1 × 1  -0.25   0.2048
        v3    v2^2       1 × 1  0.0625  -0.4096
        1.5   constant   1 × 1  1.5     -0.4096
        v5    1.5 + v3   1 × 1  1.5625  -0.4096
        1     constant   1 × 1  1       0.64
        f     1 / v5     1 × 1  0.64    1
        """)
    #expect(graph.dot.contains("n3 [label=\"1.5\", shape=plain];"))
    #expect(graph.dot.contains("n4 -> n6 [label=\"-0.41\"];"))
  }

  @Test func `operands that are written with an operator stand in parentheses`() {
    let graph = Graph()
    let (x, y) = (graph.input("x", 2), graph.input("y", 3))
    let sum = x + y
    sum.named(sum.formula)
    let negative = -sum
    negative.named(negative.formula)
    #expect(negative.formula == "−(x + y)")
    #expect((sum * y).formula == "(x + y) ∘ y")
    #expect(power(negative, 2).formula == "(−(x + y))^2")
    let power = exp(sum)
    power.named(power.formula)
    #expect(power.formula == "exp(x + y)")
    #expect((power + x).formula == "exp(x + y) + x")
  }

  @Test func `local slopes are what an error signal of 1 sends back`() throws {
    let graph = Graph()
    let (x, y) = (graph.input("x", 2), graph.input("y", 3))
    let product = x * y
    graph.backward(from: exp(product) + product)
    #expect(product.slopes == [RealMatrix(3), RealMatrix(2)])
    #expect(product.slopeLabels == [["3"], ["2"]])
    let a = graph.input("A", RealMatrix([[1, 2], [3, 4]]))
    let b = graph.input("b", RealMatrix([[5], [6]]))
    let c = matrixProduct(a, b)
    #expect(c.slopes == [nil, nil])
    #expect(c.slopeLabels == [["· bᵀ"], ["Aᵀ ·"]])
    #expect((c + b).slopeLabels == [["1"], ["1"]])
    #expect(power(c, 2).slopeLabels == [["34", "78"]])
  }

  @Test func `large matrices are shown by their beginning`() {
    let matrix = RealMatrix(rows: 8, columns: 7, values: (0..<56).map { Double($0) })
    #expect(matrix.lines.count == 7)
    #expect(matrix.lines[0] == "0 1 2 3 4 5 …")
    #expect(matrix.lines[6] == "…")
  }

  @Test func `it writes Graphviz with names escaped`() throws {
    let graph = Graph()
    let x = graph.input("a \"b\" \\ c", 1)
    _ = exp(x) + x
    let dot = graph.dot
    #expect(dot.hasPrefix("digraph {") && dot.hasSuffix("}\n"))
    #expect(dot.contains(#"label="a \"b\" \\ c\nvalue 1\nerror 0""#))
    #expect(dot.contains("n0 -> n1") && dot.contains("n0 -> n2") && dot.contains("n1 -> n2"))
  }

  @Test func `wrong use ends with a sentence`() async {
    await #expect(processExitsWith: .failure) {
      _ = Graph().input("a", 1) + Graph().input("b", 1)
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      graph.backward(from: graph.input("a", RealMatrix([[1, 2]])))
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      _ = graph.input("a", RealMatrix([[1, 2]])) + graph.input("b", RealMatrix([[1, 2, 3]]))
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      _ = matrixProduct(
        graph.input("a", RealMatrix([[1, 2]])), graph.input("b", RealMatrix([[1, 2]])))
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      graph.set(exp(graph.input("a", 1)), to: RealMatrix(2))
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      graph.set(graph.constant(1), to: RealMatrix(2))
    }
  }
}

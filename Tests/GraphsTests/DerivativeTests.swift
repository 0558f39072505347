import Foundation
import Graphs
import Testing

/// Every operation's derivatives against central differences.
@Suite struct DerivativeTests {
  /// An operation with values to try it on, away from bends.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let inputs: [RealMatrix]
    let build: @Sendable ([Node]) -> Node

    init(_ name: String, _ inputs: RealMatrix..., build: @escaping @Sendable ([Node]) -> Node) {
      testDescription = name
      self.inputs = inputs
      self.build = build
    }
  }

  private static let a = RealMatrix([[0.3, -1.2, 2.5], [1.7, -0.4, 0.9]])
  private static let b = RealMatrix([[-0.8, 0.6, 1.1], [0.2, -2.1, 1.4]])
  private static let positive = RealMatrix([[0.3, 1.2, 2.5], [1.7, 0.4, 0.9]])
  private static let row = RealMatrix([[0.7, -0.2, 1.3]])
  private static let column = RealMatrix([[0.7], [-1.6]])
  private static let scalar = RealMatrix(-1.3)
  private static let far = RealMatrix([[-30.0, 30, -3], [8, -8, 0.01]])
  private static let classes = RealMatrix([[0.0, 1, 0], [1, 0, 0]])
  private static let anyTargets = RealMatrix([[0.2, 0.9, 0.4], [0.6, 0, 0.3]])

  static let cases: [Case] = [
    Case("a + b", a, b) { $0[0] + $0[1] },
    Case("a + row", a, row) { $0[0] + $0[1] },
    Case("column + a", column, a) { $0[0] + $0[1] },
    Case("row + column", row, column) { $0[0] + $0[1] },
    Case("a − b", a, b) { $0[0] - $0[1] },
    Case("scalar − a", scalar, a) { $0[0] - $0[1] },
    Case("a ∘ b", a, b) { $0[0] * $0[1] },
    Case("a ∘ row", a, row) { $0[0] * $0[1] },
    Case("a ∘ scalar", a, scalar) { $0[0] * $0[1] },
    Case("a ∘ a", a) { $0[0] * $0[0] },
    Case("a bᵀ", a, b) { matrixProduct($0[0], transpose($0[1])) },
    Case("row · column product", RealMatrix([[1.5, -0.5]]), column) { matrixProduct($0[0], $0[1]) },
    Case("aᵀ a", a) { matrixProduct(transpose($0[0]), $0[0]) },
    Case("transpose", a) { transpose($0[0]) },
    Case("sum", a) { sum($0[0]) },
    Case("mean", a) { mean($0[0]) },
    Case("exp", a) { exp($0[0]) },
    Case("log", positive) { log($0[0]) },
    Case("cos", a) { cos($0[0]) },
    Case("sin", a) { sin($0[0]) },
    Case("power 3", a) { power($0[0], 3) },
    Case("power ½", positive) { power($0[0], 0.5) },
    Case("power −1", a) { power($0[0], -1) },
    Case("power 0", a) { power($0[0], 0) },
    Case("identity", a) { identity($0[0]) },
    Case("relu", a) { relu($0[0]) },
    Case("softplus", a) { softplus($0[0]) },
    Case("softplus far out", far) { softplus($0[0]) },
    Case("threshold", a) { threshold($0[0]) },
    Case("logistic", a) { logistic($0[0]) },
    Case("logistic far out", far) { logistic($0[0]) },
    Case("tanh", a) { tanh($0[0]) },
    Case("squared error", a, b) { squaredError($0[0], targets: $0[1]) },
    Case("softmax cross-entropy", a, classes) { softmaxCrossEntropy($0[0], targets: $0[1]) },
    Case("softmax cross-entropy, any targets", a, anyTargets) {
      softmaxCrossEntropy($0[0], targets: $0[1])
    },
    Case("softmax cross-entropy far out", far, classes) {
      softmaxCrossEntropy($0[0], targets: $0[1])
    },
    Case("logistic cross-entropy", a, anyTargets) { logisticCrossEntropy($0[0], targets: $0[1]) },
    Case("logistic cross-entropy far out", far, classes) {
      logisticCrossEntropy($0[0], targets: $0[1])
    },
    Case("a network", row, a, RealMatrix([[0.4, -0.1]]), RealMatrix([[0.5, 0.5]])) { nodes in
      let hidden = tanh(matrixProduct(nodes[0], transpose(nodes[1])) + nodes[2])
      return squaredError(logistic(hidden), targets: nodes[3])
    },
  ]

  @Test(arguments: cases)
  func `error signals are central differences`(tried: Case) {
    let graph = Graph()
    let inputs = tried.inputs.enumerated().map { graph.input("x\($0)", $1) }
    let values = tried.build(inputs)
    // A sum with unequal weights, so that no error signal can hide behind another.
    let weights = RealMatrix(
      rows: values.value.rows, columns: values.value.columns,
      values: values.value.values.indices.map { 0.5 + Double($0 % 5) * 0.25 })
    let loss = sum(values * graph.input("weights", weights)).named("L")
    graph.backward(from: loss)
    let signals = inputs.map(\.errorSignal)

    for (input, signal) in zip(inputs, signals) {
      #expect(signal.shape == input.value.shape)
      for index in signal.values.indices {
        let difference = centralDifference(of: loss, by: input, index)
        #expect(
          abs(signal.values[index] - difference.value) <= difference.error,
          "\(input.name)[\(index)]: \(signal.values[index]) against \(difference)")
      }
    }
  }

  /// The bounds are worth something: nowhere wider than 1e-7 of the largest derivative, or of 1.
  @Test(arguments: cases)
  func `bounds are narrow`(tried: Case) {
    let graph = Graph()
    let inputs = tried.inputs.enumerated().map { graph.input("x\($0)", $1) }
    let loss = sum(tried.build(inputs))
    let differences = inputs.flatMap { input in
      input.value.values.indices.map { centralDifference(of: loss, by: input, $0) }
    }
    let largest = max(1, differences.map { abs($0.value) }.max() ?? 0)
    for difference in differences { #expect(difference.error <= 1e-7 * largest) }
  }

  /// (L(x + h) − L(x − h)) / 2h with a bound on its error, for one value of an input.
  ///
  /// - Truncation is h²/6 |L‴| + …; a doubled h makes a difference three times as large, which is
  ///   taken whole.
  /// - Rounding: each of the graph's n values adds a few roundings of up to u times the largest
  ///   magnitude m on the way; the functions of the system's library err by less than 2 ulps. So
  ///   8 n u m for each of two L, divided by 2h, and once more for the wide difference.
  private func centralDifference(
    of loss: Node, by input: Node, _ index: Int
  ) -> (value: Double, error: Double) {
    let graph = loss.graph
    let start = input.value
    let h = 0x1p-16
    var magnitude = 1.0
    func probe(_ step: Double) -> Double {
      var values = start.values
      values[index] += step
      graph.set(input, to: RealMatrix(rows: start.rows, columns: start.columns, values: values))
      graph.forward()
      magnitude = graph.nodes.flatMap(\.value.values).reduce(magnitude) { max($0, abs($1)) }
      return loss.value.scalar
    }
    let narrow = (probe(h) - probe(-h)) / (2 * h)
    let wide = (probe(2 * h) - probe(-2 * h)) / (4 * h)
    _ = probe(0)
    let count = Double(graph.nodes.reduce(0) { $0 + $1.value.values.count })
    let rounding = 8 * count * 0x1p-53 * magnitude / h
    return (narrow, abs(wide - narrow) + 2 * rounding)
  }

  /// The estimate is no derivative; it is what is written beside it.
  @Test func `the straight-through threshold passes error signals near 0`() {
    let graph = Graph()
    let z = graph.input("z", RealMatrix([[-1.5, -1, -0.5, 0, 0.5, 1, 1.5]]))
    let y = straightThroughThreshold(z)
    graph.backward(from: sum(y))
    #expect(y.value.values == [0, 0, 0, 0, 1, 1, 1])
    #expect(z.errorSignal.values == [0, 1, 1, 1, 1, 1, 0])
  }

  @Test func `losses and sigmoids are finite where exponentials overflow`() {
    let graph = Graph()
    let z = graph.input("z", RealMatrix([[-2000, 2000, 0]]))
    let t = graph.input("t", RealMatrix([[1, 0, 0]]))
    for node in [
      softmaxCrossEntropy(z, targets: t), logisticCrossEntropy(z, targets: t), softplus(z),
      logistic(z), tanh(z),
    ] {
      graph.backward(from: sum(node))
      #expect(node.value.values.allSatisfy { $0.isFinite })
      #expect(z.errorSignal.values.allSatisfy { $0.isFinite })
    }
    #expect(softmaxCrossEntropy(z, targets: t).value.scalar == 4000)
    #expect(logisticCrossEntropy(z, targets: t).value.scalar == 4000 + Foundation.log(2))
  }
}

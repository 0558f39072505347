import Foundation
import Graphs
import Testing

/// Every operation's derivatives against central differences.
@Suite struct DerivativeTests {
  /// An operation with values to try it on, away from bends, and what its central differences may
  /// be off by.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Multiples of 2⁻¹⁰, so that a step of 2⁻¹⁶ is added without rounding.
    let inputs: [RealMatrix]
    /// A bound on |f‴| along each value of the inputs, within 0.01 of it; where several results
    /// depend on the value, on the sum of theirs.
    let third: Double
    /// A bound on the rounding error of a result, in u = 2⁻⁵³.
    let rounding: Double
    let build: @Sendable ([Node]) -> Node

    init(
      _ name: String, _ inputs: RealMatrix..., third: Double = 0, rounding: Double = 0,
      build: @escaping @Sendable ([Node]) -> Node
    ) {
      testDescription = name
      self.inputs = inputs.map { input in
        RealMatrix(
          rows: input.rows, columns: input.columns,
          values: input.values.map { ($0 * 1024).rounded() / 1024 })
      }
      self.third = third
      self.rounding = rounding
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

  /// The largest |σ″| and |softplus‴|, 1/(6√3).
  private static let sigmoidal = 0.0963

  /// Bounds on third derivatives are those of calculus: sums, products and squares have none. The
  /// smallest magnitude of `a` and `positive` is above 0.29, the largest below 2.6. By a logit, that
  /// of a cross-entropy is Σt · y(1 − y)(1 − 2y), at most Σt/(6√3).
  ///
  /// Bounds on rounding are a number of roundings times the largest number that is rounded. A sum of
  /// n products has 2n − 1; a function of the system's library errs by less than 2 ulps, 4 roundings;
  /// σ and softplus make up to 10 of theirs, losses with their sums up to 20.
  static let cases: [Case] = [
    Case("a + b", a, b, rounding: 5) { $0[0] + $0[1] },
    Case("a + row", a, row, rounding: 5) { $0[0] + $0[1] },
    Case("column + a", column, a, rounding: 5) { $0[0] + $0[1] },
    Case("row + column", row, column, rounding: 5) { $0[0] + $0[1] },
    Case("a − b", a, b, rounding: 5) { $0[0] - $0[1] },
    Case("scalar − a", scalar, a, rounding: 5) { $0[0] - $0[1] },
    Case("a ∘ b", a, b, rounding: 7) { $0[0] * $0[1] },
    Case("a ∘ row", a, row, rounding: 7) { $0[0] * $0[1] },
    Case("a ∘ scalar", a, scalar, rounding: 7) { $0[0] * $0[1] },
    Case("a ∘ a", a, rounding: 7) { $0[0] * $0[0] },
    // By b the quotient has 6a/b⁴.
    Case("a / b", a, positive, third: 6 * 2.6 / pow(0.29, 4), rounding: 10) { $0[0] / $0[1] },
    Case("row / column", row, column, third: 6 * 2.2 / pow(0.69, 4), rounding: 4) {
      $0[0] / $0[1]
    },
    Case("−a", a) { -$0[0] },
    Case("1.5 + a", a, rounding: 5) { 1.5 + $0[0] },
    Case("a + 1.5", a, rounding: 5) { $0[0] + 1.5 },
    Case("1.5 − a", a, rounding: 5) { 1.5 - $0[0] },
    Case("a − 1.5", a, rounding: 5) { $0[0] - 1.5 },
    Case("1.5 ∘ a", a, rounding: 5) { 1.5 * $0[0] },
    Case("a ∘ 1.5", a, rounding: 5) { $0[0] * 1.5 },
    Case("1.5 / a", positive, third: 9 / pow(0.29, 4), rounding: 6) { 1.5 / $0[0] },
    Case("a / 1.5", a, rounding: 3) { $0[0] / 1.5 },
    Case("a bᵀ", a, b, rounding: 5 * 7) { matrixProduct($0[0], transpose($0[1])) },
    Case("row · column product", RealMatrix([[1.5, -0.5]]), column, rounding: 3 * 7) {
      matrixProduct($0[0], $0[1])
    },
    Case("aᵀ a", a, rounding: 3 * 10) { matrixProduct(transpose($0[0]), $0[0]) },
    Case("transpose", a) { transpose($0[0]) },
    Case("sum", a, rounding: 5 * 7) { sum($0[0]) },
    Case("mean", a, rounding: 7 * 7) { mean($0[0]) },
    Case("exp", a, third: Foundation.exp(2.6), rounding: 4 * 14) { exp($0[0]) },
    Case("log", positive, third: 2 / pow(0.29, 3), rounding: 4 * 2) { log($0[0]) },
    Case("cos", a, third: 1, rounding: 4) { cos($0[0]) },
    Case("sin", a, third: 1, rounding: 4) { sin($0[0]) },
    Case("power 3", a, third: 6, rounding: 4 * 18) { power($0[0], 3) },
    Case("power ½", positive, third: 0.375 / pow(0.29, 2.5), rounding: 4 * 2) {
      power($0[0], 0.5)
    },
    Case("power −1", a, third: 6 / pow(0.29, 4), rounding: 4 * 4) { power($0[0], -1) },
    Case("power 0", a) { power($0[0], 0) },
    Case("identity", a) { identity($0[0]) },
    Case("relu", a) { relu($0[0]) },
    Case("softplus", a, third: sigmoidal, rounding: 10 * 3) { softplus($0[0]) },
    Case("softplus far out", far, third: sigmoidal, rounding: 10 * 31) { softplus($0[0]) },
    Case("threshold", a) { threshold($0[0]) },
    // |σ‴| is largest at 0.
    Case("logistic", a, third: 0.125, rounding: 10) { logistic($0[0]) },
    Case("logistic far out", far, third: 0.125, rounding: 10) { logistic($0[0]) },
    // So is |tanh‴|.
    Case("tanh", a, third: 2, rounding: 4) { tanh($0[0]) },
    Case("squared error", a, b, rounding: 20 * 4) { squaredError($0[0], targets: $0[1]) },
    Case("softmax cross-entropy", a, classes, third: sigmoidal, rounding: 20 * 5) {
      softmaxCrossEntropy($0[0], targets: $0[1])
    },
    Case(
      "softmax cross-entropy, any targets", a, anyTargets, third: 1.6 * sigmoidal, rounding: 20 * 5
    ) { softmaxCrossEntropy($0[0], targets: $0[1]) },
    Case("softmax cross-entropy far out", far, classes, third: sigmoidal, rounding: 20 * 61) {
      softmaxCrossEntropy($0[0], targets: $0[1])
    },
    Case("logistic cross-entropy", a, anyTargets, third: sigmoidal, rounding: 20 * 5) {
      logisticCrossEntropy($0[0], targets: $0[1])
    },
    Case("logistic cross-entropy far out", far, classes, third: sigmoidal, rounding: 20 * 61) {
      logisticCrossEntropy($0[0], targets: $0[1])
    },
    // g(z) = ½(σ(tanh z) − ½)²: with s = σ(tanh z), |s′| ≤ ¼, |s″| ≤ 0.29 and |s‴| ≤ 0.85, so
    // |g‴| ≤ 3|s′s″| + |s − ½||s‴| ≤ 0.42. A value of `row` goes into both z by up to 2.5 and 0.9.
    Case(
      "a network", row, a, RealMatrix([[0.4, -0.1]]), RealMatrix([[0.5, 0.5]]),
      third: 0.42 * (pow(2.5, 3) + pow(0.9, 3)), rounding: 20 * 4
    ) { nodes in
      let hidden = tanh(matrixProduct(nodes[0], transpose(nodes[1])) + nodes[2])
      return squaredError(logistic(hidden), targets: nodes[3])
    },
  ]

  @Test(arguments: cases)
  func `error signals are central differences`(tried: Case) {
    let trial = Trial(tried)
    let h = 0x1p-16
    let bound = trial.truncation(h) + trial.rounding / h
    for (input, signal) in zip(trial.inputs, trial.errorSignals()) {
      #expect(signal.shape == input.value.shape)
      for index in signal.values.indices {
        func loss(_ step: Double) -> Double { trial.loss(with: step, addedTo: index, of: input) }
        let difference = (loss(h) - loss(-h)) / (2 * h)
        #expect(
          abs(signal.values[index] - difference) <= bound,
          "\(input.name)[\(index)]: \(signal.values[index]), \(difference) ± \(bound)")
      }
    }
  }

  /// The bounds are worth something: nowhere wider than 1e-7 of the largest derivative, or of 1.
  @Test(arguments: cases)
  func `bounds are narrow`(tried: Case) {
    let trial = Trial(tried)
    let largest = trial.errorSignals().flatMap(\.values).map(abs).max() ?? 0
    let h = 0x1p-16
    #expect(trial.truncation(h) + trial.rounding / h <= 1e-7 * max(1, largest))
  }

  /// (L(x + 2h) − 2L(x + h) + 2L(x − h) − L(x − 2h)) / 2h³ is a mean of L‴ within 2h of x.
  @Test(arguments: cases)
  func `third derivatives are within their bounds`(tried: Case) {
    let trial = Trial(tried)
    let h = 0x1p-8
    for input in trial.inputs {
      for index in input.value.values.indices {
        func loss(_ step: Double) -> Double { trial.loss(with: step, addedTo: index, of: input) }
        let found = (loss(2 * h) - 2 * loss(h) + 2 * loss(-h) - loss(-2 * h)) / (2 * h * h * h)
        #expect(
          abs(found) <= trial.third + 6 * trial.rounding / (2 * h * h * h),
          "\(input.name)[\(index)]: \(found)")
      }
    }
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

/// The graph of a case: its results, and L, their sum with unequal weights, so that no error signal
/// can hide behind another.
private struct Trial {
  let inputs: [Node]
  private let tried: DerivativeTests.Case
  private let results: Node
  private let loss: Node
  private static let largestWeight = 1.5

  init(_ tried: DerivativeTests.Case) {
    self.tried = tried
    let graph = Graph()
    inputs = tried.inputs.enumerated().map { graph.input("x\($0)", $1) }
    results = tried.build(inputs)
    let weights = results.value.values.indices.map {
      [0.5, 0.75, 1, 1.25, Self.largestWeight][$0 % 5]
    }
    let matrix = RealMatrix(
      rows: results.value.rows, columns: results.value.columns, values: weights)
    loss = sum(results * graph.input("weights", matrix)).named("L")
  }

  /// The error signals of the inputs.
  func errorSignals() -> [RealMatrix] {
    loss.graph.backward(from: loss)
    return inputs.map(\.errorSignal)
  }

  /// L with a step added to one value of an input.
  func loss(with step: Double, addedTo index: Int, of input: Node) -> Double {
    let start = input.value
    var values = start.values
    values[index] += step
    loss.graph.set(input, to: RealMatrix(rows: start.rows, columns: start.columns, values: values))
    loss.graph.forward()
    defer { loss.graph.set(input, to: start) }
    return loss.value.scalar
  }

  /// A bound on |L‴| by each value of the inputs.
  var third: Double { Self.largestWeight * tried.third }

  /// A bound on the distance of (L(x + h) − L(x − h)) / 2h from the derivative: h²/6 |L‴|.
  func truncation(_ h: Double) -> Double { h * h / 6 * third }

  /// A bound on the rounding error of L, so also on h times that of (L(x + h) − L(x − h)) / 2h.
  ///
  /// L is a sum of n results with weights of up to w, the largest result being m. Each is off by its
  /// own rounding and by one of w m with its weight; a partial sum by one of n w m. A hundredth more
  /// has room for the roundings of an error signal, which are not divided by h.
  var rounding: Double {
    let n = Double(results.value.values.count)
    // A step changes a result by less than 1.
    let m = 1 + (results.value.values.map(abs).max() ?? 0)
    return 1.01 * Self.largestWeight * n * (tried.rounding + m + n * m) * 0x1p-53
  }
}

import Foundation
import Graphs
import Kernels
import Networks
import Pictures
import Randomness
import Reference

/// D4: values that reach the loss by more than one way.
package struct FanOut: Topic {
  package static let number = "D4"
  package static let name = "fan-out"
  package static let title = "Fan-out: error signals add up"
  package static let showsGraph = true
  package static let explanation = """
    With an L² penalty, L + λR with R = ½w², the weight reaches the loss by two ways, and its error \
    signal is the sum: w̄ = z̄ x + R̄ w with R̄ = λ. In softmax regression, z_ℓ = Σ_j w_{ℓj} x_j + b_ℓ, \
    y_k = e^{z_k} / Σ_ℓ e^{z_ℓ} and L = −Σ t_k log y_k, every logit reaches every probability by the \
    sum below the fraction; all ways together come down to z̄ = y − t, so W̄ = z̄ xᵀ and b̄ = z̄.

    Graphs in double precision run here, the softmax built from exp, sum, / and log, so that z̄ is \
    derived. The trainer, which has z̄ = y − t in one piece, is compared with it.
    """
  package static let formula = #"""
    \bar w = \bar z\,x + \bar R\,w, \quad \bar z_\ell \#
    = \sum_k \bar y_k \frac{\partial y_k}{\partial z_\ell} = y_\ell - t_\ell
    """#
  package static let question = Question(
    "The class is 2. Only log y₂ is in the loss. Why do z₁ and z₃ receive error signals?",
    answer: """
      By the sum: z₁ and z₃ are in the denominator of y₂. Raising them lowers y₂, so their error \
      signals are y₁ and y₃, above 0.
      """)
  package static let exercise = """
    `lockstep lecture d4 --weight-decay 0` takes the penalty away: which error signals change? \
    Choose λ so that w̄ = 0 with `--seed 7`. Why can no λ do that with `--seed 1`?
    """
  package static let slider: Slider? = Slider(
    "penalty λ", option: "--weight-decay", values: ["0", "0.1", "0.25", "0.5", "1", "2"])

  /// λ, the weight of the penalty.
  package var weightDecay = 0.25

  /// λ = 0.25.
  package init() {}

  package var validationError: String? {
    (0...1000).contains(weightDecay) ? nil : "λ is a number from 0 to 1,000"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let penalized = PenalizedUnit(w: chance.uniform(-2...2), penalty: weightDecay)
    // Numbers that single precision holds, too.
    let weights = (0..<3).map { _ in (0..<2).map { _ in Double(Float(chance.normal() / 2)) } }
    let softmax = SoftmaxRegression(weights: RealMatrix(weights))
    let scalars = ScalarSoftmax(softmax.z.value.values, target: softmax.target)
    var shown = Demonstration(
      .drawing(
        GraphLayout.drawing(
          title: Self.title,
          [
            ("L² penalty: w has two ways to the loss", GraphLayout(penalized.graph)),
            (
              "Softmax of z: every z has a way to every y, by the sum",
              GraphLayout(scalars.graph, showing: scalars.shown)
            ),
          ])))
    shown.say("Logistic least squares with the penalty λR, λ = \(significant(weightDecay, 6)):")
    shown.show(penalized.graph)
    check(penalized, in: &shown)
    shown.say(
      "Softmax regression of 2 inputs and 3 classes in primitive operations, a sample as a row, "
        + "t = class 2:")
    shown.show(softmax.graph)
    check(softmax, in: &shown)
    check(scalars, softmax, in: &shown)
    return shown
  }

  private func check(_ penalized: PenalizedUnit, in shown: inout Demonstration) {
    let (w, r) = (penalized.w, penalized.r)
    let ways = [
      penalized.z.errorSignal.scalar * penalized.x.value.scalar, weightDecay * w.value.scalar,
    ]
    // Six roundings of each way.
    let bound = 6 * 0x1p-53 * (abs(ways[0]) + abs(ways[1]))
    shown.claim(
      "w̄ = z̄ x + R̄ w, with R̄ = λ",
      found: "\(significant(w.errorSignal.scalar, 10)) = \(significant(ways[0], 6)) + "
        + "\(significant(ways[1], 6)), R̄ = \(r.errorSignal)",
      holds: abs(w.errorSignal.scalar - ways[0] - ways[1]) <= bound
        && r.errorSignal.scalar == weightDecay)
    shown.checkSums(of: penalized.total, "with the penalty")
  }

  private func check(_ softmax: SoftmaxRegression, in shown: inout Demonstration) {
    let largest = softmax.largestDifference
    let bound = softmax.rounding
    shown.claim(
      "z̄ = y − t, W̄ = z̄ xᵀ and b̄ = z̄ come out of exp, sum, / and log",
      found: "largest difference \(significant(largest, 2)), rounding allows "
        + significant(bound, 2), holds: largest <= bound)
    let total = softmax.z.errorSignal.values.reduce(0, +)
    shown.claim(
      "the error signals of the logits add up to 0, as probabilities and targets both add up to 1",
      found: significant(total, 2), holds: abs(total) <= 3 * bound)

    var parameters = Parameters(
      Architecture(
        inputs: 2, hidden: [], activation: .identity, outputs: 3, loss: .softmaxCrossEntropy))
    for output in 0..<3 {
      for input in 0..<2 {
        parameters.mutableMemory.weights(ofLayer: 0)[input, output] =
          Float(softmax.w.value[output, input])
      }
      parameters.mutableMemory.biases(ofLayer: 0)[0, output] = Float(softmax.b.value[0, output])
    }
    let batch = Batch(
      inputs: [softmax.x.value.values.map { Float($0) }],
      targets: [softmax.target.map { Float($0) }])
    let agreement = TrainerAgreement(
      parameters, batch, with: softmax.w.errorSignal.values + softmax.b.errorSignal.values)
    let share = maximum(of: agreement.shares)
    shown.claim(
      "the trainer's backward pass, with z̄ = y − t in one piece, finds W̄ and b̄ in single precision",
      found: "at most \(significant(share * 100, 2)) % of what its rounding allows",
      holds: share <= 1)
  }

  private func check(
    _ scalars: ScalarSoftmax, _ softmax: SoftmaxRegression, in shown: inout Demonstration
  ) {
    shown.say(
      "The same softmax number by number, as in the lower half of the picture, has "
        + "\(scalars.graph.nodes.count) nodes.")
    var table = NumberTable(
      "∂y_k/∂z_ℓ by a backward pass from each y_k", columns: ["", "z₁", "z₂", "z₃"])
    var (largest, smallest) = (0.0, Double.infinity)
    let y = scalars.y.map(\.value.scalar)
    for k in 0..<3 {
      let row = scalars.derivatives(of: k)
      table.add([.text("y\(["₁", "₂", "₃"][k])")] + row.map { .number($0, digits: 6) })
      for l in 0..<3 {
        largest = maximum(of: [largest, abs(row[l] - y[k] * ((k == l ? 1 : 0) - y[l]))])
        smallest = min(smallest, abs(row[l]))
      }
    }
    scalars.graph.backward(from: scalars.loss)
    shown.show(table)
    shown.claim(
      "every logit reaches every probability: ∂y_k/∂z_ℓ = y_k ([k = ℓ] − y_ℓ)",
      found: "largest difference \(significant(largest, 2)), none of the nine is 0",
      holds: largest <= softmax.rounding && smallest > 0)
    let apart = zip(scalars.z, softmax.z.errorSignal.values).map {
      abs($0.errorSignal.scalar - $1)
    }
    shown.claim(
      "number by number, z̄ is the same",
      found: "largest difference \(significant(maximum(of: apart), 2))",
      holds: maximum(of: apart) <= softmax.rounding)
    shown.checkSums(of: scalars.loss, "with the softmax")
  }
}

/// ½(σ(wx + b) − t)² + λ ½w², after its backward pass.
private struct PenalizedUnit {
  let graph = Graph()
  let w: Node
  let x: Node
  let z: Node
  let r: Node
  let total: Node

  init(w value: Double, penalty: Double) {
    let graph = graph
    x = graph.input("x", 1.5)
    w = graph.input("w", value)
    let b = graph.input("b", -0.4)
    let t = graph.input("t", 1)
    z = ((w * x).named("wx") + b).named("z")
    let loss = squaredError(logistic(z).named("y"), targets: t).named("L")
    r = (0.5 * power(w, 2).named("w²")).named("R")
    total = (loss + (graph.input("λ", penalty) * r).named("λR")).named("L + λR")
    graph.backward(from: total)
  }
}

/// L = −Σ t_k log y_k, y = softmax(xWᵀ + b), for one sample, after its backward pass.
private struct SoftmaxRegression {
  let graph = Graph()
  let x: Node
  let w: Node
  let b: Node
  let z: Node
  let y: Node
  let target = [0.0, 1, 0]

  init(weights: RealMatrix) {
    let graph = graph
    x = graph.input("x", RealMatrix([[1.5, -0.5]]))
    w = graph.input("W", weights)
    b = graph.input("b", RealMatrix([[0.125, -0.25, 0.375]]))
    let t = graph.input("t", RealMatrix([target]))
    z = (matrixProduct(x, transpose(w).named("Wᵀ")).named("xWᵀ") + b).named("z")
    let powers = exp(z).named("e^z")
    y = (powers / sum(powers).named("s")).named("y")
    graph.backward(from: (-sum((t * log(y).named("log y")).named("t log y")).named("Σ")).named("L"))
  }

  /// How far rounding may take error signals apart.
  ///
  /// exp, the sum of three, / and log make ten roundings of numbers up to 1 each way, and inputs up to
  /// 2 multiply them; the logits' own size is in the exponent.
  var rounding: Double {
    2 * (20 + (z.value.values.map { abs($0) }.max() ?? 0)) * 0x1p-52
  }

  /// Between the error signals and y − t, z̄ xᵀ and z̄, with the softmax computed anew.
  var largestDifference: Double {
    let powers = z.value.values.map { Foundation.exp($0) }
    let errors = zip(powers, target).map { $0 / powers.reduce(0, +) - $1 }
    let expected = errors + errors.flatMap { error in x.value.values.map { error * $0 } } + errors
    let found = z.errorSignal.values + w.errorSignal.values + b.errorSignal.values
    return maximum(of: zip(found, expected).map { abs($0 - $1) })
  }
}

/// The softmax and its loss number by number, after the backward pass.
private struct ScalarSoftmax {
  let graph = Graph()
  let z: [Node]
  let y: [Node]
  let loss: Node
  /// What is drawn of it: −t_k/y_k stands on the arrows from y to L.
  let shown: Set<String>

  init(_ logits: [Double], target: [Double]) {
    let graph = graph
    let indices = ["₁", "₂", "₃"]
    z = zip(indices, logits).map { graph.input("z\($0)", $1) }
    let powers = zip(indices, z).map { exp($1).named("e^z\($0)") }
    let total = powers.dropFirst().reduce(powers[0], +).named("s")
    y = zip(indices, powers).map { ($1 / total).named("y\($0)") }
    let terms = zip(y, target).map { $1 * log($0) }
    loss = (-terms.dropFirst().reduce(terms[0], +)).named("L")
    shown = Set((z + powers + [total] + y + [loss]).map(\.name))
    graph.backward(from: loss)
  }

  /// ∂y_k/∂z_ℓ for each ℓ. The graph then has the error signals of y_k.
  func derivatives(of k: Int) -> [Double] {
    graph.backward(from: y[k])
    return z.map(\.errorSignal.scalar)
  }
}

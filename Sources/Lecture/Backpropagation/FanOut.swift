import Foundation
import Graphs
import Pictures
import Randomness

/// D4: values that reach the loss by more than one way.
struct FanOut: Topic {
  static let number = "D4"
  static let name = "fan-out"
  static let title = "Fan-out: error signals add up"
  static let showsGraph = true
  static let explanation = """
    With an L² penalty, L + λR with R = ½w², the weight reaches the loss by two ways, and its error \
    signal is the sum: w̄ = z̄ x + R̄ w with R̄ = λ. In softmax regression, z_ℓ = Σ_j w_{ℓj} x_j + b_ℓ \
    and L = −Σ t_k log y_k, every logit reaches every probability; the sum over all of them comes \
    down to z̄ = y − t, so W̄ = z̄ xᵀ and b̄ = z̄.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let penalized = PenalizedUnit(w: chance.uniform(-2...2), penalty: 0.25)
    var shown = Demonstration(.drawing(penalized.graph.drawing(title: Self.title)))
    shown.say("Logistic least squares with the penalty λR, λ = 0.25:")
    shown.show(penalized.graph)
    let (w, z) = (penalized.w, penalized.z)
    let expected = z.errorSignal.scalar * penalized.x.value.scalar + 0.25 * w.value.scalar
    // Three roundings of numbers below 2.
    shown.claim(
      "w̄ = z̄ x + R̄ w, with R̄ = λ",
      found: "\(significant(w.errorSignal.scalar, 10)) and \(significant(expected, 10)), "
        + "R̄ = \(penalized.r.errorSignal)",
      holds: abs(w.errorSignal.scalar - expected) <= 3 * 2 * 0x1p-53
        && penalized.r.errorSignal.scalar == 0.25)

    let weights = RealMatrix((0..<3).map { _ in (0..<2).map { _ in chance.normal() } })
    let softmax = SoftmaxRegression(weights: weights)
    shown.say("Softmax regression of 2 inputs and 3 classes, a sample as a row, t = class 2:")
    shown.show(softmax.graph)
    let largest = softmax.largestDifference
    // exp and log within an ulp each, a sum of three and a quotient: ten roundings of numbers up
    // to 1, times inputs up to 2; the logits' own size of some units is in the exponent.
    let bound = 2 * (10 + softmax.largestLogit) * 0x1p-52
    shown.claim(
      "z̄ = y − t, W̄ = z̄ xᵀ and b̄ = z̄ for softmax regression",
      found: "largest difference \(significant(largest, 2)), rounding allows "
        + significant(bound, 2), holds: largest <= bound)
    let total = softmax.z.errorSignal.values.reduce(0, +)
    shown.claim(
      "the error signals of the logits add up to 0, as probabilities and targets both add up to 1",
      found: significant(total, 2), holds: abs(total) <= bound)
    return shown
  }
}

/// ½(σ(wx + b) − t)² + λ ½w², after its backward pass.
private struct PenalizedUnit {
  let graph = Graph()
  let w: Node
  let x: Node
  let z: Node
  let r: Node

  init(w value: Double, penalty: Double) {
    let graph = graph
    x = graph.input("x", 1.5)
    w = graph.input("w", value)
    let b = graph.input("b", -0.4)
    let t = graph.input("t", 1)
    z = ((w * x).named("wx") + b).named("z")
    let loss = squaredError(logistic(z).named("y"), targets: t).named("L")
    r = (graph.input("½", 0.5) * power(w, 2).named("w²")).named("R")
    let total = loss + (graph.input("λ", penalty) * r).named("λR")
    graph.backward(from: total.named("L + λR"))
  }
}

/// L = −Σ t_k log y_k, y = softmax(xWᵀ + b), for one sample, after its backward pass.
private struct SoftmaxRegression {
  let graph = Graph()
  let x: Node
  let w: Node
  let b: Node
  let z: Node
  private let target = [0.0, 1, 0]

  init(weights: RealMatrix) {
    let graph = graph
    x = graph.input("x", RealMatrix([[1.5, -0.5]]))
    w = graph.input("W", weights)
    b = graph.input("b", RealMatrix([[0.1, -0.2, 0.3]]))
    let t = graph.input("t", RealMatrix([target]))
    z = (matrixProduct(x, transpose(w).named("Wᵀ")).named("xWᵀ") + b).named("z")
    graph.backward(from: softmaxCrossEntropy(z, targets: t).named("L"))
  }

  var largestLogit: Double { z.value.values.map { abs($0) }.max() ?? 0 }

  /// Between the error signals and y − t, z̄ xᵀ and z̄, with the softmax computed anew.
  var largestDifference: Double {
    let powers = z.value.values.map { Foundation.exp($0) }
    let errors = zip(powers, target).map { $0 / powers.reduce(0, +) - $1 }
    let expected = errors + errors.flatMap { error in x.value.values.map { error * $0 } } + errors
    let found = z.errorSignal.values + w.errorSignal.values + b.errorSignal.values
    return maximum(of: zip(found, expected).map { abs($0 - $1) })
  }
}

import Foundation
import Networks
import Pictures
import Reference
import Statistics
import Training

/// B3: a feature map that makes it separable.
package struct XORFeaturesTopic: Topic {
  package static let number = "B3"
  package static let name = "xor-features"
  package static let title = "XOR is linear in ψ(x) = (x₁, x₂, x₁x₂)"
  package static let explanation = """
    With the product as third feature, x₁ + x₂ − 2x₁x₂ is XOR itself, so ψ makes the four points \
    separable: w = (1, 1, −2), b = −½. The unit stays linear in ψ; its border in the plane is \
    curved. The price: someone had to think of ψ. Units of the trainer with these weights, and units \
    that it trains on ψ(x).
    """
  package static let formula = #"""
    \psi(x) = (x_1, x_2, x_1 x_2), \qquad y = 1[w^\top \psi(x) + b > 0], \quad w = (1, 1, -2), \#
    \; b = -\frac{1}{2}
    """#
  package static let question = Question(
    "The unit is linear in ψ(x). What does its border look like in the plane of x₁ and x₂?",
    answer: """
      Curved: w₁x₁ + w₂x₂ + w₃x₁x₂ + b = 0 is a hyperbola. By hand its two branches have come \
      together to the cross of the lines x₁ = ½ and x₂ = ½.
      """)
  package static let exercise = """
    See how few steps do: `lockstep lecture xor-features --epochs 30 --plot b3.svg`.
    """

  /// Steps of descent, each on all four points.
  package var epochs = 1500
  /// η.
  package var learningRate = 1.0

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 20000)
      // 1 over the largest curvature, which is at most ¼ of the mean of ‖(ψ(x), 1)‖² = 9/4.
      ?? learningRateError(learningRate, limit: 16 / 9)
  }

  private static let byHand = [1, 1, -2, -0.5]

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let xor = LogicFunction.xor
    let samples = xor.samples(features: psi)
    let trainers = try classroom.seeds(20).map {
      try trainedUnit(samples, epochs: epochs, learningRate: learningRate, seed: $0)
    }
    let learned = trainers[0].parameters
    let (sums, signs) = (handmade(.identity), handmade(.threshold))
    let byHand = LogicFunction.points.map { sums.output(psi($0)) }

    var shown = Demonstration(.figure(figure(signs, learned)))
    var table = NumberTable(
      "The unit's sum at the four points",
      columns: ["x₁", "x₂", "x₁x₂", "by hand", "learned", "σ(learned)", "XOR"])
    let weights = learned.inOrder
    for (index, (point, value)) in zip(LogicFunction.points, xor.values).enumerated() {
      let features = psi(point)
      let sum = dot(weights, features + [1])
      table.add(
        .number(point[0]), .number(point[1]), .number(features[2]), .number(byHand[index]),
        .number(sum, digits: 3), .number(logistic(sum), digits: 3), .whole(value))
    }
    shown.show(table)
    shown.claim(
      "w = (1, 1, −2), b = −½ gives all four points: the sums are −½, ½, ½, −½",
      found: byHand.map { significant($0) }.joined(separator: ", "),
      holds: byHand == [-0.5, 0.5, 0.5, -0.5]
        && LogicFunction.points.map { signs.output(psi($0)) } == xor.values.map { Double($0) })
    let losses = trainers.map {
      $0.parameters.evaluate(on: samples, workers: 1).evaluation.loss
    }
    let bounds = trainers.map { bound($0) }
    shown.claim(
      "descent comes as low as is sure after T steps, from each of 20 seeds",
      found: "at most \(significant(losses.max() ?? 0)), \(significant(bounds.max() ?? 0)) is sure",
      holds: zip(losses, bounds).allSatisfy { $0 <= $1 + 16 * roundoff })
    let counts = trainers.map { hits($0, samples) }
    let statement = "a logistic unit on ψ(x) learns all four, from each of 20 seeds"
    // A point on the wrong side has a loss of log 2 or more, a quarter of which is in the mean.
    if bounds.allSatisfy({ $0 < log(2) / 4 }) {
      shown.claim(
        statement, found: "\(counts.count { $0 == 4 }) of 20",
        holds: counts.allSatisfy { $0 == 4 })
    } else {
      shown.leaveOut(
        statement,
        because: "\(counts.count { $0 == 4 }) of 20 do, but after \(epochs) steps that is not sure")
    }
    return shown
  }

  private func handmade(_ activation: Activation) -> Parameters {
    Parameters.unit(activation, weights: Array(Self.byHand.prefix(3)), bias: Self.byHand[3])
  }

  private func psi(_ x: [Double]) -> [Double] { [x[0], x[1], x[0] * x[1]] }

  /// The loss that is sure from a start, by way of u = c (1, 1, −2, −½) with the best of some c: at u
  /// each point is on its side with a sum of c/2.
  private func bound(_ trainer: Trainer) -> Double {
    let start = Parameters(trainer.parameters.architecture, seed: trainer.settings.seed).inOrder
    return (0...40).map { half in
      let c = Double(half) / 2
      return descentBound(
        lossAt: log(1 + exp(-c / 2)), distance: distance(start, Self.byHand.map { c * $0 }),
        learningRate: learningRate, steps: epochs)
    }.min() ?? .infinity
  }

  private func figure(_ byHand: Parameters, _ learned: Parameters) -> Figure {
    Figure(
      title: "XOR with the feature x₁x₂",
      plots: [
        LogicFunction.xor.plot("w = (1, 1, −2), b = −½") { byHand.output(psi($0)) },
        LogicFunction.xor.plot("Learned in \(epochs) epochs") { learned.output(psi($0)) },
      ])
  }
}

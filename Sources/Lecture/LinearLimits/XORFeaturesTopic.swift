import Networks
import Pictures
import Reference
import Statistics
import Training

/// B3: a feature map that makes it separable.
struct XORFeaturesTopic: Topic {
  static let number = "B3"
  static let name = "xor-features"
  static let title = "XOR is linear in ψ(x) = (x₁, x₂, x₁x₂)"
  static let explanation = """
    With the product as third feature, x₁ + x₂ − 2x₁x₂ is XOR itself, so ψ makes the four points \
    separable: w = (1, 1, −2), b = −½. The unit stays linear in ψ; its border in the plane is \
    curved. The price: someone had to think of ψ.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let xor = LogicFunction.xor
    let samples = xor.samples(features: psi)
    let trainers = try classroom.seeds(20).map {
      try trainedUnit(samples, epochs: 1500, learningRate: 2, seed: $0)
    }
    let learned = trainers[0].parameters
    let byHand = [1, 1, -2, -0.5]

    var shown = Demonstration(
      .figure(
        Figure(
          title: "XOR with the feature x₁x₂",
          plots: [
            xor.plot("w = (1, 1, −2), b = −½") { dot(byHand, psi($0) + [1]) > 0 ? 1 : 0 },
            xor.plot("Learned") { learned.output(psi($0)) },
          ])))
    var table = NumberTable(
      "The unit's sum at the four points",
      columns: ["x₁", "x₂", "x₁x₂", "by hand", "learned", "σ(learned)", "XOR"])
    let weights = learned.inOrder
    for (point, value) in zip(LogicFunction.points, xor.values) {
      let features = psi(point)
      let sum = dot(weights, features + [1])
      table.add(
        .number(point[0]), .number(point[1]), .number(features[2]),
        .number(dot(byHand, features + [1])), .number(sum, digits: 3),
        .number(logistic(sum), digits: 3), .whole(value))
    }
    shown.show(table)
    shown.claim(
      "w = (1, 1, −2), b = −½ gives all four points", found: "−½, ½, ½, −½",
      holds: zip(LogicFunction.points, xor.values).allSatisfy {
        (dot(byHand, psi($0) + [1]) > 0) == ($1 == 1)
      })
    let counts = trainers.map { hits($0, samples) }
    shown.claim(
      "a logistic unit on ψ(x) learns all four, from each of 20 seeds",
      found: "\(counts.count { $0 == 4 }) of 20", holds: counts.allSatisfy { $0 == 4 })
    return shown
  }

  private func psi(_ x: [Double]) -> [Double] { [x[0], x[1], x[0] * x[1]] }
}

import Foundation
import Graphs
import Pictures
import Randomness
import Statistics

/// A1: what the gradient says about a function.
struct GradientTopic: Topic {
  static let number = "A1"
  static let name = "gradient"
  static let title = "The gradient and Taylor's first order"
  static let explanation = """
    The gradient ∇f holds the partial derivatives. To first order f(w + ηd) ≈ f(w) + η ∇f(w)ᵀd, and \
    what is left out shrinks as η². Among all directions of length 1, −∇f/‖∇f‖ decreases f most.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    var chance = classroom.chance()
    let f = LogisticLoss(using: &chance)
    let w = (0..<LogisticLoss.dimension).map { _ in chance.normal() }
    let gradient = f.gradient(w)
    let direction = unitVector(using: &chance)

    let steps = (1...14).map { 1 / Double(1 << $0) }
    let remainders = steps.map { step in
      let moved = f.value(zip(w, direction).map { $0 + step * $1 })
      return abs(moved - f.value(w) - step * dot(gradient, direction))
    }
    let exponent = slope(zip(steps, remainders).dropFirst(3).prefix(9).map { (log2($0), log2($1)) })

    let step = 0x1p-14
    func decrease(_ d: [Double]) -> Double {
      f.value(w) - f.value(zip(w, d).map { $0 + step * $1 })
    }
    let steepest = gradient.map { -$0 / norm(gradient) }
    let others = (0..<1000).map { _ in unitVector(using: &chance) }
    let decreases = others.map(decrease)
    let best = decreases.max() ?? 0

    var shown = Demonstration(
      .figure(figure(steps, remainders, others, decreases, steepest, decrease(steepest))))
    shown.say(
      "f is the logistic loss of \(LogisticLoss.samples) samples with "
        + "\(LogisticLoss.dimension) inputs; ∇f is from its computation graph.")
    var table = NumberTable(
      "The remainder of first order along a random direction",
      columns: ["η", "remainder", "÷ that of η/2"])
    for index in stride(from: 0, to: 12, by: 2) {
      table.add(
        .number(steps[index]), .number(remainders[index], digits: 3),
        .number(remainders[index] / remainders[index + 1], digits: 4))
    }
    shown.show(table)
    let largest = maximum(of: zip(gradient, f.differences(w)).map { abs($0 - $1) })
    // Truncation h²/6 |f‴| with h = 2⁻¹⁶ and |f‴| below ¹⁄₁₀ |x|³ for |x| ≤ 4, and rounding 20u/h.
    let allowed = 0x1p-32 / 6 * 6.4 + 20 * 0x1p-53 / 0x1p-16
    shown.claim(
      "∇f is the vector of central differences",
      found: "largest distance \(significant(largest, 2)), \(significant(allowed, 2)) allowed",
      holds: largest <= allowed)
    shown.claim(
      "the remainder shrinks as η²", found: "as η to the \(significant(exponent, 4))",
      holds: abs(exponent - 2) < 0.1)
    shown.claim(
      "no direction of 1,000 decreases f more than −∇f/‖∇f‖",
      found: "\(significant(best / decrease(steepest) * 100, 3)) % of its decrease at most",
      holds: best <= decrease(steepest))
    return shown
  }

  private func unitVector(using chance: inout Chance) -> [Double] {
    let v = (0..<LogisticLoss.dimension).map { _ in chance.normal() }
    return v.map { $0 / norm(v) }
  }

  private func figure(
    _ steps: [Double], _ remainders: [Double], _ directions: [[Double]], _ decreases: [Double],
    _ steepest: [Double], _ most: Double
  ) -> Figure {
    let angles = directions.map { acos(min(1, max(-1, dot($0, steepest)))) * 180 / .pi }
    return Figure(
      title: "What the gradient says",
      plots: [
        Plot(
          title: "Taylor's remainder",
          horizontal: Axis("step η", scale: .logarithmic),
          vertical: Axis("remainder", scale: .logarithmic),
          series: [
            Series(
              "measured", zip(steps, remainders).map { Series.Point($0, $1) }, style: .points),
            Series(
              "η²", steps.map { Series.Point($0, remainders[0] * $0 * $0 / steps[0] / steps[0]) },
              style: .dashedLine),
          ]),
        Plot(
          title: "Decrease of f by a step of length 2⁻¹⁴",
          horizontal: Axis("angle to −∇f (°)", range: 0...180), vertical: Axis("decrease"),
          series: [
            Series(
              "1,000 directions", zip(angles, decreases).map { Series.Point($0, $1) },
              style: .points),
            Series("−∇f/‖∇f‖", [Series.Point(0, most)], style: .points),
          ]),
      ])
  }
}

/// The mean logistic loss of some random samples, as a function of the weights.
private struct LogisticLoss {
  static let dimension = 6
  static let samples = 30

  private let graph = Graph()
  private let w: Node
  private let loss: Node

  init(using chance: inout Chance) {
    let inputs = (0..<Self.samples).map { _ in
      (0..<Self.dimension).map { _ in chance.uniform(-1.5...1.5) }
    }
    let targets = (0..<Self.samples).map { _ in [Bool.random(using: &chance) ? 1.0 : 0] }
    w = graph.input("w", RealMatrix(Array(repeating: [0.0], count: Self.dimension)))
    let z = matrixProduct(graph.input("X", RealMatrix(inputs)), w)
    loss = mean(logisticCrossEntropy(z, targets: graph.input("t", RealMatrix(targets))))
  }

  func value(_ weights: [Double]) -> Double {
    graph.set(w, to: RealMatrix(weights.map { [$0] }))
    graph.forward()
    return loss.value.scalar
  }

  func gradient(_ weights: [Double]) -> [Double] {
    _ = value(weights)
    graph.backward(from: loss)
    return w.errorSignal.values
  }

  /// The gradient by central differences with h = 2⁻¹⁶.
  func differences(_ weights: [Double]) -> [Double] {
    let h = 0x1p-16
    return weights.indices.map { index in
      var (up, down) = (weights, weights)
      up[index] += h
      down[index] -= h
      return (value(up) - value(down)) / (2 * h)
    }
  }
}

/// The slope of the straight line nearest to points.
package func slope(_ points: [(x: Double, y: Double)]) -> Double {
  LeastSquares(points.map { [$0.x, 1] }, targets: points.map(\.y)).weights[0]
}

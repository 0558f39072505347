import Foundation
import Graphs
import Kernels
import Networks
import Pictures
import Reference

/// C2: what units make of their weighted sums.
struct ActivationsTopic: Topic {
  static let number = "C2"
  static let name = "activations"
  static let title = "Activations and their derivatives"
  static let explanation = """
    Identity z, ReLU max(0, z), soft ReLU log(1 + eᶻ), hard threshold 1[z > 0], logistic σ(z) = \
    1/(1 + e⁻ᶻ), tanh z. The derivative is what an error signal is multiplied with on its way back: \
    where it is 0, nothing is learned; the threshold's is 0 everywhere.
    """

  /// The lecture's; the trainer knows more.
  private static let activations: [Activation] = [
    .identity, .relu, .softplus, .threshold, .logistic, .tanh,
  ]

  func demonstrate(in classroom: Classroom) -> Demonstration {
    // With places just beside those where something jumps, so that it is drawn upright.
    let jumps = [Double((-1 as Float).nextDown), 0x1p-20, Double((1 as Float).nextUp)]
    let points = ((-80...80).map { Double(Float(Double($0) / 20)) } + jumps).sorted()
    var shown = Demonstration(
      .figure(
        Figure(
          title: "Activations φ and their derivatives φ′",
          plots: Self.activations.map { activation in
            func series(_ name: String, _ values: [Double], _ style: Series.Style) -> Series {
              Series(name, zip(points, values).map { Series.Point($0, $1) }, style: style)
            }
            let slopes = activation.graphSlopes(points)
            return Plot(
              title: activation.rawValue, horizontal: Axis("z"),
              vertical: Axis("φ, φ′", range: activation == .tanh ? -1.5...1.5 : -1...4),
              series: [series("φ", activation.networkValues(points), .line)]
                + (activation == .threshold
                  ? [
                    series("φ′", thresholdSlopes(points), .dashedLine),
                    series("estimate", slopes, .dashedLine),
                  ] : [series("φ′", slopes, .dashedLine)]))
          })))
    let samples = [-4, -1, -0.1, 0, 0.1, 1, 4]
    var table = NumberTable(
      "φ(z) by units of the trainer", columns: ["z"] + Self.activations.map(\.rawValue))
    let columns = Self.activations.map { $0.networkValues(samples) }
    for (row, z) in samples.enumerated() {
      table.add([.number(z)] + columns.map { .number($0[row]) })
    }
    shown.show(table)

    // The package states errors below 3 ulps for its own exponential and its relatives, 6u of a
    // value; tanh and softplus are near 0 where a value is, not where it is rounded.
    let far = maximum(
      of: Self.activations.flatMap { activation in
        zip(activation.networkValues(points), activation.graphValues(points)).map {
          abs($0 - $1) / (6 * roundoff * max(abs($1), 0x1p-126))
        }
      })
    shown.claim(
      "a unit's φ is the formula's in double precision, within 3 ulps",
      found: "at most \(significant(far * 3, 3)) ulps at \(points.count) points",
      holds: far <= 1)
    let smooth: [Activation] = [.identity, .softplus, .logistic, .tanh]
    let h = 0x1p-16
    let distance = maximum(
      of: smooth.flatMap { activation in
        let up = activation.graphValues(points.map { $0 + h })
        let down = activation.graphValues(points.map { $0 - h })
        return zip(zip(up, down), activation.graphSlopes(points)).map {
          abs(($0.0 - $0.1) / (2 * h) - $1)
        }
      })
    // h²/6 |φ‴| with |φ‴| ≤ 2, and the rounding of two values of up to 4 over 2h.
    let allowed = h * h / 3 + 4 * 4 * 0x1p-53 / h
    shown.claim(
      "the smooth ones have the derivatives of central differences",
      found: "largest distance \(significant(distance, 2)), \(significant(allowed, 2)) allowed",
      holds: distance <= allowed)
    let logistic = Activation.logistic.graphValues(points)
    let difference = maximum(
      of: zip(Activation.softplus.graphSlopes(points), logistic).map { abs($0 - $1) }
        + zip(logistic, Activation.tanh.graphValues(points.map { $0 / 2 })).map {
          abs($0 - (1 + $1) / 2)
        })
    shown.claim(
      "softplus′ = σ and σ(z) = (1 + tanh(z/2))/2",
      found: "to \(significant(difference, 2))",
      // A handful of roundings of numbers up to 1.
      holds: difference <= 8 * 0x1p-53)
    shown.claim(
      "the threshold's derivative is 0 everywhere, so no error signal passes it",
      found: "\(thresholdSlopes(points).count { $0 == 0 }) of \(points.count)",
      holds: thresholdSlopes(points).allSatisfy { $0 == 0 })
    shown.say(
      "To train thresholds all the same, the trainer pretends a slope of 1 where |z| ≤ 1 "
        + "(the straight-through estimate, Bengio et al. 2013), drawn beside the derivative.")
    return shown
  }

  private func thresholdSlopes(_ points: [Double]) -> [Double] {
    let graph = Graph()
    let z = graph.input("z", RealMatrix([points]))
    graph.backward(from: sum(threshold(z)))
    return z.errorSignal.values
  }
}

extension Activation {
  /// φ at some places by a real unit with weight 1.
  func networkValues(_ points: [Double]) -> [Double] {
    var parameters = Parameters(
      Architecture(
        inputs: 1, hidden: [], outputs: 1, outputActivation: self, loss: .squaredError))
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = 1
    return points.map { parameters.output([$0]) }
  }

  /// φ at some places by the graph.
  fileprivate func graphValues(_ points: [Double]) -> [Double] {
    node(Graph().input("z", RealMatrix([points]))).value.values
  }

  /// φ′ at some places by the graph's backward pass.
  fileprivate func graphSlopes(_ points: [Double]) -> [Double] {
    let z = Graph().input("z", RealMatrix([points]))
    z.graph.backward(from: sum(node(z)))
    return z.errorSignal.values
  }
}

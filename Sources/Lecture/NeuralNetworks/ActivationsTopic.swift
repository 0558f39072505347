import Foundation
import Graphs
import Kernels
import Networks
import Pictures
import Reference

/// C2: what units make of their weighted sums.
package struct ActivationsTopic: Topic {
  package static let number = "C2"
  package static let name = "activations"
  package static let title = "Activations and their derivatives"
  package static let explanation = """
    Identity z, ReLU max(0, z), soft ReLU log(1 + eᶻ), hard threshold 1[z > 0], logistic σ(z) = \
    1/(1 + e⁻ᶻ), tanh z. The derivative is what an error signal is multiplied with on its way back: \
    where it is 0, nothing is learned; the threshold's is 0 wherever it has one, everywhere but at 0. Values and slopes are those \
    of the trainer's units, checked against a graph in double precision.
    """
  package static let formula = #"""
    \max(0, z), \quad \log(1 + e^z), \quad 1[z > 0], \quad \sigma(z) = \frac{1}{1 + e^{-z}}, \#
    \; \sigma'(z) = \sigma(z)(1 - \sigma(z)), \quad \tanh z
    """#
  package static let question = Question(
    "An error signal passes ten layers of logistic units. By how much does it shrink at least?",
    answer: """
      By σ′ ≤ ¼ in each of them: to less than a millionth, before weights come in. ReLU's slope is 1 \
      wherever it is not 0.
      """)
  package static let exercise = """
    Put the two sigmoids side by side, or look at one that the lecture leaves out: `lockstep lecture \
    activations --activation logistic,tanh --plot c2.svg`, then `--activation gelu`.
    """

  /// The lecture's; the trainer knows more.
  package var activations: [Activation] = [
    .identity, .relu, .softplus, .threshold, .logistic, .tanh,
  ]

  package init() {}

  package var validationError: String? {
    !activations.isEmpty && Set(activations).count == activations.count
      ? nil : "one or more activations are drawn, each of them once"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    // With places just beside those where something jumps, so that it is drawn upright.
    let jumps = [Double((-1 as Float).nextDown), 0x1p-20, Double((1 as Float).nextUp)]
    let points = ((-80...80).map { Double(Float(Double($0) / 20)) } + jumps).sorted()
    var shown = Demonstration(.figure(figure(points)))
    let samples = [-4, -1, -0.1, 0, 0.1, 1, 4]
    for (title, values) in [
      ("φ(z) by units of the trainer", { $0.networkValues(samples) }),
      ("φ′(z) by the trainer's backward pass", { $0.networkSlopes(samples) }),
    ] as [(String, (Activation) -> [Double])] {
      var table = NumberTable(title, columns: ["z"] + activations.map(\.rawValue))
      let columns = activations.map(values)
      for (row, z) in samples.enumerated() {
        table.add([.number(z)] + columns.map { .number($0[row]) })
      }
      shown.show(table)
    }
    claimValues(points, &shown)
    claimSlopes(points, &shown)
    claimDifferences(points, &shown)
    claimRelatives(points, &shown)
    claimThreshold(points, &shown)
    return shown
  }

  private func claimValues(_ points: [Double], _ shown: inout Demonstration) {
    // The package states errors below 3 ulps for its own exponential and its relatives, 6u of a
    // value; tanh and softplus are near 0 where a value is, not where it is rounded. GELU is a
    // product of z and a sum near 1, of rounding in the larger one.
    let far = maximum(
      of: activations.flatMap { activation in
        zip(points, zip(activation.networkValues(points), activation.graphValues(points))).map {
          let size = activation == .gelu ? abs($0) : abs($1.1)
          return abs($1.0 - $1.1) / (6 * roundoff * max(size, 0x1p-126))
        }
      })
    shown.claim(
      "a unit's φ is the formula's in double precision, within 3 ulps",
      found: "at most \(significant(far * 3, 3)) ulps at \(points.count) points",
      holds: far <= 1)
  }

  private func claimSlopes(_ points: [Double], _ shown: inout Demonstration) {
    let differentiable = activations.filter { $0 != .threshold }
    let statement = "the slope that the trainer multiplies with is the derivative of the graph"
    guard !differentiable.isEmpty else {
      return shown.leaveOut(statement, because: "a threshold has none that is of use")
    }
    let far = maximum(
      of: differentiable.flatMap { activation in
        zip(activation.networkSlopes(points), activation.graphSlopes(points)).map {
          abs($0 - $1)
        }
      })
    // Slopes up to 1 of values with 3 ulps, and a few roundings of numbers up to 4 of GELU's.
    let allowed = 24 * roundoff
    shown.claim(
      statement,
      found: "largest distance \(significant(far, 2)), \(significant(allowed, 2)) allowed",
      holds: far <= allowed)
  }

  private func claimDifferences(_ points: [Double], _ shown: inout Demonstration) {
    let smooth = activations.filter { $0 != .relu && $0 != .threshold }
    let statement = "the smooth ones have the derivatives of central differences"
    guard !smooth.isEmpty else {
      return shown.leaveOut(statement, because: "none of them is smooth everywhere")
    }
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
      statement,
      found: "largest distance \(significant(distance, 2)), \(significant(allowed, 2)) allowed",
      holds: distance <= allowed)
  }

  private func claimRelatives(_ points: [Double], _ shown: inout Demonstration) {
    let statement = "softplus′ = σ and σ(z) = (1 + tanh(z/2))/2"
    guard [.softplus, .logistic, .tanh].allSatisfy({ activations.contains($0) }) else {
      return shown.leaveOut(statement, because: "not all three are drawn")
    }
    let logistic = Activation.logistic.networkValues(points)
    let difference = maximum(
      of: zip(Activation.softplus.networkSlopes(points), logistic).map { abs($0 - $1) }
        + zip(logistic, Activation.tanh.networkValues(points.map { $0 / 2 })).map {
          abs($0 - (1 + $1) / 2)
        })
    shown.claim(
      statement, found: "to \(significant(difference, 2)), by the trainer's units",
      // Two numbers up to 1 with 3 ulps and a few roundings each.
      holds: difference <= 24 * roundoff)
  }

  private func claimThreshold(_ points: [Double], _ shown: inout Demonstration) {
    let statement =
      "the threshold's derivative is 0, and at 0 it has none, so no error signal passes it"
    guard activations.contains(.threshold) else {
      return shown.leaveOut(statement, because: "it is not drawn")
    }
    let slopes = thresholdSlopes(points)
    shown.claim(
      statement, found: "\(slopes.count { $0 == 0 }) of \(points.count)",
      holds: slopes.allSatisfy { $0 == 0 })
    let estimates = Activation.threshold.networkSlopes(points)
    let isStraight = zip(points, estimates).map { $1 == (abs($0) <= 1 ? 1 : 0) }
    shown.claim(
      "to train thresholds all the same, the trainer pretends a slope of 1 where |z| ≤ 1",
      found: "\(isStraight.count { $0 }) of \(points.count)",
      holds: isStraight.allSatisfy { $0 })
    shown.say(
      "The pretended slope is the straight-through estimate (Bengio et al. 2013), drawn beside the "
        + "derivative.")
  }

  /// The derivative, by a graph that knows nothing of the estimate.
  private func thresholdSlopes(_ points: [Double]) -> [Double] {
    let z = Graph().input("z", RealMatrix([points]))
    z.graph.backward(from: sum(threshold(z)))
    return z.errorSignal.values
  }

  private func figure(_ points: [Double]) -> Figure {
    Figure(
      title: "Activations φ and their derivatives φ′",
      plots: activations.map { activation in
        func series(_ name: String, _ values: [Double], _ style: Series.Style) -> Series {
          Series(name, zip(points, values).map { Series.Point($0, $1) }, style: style)
        }
        let slopes = activation.networkSlopes(points)
        let range =
          switch activation {
          case .logistic, .threshold: -0.25...1.25
          case .tanh: -1.5...1.5
          case .identity, .relu, .softplus, .gelu: -1.0...4
          }
        return Plot(
          title: activation.rawValue, horizontal: Axis("z"),
          vertical: Axis("φ, φ′", range: range),
          series: [series("φ", activation.networkValues(points), .line)]
            + (activation == .threshold
              ? [
                series("φ′", thresholdSlopes(points), .dashedLine),
                series("estimate", slopes, .dashedLine),
              ] : [series("φ′", slopes, .dashedLine)]))
      })
  }
}

extension Activation {
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

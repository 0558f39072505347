import Kernels
import Networks
import Pictures
import Randomness
import Reference
import Training

/// C8: a network whose weights one can think up.
package struct HandmadeXORTopic: Topic {
  package static let number = "C8"
  package static let name = "xor-by-hand"
  package static let title = "XOR by hand, with hard thresholds"
  package static let explanation = """
    h₁ = 1[x₁ + x₂ − 0.5 > 0] is the or, h₂ = 1[x₁ + x₂ − 1.5 > 0] the and, and y = 1[h₁ − h₂ − 0.5 \
    > 0] says: the one and not the other. A hidden layer of two units does what no line can. It is a \
    network of the trainer, whose weights are set instead of learned.
    """
  package static let formula = #"""
    h_1 = 1[x_1 + x_2 - \frac{1}{2} > 0], \quad h_2 = 1[x_1 + x_2 - \frac{3}{2} > 0], \quad \#
    y = 1[h_1 - h_2 - \frac{1}{2} > 0]
    """#
  package static let question = Question(
    "Where do the four points lie in the plane of h₁ and h₂, and which line separates them there?",
    answer: """
      (0, 1) and (1, 0) both come to (1, 0), the or without the and; (0, 0) stays and (1, 1) stays. \
      The line h₁ − h₂ = ½ has the one place on one side and the two on the other.
      """)
  package static let exercise = """
    Move the two lines as far as XOR allows, and then farther: `lockstep lecture xor-by-hand \
    --thresholds 0.9,1.1 --plot c8.svg`, then 0.5,2.5.
    """

  /// What x₁ + x₂ has to exceed for h₁ and for h₂.
  package var thresholds = [0.5, 1.5]

  package init() {}

  package var validationError: String? {
    thresholds.count == 2 && thresholds.allSatisfy { abs($0) <= 4 }
      ? nil : "there are two thresholds, from −4 to 4"
  }

  package func demonstrate(in classroom: Classroom) -> Demonstration {
    let network = network
    let (first, last) = (network.layer(0), network.layer(1))
    let xor = LogicFunction.xor
    func hidden(_ x: [Double]) -> [Double] {
      first.outputs(for: x.map { Float($0) }).map { Double($0) }
    }
    var shown = Demonstration(
      .figure(
        Figure(
          title: "XOR by hand",
          plots: [
            xor.plot("h₁: or", hasSteps: true) { hidden($0)[0] },
            xor.plot("h₂: and", hasSteps: true) { hidden($0)[1] },
            xor.plot("y: the network", hasSteps: true) { network.output($0) },
            xor.plot(
              "y in the plane of h₁ and h₂", axes: ["h₁", "h₂"], hasSteps: true, points: hidden
            ) { last.output($0) },
          ], columns: 2)))
    var table = NumberTable(
      "The network at the four points", columns: ["x₁", "x₂", "h₁", "h₂", "y", "XOR"])
    for (point, value) in zip(LogicFunction.points, xor.values) {
      let hidden = hidden(point)
      table.add(
        .number(point[0]), .number(point[1]), .number(hidden[0]), .number(hidden[1]),
        .number(network.output(point)), .whole(value))
    }
    shown.show(table)
    claimPoints(network, hidden, &shown)
    var chance = classroom.chance()
    claimStrip(network, &chance, &shown)
    return shown
  }

  private func claimPoints(
    _ network: Parameters, _ hidden: ([Double]) -> [Double], _ shown: inout Demonstration
  ) {
    let units = LogicFunction.points.map(hidden)
    func words(_ values: [Double]) -> String {
      values.map { significant($0) }.joined(separator: ", ")
    }
    let statements = [
      "h₁ is the or and h₂ the and, in the network's own hidden layer",
      "the network is XOR, exactly",
    ]
    let (low, high) = (thresholds[0], thresholds[1])
    guard low >= 0 && low < 1 && high >= 1 && high < 2 else {
      let reason = "that takes a first threshold from 0 to below 1 and a second from 1 to below 2"
      for statement in statements { shown.leaveOut(statement, because: reason) }
      return
    }
    shown.claim(
      statements[0], found: "\(words(units.map { $0[0] })) and \(words(units.map { $0[1] }))",
      holds: units.map { $0[0] } == [0, 1, 1, 1] && units.map { $0[1] } == [0, 0, 0, 1])
    let outputs = LogicFunction.points.map { network.output($0) }
    shown.claim(
      statements[1], found: words(outputs),
      holds: outputs == LogicFunction.xor.values.map { Double($0) })
  }

  private func claimStrip(
    _ network: Parameters, _ chance: inout Chance, _ shown: inout Demonstration
  ) {
    let (low, high) = (thresholds[0], thresholds[1])
    let places = (0..<2000).map { _ in
      [0, 1].map { _ in Double(Float(chance.uniform(-0.5...1.5))) }
    }
    // A sum within a rounding of a border may fall to either side.
    let clear = places.filter { place in
      thresholds.allSatisfy { abs(place[0] + place[1] - $0) > 16 * roundoff }
    }
    let right = clear.count { place in
      let sum = place[0] + place[1]
      return (network.output(place) == 1) == (low < sum && sum <= high)
    }
    shown.claim(
      "everywhere else it says 1 between the two lines x₁ + x₂ = \(significant(low)) and "
        + significant(high),
      found: "\(right) of \(clear.count) random places", holds: right == clear.count)
  }

  /// 2-2-1 thresholds with the weights of the lecture.
  private var network: Parameters {
    var parameters = Parameters(
      Architecture(
        inputs: 2, hidden: [2], activation: .threshold, outputs: 1, outputActivation: .threshold,
        loss: .squaredError))
    for unit in 0..<2 {
      for input in 0..<2 { parameters.mutableMemory.weights(ofLayer: 0)[input, unit] = 1 }
      parameters.mutableMemory.biases(ofLayer: 0)[0, unit] = -Float(thresholds[unit])
      parameters.mutableMemory.weights(ofLayer: 1)[unit, 0] = unit == 0 ? 1 : -1
    }
    parameters.mutableMemory.biases(ofLayer: 1)[0, 0] = -0.5
    return parameters
  }
}

import Kernels
import Networks
import Pictures
import Randomness
import Reference

/// C8: a network whose weights one can think up.
struct HandmadeXORTopic: Topic {
  static let number = "C8"
  static let name = "xor-by-hand"
  static let title = "XOR by hand, with hard thresholds"
  static let explanation = """
    h₁ = 1[x₁ + x₂ − 0.5 > 0] is the or, h₂ = 1[x₁ + x₂ − 1.5 > 0] the and, and y = 1[h₁ − h₂ − 0.5 \
    > 0] says: the one and not the other. A hidden layer of two units does what no line can.
    """

  func demonstrate(in classroom: Classroom) -> Demonstration {
    let network = Self.network
    let xor = LogicFunction.xor
    var shown = Demonstration(
      .figure(
        Figure(
          title: "XOR by hand",
          plots: [
            xor.plot("h₁: or", hasSteps: true) { $0[0] + $0[1] - 0.5 > 0 ? 1 : 0 },
            xor.plot("h₂: and", hasSteps: true) { $0[0] + $0[1] - 1.5 > 0 ? 1 : 0 },
            xor.plot("y: the network", hasSteps: true) { network.output($0) },
          ])))
    var table = NumberTable(
      "The network at the four points", columns: ["x₁", "x₂", "h₁", "h₂", "y", "XOR"])
    for (point, value) in zip(LogicFunction.points, xor.values) {
      let hidden = [0.5, 1.5].map { point[0] + point[1] > $0 ? 1.0 : 0 }
      table.add(
        .number(point[0]), .number(point[1]), .number(hidden[0]), .number(hidden[1]),
        .number(network.output(point)), .whole(value))
    }
    shown.show(table)
    let outputs = LogicFunction.points.map { network.output($0) }
    shown.claim(
      "the network is XOR, exactly", found: outputs.map { "\(Int($0))" }.joined(separator: ", "),
      holds: outputs == xor.values.map { Double($0) })
    var chance = classroom.chance()
    let places = (0..<2000).map { _ in
      [0, 1].map { _ in Double(Float(chance.uniform(-0.5...1.5))) }
    }
    // A sum within a rounding of a border may fall to either side.
    let clear = places.filter { place in
      [0.5, 1.5].allSatisfy { abs(place[0] + place[1] - $0) > 8 * roundoff }
    }
    let right = clear.count { place in
      (network.output(place) == 1) == (0.5 < place[0] + place[1] && place[0] + place[1] <= 1.5)
    }
    shown.claim(
      "everywhere else it says 1 between the two lines x₁ + x₂ = 0.5 and 1.5",
      found: "\(right) of \(clear.count) random places", holds: right == clear.count)
    return shown
  }

  /// 2-2-1 thresholds with the weights of the lecture.
  private static var network: Parameters {
    var parameters = Parameters(
      Architecture(
        inputs: 2, hidden: [2], activation: .threshold, outputs: 1, outputActivation: .threshold,
        loss: .squaredError))
    for unit in 0..<2 {
      for input in 0..<2 { parameters.mutableMemory.weights(ofLayer: 0)[input, unit] = 1 }
      parameters.mutableMemory.biases(ofLayer: 0)[0, unit] = unit == 0 ? -0.5 : -1.5
      parameters.mutableMemory.weights(ofLayer: 1)[unit, 0] = unit == 0 ? 1 : -1
    }
    parameters.mutableMemory.biases(ofLayer: 1)[0, 0] = -0.5
    return parameters
  }
}

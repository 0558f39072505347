import Foundation
import Lecture
import Networks
import Reference
import Testing
import TestSupport
import Training

@Suite struct NamedUnitsTests {
  @Test func `a unit is made of the weights that are said`() {
    let unit = Parameters.unit(.identity, weights: [2, -3], bias: 0.5)
    #expect(unit.outputs(for: [1, 1]) == [-0.5])
    #expect(unit.outputs(for: [4, 0.25]) == [7.75])
    #expect(Parameters.unit(.threshold, weights: [2, -3], bias: 0.5).outputs(for: [1, 1]) == [0])
  }

  @Test func `layers one after the other are the network`() {
    let network = Parameters(
      Architecture(inputs: 3, hidden: [5, 4], activation: .tanh, outputs: 2, loss: .squaredError),
      seed: 3)
    let input: [Float] = [0.5, -1, 2]
    let composed = (0..<3).reduce(input) { network.layer($1).outputs(for: $0) }
    #expect(composed == network.outputs(for: input))
    #expect(network.layer(1).architecture.inputs == 5)
    #expect(network.layer(1).doubles.count == 5 * 4 + 4)
  }

  @Test func `slopes of the trainer are derivatives`() {
    let z = [-3, -0.5, 0.25, 2]
    for (activation, slope) in [
      (.identity, { _ in 1 }), (.tanh, { 1 - tanh($0) * tanh($0) }),
      (.logistic, { sigmoid($0) * sigmoid(-$0) }), (.relu, { $0 > 0 ? 1 : 0 }),
    ] as [(Activation, (Double) -> Double)] {
      for (found, place) in zip(activation.networkSlopes(z), z) {
        #expect(abs(found - slope(place)) <= 12 * roundoff, "\(activation) at \(place)")
      }
    }
    #expect(Activation.relu.networkValues(z) == [0, 0, 0.25, 2])
  }
}

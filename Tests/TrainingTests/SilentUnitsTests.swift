import Networks
import Testing
import Training

/// Units that are 0 for all samples.
@Suite struct SilentUnitsTests {
  /// Two units: one sees the input, the other its negative.
  private func network(_ activation: Activation) -> Parameters {
    var parameters = Parameters(
      Architecture(inputs: 1, hidden: [2], activation: activation, outputs: 1, loss: .squaredError))
    let weights = parameters.mutableMemory.weights(ofLayer: 0)
    weights[0, 0] = 1
    weights[0, 1] = -1
    return parameters
  }

  private func samples(_ inputs: [Float]) -> SampleSet {
    SampleSet(rows: inputs.map { [$0] }, targets: inputs.map { _ in [0] })
  }

  @Test(arguments: [Activation.relu, .threshold])
  func `a unit is silent that is 0 for every sample`(activation: Activation) {
    let silent = network(activation).silentUnits(on: samples([0, 1, 2]), workers: 1)
    #expect(silent == [[1]])
    #expect(network(activation).silentUnits(on: samples([0, 0]), workers: 1) == [[0, 1]])
  }

  @Test(arguments: [Activation.logistic, .tanh, .softplus, .gelu])
  func `a unit that is never 0 is never silent`(activation: Activation) {
    #expect(network(activation).silentUnits(on: samples([1]), workers: 1) == [[]])
  }

  @Test func `one sample of many wakes a unit where all are looked at`() {
    var inputs = [Float](repeating: 1, count: 3000)
    inputs[1001] = -1
    #expect(network(.relu).silentUnits(on: samples(inputs), workers: 2) == [[1]])
    #expect(network(.relu).silentUnits(on: samples(inputs), atMost: 3000, workers: 2) == [[]])
  }
}

import Foundation
import Kernels
import LayerKernels
import Reference
import Networks
import Testing

/// PyTorch as an outside authority; `Fixtures/make_gradients.py` made its numbers.
@Suite struct GradientFixtureTests {
  /// The networks of the script, in its order, as 6-5-5-4.
  static let networks: [(loss: Loss, activations: [Activation])] = [
    (.softmaxCrossEntropy, [.tanh, .relu, .identity]),
    (.logisticCrossEntropy, [.softplus, .logistic, .identity]),
    (.squaredError, [.relu, .tanh, .logistic]),
    (.squaredError, [.threshold, .softplus, .identity]),
    (.softmaxCrossEntropy, [.gelu, .gelu, .identity]),
  ]
  static let learningRate: Float = 0.1
  static let momentum: Float = 0.9
  static let weightDecay: Float = 0.01

  @Test(arguments: networks.indices)
  func `losses and gradients are PyTorch's`(number: Int) throws {
    let fixture = try Fixture(number)
    let passage = Passage(fixture.parameters, fixture.batch)
    let naive = EstimatedNetwork(fixture.parameters).gradient(fixture.batch)
    // Units near a bend would make the bounds meaningless.
    #expect(naive.uncertain == 0)
    expect(passage.losses, equal: try fixture.values("losses"), bounds: naive.losses)
    expect(
      passage.gradient().inOrder.map { Double($0) },
      equal: try fixture.parameterValues("gradient."), bounds: naive.gradient.inOrder)
  }

  @Test(arguments: networks.indices, ["plain", "nesterov"])
  func `three steps with momentum and weight decay are PyTorch's`(
    number: Int, variant: String
  ) throws {
    let fixture = try Fixture(number)
    var parameters = fixture.parameters
    let state = OptimizerState(parameters.architecture, slotNames: ["velocity"])
    var naive = EstimatedNetwork(parameters)
    var naiveVelocity = EstimatedNetwork(Parameters(parameters.architecture))
    let isNesterov = variant == "nesterov"
    let step = UpdateStep.sgd(
      SGD(
        learningRate: Self.learningRate, momentum: Self.momentum, weightDecay: Self.weightDecay,
        isNesterov: isNesterov))
    for _ in 0..<3 {
      take(step, with: &parameters, state, fixture.batch)
      let (gradient, _, uncertain) = naive.gradient(fixture.batch)
      #expect(uncertain == 0)
      naive.descend(
        gradient, velocity: &naiveVelocity, learningRate: Self.learningRate,
        momentum: Self.momentum, weightDecay: Self.weightDecay, isNesterov: isNesterov)
    }
    expect(
      parameters.inOrder.map { Double($0) }, equal: try fixture.parameterValues("\(variant)."),
      bounds: naive.inOrder)
  }

  @Test(arguments: networks.indices)
  func `three steps of AdamW are PyTorch's`(number: Int) throws {
    let fixture = try Fixture(number)
    var parameters = fixture.parameters
    let state = OptimizerState(
      parameters.architecture, slotNames: ["first-moment", "second-moment"])
    var naive = EstimatedAdamW(EstimatedNetwork(parameters))
    for step in 1...3 {
      take(.adamW(EstimatedAdamW.factors(step: step)), with: &parameters, state, fixture.batch)
      let (gradient, _, uncertain) = naive.network.gradient(fixture.batch)
      #expect(uncertain == 0)
      naive.update(gradient, step: step)
    }
    expect(
      parameters.inOrder.map { Double($0) }, equal: try fixture.parameterValues("adamw."),
      bounds: naive.network.inOrder)
    // A wrong factor moves weights by some tenths of the learning rate; the bounds are far below.
    let widest = naive.network.inOrder.map(\.error).max() ?? 1
    #expect(widest < 0.03 * EstimatedAdamW.learningRate)
  }

  /// One step of an optimizer on the whole batch, part by part.
  private func take(
    _ step: UpdateStep, with parameters: inout Parameters, _ state: OptimizerState, _ batch: Batch
  ) {
    var passage = Passage(parameters, batch)
    let parts = parameters.architecture.gradientParts(samples: passage.samples, multiplyAdds: 50)
    for part in parts {
      let failure = passage.update(part, step: step, state: state)
      #expect(failure == nil)
    }
    parameters = passage.parameters
  }

  /// Found numbers may be as far from PyTorch's as Float may be from the naive network, and by the
  /// rounding with which PyTorch's are stored.
  private func expect(
    _ found: [Double], equal expected: [Float], bounds: [BoundedValue],
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      found.count == expected.count && found.count == bounds.count, sourceLocation: location)
    for (index, found) in found.enumerated() where index < expected.count {
      let stored = Double(expected[index])
      let bound = bounds[index].error + roundoff * abs(stored)
      #expect(
        abs(found - stored) <= bound, "number \(index), within \(bound)", sourceLocation: location)
    }
  }
}

/// One of the networks of the file.
private struct Fixture {
  let parameters: Parameters
  let batch: Batch
  private let file: Safetensors
  private let number: Int

  init(_ number: Int) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/gradients.safetensors").path
    let file = try Safetensors(contentsOf: path)
    self.file = file
    self.number = number

    let (loss, activations) = GradientFixtureTests.networks[number]
    let layers = zip([5, 5, 4], activations).map {
      Architecture.Layer(outputs: $0, activation: $1)
    }
    let architecture = Architecture(inputs: 6, layers: layers, loss: loss)
    let prefix = "network\(number)."
    let tensors = try Parameters(architecture).tensors(prefix: prefix).map { tensor in
      try #require(file.tensors.first { $0.name == tensor.name })
    }
    parameters = try Parameters(architecture, tensors: tensors[...], prefix: prefix, file: path)

    func rows(_ name: String) throws -> [[Float]] {
      let tensor = try #require(file.tensors.first { $0.name == "\(prefix)\(name)" })
      let width = tensor.shape[1]
      return (0..<tensor.shape[0]).map { Array(tensor.values[$0 * width..<($0 + 1) * width]) }
    }
    batch = Batch(inputs: try rows("inputs"), targets: try rows("targets"))
  }

  func values(_ name: String) throws -> [Float] {
    try #require(file.tensors.first { $0.name == "network\(number).\(name)" }).values
  }

  /// The values of all layers' tensors in the order of `Parameters.tensors`.
  func parameterValues(_ prefix: String) throws -> [Float] {
    try parameters.tensors(prefix: prefix).flatMap { try values($0.name) }
  }
}

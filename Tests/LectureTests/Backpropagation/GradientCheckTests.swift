import Lecture
import Networks
import Testing

/// D7: that it holds for what is right, and only for that.
@Suite struct GradientCheckTests {
  private static let course = Architecture(
    inputs: 784,
    layers: [
      Architecture.Layer(outputs: 24, activation: .tanh),
      Architecture.Layer(outputs: 16, activation: .relu),
      Architecture.Layer(outputs: 10, activation: .identity),
    ], loss: .softmaxCrossEntropy)

  private static let small = Architecture(
    inputs: 9, hidden: [7, 6], activation: .tanh, outputs: 4, loss: .softmaxCrossEntropy)

  /// The demonstration for a gradient that was changed behind the trainer's back.
  private func check(
    _ architecture: Architecture, spoiled: @escaping (inout [Float]) -> Void
  ) -> Demonstration {
    let parameters = Parameters(architecture, seed: 3)
    return GradientCheck.demonstrate(parameters, in: classroom()) { batch in
      var gradient = parameters.gradient(batch)
      spoiled(&gradient)
      return gradient
    }
  }

  /// The places of a layer's parameters.
  private func range(_ layer: Int, of architecture: Architecture) -> Range<Int> {
    let counts = architecture.layers.indices.map {
      (architecture.inputs(ofLayer: $0) + 1) * architecture.layers[$0].outputs
    }
    let first = counts[..<layer].reduce(0, +)
    return first..<first + counts[layer]
  }

  @Test func `an honest gradient holds`() {
    #expect(check(Self.course) { _ in }.holds)
    #expect(check(Self.small) { _ in }.holds)
  }

  @Test(arguments: 0..<3)
  func `a single derivative that is off by a hundredth is found`(layer: Int) throws {
    for architecture in [Self.course, Self.small] {
      let shown = check(architecture) { gradient in
        let places = range(layer, of: architecture)
        let largest = places.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
        gradient[largest] *= 1.01
      }
      #expect(shown.claims.map(\.holds) == [false, true])
    }
  }

  @Test(arguments: 0..<3)
  func `a layer's derivatives that are off by a thousandth are found`(layer: Int) {
    let shown = check(Self.small) { gradient in
      for index in range(layer, of: Self.small) { gradient[index] *= 1.001 }
    }
    #expect(shown.claims.map(\.holds) == [false, true])
  }

  @Test func `signs, orders and missing halves are found`() {
    let mistakes: [(inout [Float]) -> Void] = [
      { $0 = $0.map { -$0 } }, { $0 = $0.reversed() }, { $0 = $0.map { $0 / 2 } },
      { $0 = $0.map { _ in 0 } },
      // The last layer's biases without their last one.
      { $0[$0.count - 1] = 0 },
    ]
    for mistake in mistakes {
      #expect(check(Self.course, spoiled: mistake).claims.map(\.holds) == [false, true])
    }
  }

  @Test(arguments: [0, 1, 400, 19_409])
  func `a derivative that is no number is found wherever it stands`(place: Int) {
    for value in [Float.nan, .infinity] {
      let shown = check(Self.course) { $0[place] = value }
      #expect(!shown.claims[0].holds)
      #expect(shown.claims[0].found.contains("not finite"))
    }
  }

  /// The slope that trains a threshold is an estimate, which no difference can find.
  @Test(arguments: Activation.allCases, Loss.allCases)
  func `networks of every kind hold`(hidden: Activation, loss: Loss) {
    for output in loss.takesLogits ? [.identity] : Activation.allCases {
      let architecture = Architecture(
        inputs: 6, hidden: [5, 4], activation: hidden, outputs: 3, outputActivation: output,
        loss: loss)
      for seed in 1...3 as ClosedRange<UInt64> {
        let shown = GradientCheck.demonstrate(
          Parameters(architecture, seed: seed), in: classroom(seed: seed))
        #expect(shown.holds, "\(hidden), \(output), \(shown.claims)")
        #expect(shown.claims.count == (output == .threshold ? 1 : 2))
      }
    }
  }

  @Test func `behind thresholds only what has a derivative is compared with differences`() {
    let architecture = Architecture(
      inputs: 6, hidden: [5, 4], activation: .threshold, outputs: 3, loss: .softmaxCrossEntropy)
    let shown = GradientCheck.demonstrate(Parameters(architecture, seed: 1), in: classroom())
    #expect(shown.claims[1].found.hasPrefix("8 of 8 compared"))
    let plain = GradientCheck.demonstrate(Parameters(Self.small, seed: 1), in: classroom())
    #expect(plain.claims[1].found.hasPrefix("24 of 24 compared"))
  }

  @Test func `the table counts the parameters of each layer`() async throws {
    let table = try await lesson("D7").table("784-24-16-10, 4 samples")
    #expect(try table.column("parameters") == [785 * 24, 25 * 16, 17 * 10])
    #expect(try table.column("largest derivative").allSatisfy { $0 > 1e-3 })
    let distances = try table.column("largest distance")
    // Single precision is there: no distance at all would mean that nothing was compared.
    #expect(distances.allSatisfy { $0 > 1e-10 && $0 < 1e-4 })
  }
}

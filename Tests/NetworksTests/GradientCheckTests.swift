import Reference
import Networks
import Testing

@Suite struct GradientCheckTests {
  /// An activation of the hidden layers, one of the outputs and a loss that go together.
  struct Combination: CustomTestStringConvertible, Sendable {
    let hidden: Activation
    let output: Activation
    let loss: Loss

    var testDescription: String { "\(hidden), \(output), \(loss)" }

    static let all: [Combination] = Loss.allCases.flatMap { loss in
      Activation.allCases.flatMap { hidden in
        (loss.takesLogits ? [.identity] : Activation.allCases).map { output in
          Combination(hidden: hidden, output: output, loss: loss)
        }
      }
    }

    /// The estimate of the threshold's slope is no derivative that differences could find.
    static let differentiable = all.filter { $0.hidden != .threshold && $0.output != .threshold }

    func architecture(_ inputs: Int, _ widths: [Int], _ outputs: Int) -> Architecture {
      Architecture(
        inputs: inputs, hidden: widths, activation: hidden, outputs: outputs,
        outputActivation: output, loss: loss)
    }

    var architectures: [Architecture] {
      [
        architecture(5, [7, 4], 3), architecture(1, [1], 1), architecture(3, [], 2),
        architecture(17, [33], 10),
      ]
    }
  }

  static let batchSizes = [1, 3, 65, 130]

  @Test func `all combinations are there`() {
    #expect(Combination.all.count == 7 + 7 + 7 * 7)
    #expect(Combination.differentiable.count == 6 + 6 + 6 * 6)
  }

  @Test(arguments: Combination.all)
  func `gradients and losses are those of a naive network in Double`(combination: Combination) {
    var uncertain = 0
    var total = 0
    for architecture in combination.architectures {
      for count in Self.batchSizes {
        let parameters = Parameters.random(architecture, seed: count)
        let batch = Batch.random(architecture, count: count, seed: count + 1)
        let passage = Passage(parameters, batch)
        let expected = EstimatedNetwork(parameters).gradient(batch)
        #expect(passage.isFinite)
        expect(passage.losses, within: expected.losses, "losses of \(architecture), \(count)")
        expect(
          passage.gradient().inOrder.map { Double($0) }, within: expected.gradient.inOrder,
          "gradient of \(architecture), \(count)")
        uncertain += expected.uncertain
        total += count * architecture.layers.reduce(0) { $0 + $1.outputs }
      }
    }
    // A unit at a bend widens the bounds of its weights: it must stay the exception.
    #expect(uncertain * 1000 < total, "\(uncertain) of \(total) units")
  }

  @Test(arguments: Combination.differentiable)
  func `gradients are central differences`(combination: Combination) {
    var skipped = 0
    var checked = 0
    for architecture in combination.architectures {
      for count in Self.batchSizes {
        let parameters = Parameters.random(architecture, seed: count)
        let batch = Batch.random(architecture, count: count, seed: count + 1)
        let gradient = Passage(parameters, batch).gradient().inOrder
        let network = EstimatedNetwork(parameters)
        let bounds = network.gradient(batch).gradient.inOrder.map(\.error)
        // At most about 20 parameters of each network, spread over all layers.
        for index in stride(from: count % 7, to: gradient.count, by: gradient.count / 20 + 1) {
          guard let difference = network.centralDifference(ofParameter: index, batch) else {
            skipped += 1
            continue
          }
          checked += 1
          let distance = abs(Double(gradient[index]) - difference.value)
          let bound = bounds[index] + difference.error
          #expect(distance <= bound, "\(architecture), \(count) samples, parameter \(index)")
        }
      }
    }
    #expect(checked > 100)
    #expect(skipped * 20 < checked, "\(skipped) skipped, \(checked) checked")
  }

  /// Bounds say how large, not how likely: a mistake of 1 in 1,000 has to be far outside of them.
  @Test(arguments: Combination.all)
  func `bounds are narrow beside the gradient`(combination: Combination) {
    let architecture = combination.architecture(17, [33], 10)
    let parameters = Parameters.random(architecture, seed: 3)
    let batch = Batch.random(architecture, count: 3, seed: 4)
    let gradient = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder
    let largest = gradient.map { abs($0.value) }.max() ?? 0
    #expect(largest > 0)
    let wide = gradient.count { $0.error > largest / 1000 }
    #expect(wide * 20 < gradient.count)
  }

  private func expect(
    _ found: [Double], within expected: [BoundedValue], _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: location)
    for (index, pair) in zip(found, expected).enumerated() where !pair.1.allows(pair.0) {
      Issue.record(
        "\(what): number \(index) is \(pair.0), expected \(pair.1)", sourceLocation: location)
      return
    }
  }
}

extension EstimatedNetwork {
  /// (L(p + h) − L(p − h)) / 2h for the mean loss L and one parameter p, in the order of
  /// `inOrder`, or nil where a rectifier bends between p − 2h and p + 2h.
  ///
  /// Its error is at most the sum of two:
  /// - truncation, h²/6 |L‴|, which is a third of the change that a doubled h makes;
  /// - rounding: L in Double is as far from the truth as the bound for Float says, times 2^−29, for
  ///   that much finer is Double; divided by h.
  func centralDifference(ofParameter index: Int, _ batch: Batch) -> BoundedValue? {
    let h = 0x1p-17
    let probes = [-2, -1, 0, 1, 2].map { moved(index, by: $0 * h).meanLoss(batch) }
    guard probes.allSatisfy({ $0.sides == probes[2].sides }) else { return nil }
    let narrow = (probes[3].loss.value - probes[1].loss.value) / (2 * h)
    let wide = (probes[4].loss.value - probes[0].loss.value) / (4 * h)
    let rounding = (probes.map(\.loss.error).max() ?? 0) * 0x1p-29 / h
    // The two differences are off by the rounding too.
    return BoundedValue(narrow, error: abs(wide - narrow) + 2 * rounding)
  }

  /// The mean loss, and on which side of its bend each unit is.
  private func meanLoss(_ batch: Batch) -> (loss: BoundedValue, sides: [Bool]) {
    var sum = BoundedValue(0.0)
    var sides: [Bool] = []
    for (sample, targets) in zip(batch.inputs, batch.targets) {
      let units = units(sample)
      for (layer, units) in zip(architecture.layers, units) where layer.activation == .relu {
        sides += units.map { $0.value.value > 0 }
      }
      sum = sum + architecture.loss.estimate(outputs: units.last ?? [], targets: targets).loss
    }
    return (sum * BoundedValue(1 / Double(batch.count)), sides)
  }

  private func moved(_ index: Int, by step: Double) -> EstimatedNetwork {
    var copy = self
    var index = index
    for layer in weights.indices {
      let inputs = weights[layer].count
      let outputs = biases[layer].count
      if index < inputs * outputs {
        copy.weights[layer][index % inputs][index / inputs].value += step
        return copy
      }
      index -= inputs * outputs
      if index < outputs {
        copy.biases[layer][index].value += step
        return copy
      }
      index -= outputs
    }
    return copy
  }
}

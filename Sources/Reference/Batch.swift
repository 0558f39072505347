import Networks

/// Samples and what a network should answer to them.
package struct Batch {
  /// [samples][inputs].
  package var inputs: [[Float]]
  /// [samples][outputs].
  package var targets: [[Float]]

  /// Samples with their targets.
  package init(inputs: [[Float]], targets: [[Float]]) {
    self.inputs = inputs
    self.targets = targets
  }

  package var count: Int { inputs.count }
}

extension Batch {
  /// Random samples with inputs in 0…1; targets as the loss wants them: a class, a yes or no for
  /// each output, or numbers in −1…1.
  package static func random(
    _ architecture: Architecture, count: Int, using numbers: inout some RandomNumberGenerator
  ) -> Batch {
    var batch = Batch(inputs: [], targets: [])
    for _ in 0..<count {
      batch.inputs.append(
        (0..<architecture.inputs).map { _ in Float(Double.random(in: 0...1, using: &numbers)) })
      let outputs = 0..<architecture.outputs
      let index = Int.random(in: outputs, using: &numbers)
      batch.targets.append(
        outputs.map { output in
          switch architecture.loss {
          case .softmaxCrossEntropy: output == index ? 1 : 0
          case .logisticCrossEntropy: Bool.random(using: &numbers) ? 1 : 0
          case .squaredError: Float(Double.random(in: -1...1, using: &numbers))
          }
        })
    }
    return batch
  }
}

import LayerKernels
import Networks
import Reference

extension Parameters {
  /// The gradient of the mean loss over a batch by the trainer's own passes, in the order of
  /// `tensors`.
  package func gradient(_ batch: Batch) -> [Float] {
    let memory = BatchMemory(architecture, capacity: batch.count, isForTraining: true)
    let scratch = WorkerScratch(memory, shardCapacity: batch.count)
    for row in 0..<batch.count {
      memory.setInputs(ofRow: row, floats: batch.inputs[row])
      fillRow(row, of: memory.targets, floats: batch.targets[row], offset: 0)
    }
    self.memory.forward(memory, rows: 0..<batch.count, scratch: scratch)
    _ = self.memory.computeLoss(memory, rows: 0..<batch.count)
    self.memory.backward(memory, rows: 0..<batch.count, scratch: scratch)
    let gradient = ParameterMemory(architecture)
    for part in architecture.gradientParts(samples: batch.count, multiplyAdds: .max) {
      gradient.setGradient(part, memory, samples: batch.count, scratch: scratch)
    }
    return gradient.tensors().flatMap(\.values)
  }

  /// The bound on the rounding error of each number of `gradient`, by a running error analysis.
  func gradientBounds(_ batch: Batch) -> [Double] {
    EstimatedNetwork(self).gradient(batch).gradient.inOrder.map(\.error)
  }

  /// All values in the order of `tensors`: each layer's weights [outputs × inputs], then its
  /// biases.
  var inOrder: [Double] { tensors().flatMap { $0.values.map(Double.init) } }
}

/// The trainer's gradient beside another one, in the order of `Parameters.tensors`.
struct TrainerAgreement {
  let byTrainer: [Float]
  /// How much of what rounding allows each distance is; more than 1 is a fault.
  let shares: [Double]

  /// Compares gradients of the mean loss over a batch.
  ///
  /// - Parameters:
  ///   - parameters: the network.
  ///   - batch: the samples.
  ///   - expected: the gradient in double precision, whose own rounding is 2⁻²⁹ of the trainer's.
  init(_ parameters: Parameters, _ batch: Batch, with expected: [Double]) {
    byTrainer = parameters.gradient(batch)
    shares = Lecture.shares(of: byTrainer, from: expected, bounds: parameters.gradientBounds(batch))
  }
}

/// Each distance of two gradients as a share of its bound; not a number where there are not as many
/// of one as of the other.
func shares(of found: [Float], from expected: [Double], bounds: [Double]) -> [Double] {
  guard found.count == expected.count && found.count == bounds.count else { return [.nan] }
  return found.indices.map { index in
    let distance = abs(Double(found[index]) - expected[index])
    return distance == 0 ? 0 : distance / (bounds[index] * (1 + 0x1p-28))
  }
}

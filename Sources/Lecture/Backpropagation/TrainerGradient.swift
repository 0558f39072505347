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

  /// All values in the order of `tensors`: each layer's weights [outputs × inputs], then its
  /// biases.
  var inOrder: [Double] { tensors().flatMap { $0.values.map(Double.init) } }
}

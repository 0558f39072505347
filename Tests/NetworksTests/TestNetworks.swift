import Kernels
import LayerKernels
import Reference
import Networks
import TestSupport

extension Parameters {
  /// Weights and biases that are all different from 0, small enough for units of every kind.
  static func random(_ architecture: Architecture, seed: Int) -> Parameters {
    var numbers = TestNumbers(seed: seed)
    var parameters = Parameters(architecture)
    let memory = parameters.mutableMemory
    for layer in architecture.layers.indices {
      let weights = memory.weights(ofLayer: layer)
      let biases = memory.biases(ofLayer: layer)
      let bound = 1.5 / Float(weights.rows).squareRoot()
      for output in 0..<weights.columns {
        for input in 0..<weights.rows {
          weights[input, output] = .random(in: -bound...bound, using: &numbers)
        }
        biases[0, output] = .random(in: -0.5...0.5, using: &numbers)
      }
    }
    return parameters
  }

  /// All values in the order of `tensors`.
  var inOrder: [Float] { tensors().flatMap(\.values) }

  var bits: [UInt32] { inOrder.map(\.bitPattern) }
}

extension Batch {
  /// Random samples; targets as the loss wants them: classes and, every other one, numbers in 0…1
  /// whose sum is not 1, or any numbers for the squared error.
  static func random(_ architecture: Architecture, count: Int, seed: Int) -> Batch {
    var numbers = TestNumbers(seed: seed)
    var batch = Batch(inputs: [], targets: [])
    for sample in 0..<count {
      batch.inputs.append(numbers.floats(architecture.inputs))
      let index = Int.random(in: 0..<architecture.outputs, using: &numbers)
      let range: ClosedRange<Float> = architecture.loss.takesLogits ? 0...1 : -1...1
      let any = numbers.floats(architecture.outputs, in: range)
      batch.targets.append(
        sample.isMultiple(of: 2) ? any : any.indices.map { $0 == index ? 1 : 0 })
    }
    return batch
  }
}

/// A mini-batch on its way through the package.
struct Passage {
  private(set) var parameters: Parameters
  let memory: BatchMemory
  let scratch: WorkerScratch
  let samples: Int
  /// Whether `computeLoss` found every loss finite.
  private(set) var isFinite = true

  /// Runs forward and backward, shard by shard, the last one first.
  init(
    _ parameters: Parameters, _ batch: Batch, shardRows: Int = .max, isForTraining: Bool = true
  ) {
    self.parameters = parameters
    samples = batch.count
    let architecture = parameters.architecture
    // More room than samples, as the last batch of an epoch has.
    memory = BatchMemory(architecture, capacity: samples + 3, isForTraining: isForTraining)
    scratch = WorkerScratch(memory, shardCapacity: min(shardRows, samples))
    for row in 0..<samples {
      memory.setInputs(ofRow: row, floats: batch.inputs[row])
      fillRow(row, of: memory.targets, floats: batch.targets[row], offset: 0)
    }
    for first in stride(from: 0, to: samples, by: min(shardRows, samples)).reversed() {
      let rows = first..<min(first + min(shardRows, samples), samples)
      parameters.memory.forward(memory, rows: rows, scratch: scratch)
      isFinite = parameters.memory.computeLoss(memory, rows: rows) && isFinite
      if isForTraining { parameters.memory.backward(memory, rows: rows, scratch: scratch) }
    }
  }

  /// The gradient of the mean loss, part by part.
  func gradient(multiplyAdds: Int = .max) -> Parameters {
    var gradient = Parameters(parameters.architecture)
    let storage = gradient.mutableMemory
    let parts = parameters.architecture.gradientParts(
      samples: samples, multiplyAdds: multiplyAdds)
    for part in parts { storage.setGradient(part, memory, samples: samples, scratch: scratch) }
    return gradient
  }

  /// Takes an optimizer's step with a part of the parameters.
  mutating func update(
    _ part: GradientPart, step: UpdateStep, state: OptimizerState, squares: Block<Double>? = nil
  ) -> UpdateFailure? {
    parameters.mutableMemory.update(
      part, memory, samples: samples, step: step, state: state, squares: squares, scratch: scratch)
  }

  var losses: [Double] { (0..<samples).map { memory.losses[$0] } }
  var predictions: [Int32] { (0..<samples).map { memory.predictions[$0] } }

  /// The bits of all activations, or of all error signals.
  func bits(_ matrices: [Matrix]) -> [UInt32] {
    withExtendedLifetime(memory) {
      matrices.flatMap { matrix in
        (0..<samples).flatMap { row in
          (0..<matrix.columns).map { matrix[row, $0].bitPattern }
        }
      }
    }
  }
}

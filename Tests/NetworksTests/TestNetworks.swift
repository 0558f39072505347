import Foundation
import Kernels
import LayerKernels
import Lecture
import Networks

/// Numbers that are the same in every run (Steele, Lea, Flood 2014: SplitMix).
struct TestNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

extension Parameters {
  /// Weights and biases that are all different from 0, small enough for units of every kind.
  static func random(_ architecture: Architecture, seed: Int) -> Parameters {
    var numbers = TestNumbers(seed: seed)
    let parameters = Parameters(architecture)
    for layer in architecture.layers.indices {
      let weights = parameters.weights(ofLayer: layer)
      let biases = parameters.biases(ofLayer: layer)
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
  let parameters: Parameters
  let memory: BatchMemory
  let scratch: WorkerScratch
  let samples: Int
  /// Whether `lose` found every loss finite.
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
      parameters.forward(memory, rows: rows, scratch: scratch)
      isFinite = parameters.computeLoss(memory, rows: rows) && isFinite
      if isForTraining { parameters.backward(memory, rows: rows, scratch: scratch) }
    }
  }

  /// The gradient of the mean loss, part by part.
  func gradient(multiplyAdds: Int = .max) -> Parameters {
    let gradient = Parameters(parameters.architecture)
    let parts = parameters.architecture.gradientParts(
      samples: samples, multiplyAdds: multiplyAdds)
    for part in parts { gradient.setGradient(part, memory, samples: samples, scratch: scratch) }
    return gradient
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

/// A folder of a test's own, removed with everything in it when the test is over.
final class TestFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-networks-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

import Communication
import Foundation
import Kernels
import LayerKernels
import Networks
import Reference
import Synchronization
import Training

/// The gradient of one mini-batch by the trainer's own passes: by shards, by leaves and as a whole.
struct ShardedGradient {
  /// The rows of each shard, as even as it goes.
  let shards: [Range<Int>]
  /// The rows of each leaf.
  let leaves: [Range<Int>]
  /// ∇ of the mean loss over the mini-batch.
  let whole: [Float]
  /// ∇ of the mean loss over each shard.
  let ofShards: [[Float]]
  /// The sums of each shard, not divided by a number of samples.
  let sumsOfShards: [[Float]]
  /// The sums of all leaves, added in the tree.
  let tree: [Float]
  /// The mean of |∇| over the single samples.
  let meanSize: [Double]

  init(_ parameters: Parameters, _ batch: Batch, shards count: Int) {
    shards = (0..<count).map { $0 * batch.count / count..<($0 + 1) * batch.count / count }
    leaves = stride(from: 0, to: batch.count, by: leafSampleCount).map {
      $0..<min($0 + leafSampleCount, batch.count)
    }
    whole = parameters.gradient(batch)
    ofShards = shards.map { parameters.gradient(batch[rows: $0]) }
    sumsOfShards = shards.map { parameters.gradientSums(batch[rows: $0]).values }
    let sums = leaves.map { parameters.gradientSums(batch[rows: $0]) }
    sumInTree(sums)
    tree = sums[0].values
    var sizes = Array(repeating: 0.0, count: whole.count)
    for row in 0..<batch.count {
      for (index, value) in parameters.gradient(batch[rows: row..<row + 1]).enumerated() {
        sizes[index] += abs(Double(value))
      }
    }
    meanSize = sizes.map { $0 / Double(batch.count) }
  }

  /// Σ (nₖ/n) gₖ of the shards' gradients, or without weights their plain mean.
  func mean(isWeighted: Bool) -> [Double] {
    let count = Double(shards.reduce(0) { $0 + $1.count })
    return whole.indices.map { index in
      zip(shards, ofShards).reduce(0) { sum, shard in
        let weight = isWeighted ? Double(shard.0.count) / count : 1 / Double(shards.count)
        return sum + weight * Double(shard.1[index])
      }
    }
  }

  /// The shards' sums, added one after the other, in their order or from the last to the first.
  func sum(isReversed: Bool) -> [Float] {
    let ordered = isReversed ? sumsOfShards.reversed() : sumsOfShards
    return ordered.dropFirst().reduce(into: ordered[0]) { sum, shard in
      for index in sum.indices { sum[index] += shard[index] }
    }
  }
}

extension Parameters {
  /// The sums of the gradient over a batch as trainers exchange them.
  fileprivate func gradientSums(_ batch: Batch) -> ParameterMemory {
    let sums = ParameterMemory(architecture)
    let memory = BatchMemory(architecture, capacity: batch.count, isForTraining: true)
    let scratch = WorkerScratch(memory, shardCapacity: batch.count)
    for row in 0..<batch.count {
      memory.setInputs(ofRow: row, floats: batch.inputs[row])
      fillRow(row, of: memory.targets, floats: batch.targets[row], offset: 0)
    }
    self.memory.forward(memory, rows: 0..<batch.count, scratch: scratch)
    _ = self.memory.computeLoss(memory, rows: 0..<batch.count)
    self.memory.backward(memory, rows: 0..<batch.count, scratch: scratch)
    for part in architecture.gradientParts(samples: batch.count, multiplyAdds: .max) {
      sums.setGradientSums(part, memory, rows: 0..<batch.count, scratch: scratch)
    }
    return sums
  }
}

extension ParameterMemory {
  /// All values in the order of `tensors`.
  fileprivate var values: [Float] { tensors().flatMap(\.values) }
}

extension Batch {
  /// Some of the samples.
  fileprivate subscript(rows rows: Range<Int>) -> Batch {
    Batch(inputs: Array(inputs[rows]), targets: Array(targets[rows]))
  }
}

/// Trains with several trainers that share each mini-batch, each on a thread of its own.
///
/// - Returns: the fingerprint of each one's weights; nil for one that failed.
func fingerprints(
  ofMembers members: Int, _ architecture: Architecture, _ samples: SampleSet,
  _ settings: TrainingSettings
) -> [String?] {
  let group = LocalCommunicator.group(of: members)
  let results = Mutex<[Int: String]>([:])
  let done = DispatchSemaphore(value: 0)
  @Sendable func train(_ rank: Int) {
    let trainer = Trainer(
      parameters: Parameters(architecture, seed: settings.seed), training: samples, test: nil,
      settings: settings, workers: 1, communicator: group[rank])
    if (try? trainer.run()) != nil {
      let fingerprint = trainer.parameters.fingerprint
      results.withLock { $0[rank] = fingerprint }
    }
    done.signal()
  }
  for rank in 0..<members { Thread.detachNewThread { train(rank) } }
  for _ in 0..<members { done.wait() }
  return results.withLock { results in (0..<members).map { results[$0] } }
}

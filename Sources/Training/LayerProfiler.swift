import Kernels
import Networks

/// The passes of one worker's step, layer by layer, so that each pass can be timed.
///
/// The passes do the work of a step, but not its training. A trainer takes one shard through all
/// layers before the next shard; here all shards go through one pass, so the backward pass
/// multiplies with the slopes of the last shard.
package final class LayerProfiler {
  /// A pass over the mini-batch.
  package enum Pass: Equatable, Sendable {
    /// Copies the samples into memory.
    case samples
    /// The product and the activations of a layer.
    case forward(layer: Int)
    /// The loss, and the error signals of the last layer.
    case loss
    /// The error signals of a layer's inputs.
    case backward(layer: Int)
    /// A layer's gradient, reduced and applied.
    case update(layer: Int)
  }

  /// The passes in their order.
  package let passes: [Pass]
  package let precision: Precision
  package let optimizer: Optimizer
  private let parameters: ParameterMemory
  private let state: OptimizerState
  private let samples: SampleSet
  private let batchSize: Int
  private let plan: WorkPartition
  private let memory: BatchMemory
  private let scratch: WorkerScratch

  /// The step of a network on the first `batchSize` samples.
  ///
  /// - Precondition: there are at least `batchSize` samples, and the network fits them.
  package init(
    _ architecture: Architecture, samples: SampleSet, batchSize: Int, precision: Precision,
    optimizer: Optimizer
  ) {
    precondition(
      (1...samples.count).contains(batchSize),
      "a mini-batch of \(batchSize) of \(samples.count) samples")
    samples.requireFit(to: architecture)
    parameters = Parameters(architecture, seed: 1).memory
    self.optimizer = optimizer
    state = OptimizerState(architecture, slotNames: optimizer.slotNames)
    self.samples = samples
    self.batchSize = batchSize
    self.precision = precision
    plan = WorkPartition(architecture, batchSize: batchSize, workers: 1)
    memory = BatchMemory(
      architecture, capacity: batchSize, byteScale: samples.skippingScale, isForTraining: true,
      precision: precision)
    scratch = WorkerScratch(memory, shardCapacity: plan.shards.rows)
    let layers = architecture.layers.indices
    passes =
      [.samples] + layers.map { .forward(layer: $0) } + [.loss]
      + layers.dropFirst().reversed().map { .backward(layer: $0) }
      + layers.reversed().map { .update(layer: $0) }
    parameters.round(into: memory)
  }

  /// Runs a pass, after the passes before it.
  package func run(_ pass: Pass) {
    switch pass {
    case .samples: forEachShard { samples.fill(rows: $0, of: memory) { $0 } }
    case .forward(let layer):
      forEachShard { parameters.forward(memory, layer: layer, rows: $0, scratch: scratch) }
    case .loss: forEachShard { _ = parameters.computeLoss(memory, rows: $0) }
    case .backward(let layer):
      forEachShard { parameters.backward(memory, layer: layer, rows: $0, scratch: scratch) }
    case .update(let layer):
      // A rate of 0 leaves the weights as they are, at the cost of any other.
      let step = optimizer.step(learningRate: 0, number: 1)
      for part in plan.parts where part.layer == layer {
        _ = parameters.update(
          part, memory, samples: batchSize, step: step, state: state, squares: nil,
          scratch: scratch)
      }
    }
  }

  /// The multiply-adds of a pass, without skipped zeros.
  package func multiplyAdds(_ pass: Pass) -> Int {
    switch pass {
    case .samples, .loss: 0
    case .forward(let layer), .update(let layer):
      inputCount(ofLayer: layer) * parameters.architecture.layers[layer].outputs
    case .backward(let layer):
      batchSize * parameters.architecture.inputs(ofLayer: layer)
        * parameters.architecture.layers[layer].outputs
    }
  }

  /// The number of inputs of a layer in all samples, without skipped zeros.
  private func inputCount(ofLayer layer: Int) -> Int {
    if layer == 0, case .bytes = memory.inputs, case .bytes(let bytes, _) = samples.inputs {
      return bytes.prefix(batchSize * samples.inputWidth).count { $0 != 0 }
    }
    return batchSize * parameters.architecture.inputs(ofLayer: layer)
  }

  private func forEachShard(_ body: (Range<Int>) -> Void) {
    for shard in 0..<plan.shards.count { body(plan.shards.rows(ofShard: shard)) }
  }
}

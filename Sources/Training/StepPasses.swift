import Kernels
import Networks

/// The passes of one worker's step, layer by layer, so that each pass can be timed.
///
/// The passes do the work of a step, but not its training. A trainer takes one shard through all
/// layers before the next shard; here all shards go through one pass, so the backward pass
/// multiplies with the slopes of the last shard.
package final class StepPasses {
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
    /// The reduction of a layer's gradient and the update of its parameters.
    case descent(layer: Int)
  }

  /// The passes in their order.
  package let passes: [Pass]
  package let precision: Precision
  /// Whether the update uses momentum.
  package var hasMomentum: Bool { velocity != nil }
  private let parameters: Parameters
  private let velocity: Parameters?
  private let samples: SampleSet
  private let batchSize: Int
  private let plan: StepPlan
  private let memory: BatchMemory
  private let scratch: WorkerScratch

  /// The step of a network on the first `batchSize` samples.
  ///
  /// - Precondition: there are at least `batchSize` samples, and the network fits them.
  package init(
    _ architecture: Architecture, samples: SampleSet, batchSize: Int, precision: Precision,
    hasMomentum: Bool
  ) {
    precondition((1...samples.count).contains(batchSize), "a mini-batch of the set's samples")
    precondition(samples.fits(architecture), "samples that do not fit the network")
    parameters = Parameters(architecture, seed: 1)
    velocity = hasMomentum ? Parameters(architecture) : nil
    self.samples = samples
    self.batchSize = batchSize
    self.precision = precision
    plan = StepPlan(architecture, batchSize: batchSize, workers: 1)
    memory = BatchMemory(
      architecture, capacity: batchSize, byteScale: samples.skippingScale, isForTraining: true,
      precision: precision)
    scratch = WorkerScratch(memory, shardCapacity: plan.shards.rows)
    let layers = architecture.layers.indices
    passes =
      [.samples] + layers.map { .forward(layer: $0) } + [.loss]
      + layers.dropFirst().reversed().map { .backward(layer: $0) }
      + layers.reversed().map { .descent(layer: $0) }
    parameters.round(into: memory)
  }

  /// Runs a pass, after the passes before it.
  package func run(_ pass: Pass) {
    switch pass {
    case .samples: forEachShard { samples.fill(rows: $0, of: memory) { $0 } }
    case .forward(let layer):
      forEachShard { parameters.forward(memory, layer: layer, rows: $0, scratch: scratch) }
    case .loss: forEachShard { _ = parameters.lose(memory, rows: $0) }
    case .backward(let layer):
      forEachShard { parameters.backward(memory, layer: layer, rows: $0, scratch: scratch) }
    case .descent(let layer):
      // A learning rate of 0 leaves the weights as they are, and costs as much as any other.
      let step = DescentStep(
        learningRate: 0, momentum: velocity == nil ? 0 : 0.9, weightDecay: 0, isNesterov: false)
      for part in plan.parts where part.layer == layer {
        _ = parameters.descend(
          part, memory, samples: batchSize, step: step, velocity: velocity, squares: nil,
          scratch: scratch)
      }
    }
  }

  /// The multiply-adds of a pass, without skipped zeros.
  package func multiplyAdds(_ pass: Pass) -> Int {
    switch pass {
    case .samples, .loss: 0
    case .forward(let layer), .descent(let layer):
      inputCount(ofLayer: layer) * parameters.architecture.layers[layer].outputs
    case .backward(let layer):
      batchSize * parameters.architecture.inputs(ofLayer: layer)
        * parameters.architecture.layers[layer].outputs
    }
  }

  /// The number of inputs of a layer in all samples, without skipped zeros.
  private func inputCount(ofLayer layer: Int) -> Int {
    if layer == 0, samples.skipsZeros, case .bytes(let bytes, _) = samples.inputs {
      return bytes.prefix(batchSize * samples.inputWidth).count { $0 != 0 }
    }
    return batchSize * parameters.architecture.inputs(ofLayer: layer)
  }

  private func forEachShard(_ body: (Range<Int>) -> Void) {
    for shard in 0..<plan.shards.count { body(plan.shards.rows(ofShard: shard)) }
  }
}

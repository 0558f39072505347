import Networks

/// How a step is cut into work items for a number of workers.
///
/// A step has two phases, and the second begins when the first is done: *rows*, where shards of the
/// mini-batch run forward and backward, and *parameters*, where parts of the parameters reduce
/// their gradient and descend.
public struct StepPlan: Equatable, Sendable {
  /// The multiply-adds of the items of each phase, in the order in which workers claim them.
  ///
  /// Left out is the one item that adds up the losses, which has none.
  public let phases: [[Int]]
  /// The most workers that take part: no more than have work that is worth its hand-over. Parts of
  /// narrow layers are small.
  public let participants: Int

  let shards: Shards
  let parts: [GradientPart]

  /// The plan of the steps that a trainer with `workers` takes.
  ///
  /// - Parameters:
  ///   - batchSize: the samples of a mini-batch, at least 1.
  ///   - workers: at least 1.
  public init(_ architecture: Architecture, batchSize: Int, workers: Int) {
    precondition(batchSize >= 1 && workers >= 1, "a plan needs samples and workers")
    let shards = Shards(samples: batchSize, architecture, workers: workers)
    let whole = batchSize * architecture.weightCount
    // Eight parts for each worker, so that they end at about the same time, where that does not make
    // them too small for their hand-over.
    let parts = architecture.gradientParts(
      samples: batchSize, multiplyAdds: max(smallestItem, whole / (workers == 1 ? 1 : 8 * workers)))
    // Forward a multiply-add for each weight, backward one but in the first layer.
    let perRow = architecture.multiplyAddsPerSample - architecture.weightCount
    phases = [
      (0..<shards.count).map { shards.rows(ofShard: $0).count * perRow },
      parts.map { $0.inputs.count * architecture.layers[$0.layer].outputs * batchSize },
    ]
    participants = max(1, min(workers, max(shards.count, min(parts.count, whole / smallestItem))))
    self.shards = shards
    self.parts = parts
  }
}

/// No item is given fewer multiply-adds than this, some microseconds of work, so that the work
/// outweighs its hand-over from thread to thread.
private let smallestItem = 200_000

/// How a mini-batch is cut into shards of consecutive rows: as even as can be, at most `rowLimit`
/// rows each, a multiple of the workers, and none too small for its hand-over.
struct Shards: Equatable {
  /// The most rows of a shard, which the scratch memory of a worker has to hold.
  static let rowLimit = 64

  let samples: Int
  let count: Int
  /// The rows of a full shard.
  let rows: Int

  init(samples: Int, _ architecture: Architecture, workers: Int) {
    let smallest = max(1, smallestItem / max(1, architecture.weightCount))
    let rounds = (samples + workers * Self.rowLimit - 1) / (workers * Self.rowLimit)
    let even = (samples + workers * rounds - 1) / (workers * rounds)
    // An even number, so that a pair of samples is in one shard.
    rows = min((max(even, smallest) + 1) / 2 * 2, Self.rowLimit, samples)
    count = (samples + rows - 1) / rows
    self.samples = samples
  }

  func rows(ofShard shard: Int) -> Range<Int> {
    shard * rows..<min((shard + 1) * rows, samples)
  }
}

import Networks

/// The partition of a step into work items for a number of workers.
///
/// A step has two phases, and the second begins when the first is done. In *rows*, shards of the
/// mini-batch go through the forward and backward pass. In *parameters*, each part of the
/// parameters has its gradient reduced and is updated.
package struct WorkPartition: Equatable, Sendable {
  /// The multiply-adds of the items of each phase, in the order in which workers claim them.
  ///
  /// The item that adds up the losses has no multiply-adds and is left out.
  package let phases: [[Int]]
  /// The maximum number of workers that take part: only as many as have enough work to pay for its
  /// hand-over. Parts of narrow layers are small.
  package let participants: Int

  let shards: Shards
  let parts: [GradientPart]

  /// The plan of the steps that a trainer with `workers` takes.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - batchSize: the samples of a mini-batch, at least 1.
  ///   - workers: at least 1.
  ///   - shardRows: the number of rows of a full shard, rounded up to an even one of at most 64; nil
  ///     takes what suits the workers. It never changes a result.
  package init(
    _ architecture: Architecture, batchSize: Int, workers: Int, shardRows: Int? = nil
  ) {
    precondition(
      batchSize >= 1 && workers >= 1, "a step of \(batchSize) samples on \(workers) workers")
    let shards = Shards(
      samples: batchSize, architecture, workers: workers, requestedRows: shardRows)
    let whole = batchSize * architecture.weightCount
    // Eight parts per worker, so that workers end at about the same time; fewer where parts would
    // be too small to pay for their hand-over.
    let parts = architecture.gradientParts(
      samples: batchSize, multiplyAdds: max(smallestItem, whole / (workers == 1 ? 1 : 8 * workers)))
    // Per weight one multiply-add forward, and one backward except in the first layer.
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

/// The minimum number of multiply-adds in an item: some microseconds of work, so that the work
/// outweighs its hand-over from thread to thread.
private let smallestItem = 200_000

/// The partition of a mini-batch into shards of consecutive rows. All shards but the last, which
/// may be smaller, have the same number of rows, at most `rowLimit`. The number of shards is chosen
/// as a multiple of the workers, unless shards would be too small to pay for their hand-over.
struct Shards: Equatable {
  /// The maximum number of rows of a shard, which the scratch memory of a worker has to hold.
  static let rowLimit = 64

  let samples: Int
  let count: Int
  /// The number of rows of a full shard.
  let rows: Int

  init(
    samples: Int, _ architecture: Architecture, workers: Int, requestedRows: Int? = nil
  ) {
    let smallest = max(1, smallestItem / max(1, architecture.weightCount))
    let rounds = (samples + workers * Self.rowLimit - 1) / (workers * Self.rowLimit)
    let even = (samples + workers * rounds - 1) / (workers * rounds)
    // An even number, so that a pair of samples is in one shard.
    let wanted = requestedRows ?? max(even, smallest)
    rows = min((wanted + 1) / 2 * 2, Self.rowLimit, samples)
    count = (samples + rows - 1) / rows
    self.samples = samples
  }

  func rows(ofShard shard: Int) -> Range<Int> {
    shard * rows..<min((shard + 1) * rows, samples)
  }
}

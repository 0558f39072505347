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

  /// The plan of the steps that a trainer with `workers` takes.
  ///
  /// - Parameters:
  ///   - batchSize: the samples of a mini-batch, at least 1.
  ///   - workers: at least 1.
  public init(_ architecture: Architecture, batchSize: Int, workers: Int) {
    precondition(batchSize >= 1 && workers >= 1, "a plan needs samples and workers")
    let shards = Shards(samples: batchSize, architecture, workers: workers)
    // Forward a multiply-add for each weight, backward one but in the first layer.
    let perRow = architecture.multiplyAddsPerSample - architecture.weightCount
    let parts = architecture.gradientParts(samples: batchSize, workers: workers)
    phases = [
      (0..<shards.count).map { shards.rows(ofShard: $0).count * perRow },
      parts.map { $0.inputs.count * architecture.layers[$0.layer].outputs * batchSize },
    ]
  }
}

extension Architecture {
  /// The parameters cut into parts for `workers`: four each, so that they end at about the same
  /// time, where that does not make them too small for their hand-over.
  func gradientParts(samples: Int, workers: Int) -> [GradientPart] {
    gradientParts(
      samples: samples,
      multiplyAdds: max(smallestItem, samples * weightCount / (workers == 1 ? 1 : 4 * workers)))
  }
}

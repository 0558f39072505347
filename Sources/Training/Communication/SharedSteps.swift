import Kernels
import LayerKernels
import Networks
import Synchronization
import Workers

// Steps of trainers that share each mini-batch, beside the fused path of a trainer that is alone.

extension StepExecutor {
  /// Takes steps like `run`, each together with the trainers that share its mini-batch: the sums over
  /// the own leaves are handed to the communicator, and those over all leaves are applied.
  func runShared(
    _ parameters: ParameterMemory, order: ArraySlice<Int32>, batchSize: Int, steps: [UpdateStep]
  ) throws(StepFailure) -> (
    totals: [Totals], participations: [Participation], stepsByWorkers: [Int: Int]
  ) {
    guard let communicator else { return ([], [], [:]) }
    let share = LeafShare(
      rank: communicator.rank, memberCount: communicator.memberCount, samples: batchSize)
    let sums = StepSums(architecture)
    memory.stores = .cached
    var totals: [Totals] = []
    var stepsByWorkers: [Int: Int] = [:]
    for step in steps.indices {
      let rows = order.dropFirst(step * batchSize + share.samples.lowerBound)
      var participants = computeSums(
        parameters, order: rows.prefix(share.samples.count), into: sums)
      communicator.allReduce(sums, contributors: share.contributors)
      if let layer = sums.failedLayer {
        throw StepFailure(step: step, quantity: .loss, layer: layer)
      }
      participants = max(
        participants,
        try apply(sums, to: parameters, samples: batchSize, step: steps[step], number: step))
      stepsByWorkers[participants, default: 0] += 1
      totals.append(
        Totals(
          loss: sums.loss, correctCount: sums.correctCount,
          squaredGradientNorm: squares.map { sumByLeaves($0, count: $0.count) } ?? 0))
    }
    return (totals, [], stepsByWorkers)
  }

  /// The sums of some samples; nothing for none.
  ///
  /// - Returns: the number of workers that took part.
  private func computeSums(
    _ parameters: ParameterMemory, order: ArraySlice<Int32>, into sums: StepSums
  ) -> Int {
    (sums.loss, sums.correctCount, sums.failedLayer) = (0, 0, nil)
    guard !order.isEmpty else { return 0 }
    let plan = WorkPartition(architecture, batchSize: order.count, workers: scratches.count)
    let (shards, parts, gradient) = (plan.shards, plan.parts, sums.gradient)
    let isFinite = Atomic(true)
    let participations = performInLockstep(
      workers: plan.participants, phases: [shards.count, parts.count]
    ) { work in
      let scratch = scratches[work.participant]
      if work.phase == 0 {
        let rows = shards.rows(ofShard: work.item)
        samples.fill(rows: rows, of: memory) { Int(order[order.startIndex + $0]) }
        parameters.forward(memory, rows: rows, scratch: scratch)
        if parameters.computeLoss(memory, rows: rows) {
          parameters.backward(memory, rows: rows, scratch: scratch)
        } else {
          isFinite.store(false, ordering: .relaxed)
        }
      } else if isFinite.load(ordering: .relaxed) {
        gradient.setGradientSums(
          parts[work.item], memory, samples: order.count, scratch: scratch)
      }
    }
    sums.loss = sumByLeaves(memory.losses, count: order.count)
    sums.correctCount = (0..<order.count).count { memory.predictions[$0] == memory.classes[$0] }
    if !isFinite.load(ordering: .relaxed) {
      sums.failedLayer =
        memory.firstLayerWithNonFiniteValue(rows: order.count) ?? architecture.layers.count - 1
    }
    return participations.count
  }

  /// Takes a step with the sums over a whole mini-batch.
  ///
  /// - Returns: the number of workers that took part.
  private func apply(
    _ sums: StepSums, to parameters: ParameterMemory, samples: Int, step: UpdateStep, number: Int
  ) throws(StepFailure) -> Int {
    let plan = WorkPartition(architecture, batchSize: samples, workers: scratches.count)
    let parts = plan.parts
    let numbers = FailureNumbers(layers: architecture.layers.count)
    failure.store(.max, ordering: .relaxed)
    let gradient = sums.gradient
    let maxNormPhases = maxNorm?.itemCounts(parts: parts.count) ?? []
    let participations = performInLockstep(
      workers: plan.participants, phases: [parts.count] + maxNormPhases
    ) { work in
      guard work.phase == 0 else {
        let found = maxNorm?.perform(
          phase: work.phase - 1, item: work.item, parts: parts, parameters, memory)
        if let found {
          failure.min(
            numbers.number(of: found.failure, step: 0, layer: found.layer), ordering: .relaxed)
        }
        return
      }
      let part = parts[work.item]
      let found = parameters.update(
        part, sums: gradient, samples: samples, memory, step: step, state: state,
        squares: squares)
      if let found {
        failure.min(numbers.number(of: found, step: 0, layer: part.layer), ordering: .relaxed)
      }
    }
    let failed = failure.load(ordering: .relaxed)
    if let (failure, layer) = failed == .max ? nil : numbers.updateFailure(failed) {
      throw StepFailure(
        step: number, quantity: failure == .gradient ? .gradient : .weight, layer: layer)
    }
    return participations.count
  }
}

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
    _ parameters: ParameterMemory, average: ParameterMemory?, order: ArraySlice<Int32>,
    batchSize: Int, steps: [PlannedStep]
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
        try apply(
          sums, to: parameters, average: average, samples: batchSize, step: steps[step],
          number: step))
      stepsByWorkers[participants, default: 0] += 1
      totals.append(
        Totals(
          loss: sums.loss, correctCount: sums.correctCount,
          squaredGradientNorm: settings.gradientNormThreshold == nil
            ? 0 : squares.map { sumByLeaves($0, count: $0.count) } ?? 0))
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
        samples.fill(rows: rows, of: memory, distorter: distorter(ofWorker: work.participant)) {
          Int(order[order.startIndex + $0])
        }
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
    _ sums: StepSums, to parameters: ParameterMemory, average: ParameterMemory?, samples: Int,
    step: PlannedStep, number: Int
  ) throws(StepFailure) -> Int {
    let plan = WorkPartition(architecture, batchSize: samples, workers: scratches.count)
    let phases = StepPhase.afterReduction(settings)
    failure.store(.max, ordering: .relaxed)
    gradientFactor = 1 / Float(samples)
    let participations = performInLockstep(
      workers: plan.participants, phases: phases.map { itemCount(of: $0, plan) }
    ) { work in
      perform(
        phases[work.phase], item: work.item, of: plan.parts, step: step, number: 0,
        sums: sums.gradient, samples: samples, parameters, average: average)
    }
    let failed = failure.load(ordering: .relaxed)
    let numbers = FailureNumbers(layers: architecture.layers.count)
    if let (failure, layer) = failed == .max ? nil : numbers.updateFailure(failed) {
      throw StepFailure(
        step: number, quantity: failure == .gradient ? .gradient : .weight, layer: layer)
    }
    return participations.count
  }
}

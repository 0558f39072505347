import Communication
import Kernels
import LayerKernels
import Networks
import Synchronization
import Workers

// Steps of trainers that share each mini-batch, beside the fused path of a trainer that is alone.

extension StepExecutor {
  /// Takes steps like `run`, each together with the members of a group: the sums over the own leaves are
  /// exchanged, and those over all leaves are applied.
  func runShared(
    _ parameters: ParameterMemory, _ communicator: any Communicator, average: ParameterMemory?,
    order: ArraySlice<Int32>, batchSize: Int, steps: [PlannedStep]
  ) throws(StepFailure) -> (
    totals: [Totals], participations: [Participation], stepsByWorkers: [Int: Int]
  ) {
    let batch = sharedBatch(communicator, samples: batchSize)
    let plan = WorkPartition(architecture, batchSize: batchSize, workers: scratches.count)
    let own =
      batch.samples.isEmpty
      ? nil
      : WorkPartition(
        architecture, batchSize: batch.samples.count, workers: scratches.count,
        shardRows: shardRows)
    let sumParts = own?.parts ?? []
    let phases = StepPhase.shared(settings)
    let itemCounts = phases.map { phase in
      switch phase {
      case .forwardBackward: own?.shards.count ?? 0
      // One more exchanges the losses.
      case .gradientSums: 1 + sumParts.count * batch.pieces.count
      default: itemCount(of: phase, plan)
      }
    }
    let numbers = FailureNumbers(layers: architecture.layers.count)
    failure.store(.max, ordering: .relaxed)
    memory.stores = .cached
    gradientFactor = 1 / Float(batchSize)
    let results = SharedResults(steps: steps.count)
    let isFinite = Atomic(true)

    let participations = performInLockstep(
      workers: plan.participants, steps: steps.count, phases: itemCounts, clock: clock
    ) { work in
      let failed = failure.load(ordering: .relaxed)
      guard numbers.step(of: failed) >= work.step else { return }
      let scratch = scratches[work.participant]
      let phase = phases[work.phase]
      switch phase {
      case .forwardBackward:
        guard let rows = own?.shards.rows(ofShard: work.item) else { return }
        let first = order.startIndex + work.step * batchSize + batch.samples.lowerBound
        samples.fill(rows: rows, of: memory, distorter: distorter(ofWorker: work.participant)) {
          Int(order[first + $0])
        }
        parameters.forward(memory, rows: rows, scratch: scratch)
        if parameters.computeLoss(memory, rows: rows) {
          parameters.backward(memory, rows: rows, scratch: scratch)
        } else {
          isFinite.store(false, ordering: .relaxed)
        }
      case .gradientSums where work.item == 0:
        let part = scalars(
          ofSamples: batch.samples.count, areFinite: isFinite.load(ordering: .relaxed))
        isFinite.store(true, ordering: .relaxed)
        let all = StepScalars(of: communicator.gather(part.bytes, counts: batch.scalarBytes))
        results.record(work.step, all)
        if all.failedLayer != nil {
          failure.min(numbers.loss(step: work.step), ordering: .relaxed)
        }
      case .gradientSums:
        let (piece, part) = (work.item - 1).quotientAndRemainder(dividingBy: sumParts.count)
        batch.pieces[piece].sums.setGradientSums(
          sumParts[part], memory, rows: batch.pieces[piece].rows, scratch: scratch)
      case .exchange:
        if failed == .max {
          batch.exchange.allReduce(batch.pieces.map(\.sums.block), into: batch.total.block)
        }
      case .gradientNorm:
        if let squares {
          results.totals[work.step].squaredGradientNorm = sumByLeaves(squares, count: squares.count)
        }
      default:
        perform(
          phase, item: work.item, of: plan.parts, step: steps[work.step], number: work.step,
          sums: batch.total, samples: batchSize, parameters, average: average)
      }
    }

    let failed = failure.load(ordering: .relaxed)
    guard failed == .max else {
      let step = numbers.step(of: failed)
      guard let (failure, layer) = numbers.updateFailure(failed) else {
        throw StepFailure(step: step, quantity: .loss, layer: results.failedLayer ?? 0)
      }
      throw StepFailure(
        step: step, quantity: failure == .gradient ? .gradient : .weight, layer: layer)
    }
    return (results.totals, participations, [participations.count: steps.count])
  }

  /// The losses and predictions of the own samples of a step.
  private func scalars(ofSamples count: Int, areFinite: Bool) -> StepScalars {
    StepScalars(
      memory, samples: count,
      failedLayer: areFinite
        ? nil
        : memory.firstLayerWithNonFiniteValue(rows: count) ?? architecture.layers.count - 1)
  }

  /// What mini-batches of a size need; made anew where the size changes, as in an epoch's last step.
  private func sharedBatch(_ communicator: any Communicator, samples: Int) -> SharedBatch {
    if let batch = sharedBatch, batch.batchSize == samples { return batch }
    let batch = SharedBatch(architecture, communicator, batchSize: samples)
    sharedBatch = batch
    return batch
  }
}

/// What a member needs for steps on mini-batches of one size.
final class SharedBatch {
  /// Some of the member's leaves, a subtree of the tree over all, with the sums over them.
  struct Piece {
    let rows: Range<Int>
    let sums: ParameterMemory
  }

  let batchSize: Int
  /// The samples of the mini-batch that are the member's.
  let samples: Range<Int>
  let pieces: [Piece]
  /// The number of bytes of each member's `StepScalars`.
  let scalarBytes: [Int]
  /// The sums over the whole mini-batch.
  let total: ParameterMemory
  let exchange: SumExchange

  init(_ architecture: Architecture, _ communicator: any Communicator, batchSize: Int) {
    self.batchSize = batchSize
    let shares = LeafShares(samples: batchSize, members: communicator.memberCount)
    samples = shares.samples(ofMember: communicator.rank)
    pieces = shares.rows(ofMember: communicator.rank).map {
      Piece(rows: $0, sums: ParameterMemory(architecture))
    }
    scalarBytes = shares.leafCounts.map(StepScalars.byteCount(leaves:))
    total = pieces.first?.sums ?? ParameterMemory(architecture)
    exchange = SumExchange(communicator, shares, count: total.block.count)
  }
}

/// The results of a region's steps besides the weights; each is written by one item.
private final class SharedResults {
  var totals: [StepExecutor.Totals]
  /// The layer of the step whose loss is not finite.
  var failedLayer: Int?

  init(steps: Int) {
    totals = Array(repeating: StepExecutor.Totals(), count: steps)
  }

  func record(_ step: Int, _ scalars: StepScalars) {
    totals[step].loss = sumOfLeaves(scalars.lossOfLeaves)
    totals[step].correctCount = scalars.correctCount
    failedLayer = scalars.failedLayer
  }
}

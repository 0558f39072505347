import Communication
import Kernels
import LayerKernels
import Networks
import Synchronization
import Workers

/// Many steps of synchronized SGD in one parallel region. Each step has two phases: shards of the
/// mini-batch go through the forward and backward pass, then parts of the parameters have their
/// gradient reduced and are updated.
final class StepExecutor {
  /// The results of a step besides the weights.
  struct Totals {
    var loss = 0.0
    var correctCount = 0
    /// ‖∇E‖² of the step, 0 where it is not computed.
    var squaredGradientNorm = 0.0
  }

  let architecture: Architecture
  let state: OptimizerState
  let samples: SampleSet
  let settings: TrainingSettings
  let memory: BatchMemory
  let scratches: [WorkerScratch]
  /// Distorts the images of a worker's shards; none where they stay as they are.
  private let distorters: [Distorter]
  let squares: Block<Double>?
  let normLimits: NormLimits?
  let clipping: GradientClipping?
  /// The sums of the gradient, between their reduction and the update; nil where both are one phase.
  private let sums: ParameterMemory?
  private let phases: [StepPhase]
  /// Connects trainers that share each mini-batch; nil for a trainer that is alone.
  let communicator: (any Communicator)?
  /// What steps with a communicator need.
  var sharedBatch: SharedBatch?
  let shardRows: Int?
  private var autotuner: StepAutotuner
  /// What turns the sums of the step into its gradient. One item sets it, those of later phases read it.
  var gradientFactor: Float = 1
  /// The clock that times the phases; nil takes no times.
  var clock: (@Sendable () -> Duration)?
  /// The choice of the threads' processors.
  var placement = ThreadPlacement.apart
  /// The number of the first failure of the earliest failed step, as of `FailureNumbers`.
  let failure = Atomic(Int.max)

  /// A region for steps of up to `batchSize` samples.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - state: the optimizer's, changed by the steps.
  ///   - samples: the samples that mini-batches are taken from.
  ///   - settings: those of the training.
  ///   - batchSize: the maximum number of samples in a mini-batch.
  ///   - classWeights: what a sample of each class counts; nil where all count alike.
  ///   - workers: the most threads that take part.
  ///   - usesAllWorkers: whether all of them do even where steps are faster with fewer.
  ///   - shardRows: as of a `WorkPartition`.
  ///   - communicator: connects trainers that share each mini-batch; nil for a trainer that is
  ///     alone.
  init(
    _ architecture: Architecture, state: OptimizerState, samples: SampleSet,
    settings: TrainingSettings, batchSize: Int, classWeights: [Float]?, workers: Int,
    usesAllWorkers: Bool, shardRows: Int? = nil, communicator: (any Communicator)?
  ) {
    self.settings = settings
    self.shardRows = shardRows
    self.communicator = communicator
    self.architecture = architecture
    self.state = state
    self.samples = samples
    let participants = WorkPartition(
      architecture, batchSize: batchSize, workers: workers, shardRows: shardRows
    ).participants
    autotuner = StepAutotuner(workers: participants, usesAllWorkers: usesAllWorkers)
    let capacity = communicator.map {
      LeafShares.mostSamples(of: batchSize, members: $0.memberCount)
    }
    let memory = BatchMemory(
      architecture, capacity: capacity ?? batchSize, byteScale: samples.skippingScale,
      isForTraining: true, precision: settings.precision)
    self.memory = memory
    // A shard of the last, shorter mini-batch may have more rows than a shard of a full one.
    let shardCapacity = min(batchSize, Shards.rowLimit)
    scratches = (0..<workers).map { _ in
      WorkerScratch(memory, shardCapacity: shardCapacity)
    }
    if let size = samples.imageSize, !settings.augmentation.isNone {
      distorters = (0..<workers).map { _ in
        Distorter(settings.augmentation, size: size, seed: settings.seed)
      }
    } else {
      distorters = []
    }
    memory.labelSmoothing = settings.regularization.smoothing(architecture)
    memory.classWeights = classWeights
    normLimits = NormLimits(settings, architecture)
    clipping = GradientClipping(settings)
    sums = clipping == nil || communicator != nil ? nil : ParameterMemory(architecture)
    phases = StepPhase.all(settings)
    squares =
      settings.gradientNormThreshold != nil || clipping != nil
      ? Block(count: ParameterMemory.paddedCount(architecture) / laneCount) : nil
  }

  /// Call this before the first step of an epoch, or of what is left of it.
  ///
  /// - Parameters:
  ///   - epoch: counted from 0.
  ///   - parameters: as the steps begin with them.
  func beginEpoch(_ epoch: Int, _ parameters: Parameters) {
    parameters.memory.round(into: memory)
    memory.dropout = settings.regularization.dropout(
      architecture, seed: settings.seed, epoch: epoch)
    for distorter in distorters { distorter.epoch = epoch }
  }

  /// The distorter of a worker; nil where images stay as they are.
  func distorter(ofWorker worker: Int) -> Distorter? {
    distorters.isEmpty ? nil : distorters[worker]
  }

  /// Takes one step per element of `steps`.
  ///
  /// - Parameters:
  ///   - parameters: changed by the steps.
  ///   - average: the average of the weights, which the steps move; nil where none is kept.
  ///   - order: the indices of the samples, `batchSize` per step.
  ///   - batchSize: the number of samples in each mini-batch.
  ///   - steps: the hyperparameters of each step.
  /// - Returns: the totals of each step, the threads that took part, and the number of steps by
  ///   number of participants.
  /// - Throws: the first step whose loss, gradient or weights are not finite; the parameters must
  ///   then be discarded.
  func run(
    _ parameters: inout Parameters, average: ParameterMemory?, order: ArraySlice<Int32>,
    batchSize: Int, steps: [PlannedStep]
  ) throws(StepFailure) -> (
    totals: [Totals], participations: [Participation], stepsByWorkers: [Int: Int]
  ) {
    var totals: [Totals] = []
    var participations: [Participation] = []
    var stepsByWorkers: [Int: Int] = [:]
    let memory = parameters.mutableMemory
    if let communicator {
      return try runShared(
        memory, communicator, average: average, order: order, batchSize: batchSize, steps: steps)
    }
    while totals.count < steps.count {
      let done = totals.count
      let left = steps.count - done
      let count = autotuner.isTrial ? StepAutotuner.trialSteps(of: left) : left
      do {
        let result = try runInOneMode(
          memory, average: average, order: order.dropFirst(done * batchSize),
          batchSize: batchSize, steps: steps[done..<done + count])
        totals += result.totals
        participations += result.participations
        stepsByWorkers[result.participations.count, default: 0] += count
      } catch {
        throw StepFailure(step: done + error.step, quantity: error.quantity, layer: error.layer)
      }
    }
    return (totals, participations, stepsByWorkers)
  }

  /// Takes steps like `run`, in the mode of the current trial or in the fastest mode so far.
  private func runInOneMode(
    _ parameters: ParameterMemory, average: ParameterMemory?, order: ArraySlice<Int32>,
    batchSize: Int, steps: ArraySlice<PlannedStep>
  ) throws(StepFailure) -> (totals: [Totals], participations: [Participation]) {
    let mode = autotuner.next
    let plan = WorkPartition(
      architecture, batchSize: batchSize, workers: mode.workers, shardRows: shardRows)
    let (shards, parts) = (plan.shards, plan.parts)
    let totals = StepTotals(count: steps.count)
    let numbers = FailureNumbers(layers: architecture.layers.count)
    failure.store(.max, ordering: .relaxed)

    memory.stores = plan.participants > 1 ? mode.stores : .cached
    let begin = ContinuousClock.now
    let participations = performInLockstep(
      workers: plan.participants, steps: steps.count,
      phases: phases.map { itemCount(of: $0, plan) }, placement: placement, clock: clock
    ) { work in
      let failed = failure.load(ordering: .relaxed)
      guard numbers.step(of: failed) >= work.step else { return }
      let scratch = scratches[work.participant]
      let phase = phases[work.phase]
      switch phase {
      case .forwardBackward:
        let rows = shards.rows(ofShard: work.item)
        let first = order.startIndex + work.step * batchSize
        samples.fill(rows: rows, of: memory, distorter: distorter(ofWorker: work.participant)) {
          Int(order[first + $0])
        }
        parameters.forward(memory, rows: rows, scratch: scratch)
        if parameters.computeLoss(memory, rows: rows) {
          parameters.backward(memory, rows: rows, scratch: scratch)
        } else {
          failure.min(numbers.loss(step: work.step), ordering: .relaxed)
        }
      case .update, .gradientSums:
        if failed == numbers.loss(step: work.step) { return }
        if work.item == 0 {
          totals.record(work.step, memory, batchSize)
          return
        }
        let part = parts[work.item - 1]
        if let sums {
          sums.setGradientSums(part, memory, rows: 0..<batchSize, scratch: scratch)
          return
        }
        let found = parameters.update(
          part, memory, samples: batchSize, step: steps[steps.startIndex + work.step].update,
          state: state, squares: squares, scratch: scratch)
        note(found, step: work.step, layer: part.layer)
      case .gradientNorm:
        if let squares {
          totals.values[work.step].squaredGradientNorm = sumByLeaves(squares, count: squares.count)
        }
      default:
        perform(
          phase, item: work.item, of: parts, step: steps[steps.startIndex + work.step],
          number: work.step, sums: sums, samples: batchSize, parameters, average: average)
      }
    }

    // The last, shorter mini-batch of an epoch is not comparable with the others.
    if batchSize == memory.capacity {
      autotuner.note(ContinuousClock.now - begin, steps: steps.count)
    }

    let failed = failure.load(ordering: .relaxed)
    guard failed == .max else { throw stepFailure(failed, batchSize: batchSize) }
    return (totals.values, participations)
  }

  private func stepFailure(_ failed: Int, batchSize: Int) -> StepFailure {
    let layers = architecture.layers.count
    let numbers = FailureNumbers(layers: layers)
    let step = numbers.step(of: failed)
    if let (failure, layer) = numbers.updateFailure(failed) {
      let quantity: TrainingFailure.Quantity = failure == .gradient ? .gradient : .weight
      return StepFailure(step: step, quantity: quantity, layer: layer)
    }
    // The memory still holds the failed step, since later steps were skipped.
    let first = memory.firstLayerWithNonFiniteValue(rows: batchSize)
    return StepFailure(step: step, quantity: .loss, layer: first ?? layers - 1)
  }
}

/// Numbers for all failures, in the order of precedence: by step, then by layer, the gradient
/// before the weights. The loss has the last number of its step; after it the parameters are not
/// updated.
struct FailureNumbers {
  private static let perLayer = UpdateFailure.allCases.count
  let layers: Int
  private var perStep: Int { Self.perLayer * layers + 1 }

  func number(of failure: UpdateFailure, step: Int, layer: Int) -> Int {
    step * perStep + layer * Self.perLayer + failure.rawValue
  }

  func loss(step: Int) -> Int { (step + 1) * perStep - 1 }

  func step(of number: Int) -> Int { number / perStep }

  /// The failure of an update that a number stands for; nil for the loss.
  func updateFailure(_ number: Int) -> (failure: UpdateFailure, layer: Int)? {
    let (layer, failure) = (number % perStep).quotientAndRemainder(dividingBy: Self.perLayer)
    guard layer < layers else { return nil }
    return UpdateFailure(rawValue: failure).map { ($0, layer) }
  }
}

/// A step whose loss, gradient or weights are not finite.
struct StepFailure: Error {
  let step: Int
  let quantity: TrainingFailure.Quantity
  let layer: Int
}

/// The totals of a region's steps; each is written by one item.
private final class StepTotals {
  var values: [StepExecutor.Totals]

  init(count: Int) {
    values = Array(repeating: StepExecutor.Totals(), count: count)
  }

  func record(_ step: Int, _ memory: BatchMemory, _ batchSize: Int) {
    values[step].loss = sumByLeaves(memory.losses, count: batchSize)
    values[step].correctCount = (0..<batchSize).count {
      memory.predictions[$0] == memory.classes[$0]
    }
  }
}

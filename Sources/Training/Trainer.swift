import Communication
import LayerKernels
import Networks
import Workers

/// Trains a network with synchronized mini-batch SGD. Each call of `next()` does some of the work
/// and returns it as an event, or nil when training is over.
///
///     let trainer = Trainer(architecture, training: samples, workers: 2)
///     while let event = try trainer.next() {
///       if case .epoch(let report) = event { print(report) }
///     }
///
/// The caller may stop between any two events, write a checkpoint and resume later, to the same
/// bits.
public final class Trainer {
  /// The work that a call of `next()` did.
  public enum Event: Sendable {
    /// Some more steps of the epoch.
    case progress(Progress)
    /// The evaluation at the end of an epoch.
    case epoch(EpochReport)
  }

  /// The progress of an epoch.
  public struct Progress: Equatable, Sendable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The number of samples of the epoch that were trained on so far.
    public let samplesSeen: Int
    /// The number of samples of an epoch.
    public let samplesPerEpoch: Int
    /// The mean loss of the epoch so far.
    public let loss: Double
    /// The training accuracy of the epoch so far; nil where targets are no classes.
    public let accuracy: Double?
    /// The threads that took part in the last steps, by the system's number.
    public let threads: [UInt64]
    /// The count of the last steps, by number of threads that took part.
    public let stepsByWorkers: [Int: Int]
    /// The time that all threads together spent in each phase of the last steps, see `WorkPartition`;
    /// empty for a trainer without a clock.
    public let phaseTimes: [Duration]
  }

  /// The shape of the network.
  public let architecture: Architecture
  /// The settings, which determine the result.
  public let settings: TrainingSettings
  /// The maximum number of threads.
  public let workers: Int
  /// The network as it is now: a value that later steps leave as it is. Where weights are averaged it is their
  /// average, and after early stopping that of the best epoch.
  public package(set) var parameters: Parameters {
    get {
      if let stopReason, stopReason != .failure, let best { return best }
      return average ?? trained
    }
    set { trained = newValue }
  }

  /// The weights that the steps change.
  var trained: Parameters
  /// The average of the weights; nil where none is kept.
  var average: Parameters?

  /// Connects trainers that share each mini-batch; nil for a trainer that is alone.
  let communicator: (any Communicator)?
  let samples: SampleSet
  let validation: SampleSet?
  let test: SampleSet?
  let split: ValidationSplit
  let optimizerState: OptimizerState
  /// The weights of the best epoch so far, where early stopping may take them back.
  var best: Parameters?
  /// The network at the end of the last epoch, restored when numbers overflow.
  private var lastGood: Parameters
  var state: TrainerState
  private var order: [Int32] = []
  private let executor: StepExecutor

  /// A trainer at the start of a training.
  ///
  /// - Parameters:
  ///   - architecture: the network; its parameters are drawn from the settings' seed.
  ///   - training: the samples to train on and, with a `validationCount`, to validate on.
  ///   - validation: a validation set of its own, evaluated after each epoch; nil for none, or for
  ///     the one that the settings take from the training set.
  ///   - test: the test set, evaluated after each epoch if nothing is validated on.
  ///   - settings: the settings, which determine the result.
  ///   - workers: the maximum number of threads; it never changes a result.
  /// - Precondition: the sets fit the architecture and the settings are valid.
  public convenience init(
    _ architecture: Architecture, training: SampleSet, validation: SampleSet? = nil,
    test: SampleSet? = nil, settings: TrainingSettings = TrainingSettings(), workers: Int
  ) {
    self.init(
      parameters: Parameters(architecture, seed: settings.seed), training: training,
      validation: validation, test: test, settings: settings, workers: workers)
  }

  /// A trainer at the start of a training that begins with given parameters.
  ///
  /// - Parameters:
  ///   - parameters: the weights and biases to begin with.
  ///   - training: as of a trainer that begins with an architecture.
  ///   - validation: the same.
  ///   - test: the same.
  ///   - settings: the same; their seed draws the order of samples, not the weights.
  ///   - workers: the same.
  /// - Precondition: the sets fit the architecture and the settings are valid.
  public convenience init(
    from parameters: Parameters, training: SampleSet, validation: SampleSet? = nil,
    test: SampleSet? = nil, settings: TrainingSettings = TrainingSettings(), workers: Int
  ) {
    self.init(
      parameters: parameters, training: training, validation: validation, test: test,
      settings: settings, workers: workers)
  }

  /// A trainer in a state of its training. With `usesAllWorkers`, all workers take part even where
  /// steps are faster with fewer, as a measurement of scaling needs. `shardRows` is as of a
  /// `WorkPartition`. With a `communicator`, the trainer shares each mini-batch with others, which have
  /// the same data and settings.
  package init(
    parameters: Parameters, training: SampleSet, validation: SampleSet? = nil, test: SampleSet?,
    settings: TrainingSettings, workers: Int, usesAllWorkers: Bool = false,
    shardRows: Int? = nil, communicator: (any Communicator)? = nil,
    state: TrainerState = TrainerState()
  ) {
    for samples in [training, validation, test].compactMap(\.self) {
      samples.requireFit(to: parameters.architecture)
    }
    precondition(workers > 0, "a training on \(workers) workers")
    precondition(
      validation == nil || settings.validationCount == 0,
      "a validation set besides \(settings.validationCount) samples of the training set")
    precondition(
      state.validationSetCount == nil || state.validationSetCount == validation?.count,
      "the training was begun with \(state.validationSetCount ?? 0) samples to validate on, "
        + "not \(validation?.count ?? 0)")
    let fault = settings.validationError(
      sampleCount: training.count, hasValidationSet: validation != nil)
    let misfit =
      settings.validationError(for: parameters.architecture, hasClasses: training.hasClasses)
      ?? settings.augmentation.validationError(for: training)
    if let fault = fault ?? misfit { preconditionFailure(fault) }
    architecture = parameters.architecture
    trained = parameters
    average = settings.averageDecay == nil ? nil : parameters
    self.samples = training
    self.validation = validation
    self.test = test
    self.settings = settings
    self.workers = workers
    self.communicator = communicator
    self.state = state
    self.state.validationSetCount = validation?.count
    split = ValidationSplit(
      count: training.count, validationCount: settings.validationCount, seed: settings.seed)
    optimizerState = OptimizerState(architecture, slotNames: settings.optimizer.slotNames)
    best = settings.patience == nil ? nil : parameters
    lastGood = parameters
    executor = StepExecutor(
      architecture, state: optimizerState, samples: training, settings: settings,
      batchSize: min(settings.batchSize, split.training.count),
      classWeights: settings.classWeights?.weights(training, selection: split.training),
      workers: workers, usesAllWorkers: usesAllWorkers, shardRows: shardRows,
      communicator: communicator)
    // The copies that the first step would make are made here: they are no step's work.
    _ = (trained.mutableMemory, average?.mutableMemory)
  }

  /// A clock for `Progress.phaseTimes`, which returns the time since any fixed moment; nil takes no
  /// times.
  package var clock: (@Sendable () -> Duration)? {
    get { executor.clock }
    set { executor.clock = newValue }
  }

  /// The choice of the processors that the threads of steps run on. It never changes a result.
  public var placement: ThreadPlacement {
    get { executor.placement }
    set { executor.placement = newValue }
  }

  /// The rate of each step since the start of training, by its number from 0; nil takes the schedule's.
  package var learningRateOfStep: ((Int) -> Double)?

  /// Why training is over; nil while it is not.
  public var stopReason: StopReason? { state.stopReason }

  /// The reports of all epochs that are done.
  public var reports: [EpochReport] { state.reports }

  /// The number of samples of the current epoch that were trained on so far.
  public var samplesSeenInEpoch: Int { state.samplesSeen }

  /// The number of steps of an epoch.
  public var stepsPerEpoch: Int { (split.training.count + batchSize - 1) / batchSize }

  /// The number of samples of every step but an epoch's last: the mini-batch size, or that of a
  /// smaller training set.
  private var batchSize: Int { min(settings.batchSize, split.training.count) }

  /// Does the next piece of work: some steps of training, or the evaluation that ends an epoch.
  ///
  /// - Parameter stepLimit: the maximum number of steps. It never changes a result.
  /// - Returns: the event; nil when training is over.
  /// - Throws: the step whose loss, gradient or weights are not finite. `parameters` are then those
  ///   of the last epoch's end, or those that this trainer began with, and training is over.
  /// - Precondition: the limit is positive.
  public func next(stepLimit: Int = .max) throws(TrainingFailure) -> Event? {
    precondition(stepLimit > 0, "a limit of \(stepLimit) steps")
    if stopReason != nil { return nil }
    if state.step < stepsPerEpoch { return .progress(try trainSteps(limit: stepLimit)) }
    return .epoch(finishEpoch())
  }

  /// Trains until training is over.
  ///
  /// - Returns: the reports of all epochs.
  /// - Throws: as `next()`.
  @discardableResult
  public func run() throws(TrainingFailure) -> [EpochReport] {
    while try next() != nil {}
    return reports
  }

  // MARK: - Steps

  private func trainSteps(limit: Int) throws(TrainingFailure) -> Progress {
    if order.isEmpty {
      executor.beginEpoch(state.epoch, trained)
      order = epochOrder(of: split.training, seed: settings.seed, epoch: state.epoch)
    }
    let first = state.step * self.batchSize
    let batchSize = min(self.batchSize, order.count - first)
    let fullSteps = order.count / self.batchSize - state.step
    let count = batchSize < self.batchSize ? 1 : min(fullSteps, stepsPerRegion, limit)

    let steps = (state.step..<state.step + count).map { plannedStep($0) }
    let result:
      (
        totals: [StepExecutor.Totals], participations: [Participation], stepsByWorkers: [Int: Int]
      )
    do {
      result = try executor.run(
        &trained, average: average?.mutableMemory,
        order: order[first..<first + count * batchSize], batchSize: batchSize, steps: steps)
    } catch {
      throw fail(error)
    }
    for totals in result.totals { state.add(totals, samples: batchSize) }
    return Progress(
      epoch: state.epoch + 1, samplesSeen: state.samplesSeen, samplesPerEpoch: order.count,
      loss: state.lossSum / Double(state.samplesSeen),
      accuracy: samples.hasClasses ? Double(state.correctCount) / Double(state.samplesSeen) : nil,
      threads: Set(result.participations.map(\.thread)).sorted(),
      stepsByWorkers: result.stepsByWorkers,
      phaseTimes: result.participations.map(\.phaseTimes).reduce([]) { sums, times in
        sums.isEmpty ? times : zip(sums, times).map(+)
      })
  }

  /// The number of steps in a region: some hundredths of a second of work, which is long compared
  /// with the start of the threads and short for a user who waits.
  private var stepsPerRegion: Int {
    max(1, 3_000_000_000 / (batchSize * architecture.multiplyAddsPerSample))
  }

  private func learningRate(ofStep step: Int) -> Double {
    let step = state.epoch * stepsPerEpoch + step
    if let learningRateOfStep { return learningRateOfStep(step) }
    return settings.schedule.rate(
      base: settings.learningRate, step: step, stepsPerEpoch: stepsPerEpoch,
      epochs: settings.epochs, reductions: state.reductions)
  }

  private func plannedStep(_ step: Int) -> PlannedStep {
    let number = state.epoch * stepsPerEpoch + step + 1
    return PlannedStep(
      update: settings.optimizer.step(
        learningRate: learningRate(ofStep: step), number: number),
      averageShare: settings.averageShare(step: number))
  }

  private func fail(_ failure: StepFailure) -> TrainingFailure {
    let step = state.step + failure.step
    trained = lastGood
    average?.copyValues(from: lastGood)
    state.stopReason = .failure
    return TrainingFailure(
      quantity: failure.quantity, epoch: state.epoch + 1, step: step + 1,
      layer: failure.layer + 1, learningRate: learningRate(ofStep: step))
  }

  // MARK: - Epochs

  private func evaluateValidation() -> Evaluation? {
    let parameters = average ?? trained
    if let validation { return evaluate(parameters, on: validation) }
    guard !split.validation.isEmpty else { return nil }
    return evaluate(parameters, on: samples, selection: split.validation)
  }

  private func finishEpoch() -> EpochReport {
    let validation = evaluateValidation()
    let test = validation == nil ? self.test.map { evaluate(average ?? trained, on: $0) } : nil
    let report = EpochReport(
      epoch: state.epoch + 1, steps: (state.epoch + 1) * stepsPerEpoch,
      learningRate: learningRate(ofStep: stepsPerEpoch - 1),
      training: Evaluation(
        count: state.samplesSeen, loss: state.lossSum / Double(state.samplesSeen),
        correctCount: samples.hasClasses ? state.correctCount : nil),
      validation: validation, test: test,
      gradientNorm: settings.gradientNormThreshold.map { _ in
        (state.squaredGradientNormSum / Double(stepsPerEpoch)).squareRoot()
      })
    let isBest = state.finishEpoch(report, settings: settings)
    compareWeights()
    if isBest { best?.copyValues(from: average ?? trained) }
    lastGood.copyValues(from: average ?? trained)
    order = []
    return report
  }
}

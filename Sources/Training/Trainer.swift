import Kernels
import Networks
import Workers

/// Trains a network with synchronized mini-batch SGD: `next()` goes on until there is nothing more
/// to do.
///
///     let trainer = Trainer(architecture, training: samples, workers: 2)
///     while let event = try trainer.next() {
///       if case .epoch(let report) = event { print(report) }
///     }
///
/// The caller may stop between any two events, write a checkpoint and go on later, to the same bits.
public final class Trainer {
  /// What `next()` has done.
  public enum Event: Sendable {
    /// Some more steps of the epoch.
    case progress(Progress)
    /// The evaluation at the end of an epoch.
    case epoch(EpochReport)
  }

  /// How far an epoch has come.
  public struct Progress: Equatable, Sendable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The samples of the epoch that have been trained on.
    public let samplesSeen: Int
    /// The samples of an epoch.
    public let samplesPerEpoch: Int
    /// The mean loss of the epoch so far.
    public let loss: Double
    /// The share of right answers of the epoch so far; nil where targets are no classes.
    public let accuracy: Double?
    /// The threads that took part in the last steps, by the system's number.
    public let threads: [UInt64]
    /// The last steps, by how many threads took part in them.
    public let stepsByWorkers: [Int: Int]
    /// The time that all threads together spent in each phase of the last steps, see `StepPlan`;
    /// empty for a trainer without a clock.
    public let phaseTimes: [Duration]
  }

  /// The shape of the network.
  public let architecture: Architecture
  /// What is computed.
  public let settings: TrainingSettings
  /// The most threads that take part.
  public let workers: Int
  /// The network as it is now.
  public let parameters: Parameters

  let samples: SampleSet
  let test: SampleSet?
  let split: ValidationSplit
  let optimizerState: OptimizerState
  /// The weights of the best epoch so far, where early stopping may take them back.
  let best: Parameters?
  /// The weights at the last epoch's end, to fall back on when numbers overflow.
  private let lastGood: Parameters
  var state: TrainerState
  private var order: [Int32] = []
  private let region: StepRegion

  /// A trainer at the start of a training.
  ///
  /// - Parameters:
  ///   - architecture: what is trained; its parameters are drawn from the settings' seed.
  ///   - training: the samples to train on and, with a `validationCount`, to validate on.
  ///   - test: evaluated after each epoch where nothing is set aside to validate on.
  ///   - settings: what is computed.
  ///   - workers: the most threads that take part; it never changes a result.
  ///   - usesAllWorkers: whether all take part even where steps are faster with fewer, as a measurement
  ///     of them wants.
  /// - Precondition: the sets fit the architecture and the settings are sound.
  public convenience init(
    _ architecture: Architecture, training: SampleSet, test: SampleSet? = nil,
    settings: TrainingSettings = TrainingSettings(), workers: Int, usesAllWorkers: Bool = false
  ) {
    self.init(
      parameters: Parameters(architecture, seed: settings.seed), training: training, test: test,
      settings: settings, workers: workers, usesAllWorkers: usesAllWorkers, state: TrainerState())
  }

  init(
    parameters: Parameters, training: SampleSet, test: SampleSet?, settings: TrainingSettings,
    workers: Int, usesAllWorkers: Bool = false, state: TrainerState
  ) {
    precondition(training.fits(parameters.architecture), "samples that do not fit the network")
    precondition(test?.fits(parameters.architecture) ?? true, "a test set that does not fit")
    precondition(workers > 0, "training needs at least one worker")
    if let fault = settings.fault(sampleCount: training.count) { preconditionFailure(fault) }
    architecture = parameters.architecture
    self.parameters = parameters
    self.samples = training
    self.test = test
    self.settings = settings
    self.workers = workers
    self.state = state
    split = ValidationSplit(
      count: training.count, validationCount: settings.validationCount, seed: settings.seed)
    optimizerState = OptimizerState(architecture, slotNames: settings.optimizer.slotNames)
    best = settings.patience == nil ? nil : parameters.copy()
    lastGood = parameters.copy()
    region = StepRegion(
      parameters: parameters, state: optimizerState, samples: training,
      batchSize: min(settings.batchSize, split.training.count), precision: settings.precision,
      computesGradientNorm: settings.gradientNormThreshold != nil, workers: workers,
      usesAllWorkers: usesAllWorkers)
  }

  /// Tells the time since any moment, for `Progress.phaseTimes`; nil, as at first, costs nothing.
  public var clock: (@Sendable () -> Duration)? {
    get { region.clock }
    set { region.clock = newValue }
  }

  /// Why training is over; nil while it is not.
  public var stopReason: StopReason? { state.stopReason }

  /// The reports of all epochs that are done.
  public var reports: [EpochReport] { state.reports }

  /// The samples of the current epoch that have been trained on.
  public var samplesSeenInEpoch: Int { state.samplesSeen }

  /// The steps of an epoch.
  public var stepsPerEpoch: Int { (split.training.count + batchSize - 1) / batchSize }

  /// The samples of every step but an epoch's last: a mini-batch, or the whole of a smaller set.
  private var batchSize: Int { min(settings.batchSize, split.training.count) }

  /// Does the next piece of work: some steps of training, or the evaluation that ends an epoch.
  ///
  /// - Returns: what was done; nil when training is over.
  /// - Throws: the step whose loss, gradient or weights are not finite. `parameters` are then those
  ///   of the last epoch's end, or those that this trainer began with, and training is over.
  public func next() throws(TrainingFailure) -> Event? {
    if stopReason != nil { return nil }
    if state.step < stepsPerEpoch { return .progress(try trainSomeSteps()) }
    return .epoch(finishEpoch())
  }

  // MARK: - Steps

  private func trainSomeSteps() throws(TrainingFailure) -> Progress {
    if order.isEmpty {
      region.parametersHaveChanged()
      order = epochOrder(of: split.training, seed: settings.seed, epoch: state.epoch)
    }
    let first = state.step * self.batchSize
    let batchSize = min(self.batchSize, order.count - first)
    let fullSteps = order.count / self.batchSize - state.step
    let count = batchSize < self.batchSize ? 1 : min(fullSteps, stepsPerRegion)

    let steps = (state.step..<state.step + count).map { updateStep($0) }
    let result:
      (
        totals: [StepRegion.Totals], participations: [Participation], stepsByWorkers: [Int: Int]
      )
    do {
      result = try region.run(
        order: order[first..<first + count * batchSize], batchSize: batchSize, steps: steps)
    } catch {
      throw giveUp(error)
    }
    for totals in result.totals { state.add(totals, samples: batchSize) }
    return Progress(
      epoch: state.epoch + 1, samplesSeen: state.samplesSeen, samplesPerEpoch: order.count,
      loss: state.lossSum / Double(state.samplesSeen),
      accuracy: samples.hasClasses ? Double(state.hits) / Double(state.samplesSeen) : nil,
      threads: Set(result.participations.map(\.thread)).sorted(),
      stepsByWorkers: result.stepsByWorkers,
      phaseTimes: result.participations.map(\.phaseTimes).reduce([]) { sums, times in
        sums.isEmpty ? times : zip(sums, times).map(+)
      })
  }

  /// As many steps as make a region long beside the start of its threads and short beside a
  /// person's patience: some hundredths of a second.
  private var stepsPerRegion: Int {
    max(1, 3_000_000_000 / (batchSize * architecture.multiplyAddsPerSample))
  }

  private func learningRate(ofStep step: Int) -> Double {
    settings.schedule.rate(
      base: settings.learningRate, step: state.epoch * stepsPerEpoch + step,
      stepsPerEpoch: stepsPerEpoch, epochs: settings.epochs, reductions: state.reductions)
  }

  private func updateStep(_ step: Int) -> UpdateStep {
    settings.optimizer.step(
      learningRate: learningRate(ofStep: step), number: state.epoch * stepsPerEpoch + step + 1)
  }

  private func giveUp(_ failure: StepFailure) -> TrainingFailure {
    let step = state.step + failure.step
    parameters.copy(from: lastGood)
    state.stopReason = .failure
    return TrainingFailure(
      quantity: failure.quantity, epoch: state.epoch + 1, step: step + 1,
      layer: failure.layer + 1, learningRate: learningRate(ofStep: step))
  }

  // MARK: - Epochs

  private func finishEpoch() -> EpochReport {
    let validation =
      split.validation.isEmpty
      ? nil
      : parameters.answers(to: samples, selection: split.validation, workers: workers).evaluation
    let test =
      validation == nil
      ? self.test.map { parameters.answers(to: $0, workers: workers).evaluation } : nil
    let report = EpochReport(
      epoch: state.epoch + 1, steps: (state.epoch + 1) * stepsPerEpoch,
      learningRate: learningRate(ofStep: stepsPerEpoch - 1),
      training: Evaluation(
        count: state.samplesSeen, loss: state.lossSum / Double(state.samplesSeen),
        hits: samples.hasClasses ? state.hits : nil),
      validation: validation, test: test,
      gradientNorm: settings.gradientNormThreshold.map { _ in
        (state.squaredGradientNormSum / Double(stepsPerEpoch)).squareRoot()
      })
    let isBest = state.finishEpoch(report, settings: settings)
    if isBest { best?.copy(from: parameters) }
    if state.stopReason != nil, let best { parameters.copy(from: best) }
    lastGood.copy(from: parameters)
    order = []
    return report
  }
}

import Digits
import Files
import Lockstep
import Networks
import Training

/// All that determines a training before it begins, or goes on.
struct TrainingPlan {
  let digits: DigitDataset
  /// Where the data was read from.
  let source: String
  let workers: Int
  let architecture: Architecture
  /// The weights to begin with; nil draws them by the settings' seed.
  let start: TrainingStart?
  let settings: TrainingSettings
  /// Where the training goes on; nil for one that begins.
  let checkpoint: Checkpoint?

  /// What the ranks of a group must have in common, each with its name.
  var facts: [(name: String, value: String)] {
    [
      ("a version", lockstepVersion),
      ("data", jsonText(digits.contentDigests(workers: workers), isPretty: false)),
      ("a network", jsonText(architecture.metadata, isPretty: false)),
      ("settings", jsonText(settings, isPretty: false)),
      ("weights to begin with", start?.parameters.fingerprint ?? ""),
    ]
  }
}

extension TrainCommand {
  /// The run, begun or gone on with.
  func begin() throws -> TrainingRun {
    guard let resume else { return try begin(newPlan()) }
    let checkpoint = try RunCheckpoint(ofRun: resume)
    return try begin(resumedPlan(checkpoint.checkpoint, checkpoint.record), from: checkpoint)
  }

  /// Begins a run, or goes on with one from its checkpoint.
  func begin(
    _ plan: TrainingPlan, from checkpoint: RunCheckpoint? = nil, in group: RankGroup? = nil
  ) throws -> TrainingRun {
    let run: TrainingRun
    if let checkpoint {
      run = try TrainingRun(
        resuming: checkpoint, with: plan.digits, epochs: training.optimizer.epochs,
        workers: plan.workers,
        communicator: group?.communicator)
    } else {
      run = try TrainingRun(
        plan.digits, from: plan.source, plan.architecture, start: plan.start,
        settings: plan.settings, in: output, workers: plan.workers,
        communicator: group?.communicator)
    }
    run.trainer.placement = threads.placement
    if let note = plan.settings.precision.noteOfSpeed { complain(note) }
    run.checkpointInterval = checkpointEvery
    run.keptCheckpointCount = keep
    if tensorboard { try run.writeTensorBoardEvents() }
    run.keptFeaturesInterval = featuresEvery
    return run
  }

  /// What a new run is to do.
  func newPlan(in group: RankGroup? = nil) throws -> TrainingPlan {
    let workers = machine.count(ranksHere: group?.ranksHere ?? 1)
    let basis = try training.read(data, workers: workers)
    let plan = try training.plan(for: basis)
    if plan.start?.hasNewOutputs == true {
      complain("note: the classes are not those of the model, so its output layer begins anew")
    }
    if basis.base?.start != nil, plan.start == nil {
      complain("note: that run began with a model, this one does not; name it with --from")
    }
    return TrainingPlan(
      digits: basis.digits, source: basis.source, workers: workers,
      architecture: plan.architecture, start: plan.start, settings: plan.settings, checkpoint: nil)
  }

  /// What a run that goes on is to do.
  func resumedPlan(
    _ checkpoint: Checkpoint, _ record: RunRecord, in group: RankGroup? = nil
  ) throws -> TrainingPlan {
    let workers = machine.count(ranksHere: group?.ranksHere ?? 1)
    let source = try data.data ?? record.data.folder ?? data.defaultSource()
    var digits = try data.load(from: source, size: record.data.imageSize, workers: workers)
    if let preparation = record.data.preparation, preparation.size == digits.train.imageSize {
      digits = digits.prepared(by: preparation, workers: workers)
    }
    try checkpoint.settings.precision.requireAvailable()
    let done = checkpoint.reports.count
    if let epochs = training.optimizer.epochs, epochs < max(1, done) {
      throw UsageProblem("--epochs \(epochs) is fewer than the \(done) that are done")
    }
    var settings = checkpoint.settings
    if let epochs = training.optimizer.epochs, epochs != settings.epochs,
      settings.schedule.dependsOnEpochs
    {
      complain(
        "note: the learning rate follows the plan for \(epochs) epochs from here on; so far it "
          + "followed the one for \(settings.epochs). To get the bits of a run of \(epochs) epochs, begin "
          + "it with --epochs \(epochs) --stop-after \(settings.epochs)")
    }
    settings.epochs = training.optimizer.epochs ?? settings.epochs
    return TrainingPlan(
      digits: digits, source: source, workers: workers, architecture: checkpoint.architecture,
      start: nil, settings: settings, checkpoint: checkpoint)
  }
}

import Digits
import Files
import Foundation
import Networks
import Training
import Workers

/// A training with its run folder: trains epoch by epoch and keeps log, record, checkpoint, model and
/// feature pictures. It prints nothing: each call of `next()` returns what happened.
///
///     let run = try TrainingRun(digits, from: "datasets/mnist-5k", network)
///     while let event = try run.next() { print(event) }
///     print(run.finish().test.accuracy ?? 0)
///
/// The folder is locked as long as the run exists, so that no other process trains in it.
public final class TrainingRun {
  /// The trainer, which the run drives.
  public let trainer: Trainer
  /// The data that is trained on.
  public let digits: DigitDataset
  /// The folder with the files of the run.
  public let folder: RunFolder
  /// The dead units of the network that the run has left; nil while it goes on.
  public private(set) var silence: Silence?
  /// The record so far.
  public private(set) var record: RunRecord

  /// How often a checkpoint is written.
  ///
  /// - Precondition: a number of steps is positive.
  public var checkpointInterval: CheckpointInterval {
    get { checkpoints.interval }
    set {
      if case .steps(let count) = newValue {
        precondition(count > 0, "a checkpoint every \(count) steps")
      }
      checkpoints.interval = newValue
    }
  }

  /// How many of the last checkpoints are kept. With more than one, the earlier ones and that of the
  /// lowest validation loss stand in `folder.keptCheckpoints`.
  public var keptCheckpointCount: Int {
    get { checkpoints.keptCount }
    set { checkpoints.keptCount = newValue }
  }

  /// After how many epochs each the first layer's weights are kept in `folder.keptFeatures`, with those
  /// of the start and of the end; nil keeps none.
  public var keptFeaturesInterval: Int?

  private let lock: FolderLock
  private var events: TensorBoardEvents?
  private let clock = ContinuousClock()
  private let begun = ContinuousClock().now
  private var checkpoints: CheckpointWriter
  private var speed: SpeedMeter
  private var pendingEvents: [Event] = []
  private var hasWarned = false

  /// A run in a folder that is held for it.
  init(
    trainer: Trainer, digits: DigitDataset, folder: RunFolder, lock: FolderLock, record: RunRecord
  ) {
    self.trainer = trainer
    self.digits = digits
    self.folder = folder
    self.lock = lock
    self.record = record
    speed = SpeedMeter(samplesSeen: trainer.samplesSeenInEpoch)
    checkpoints = CheckpointWriter(step: trainer.stepsDone)
  }

  /// Writes the epochs, also those that are done, to an event file for TensorBoard in the run's folder. A
  /// run that has one goes on with it when it is resumed.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  public func writeTensorBoardEvents() throws(FileProblem) {
    let events = folder.events(of: record)
    try events.resume(at: folder.readLog(), begun: record.begun)
    self.events = events
  }

  // MARK: - Training

  /// Does the next piece of work.
  ///
  /// - Returns: what happened; nil when training is over.
  /// - Throws: a step whose loss, gradient or weights are not finite. The weights of the last
  ///   epoch's end are then written as the model; see `finishAfterFailure()`.
  public func next() throws(TrainingFailure) -> Event? {
    if !pendingEvents.isEmpty { return pendingEvents.removeFirst() }
    if keptFeaturesInterval != nil, trainer.stepsDone == 0 {
      attempt { () throws(FileProblem) in
        try folder.keptFeatures.add(trainer.parameters, epoch: 0)
      }
    }
    let before = clock.now
    guard
      let event = try trainer.next(
        stepLimit: checkpoints.interval.stepsToNext(from: trainer.stepsDone))
    else { return nil }
    switch event {
    case .progress(let progress):
      speed.add(progress.samplesSeen, during: clock.now - before)
      record.add(progress.stepsByWorkers)
      let event = Event.progress(progress, imagesPerSecond: speed.imagesPerSecond)
      if checkpoints.isDue(at: trainer.stepsDone) {
        attempt { () throws(FileProblem) in try writeCheckpoint() }
      }
      return event
    case .epoch(let report):
      let imagesPerSecond = speed.imagesPerSecond
      keep(report)
      return .epoch(report, imagesPerSecond: imagesPerSecond)
    }
  }

  private func keep(_ report: EpochReport) {
    record.add(report, speed)
    let line = LogLine(
      report, seconds: speed.seconds, imagesPerSecond: speed.imagesPerSecond)
    speed = SpeedMeter(samplesSeen: 0)
    attempt { () throws(FileProblem) in
      try folder.log.append(line)
      try events?.append(line, at: Date())
      if trainer.hasImproved, keptCheckpointCount > 1 {
        try folder.keptCheckpoints.addBest(step: trainer.stepsDone) { path throws(FileProblem) in
          try trainer.writeCheckpoint(to: path, notes: record.notes)
        }
      }
      // After the last epoch the model comes first, in `finish()`: a full disk shall not cost it.
      if trainer.stopReason == nil, checkpoints.isDue(at: trainer.stepsDone) {
        try writeCheckpoint()
      }
      if let interval = keptFeaturesInterval,
        report.epoch.isMultiple(of: interval) || trainer.stopReason != nil
      {
        try folder.keptFeatures.add(trainer.parameters, epoch: report.epoch)
      }
    }
  }

  /// Writes files in the midst of the training, which a failure does not end: it is said once, until
  /// the files can be written again.
  private func attempt(_ write: () throws(FileProblem) -> Void) {
    do throws(FileProblem) {
      try write()
      hasWarned = false
    } catch {
      if !hasWarned { pendingEvents.append(.warning(error)) }
      hasWarned = true
    }
  }

  private func writeCheckpoint() throws(FileProblem) {
    var record = record
    record.add(speed)
    try checkpoints.write(trainer, record, to: folder)
    try folder.log.flush()
    try events?.flush()
  }

  // MARK: - Ends

  /// Evaluates the trained network and writes model, record, checkpoint and features.
  ///
  /// - Returns: the results, with the files that could not be written.
  public func finish() -> Result {
    let test = trainer.evaluate(on: digits.testSamples)
    record.finish(trainer: trainer, test: test, seconds: elapsedSeconds, status: .finished)
    let silence = Silence(of: trainer.model(), on: digits.trainingSamples, workers: trainer.workers)
    self.silence = silence
    record.warn(
      TrainingTrouble.inData(digits)
        + TrainingTrouble.inResult(trainer, digits, test: test, silence: silence))
    let model = trainer.model(notes: record.notesOfModel)
    let problems = write([.model(model), .record, .checkpoint, .features(model, silence)])
    return Result(
      test: test, record: record, stopReason: trainer.stopReason, warnings: record.warnings ?? [],
      model: model, problems: problems)
  }

  /// Ends a run whose numbers have overflowed: writes the last good model, its features and the
  /// record. The checkpoint stays that of an earlier epoch.
  ///
  /// - Returns: the files that could not be written.
  public func finishAfterFailure() -> [FileProblem] {
    record.finish(trainer: trainer, test: nil, seconds: elapsedSeconds, status: .failed)
    let model = trainer.model(notes: record.notesOfModel)
    let silence = Silence(of: model, on: digits.trainingSamples, workers: trainer.workers)
    self.silence = silence
    return write([.model(model), .record, .features(model, silence)])
  }

  /// Puts the run aside in the middle of a training: writes a checkpoint of this very step and the
  /// record.
  ///
  /// - Returns: the files that could not be written; the checkpoint is then an earlier one.
  public func suspend() -> [FileProblem] {
    record.add(speed)
    speed = SpeedMeter(samplesSeen: trainer.samplesSeenInEpoch)
    record.finish(trainer: trainer, test: nil, seconds: elapsedSeconds, status: .interrupted)
    return write([.checkpoint, .record])
  }

  /// A file of the run.
  private enum File {
    case model(Model)
    case record
    case checkpoint
    case features(Model, Silence)
  }

  /// Writes one file after the other, also after one that fails.
  ///
  /// - Returns: the failures.
  private func write(_ files: [File]) -> [FileProblem] {
    files.compactMap { file in
      do throws(FileProblem) {
        try write(file)
        return nil
      } catch {
        return error
      }
    }
  }

  private func write(_ file: File) throws(FileProblem) {
    switch file {
    case .model(let model): try model.write(to: folder.model)
    case .record: try folder.write(record)
    case .checkpoint: try writeCheckpoint()
    case .features(let model, let silence):
      try folder.writeFeatures(of: model, silence: silence)
    }
  }

  private var elapsedSeconds: Double {
    let elapsed = (clock.now - begun).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}

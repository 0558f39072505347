import Digits
import Files
import Foundation
import Lockstep
import Networks
import NumberText
import Pictures
import Training
import Workers

/// A training with its run folder: trains epoch by epoch, prints the results and saves them.
final class TrainingRun {
  private let trainer: Trainer
  private let digits: DigitDataset
  private let folder: RunFolder
  private var record: RunRecord
  private let clock = ContinuousClock()
  private let begun = ContinuousClock().now

  init(trainer: Trainer, digits: DigitDataset, folder: RunFolder, record: RunRecord) {
    self.trainer = trainer
    self.digits = digits
    self.folder = folder
    self.record = record
  }

  /// Prints the data, the network, the settings and the folder of the run.
  func announce() {
    let settings = trainer.settings
    let validation =
      settings.validationCount > 0
      ? ", \(grouped(settings.validationCount)) of them to validate" : ""
    print(
      """
      data       \(digits.name): \(grouped(digits.train.count)) images to train\(validation), \
      \(grouped(digits.test.count)) to test, \(digits.train.height) × \(digits.train.width), \
      \(digits.classCount) classes
      network    \(networkInWords(trainer.architecture))
      training   \(settings.epochs) epochs of \(grouped(trainer.stepsPerEpoch)) steps, \
      batch \(settings.batchSize), seed \(settings.seed)
      optimizer  \(optimizerInWords(settings))
      workers    \(trainer.workers), \(record.machine.processors.description)
      folder     \(folder.path)

      """)
  }

  /// Trains to the end, or until the user interrupts it.
  ///
  /// - Throws: `Interrupted` after the checkpoint is written; a failure of the training after the
  ///   last good model is written.
  func train(checkpointSeconds: Double, isQuiet: Bool) throws {
    try folder.write(record)
    let table = EpochTable(trainer: trainer)
    var line = ProgressLine()
    var lastCheckpoint = clock.now
    var meter = SpeedMeter(samplesSeen: trainer.samplesSeenInEpoch)
    if !isQuiet && trainer.stopReason == nil { print(table.title) }

    while true {
      let before = clock.now
      guard let event = try nextEvent(clearing: &line) else { break }
      switch event {
      case .progress(let progress):
        meter.add(progress.samplesSeen, during: clock.now - before)
        record.workersInSteps?.add(progress.stepsByWorkers)
        line.draw(
          title: "epoch \(progress.epoch)/\(trainer.settings.epochs)",
          share: Double(progress.samplesSeen) / Double(progress.samplesPerEpoch),
          facts: facts(progress, meter))
      case .epoch(let report):
        line.clear()
        record.add(report, trainingSeconds: meter.seconds, images: meter.images)
        try folder.append(
          LogLine(report: report, seconds: meter.seconds, imagesPerSecond: meter.imagesPerSecond))
        if !isQuiet { print(table.line(report, imagesPerSecond: meter.imagesPerSecond)) }
        meter = SpeedMeter(samplesSeen: 0)
        // After the last epoch the model comes first, in `conclude`: a full disk shall not cost it.
        if trainer.stopReason == nil, clock.now - lastCheckpoint >= .seconds(checkpointSeconds) {
          try writeCheckpoint()
          lastCheckpoint = clock.now
        }
      }
      flushOutput()
      if SignalHandling.hasCome && trainer.stopReason == nil {
        line.clear()
        try interrupt(meter)
      }
    }
  }

  /// Evaluates the trained network, writes model, features and record, and prints the results.
  func conclude() throws {
    let samples = digits.testSamples
    let test = trainer.parameters.evaluate(on: samples, workers: trainer.workers).evaluation
    record.finish(
      trainer: trainer, test: test, seconds: (clock.now - begun).seconds, status: .finished)
    try writeResults()
    try writeCheckpoint()
    let reason: String? =
      switch trainer.stopReason {
      case .earlyStopping:
        "stopped early: the validation loss has not improved for "
          + "\(trainer.settings.patience ?? 0) epochs, the best weights are kept"
      case .gradientNorm: "stopped: the gradient's norm is below the threshold"
      default: nil
      }
    print(
      """

      \(reason.map { $0 + "\n" } ?? "")\
      test accuracy  \(test.accuracyInWords ?? "none")
      test loss      \(fixed(test.loss, 4))
      speed          \(grouped(Int(record.imagesPerSecond))) images/s in training, \
      \(spoken(.seconds(record.seconds))) in all
      workers        \(record.workersInSteps?.inWords ?? "not counted")
      fingerprint    \(record.fingerprint ?? "")
      model          \(folder.model)
      features       \(folder.features)
      """)
  }

  // MARK: - Parts of the loop

  private func nextEvent(clearing line: inout ProgressLine) throws -> Trainer.Event? {
    do {
      return try trainer.next()
    } catch {
      line.clear()
      record.finish(
        trainer: trainer, test: nil, seconds: (clock.now - begun).seconds, status: .failed)
      try writeResults()
      complain("the last good model is kept in \(folder.model)")
      throw error
    }
  }

  private func interrupt(_ meter: SpeedMeter) throws {
    record.add(trainingSeconds: meter.seconds, images: meter.images)
    record.finish(
      trainer: trainer, test: nil, seconds: (clock.now - begun).seconds, status: .interrupted)
    try writeCheckpoint()
    try folder.write(record)
    complain("interrupted; go on with: lockstep train --resume \(folder.path)")
    throw Interrupted()
  }

  private func writeCheckpoint() throws(FileProblem) {
    try trainer.writeCheckpoint(to: folder.checkpoint, notes: record.notes)
  }

  private func writeResults() throws {
    let model = trainer.model(for: digits, notes: record.notes)
    try model.write(to: folder.model)
    let pictures = FeaturePictures(model: model)
    try writeDurably(try pictures?.contactSheet().pngBytes() ?? [], to: folder.features)
    try folder.write(record)
  }

  private func facts(_ progress: Trainer.Progress, _ meter: SpeedMeter) -> [String] {
    let left =
      progress.samplesPerEpoch - progress.samplesSeen
      + (trainer.settings.epochs - progress.epoch) * progress.samplesPerEpoch
    let seconds = Double(left) / max(meter.imagesPerSecond, 1)
    return [
      "loss \(fixed(progress.loss, 4))",
      progress.accuracy.map { "accuracy \(percent($0))" },
      "\(grouped(Int(meter.imagesPerSecond))) images/s",
      "\(spoken(.seconds(seconds))) left",
    ].compactMap(\.self)
  }
}

/// Flushes standard output, so that the reader of a pipe sees each line at once.
func flushOutput() {
  fflush(nil)
}

/// The speed of training, without evaluation.
private struct SpeedMeter {
  private var samplesSeen: Int
  private(set) var images = 0
  private var time = Duration.zero

  /// Starts where an epoch has seen `samplesSeen` samples already.
  init(samplesSeen: Int) {
    self.samplesSeen = samplesSeen
  }

  mutating func add(_ samplesSeen: Int, during duration: Duration) {
    images += samplesSeen - self.samplesSeen
    self.samplesSeen = samplesSeen
    time += duration
  }

  var seconds: Double { time.seconds }

  var imagesPerSecond: Double { images == 0 ? 0 : Double(images) / max(seconds, 1e-9) }
}

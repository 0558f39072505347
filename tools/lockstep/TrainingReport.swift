import Files
import Foundation
import Lockstep
import NumberText
import Training

/// What the command prints of a training run: the head, a table of epochs, a progress line, the
/// results.
struct TrainingReport {
  private let run: TrainingRun
  private let table: EpochTable
  private var line = ProgressLine()
  private var losses: [Double]
  private let ranks: String?

  /// The report of a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - ranks: the processes that train together, in words; nil for one.
  init(_ run: TrainingRun, ranks: String? = nil) {
    self.run = run
    self.ranks = ranks
    table = EpochTable(trainer: run.trainer)
    losses = run.trainer.reports.map(\.training.loss)
  }

  /// Data, network, settings and folder of the run, and the titles of the table.
  func printHead() {
    let (trainer, digits) = (run.trainer, run.digits)
    let settings = trainer.settings
    let validation =
      settings.validationCount > 0
      ? ", \(grouped(settings.validationCount)) of them to validate" : ""
    print(
      """
      data       \(digits.name): \(grouped(digits.train.count)) images to train\(validation), \
      \(grouped(digits.test.count)) to test, \(digits.train.height) × \(digits.train.width), \
      \(digits.classCount) classes\(digits.notices.map { "\n           \($0)" }.joined())
      \(digits.preparation.flatMap(\.levelsInWords).map { "images     \($0)\n" } ?? "")\
      network    \(networkInWords(trainer.architecture))
      training   \(settings.epochs) epochs of \(grouped(trainer.stepsPerEpoch)) steps, \
      batch \(settings.batchSize), seed \(settings.seed)
      optimizer  \(optimizerInWords(settings))
      \(ranks.map { "ranks      \($0)\n" } ?? "")\
      workers    \(trainer.workers), \(run.record.machine.processors.description)
      folder     \(run.folder.path)

      """)
    if trainer.stopReason == nil { print(table.title) }
  }

  /// Shows what a piece of work did.
  mutating func show(_ event: TrainingRun.Event, isQuiet: Bool) {
    switch event {
    case .progress(let progress, let imagesPerSecond):
      line.draw(
        title: "epoch \(progress.epoch)/\(run.trainer.settings.epochs)",
        share: Double(progress.samplesSeen) / Double(progress.samplesPerEpoch),
        facts: facts(progress, imagesPerSecond))
    case .epoch(let report, let imagesPerSecond):
      losses.append(report.training.loss)
      line.clear()
      if !isQuiet { print(table.line(report, imagesPerSecond: imagesPerSecond)) }
    case .warning(let problem):
      line.clear()
      complain("\(problem); the training goes on")
    }
  }

  /// Takes the progress line away.
  mutating func clear() { line.clear() }

  /// The results of a finished run.
  ///
  /// - Parameters:
  ///   - result: what the run returned.
  ///   - hasReport: whether a page was to be written.
  func printResults(_ result: TrainingRun.Result, hasReport: Bool) {
    let (record, test) = (result.record, result.test)
    let reason: String? =
      switch result.stopReason {
      case .earlyStopping:
        "stopped early: the validation loss has not improved for "
          + "\(record.settings.patience ?? 0) epochs, the best weights are kept"
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
      model          \(run.folder.model)
      features       \(run.folder.features)\
      \(hasReport ? "\nreport         \(run.folder.report)" : "")
      """)
  }

  private func facts(_ progress: Trainer.Progress, _ imagesPerSecond: Double) -> [String] {
    let left =
      progress.samplesPerEpoch - progress.samplesSeen
      + (run.trainer.settings.epochs - progress.epoch) * progress.samplesPerEpoch
    let seconds = Double(left) / max(imagesPerSecond, 1)
    let curve = sparkline(losses + [progress.loss], width: 12)
    return [
      "loss \(fixed(progress.loss, 4))\(curve.isEmpty ? "" : " ")\(curve)",
      progress.accuracy.map { "accuracy \(percent($0))" },
      "\(grouped(Int(imagesPerSecond))) images/s",
      "\(spoken(.seconds(seconds))) left",
    ].compactMap(\.self)
  }
}

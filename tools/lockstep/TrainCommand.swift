import ArgumentParser
import Digits
import Files
import Foundation
import Lockstep
import Training
import Workers

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network and write its model, log and features to a run folder.",
    discussion: """
      The run folder holds model.safetensors, log.jsonl, run.json, features.png and \
      checkpoint.safetensors. Ctrl-C ends the run after the current step and writes a checkpoint; \
      --resume continues it to the same bits as an uninterrupted run.

      Examples:
        lockstep train
        lockstep train --hidden 512,512 --epochs 20 --batch-size 128
        lockstep train --validation 0.1 --patience 5
        lockstep train --resume runs/20260101-120000-mnist-5k-784-128-10
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @OptionGroup(title: "Training")
  var optimizer: OptimizerOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @Option(
    help: ArgumentHelp(
      "Run folder (default: runs/<time>-<data>-<network>).", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp("Resume the run in this folder from its checkpoint.", valueName: "folder"),
    completion: .directory)
  var resume: String?

  @Option(help: "Minimum time between the checkpoints of two epochs, in seconds.")
  var checkpointSeconds = 5.0

  @Flag(help: "Print only warnings and the final results.")
  var quiet = false

  func validate() throws {
    guard checkpointSeconds >= 0 else {
      throw ValidationError("--checkpoint-seconds \(checkpointSeconds) is negative")
    }
    guard resume != nil else { return }
    if output != nil {
      throw ValidationError("--resume goes on in its own folder, without --output")
    }
    if !network.isEmpty || !optimizer.isEmptyButForEpochs {
      throw ValidationError(
        "--resume takes network and settings from the run; only --epochs, --workers and --data go "
          + "with it")
    }
  }

  func run() throws {
    SignalHandling.listen()
    let run = try resume.map(resumedRun) ?? newRun()
    if !quiet { run.announce() }
    try run.train(checkpointSeconds: checkpointSeconds, isQuiet: quiet)
    try run.conclude()
  }

  private var workers: Int { machine.workers ?? AvailableProcessors.read().usable }

  private func newRun() throws -> TrainingRun {
    let (digits, source) = try data.load(workers: workers)
    let architecture = try network.architecture(
      inputs: digits.train.pixelsPerImage, classes: digits.classCount)
    let settings = try optimizer.settings(sampleCount: digits.train.count)
    let record = RunRecord(
      digits: digits, source: source, architecture: architecture, settings: settings,
      workers: workers)
    let folder = try RunFolder(
      output ?? RunFolder.name(data: digits.name, network: "\(architecture)"),
      isChosen: output != nil)
    let trainer = Trainer(
      architecture, training: digits.trainingSamples,
      test: digits.testSamples, settings: settings,
      workers: workers)
    return TrainingRun(trainer: trainer, digits: digits, folder: folder, record: record)
  }

  private func resumedRun(_ path: String) throws -> TrainingRun {
    let folder = RunFolder(existing: path)
    let checkpoint = try Checkpoint(contentsOf: folder.checkpoint)
    var record = try RunRecord(notes: checkpoint.notes, file: folder.checkpoint)
    var options = data
    options.data = data.data ?? record.data.folder
    let (digits, source) = try options.load(size: record.imageSize, workers: workers)
    guard digits.contentDigests(workers: workers) == record.data.digests else {
      throw FileProblem(
        .wrongData, file: source, place: "content",
        expected: "the data that the run was begun with", found: "other images or labels",
        hint: "name its folder with --data")
    }
    let classes = digits.classCount
    if let fault = checkpoint.settings.validationError(sampleCount: digits.train.count) {
      throw FileProblem(
        .wrongData, file: folder.checkpoint, place: "settings", expected: "sound settings",
        found: fault)
    }
    try checkpoint.settings.precision.requireAvailable()
    if let epochs = optimizer.epochs, epochs < max(1, checkpoint.reports.count) {
      throw UsageProblem(
        "--epochs \(epochs) is fewer than the \(checkpoint.reports.count) that are done")
    }
    let trainer = Trainer(
      resuming: checkpoint, epochs: optimizer.epochs,
      training: SampleSet(digits.train, classCount: classes),
      test: SampleSet(digits.test, classCount: classes), workers: workers)
    record.resume(settings: trainer.settings, workers: workers)
    try folder.keepLog(epochs: checkpoint.reports.count)
    return TrainingRun(trainer: trainer, digits: digits, folder: folder, record: record)
  }
}

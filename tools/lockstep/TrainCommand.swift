import ArgumentParser
import Digits
import Files
import Foundation
import Lockstep
import Reports
import Training
import Workers

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network and write its model, log and features to a run folder.",
    discussion: """
      The run folder holds model.safetensors, log.jsonl, log.csv, run.json, features.png, \
      report.html and checkpoint.safetensors. Ctrl-C ends the run after the current step and writes a checkpoint; \
      --resume continues it to the same bits as an uninterrupted run.

      Examples:
        lockstep train
        lockstep train --hidden 512,512 --epochs 20 --batch-size 128
        lockstep train --validation 0.1 --patience 5
        lockstep train --settings runs/first --learning-rate 0.05
        lockstep train --from model.safetensors --data my-digits --learning-rate 0.01
        lockstep train --resume runs/20260101-120000-mnist-5k-784-128-10
        mpirun -n 4 lockstep train --batch-size 256   (built with MPI)
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup
  var training: TrainingOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @OptionGroup(title: "Machine")
  var threads: PlacementOptions

  @Option(
    help: ArgumentHelp(
      "Run folder (default: runs/<time>-<data>-<network>).", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Resume the run in this folder from its last checkpoint, or from this one of its checkpoints.",
      valueName: "folder"),
    completion: .directory)
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Stop after this epoch with a checkpoint; the schedule stays that of all epochs.",
      valueName: "epoch"))
  var stopAfter: Int?

  @Option(
    help: ArgumentHelp(
      "Write a checkpoint after so many steps (500) or as soon as so much time has passed (30s, 5m).",
      valueName: "interval"))
  var checkpointEvery = CheckpointInterval.time(.seconds(5))

  @Option(
    help: ArgumentHelp(
      "Keep so many of the last checkpoints; with more than one, and with validation images, the best "
        + "one, too.",
      valueName: "count"))
  var keep = 1

  @Flag(
    help:
      "Write an event file for TensorBoard to the run folder; a resumed run goes on with its own.")
  var tensorboard = false

  @Flag(
    name: .customLong("report"), inversion: .prefixedNo,
    help: "Write a page about the run, as the command report does.")
  var writesReport = true

  @Option(
    help: ArgumentHelp(
      "Keep the first layer's weights after so many epochs each, with those of the start and the end, "
        + "for lockstep features --born.",
      valueName: "epochs"))
  var featuresEvery: Int?

  @Flag(help: "Print only warnings and the final results.")
  var quiet = false

  func validate() throws {
    guard keep >= 1 else { throw ValidationError("--keep \(keep) is below 1") }
    if let featuresEvery, featuresEvery < 1 {
      throw ValidationError("--features-every \(featuresEvery) is below 1")
    }
    if let stopAfter, stopAfter < 1 {
      throw ValidationError("--stop-after \(stopAfter) is below 1")
    }
    guard resume != nil else { return }
    if output != nil {
      throw ValidationError("--resume goes on in its own folder, without --output")
    }
    if !training.isEmptyButForEpochs {
      throw ValidationError(
        "--resume takes network and settings from the run; only --epochs, --workers and --data go "
          + "with it")
    }
  }

  func run() throws {
    SignalHandling.listen()
    guard let group = try RankGroup.joined() else { return try lead(begin(), in: nil) }
    defer { group.leave() }
    try run(in: group)
  }

  /// Trains a run to its end, with the ranks of a group where there is one.
  func lead(_ run: TrainingRun, in group: RankGroup?) throws {
    var report = TrainingReport(run, ranks: group?.inWords)
    if !quiet { report.printHead() }
    guard try train(run, &report, in: group) else {
      try complainOf(run.suspend() + writeReport(of: run))
      print(
        "\nstopped after epoch \(run.trainer.reports.count) of \(run.trainer.settings.epochs); go on "
          + "with: lockstep train --resume \(run.folder.path)")
      return
    }
    let result = run.finish()
    let problems = result.problems + writeReport(of: run)
    report.printResults(result, hasReport: writesReport)
    for warning in result.warnings { complain("warning: \(warning)") }
    try complainOf(problems)
  }

  /// Trains to the end of the training, or to the epoch after which to stop.
  ///
  /// - Returns: whether the training is over.
  /// - Throws: `Interrupted` after the checkpoint is written, a failure of the training after the
  ///   last good model is.
  private func train(
    _ run: TrainingRun, _ report: inout TrainingReport, in group: RankGroup?
  ) throws -> Bool {
    while true {
      do {
        guard let event = try run.next() else { return true }
        report.show(event, isQuiet: quiet)
        // The other ranks know nothing of it.
        if group != nil, case .warning = event { continue }
      } catch {
        report.clear()
        try? complainOf(run.finishAfterFailure() + writeReport(of: run))
        complain("the last good model is kept in \(run.folder.model)")
        throw error
      }
      let own = flushOutput() ? SignalHandling.signal : SIGPIPE
      let signal = group.map { $0.signal(own) } ?? own
      if let signal, run.trainer.stopReason == nil {
        report.clear()
        try? complainOf(run.suspend() + writeReport(of: run))
        complain("interrupted; go on with: lockstep train --resume \(run.folder.path)")
        throw Interrupted(signal: signal)
      }
      if let stopAfter, run.trainer.reports.count >= stopAfter, run.trainer.stopReason == nil {
        return false
      }
    }
  }

  /// Writes the page of the run, as far as it has come.
  ///
  /// - Returns: the failure to, if any.
  private func writeReport(of run: TrainingRun) -> [FileProblem] {
    guard writesReport else { return [] }
    do throws(FileProblem) {
      let report = try RunReport(
        of: run.folder, digits: run.digits, command: repeatingCommand, silence: run.silence,
        notes: run.digits.notices, workers: run.trainer.workers)
      try report.write(to: run.folder.report)
      return []
    } catch {
      return [error]
    }
  }

  private func complainOf(_ problems: [FileProblem]) throws {
    for problem in problems { complain(problem.description) }
    if !problems.isEmpty { throw Unwritten() }
  }
}

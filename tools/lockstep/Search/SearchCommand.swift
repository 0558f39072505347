import ArgumentParser
import Digits
import Files
import Foundation
import Lockstep
import Networks
import Reports
import Training

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search for good settings: random search with successive halving.",
    usage: "lockstep search --<option> <low..high> --<option> '<a|b|c>' … [<options>]",
    discussion: """
      Takes every option of lockstep train for network, optimizer and regularization. An option may be a \
      value, a range low..high or choices a|b|c, in quotation marks. Each trial draws its values. Numbers \
      of a range are drawn on a logarithmic scale for --learning-rate, --weight-decay, --epsilon, \
      --gradient-norm, --hidden and --batch-size, uniformly for all others; whole numbers stay whole.

      All trials train for a few epochs of the same plan, the best third of them goes on for three times as \
      many, until the last ones train for all --epochs. Trials are compared by their accuracy on \
      validation images, a tenth of the training images without --validation. The test set is used once, \
      for the best trial. Ctrl-C leaves everything to go on from; --resume ends at the same result.

      Examples:
        lockstep search --learning-rate 0.01..0.5 --hidden '128|256|512' --batch-size '32|64'
        lockstep search --optimizer adamw --learning-rate 1e-4..1e-2 --dropout 0..0.5 --trials 50
        lockstep search --learning-rate 0.01..0.5 --epochs 10 --min-epochs 10 --trials 12
        lockstep search --resume runs/20260101-120000-mnist-5k-search
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Search")
  var search: SearchOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("Options of lockstep train, with ranges and choices.", valueName: "options"))
  var words: [String] = []

  func validate() throws {
    guard search.resume == nil else {
      guard words.isEmpty, !search.definesSearch else {
        throw ValidationError(
          "--resume takes all settings from the search; only --workers, --at-once and --data go with it"
        )
      }
      return
    }
    _ = try SearchArguments(words)
  }

  func run() throws {
    SignalHandling.listen()
    let folder = search.resume.map { SearchFolder(existing: $0) }
    let begun = try folder.map { try SearchRecord(contentsOf: $0.record) }
    var report = SearchReport(isQuiet: search.quiet || search.json)
    if let folder, let begun, begun.best != nil {
      complain("note: the search is finished")
      show(begun, in: folder, &report)
      return
    }
    let search =
      if let folder, let begun { try resumed(begun, in: folder) } else { try new() }
    search.prunesCheckpoints = self.search.prune
    report.printHead(search)
    try train(search, &report)
    let outcome = try search.finish { search.record.command(ofTrial: $0) }
    guard let outcome else { throw SearchFailure(record: search.record, cause: report.lastFailure) }
    for warning in outcome.result.warnings { complain("warning: \(warning)") }
    let problems = outcome.problems + writeReport(of: outcome.run)
    show(search.record, in: search.folder, &report)
    for problem in problems { complain(problem.description) }
    if !problems.isEmpty { throw Unwritten() }
  }

  /// Trains all trials.
  ///
  /// - Throws: `Interrupted` after checkpoints are written, a file that failed.
  private func train(_ search: Search, _ report: inout SearchReport) throws {
    while true {
      do {
        guard let events = try search.next() else { break }
        for event in events { report.show(event, of: search) }
      } catch {
        suspend(search, &report)
        throw error
      }
      report.draw(search)
      guard let signal = flushOutput() ? SignalHandling.signal : SIGPIPE else { continue }
      suspend(search, &report)
      throw Interrupted(signal: signal)
    }
    report.clear()
  }

  private func suspend(_ search: Search, _ report: inout SearchReport) {
    report.clear()
    for problem in search.suspend() { complain(problem.description) }
    complain("interrupted; go on with: lockstep search --resume \(search.folder.path)")
  }

  private func show(_ record: SearchRecord, in folder: SearchFolder, _ report: inout SearchReport) {
    if search.json {
      print(jsonText(record))
    } else {
      report.printResults(record, in: folder)
    }
  }

  /// Writes the page of the best trial's run.
  ///
  /// - Returns: the failure to, if any.
  private func writeReport(of run: TrainingRun) -> [FileProblem] {
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

  // MARK: - Beginnings

  private func new() throws -> Search {
    let words = try SearchArguments(words)
    let workers = machine.count()
    let training = try TrialOptions(words.common).training
    let basis = try training.read(data, workers: workers)
    let usual = basis.base?.settings ?? TrainingSettings()
    let epochs = training.optimizer.epochs ?? usual.epochs
    let minEpochs = search.minEpochs ?? 1
    guard epochs >= 1 else { throw UsageProblem("--epochs \(epochs) is below 1") }
    guard minEpochs <= epochs else {
      throw UsageProblem("--min-epochs \(minEpochs) is more than the \(epochs) epochs")
    }
    let hasValidation = training.optimizer.validation != nil || usual.validationCount > 0
    let record = SearchRecord(
      basis.digits, from: basis.source,
      arguments: data.arguments + words.common + (hasValidation ? [] : ["--validation", "0.1"]),
      space: SearchSpace(words.dimensions), seed: training.optimizer.seed ?? usual.seed,
      plan: SuccessiveHalving(
        trials: search.trials ?? 27, epochs: epochs, minEpochs: minEpochs,
        reductionFactor: search.reductionFactor ?? 3), workers: workers)
    return try Search(
      record, digits: basis.digits, trials: record.trials(on: basis), in: search.output,
      trialsAtOnce: search.atOnce)
  }

  private func resumed(_ record: SearchRecord, in folder: SearchFolder) throws -> Search {
    var record = record
    record.resume(workers: machine.count())
    let options = try TrialOptions(record.arguments)
    var data = options.data
    data.data = self.data.data ?? record.data.folder
    let basis = try options.training.read(data, workers: record.workers)
    return try Search(
      resuming: folder, record, digits: basis.digits, trials: record.trials(on: basis),
      trialsAtOnce: search.atOnce)
  }
}

/// The end of a search whose trials are all lost.
struct SearchFailure: Error, CustomStringConvertible {
  let description: String

  init(record: SearchRecord, cause: String?) {
    description =
      "all \(record.values.count) trials are lost"
      + (cause.map { ", the last one since \($0)" } ?? "")
  }
}

extension SearchRecord {
  /// The trainings of the trials.
  ///
  /// - Throws: `UsageProblem` for the first trial whose options do not go together.
  func trials(on basis: TrainingOptions.Basis) throws -> [SearchTrial] {
    let trials = try (1...values.count).map { trial in
      let drawn = values(ofTrial: trial)
      do {
        let options = try TrialOptions(arguments + drawn.map { "--\($0)=\($1)" })
        let plan = try options.training.plan(for: basis)
        return SearchTrial(plan.architecture, start: plan.start, settings: plan.settings)
      } catch let problem as UsageProblem {
        let words = drawn.map { "--\($0) \($1)" }.joined(separator: " ")
        throw UsageProblem("trial \(trial) with \(words): \(problem.description)")
      }
    }
    guard trials.allSatisfy({ $0.settings.validationCount > 0 }) else {
      throw UsageProblem("a search chooses by validation images, and --validation leaves none")
    }
    return trials
  }

  /// The command that trains a trial again.
  func command(ofTrial trial: Int) -> String {
    let drawn = values(ofTrial: trial).flatMap { ["--\($0)", $1] }
    return (["lockstep", "train"] + (arguments + drawn).map(quoted)).joined(separator: " ")
  }
}

extension DataOptions {
  /// The words that give these options.
  fileprivate var arguments: [String] {
    (data.map { ["--data", $0] } ?? [])
      + (resize.map { ["--resize", "\($0.height)x\($0.width)"] } ?? [])
      + (transpose.map { [$0 ? "--transpose" : "--no-transpose"] } ?? [])
  }
}

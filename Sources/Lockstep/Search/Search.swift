import Digits
import Files
import Foundation
import Networks
import Training
import Workers

/// A search for settings by successive halving, with its folder. It prints nothing: each call of `next()`
/// returns what happened.
///
/// The result depends on the record's plan, values and seed alone: trials of a rung are compared when all
/// of them have come to its end. The folder is locked as long as the search exists.
public final class Search {
  /// What a call of `next()` did.
  public enum Event: Sendable {
    /// It was decided how many trials are trained at the same time.
    case pace(SearchPace)
    /// A trial has come to the end of a rung, or is lost.
    case result(TrialResult)
    /// A rung is complete: its results, the best one first.
    case rung(Int, [TrialResult])
    /// A file that could not be written while a training goes on.
    case warning(FileProblem)
  }

  /// The folder with the files of the search.
  public let folder: SearchFolder
  /// The record so far.
  public private(set) var record: SearchRecord
  /// The maximum number of threads.
  public let workers: Int
  /// The trainings, in the order of the record's values.
  public var trials: [SearchTrial] { common.trials }

  private let common: SearchCommon
  private let lock: FolderLock
  private let clock = ContinuousClock()
  private let begun = ContinuousClock().now
  private(set) var standings: SearchStandings
  private var pace: SearchPace?
  private(set) var rung = 1
  private var queue = TrialQueue([])
  private(set) var lanes: [SearchLane] = []

  /// Whether the checkpoints of trials that do not go on are removed. Their records and logs stay.
  public var prunesCheckpoints = false
  /// How long `next()` works; it changes no result.
  package var sliceDuration = Duration.milliseconds(400)

  /// A new search, with its folder.
  ///
  /// - Parameters:
  ///   - record: the plan, and what was drawn.
  ///   - digits: the data set.
  ///   - trials: the trainings, in the order of the record's values.
  ///   - path: the folder; nil makes one in `runs/`.
  ///   - trialsAtOnce: how many trials are trained at the same time; nil measures what is faster.
  /// - Throws: `inputOutput` where the folder cannot be made or written to, holds a search, or belongs to
  ///   another process.
  /// - Precondition: there are as many trials as the plan has, each with validation images.
  public convenience init(
    _ record: SearchRecord, digits: DigitDataset, trials: [SearchTrial], in path: String?,
    trialsAtOnce: Int?
  ) throws(FileProblem) {
    let (folder, lock) = try SearchFolder.claim(path, data: digits.name)
    try folder.write(record)
    self.init(
      record, digits: digits, trials: trials, folder: folder, lock: lock,
      trialsAtOnce: trialsAtOnce)
  }

  /// A search that goes on, to the result of one that was not interrupted.
  ///
  /// - Parameters:
  ///   - folder: its folder.
  ///   - record: its record, with the number of workers to go on with.
  ///   - digits: the data of the search.
  ///   - trials: as of a new search.
  ///   - trialsAtOnce: as of a new search.
  /// - Throws: `inputOutput` where the folder belongs to another process, `wrongData` where the data is
  ///   not that of the search.
  public convenience init(
    resuming folder: SearchFolder, _ record: SearchRecord, digits: DigitDataset,
    trials: [SearchTrial], trialsAtOnce: Int?
  ) throws(FileProblem) {
    let lock = try FolderLock(folder.path)
    guard digits.contentDigests(workers: record.workers) == record.data.digests else {
      throw FileProblem(
        .wrongData, file: digits.name, place: "content",
        expected: "the data that the search was begun with", found: "other images or labels",
        hint: "name its folder with --data")
    }
    self.init(
      record, digits: digits, trials: trials, folder: folder, lock: lock,
      trialsAtOnce: trialsAtOnce)
    for result in folder.results(record.plan) { standings.add(result) }
  }

  private init(
    _ record: SearchRecord, digits: DigitDataset, trials: [SearchTrial], folder: SearchFolder,
    lock: FolderLock, trialsAtOnce: Int?
  ) {
    precondition(
      trials.count == record.values.count && trials.allSatisfy { $0.settings.validationCount > 0 },
      "\(trials.count) trials with validation images for a plan of \(record.values.count)")
    self.record = record
    self.folder = folder
    self.lock = lock
    workers = record.workers
    common = SearchCommon(
      digits: digits, source: record.data.folder ?? "", digests: record.data.digests,
      folder: folder, plan: record.plan, trials: trials)
    standings = SearchStandings(
      record.plan, comparesLosses: Set(trials.map(\.architecture.loss)).count == 1)
    let atOnce = workers == 1 ? 1 : trialsAtOnce.map { min($0, workers) }
    pace = atOnce.map { SearchPace(trialsAtOnce: $0, workers: workers) }
  }

  // MARK: - Training

  /// Trains for some tenths of a second.
  ///
  /// - Returns: what happened; nil when all trials are done.
  /// - Throws: a file that cannot be read or written. The search can be resumed.
  public func next() throws(FileProblem) -> [Event]? {
    guard case .train(let rung, let trials) = standings.next else { return nil }
    if pace == nil, trials.count > 1 { return [.pace(measurePace(rung: rung, trials))] }
    if queue.isEmpty, !lanes.contains(where: \.isTraining) { begin(rung, trials) }
    let deadline = clock.now + sliceDuration
    performInLockstep(workers: lanes.count, phases: [lanes.count], placement: .apart) {
      [lanes] work in
      lanes[work.item].work(until: deadline)
    }
    var events: [Event] = []
    for lane in lanes {
      let (results, warnings) = lane.takeEvents()
      events += warnings.map { .warning($0) }
      for result in results {
        try folder.append(result, values: record.namedValues(ofTrial: result.trial))
        standings.add(result)
        events.append(.result(result))
      }
    }
    if let problem = lanes.compactMap(\.problem).first { throw problem }
    if case .train(rung, _) = standings.next { return events }
    let ranking = standings.ranking(ofRung: rung)
    if prunesCheckpoints { removeCheckpoints(of: ranking.map(\.trial)) }
    return events + [.rung(rung, ranking)]
  }

  /// Removes the checkpoints of trials, but for those that are needed again.
  private func removeCheckpoints(of trials: [Int]) {
    let kept: [Int] =
      switch standings.next {
      case .train(_, let trials): trials
      case .winner(let trial): [trial]
      case .allLost: []
      }
    for trial in trials where !kept.contains(trial) {
      unsafe unlink(folder.run(ofTrial: trial).checkpoint)
    }
  }

  private func measurePace(rung: Int, _ trials: [Int]) -> SearchPace {
    let pace = SearchPace(
      measuring: trials.prefix(workers).map { common.trials[$0 - 1] },
      on: common.digits.trainingSamples, epochs: record.plan.rungs[rung - 1].epochs,
      workers: workers)
    self.pace = pace
    return pace
  }

  private func begin(_ rung: Int, _ trials: [Int]) {
    self.rung = rung
    queue = TrialQueue(trials)
    let count = min(pace?.trialsAtOnce ?? 1, trials.count)
    lanes = (0..<count).map { _ in
      SearchLane(common, rung: rung, workers: max(1, workers / count), queue: queue)
    }
  }

  // MARK: - Ends

  /// Puts the search aside: writes a checkpoint of every training that is going on, and the record.
  ///
  /// - Returns: the files that could not be written; a trial's checkpoint is then an earlier one.
  public func suspend() -> [FileProblem] {
    var problems: [FileProblem] = []
    for lane in lanes {
      do throws(FileProblem) { try lane.suspend() } catch { problems.append(error) }
    }
    lanes = []
    queue = TrialQueue([])
    return problems + write(.interrupted)
  }

  /// The outcome of a search.
  public struct Result {
    /// The run of the best trial, which has left its model.
    public let run: TrainingRun
    /// The result of that run.
    public let result: TrainingRun.Result
    /// The best trial, as the record has it.
    public let best: SearchRecord.Best
    /// The files that could not be written, at best none.
    public let problems: [FileProblem]
  }

  /// Evaluates the best trial on the test set, once, and writes its model and the record.
  ///
  /// - Parameter command: the command that trains a trial again, by its number.
  /// - Throws: a checkpoint that cannot be read.
  /// - Returns: the outcome; nil where all trials are lost.
  /// - Precondition: `next()` has returned nil.
  public func finish(command: (_ trial: Int) -> String) throws(FileProblem) -> Result? {
    guard case .winner(let trial) = standings.next,
      let validation = standings.result(
        ofTrial: trial, rung: record.plan.rungs.count)?.validation
    else {
      _ = write(.failed)
      return nil
    }
    let run = try common.run(ofTrial: trial, workers: workers)
    let result = run.finish()
    let best = SearchRecord.Best(
      trial: trial, values: record.namedValues(ofTrial: trial), command: command(trial),
      validation: validation, validationAccuracy: validation.accuracy,
      validationStandardError: validation.standardError, test: result.test,
      testAccuracy: result.test.accuracy, testStandardError: result.test.standardError,
      fingerprint: result.record.fingerprint,
      model: "\(SearchFolder.name(ofTrial: trial))/model.safetensors")
    record.best = best
    return Result(
      run: run, result: result, best: best, problems: result.problems + write(.finished))
  }

  private func write(_ status: SearchRecord.Status) -> [FileProblem] {
    record.status = status
    let elapsed = (clock.now - begun).components
    record.seconds += Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    do throws(FileProblem) {
      try folder.write(record)
      return []
    } catch {
      return [error]
    }
  }
}

import Digits
import Files
import Foundation
import Networks
import Synchronization
import Training

/// A training of a search: its settings, ready to begin.
public struct SearchTrial {
  /// The network.
  public let architecture: Architecture
  /// The weights to begin with; nil draws them by the settings' seed.
  public let start: TrainingStart?
  /// The settings, with all epochs of the plan.
  public let settings: TrainingSettings

  /// A network and how it is trained.
  public init(
    _ architecture: Architecture, start: TrainingStart? = nil, settings: TrainingSettings
  ) {
    self.architecture = architecture
    self.start = start
    self.settings = settings
  }
}

/// The trials of a rung that no lane has taken yet.
final class TrialQueue: Sendable {
  private let trials: Mutex<[Int]>

  init(_ trials: [Int]) { self.trials = Mutex(trials.reversed()) }

  /// Takes the next trial.
  func take() -> Int? { trials.withLock { $0.popLast() } }

  var isEmpty: Bool { trials.withLock { $0.isEmpty } }
}

/// Trains one trial of a rung after the other. Several lanes work side by side, each on a thread.
final class SearchLane {
  /// The results since the last call of `takeResults`.
  private var results: [TrialResult] = []
  /// Files that could not be written while a training went on.
  private var warnings: [FileProblem] = []
  /// What ended the lane's work: a file that could not be read or written.
  private(set) var problem: FileProblem?

  private let common: SearchCommon
  private let rung: Int
  private let workers: Int
  private let queue: TrialQueue
  private var current: (trial: Int, run: TrainingRun, secondsBefore: Double)?

  /// A lane for a rung.
  ///
  /// - Parameters:
  ///   - common: what all trials share.
  ///   - rung: the number of the rung, from 1.
  ///   - workers: the threads of each training.
  ///   - queue: the trials of the rung.
  init(_ common: SearchCommon, rung: Int, workers: Int, queue: TrialQueue) {
    self.common = common
    self.rung = rung
    self.workers = workers
    self.queue = queue
  }

  /// Whether the lane is in the midst of a trial.
  var isTraining: Bool { current != nil }

  /// The epochs that the current trial has trained in this rung.
  var epochsDone: Double {
    guard let trainer = current?.run.trainer else { return 0 }
    let before = rung > 1 ? common.plan.rungs[rung - 2].epochs : 0
    let share = Double(trainer.samplesSeenInEpoch) / Double(max(1, trainer.samplesPerEpoch))
    return Double(trainer.reports.count - before) + share
  }

  /// Hands over the results and warnings so far.
  func takeEvents() -> (results: [TrialResult], warnings: [FileProblem]) {
    defer { (results, warnings) = ([], []) }
    return (results, warnings)
  }

  /// Trains until a moment has come, and at least some steps. It ends earlier where the rung has no trials
  /// left, or a file fails.
  func work(until deadline: ContinuousClock.Instant) {
    do throws(FileProblem) {
      repeat {
        guard try takeTrial() else { return }
        try trainSome()
      } while ContinuousClock.now < deadline
    } catch {
      problem = error
    }
  }

  /// Begins the next trial, if none is being trained.
  ///
  /// - Returns: whether there is a trial to train.
  private func takeTrial() throws(FileProblem) -> Bool {
    if current != nil { return true }
    guard let trial = queue.take() else { return false }
    let run = try common.run(ofTrial: trial, workers: workers)
    current = (trial, run, run.record.trainingSeconds)
    return true
  }

  /// Trains some steps of the current trial, or brings it to the end of the rung.
  private func trainSome() throws(FileProblem) {
    guard let (trial, run, secondsBefore) = current else { return }
    let trainer = run.trainer
    if trainer.stopReason != nil || trainer.reports.count >= common.plan.rungs[rung - 1].epochs {
      try suspend()
      results.append(
        TrialResult(
          trial: trial, rung: rung, trainer: trainer,
          seconds: run.record.trainingSeconds - secondsBefore))
      return
    }
    do {
      if case .warning(let problem) = try run.next() { warnings.append(problem) }
    } catch {
      warnings += run.finishAfterFailure()
      current = nil
      results.append(
        TrialResult(
          trial: trial, rung: rung, epochs: trainer.reports.count, validation: nil,
          failure: error.description, seconds: run.record.trainingSeconds - secondsBefore))
    }
  }

  /// Puts the current trial aside, with a checkpoint of this very step.
  func suspend() throws(FileProblem) {
    guard let run = current?.run else { return }
    current = nil
    if let problem = run.suspend().first { throw problem }
  }
}

/// What all trials of a search share.
struct SearchCommon {
  let digits: DigitDataset
  let source: String
  let digests: DatasetDigests
  let folder: SearchFolder
  let plan: SuccessiveHalving
  let trials: [SearchTrial]

  /// Begins the run of a trial, or goes on with it from its checkpoint.
  ///
  /// - Parameters:
  ///   - trial: its number, from 1.
  ///   - workers: the maximum number of threads.
  /// - Throws: a file of the run that cannot be read or written.
  /// - Returns: the run, in its folder.
  func run(ofTrial trial: Int, workers: Int) throws(FileProblem) -> TrainingRun {
    let runFolder = folder.run(ofTrial: trial)
    if FileManager.default.fileExists(atPath: runFolder.checkpoint) {
      return try TrainingRun(
        resuming: RunCheckpoint(ofRun: runFolder.path), with: digits, digests: digests,
        workers: workers)
    }
    let plan = trials[trial - 1]
    return try TrainingRun(
      digits, from: source, digests: digests, plan.architecture, start: plan.start,
      settings: plan.settings, in: runFolder.path, workers: workers)
  }
}

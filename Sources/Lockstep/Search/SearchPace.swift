import Digits
import Foundation
import Networks
import Synchronization
import Training
import Workers

/// Whether trials are trained faster side by side, with a share of the workers each, or one after the
/// other with all workers. It changes the speed, never a result.
public struct SearchPace: Sendable {
  /// How many trials are trained at the same time.
  public let trialsAtOnce: Int
  /// The maximum number of threads of each of them.
  public let workersPerTrial: Int
  /// How many times as fast this is as the other way; nil where it was not measured.
  public let advantage: Double?

  /// A number of trials that was asked for.
  ///
  /// - Parameters:
  ///   - trialsAtOnce: how many trials are trained at the same time.
  ///   - workers: the threads that they share.
  ///   - advantage: how many times as fast this was measured to be.
  init(trialsAtOnce: Int, workers: Int, advantage: Double? = nil) {
    self.trialsAtOnce = trialsAtOnce
    workersPerTrial = max(1, workers / trialsAtOnce)
    self.advantage = advantage
  }

  /// The longest time that a training is measured in each way.
  private static let moment = Duration.milliseconds(250)
  /// The most trainings that are measured one after the other.
  private static let mostInTurn = 4

  /// Measures both ways with the beginning of some trainings, which is then thrown away.
  ///
  /// - Parameters:
  ///   - trials: the trainings.
  ///   - samples: the training set.
  ///   - epochs: the epochs after which they end.
  ///   - workers: the maximum number of threads, at least 2.
  init(measuring trials: [SearchTrial], on samples: SampleSet, epochs: Int, workers: Int) {
    let count = min(workers, trials.count)
    let inTurn = trials.prefix(min(count, Self.mostInTurn)).map {
      Self.secondsPerSample($0, samples, epochs: epochs, workers: workers)
    }
    let sideBySide = Mutex([Double](repeating: 0, count: count))
    performInLockstep(workers: count, phases: [count], placement: .apart) { work in
      let seconds = Self.secondsPerSample(
        trials[work.item], samples, epochs: epochs, workers: max(1, workers / count))
      sideBySide.withLock { $0[work.item] = seconds }
    }
    let shares = sideBySide.withLock { Array($0.prefix(inTurn.count)) }
    let ratio = inTurn.reduce(0, +) / (shares.reduce(0, +) / Double(count))
    self.init(
      trialsAtOnce: ratio > 1 ? count : 1, workers: workers, advantage: max(ratio, 1 / ratio))
  }

  private static func secondsPerSample(
    _ trial: SearchTrial, _ samples: SampleSet, epochs: Int, workers: Int
  ) -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    let trainer = Trainer(
      from: trial.start?.parameters ?? Parameters(trial.architecture, seed: trial.settings.seed),
      training: samples, settings: trial.settings, workers: workers)
    // Where numbers overflow, the steps so far tell the time.
    while clock.now - begin < moment, trainer.reports.count < epochs,
      (try? trainer.next()) != nil
    {}
    let elapsed = (clock.now - begin).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    let samplesSeen = trainer.reports.count * trainer.samplesPerEpoch + trainer.samplesSeenInEpoch
    return seconds / Double(max(1, samplesSeen))
  }
}

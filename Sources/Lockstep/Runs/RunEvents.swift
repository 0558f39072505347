import Files
import Networks
import Training

extension TrainingRun {
  /// What a call of `next()` did.
  public enum Event: Sendable {
    /// Some more steps of the epoch, at a speed in images per second.
    case progress(Trainer.Progress, imagesPerSecond: Double)
    /// The evaluation at the end of an epoch, and the speed of its steps.
    case epoch(EpochReport, imagesPerSecond: Double)
    /// A checkpoint or a line of the log that could not be written. The training goes on, and the
    /// next checkpoint is tried.
    case warning(FileProblem)
  }

  /// The outcome of a run.
  public struct Result: Sendable {
    /// The evaluation of the trained network on the test set.
    public let test: Evaluation
    /// The record with all results.
    public let record: RunRecord
    /// Why the training ended.
    public let stopReason: StopReason?
    /// Signs of trouble in words, such as a network that guesses; at best none.
    public let warnings: [String]
    /// The trained network.
    public let model: Model
    /// The files that could not be written, at best none.
    public let problems: [FileProblem]
  }
}

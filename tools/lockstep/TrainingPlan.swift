import Digits
import Files
import Lockstep
import Networks
import Training

/// All that determines a training before it begins, or goes on.
struct TrainingPlan {
  let digits: DigitDataset
  /// Where the data was read from.
  let source: String
  let workers: Int
  let architecture: Architecture
  /// The weights to begin with; nil draws them by the settings' seed.
  let start: TrainingStart?
  let settings: TrainingSettings
  /// Where the training goes on; nil for one that begins.
  let checkpoint: Checkpoint?

  /// What the ranks of a group must have in common, each with its name.
  var facts: [(name: String, value: String)] {
    [
      ("a version", lockstepVersion),
      ("data", jsonText(digits.contentDigests(workers: workers), isPretty: false)),
      ("a network", jsonText(architecture.metadata, isPretty: false)),
      ("settings", jsonText(settings, isPretty: false)),
      ("weights to begin with", start?.parameters.fingerprint ?? ""),
    ]
  }
}

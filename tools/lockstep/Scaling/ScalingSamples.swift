import Scaling
import Workers

// The measurements in the form in which they are saved.

/// One training and its time.
struct ScalingSample: Codable {
  let mode: ScalingPlan.Mode
  /// The round, from 1.
  let round: Int
  let workers: Int
  let batchSize: Int
  let images: Int
  /// The time of the steps, in seconds.
  let seconds: Double
  /// The largest number of distinct threads in a region.
  let threads: Int
  /// GFLOP/s of the dense network: two operations per multiply-add.
  let gigaflops: Double
  let peakGigaflops: Double
  let fingerprint: String
  /// The load of the machine meanwhile.
  let load: MachineLoad

  var imagesPerSecond: Double { Double(images) / seconds }

  var conditions: Quietness.Sample {
    Quietness.Sample(
      workers: workers, batchSize: batchSize, imagesPerSecond: imagesPerSecond,
      peakGigaflops: peakGigaflops, load: load)
  }

  /// One line per sample.
  static func csv(_ samples: [ScalingSample]) -> String {
    commaSeparated(
      [
        "mode", "round", "workers", "batch_size", "images", "seconds", "images_per_second",
        "threads", "gigaflops", "peak_gigaflops", "fingerprint", "stolen_seconds", "other_seconds",
        "involuntary_switches", "throttled_seconds", "megahertz",
      ],
      samples.map {
        [
          $0.mode.rawValue, "\($0.round)", "\($0.workers)", "\($0.batchSize)", "\($0.images)",
          "\($0.seconds)", "\($0.imagesPerSecond)", "\($0.threads)", "\($0.gigaflops)",
          "\($0.peakGigaflops)", $0.fingerprint, written($0.load.stolenSeconds),
          written($0.load.otherSeconds), written($0.load.involuntarySwitches),
          written($0.load.throttledSeconds), written($0.load.megahertz),
        ]
      })
  }
}

/// The costs of the parts of a step; times are in seconds.
struct PhaseSample: Codable {
  /// The round, from 1.
  let round: Int
  let workers: Int
  let stepSeconds: Double
  /// The time that all workers together spend in the items of each phase of a step.
  let phaseSeconds: [Double]
  let stepsPerRegion: Double
  /// The hand-overs and the meeting of one phase.
  let handOverSeconds: Double
  /// The waking of a region's workers.
  let startSeconds: Double

  /// One line per sample.
  static func csv(_ samples: [PhaseSample]) -> String {
    commaSeparated(
      [
        "round", "workers", "step_seconds", "rows_seconds", "parameters_seconds",
        "steps_per_region", "hand_over_seconds", "start_seconds",
      ],
      samples.map { sample in
        ["\(sample.round)", "\(sample.workers)", "\(sample.stepSeconds)"]
          + sample.phaseSeconds.map { "\($0)" }
          + ["\(sample.stepsPerRegion)", "\(sample.handOverSeconds)", "\(sample.startSeconds)"]
      })
  }
}

/// A number, or nothing where it is not known.
private func written(_ value: (some Numeric)?) -> String { value.map { "\($0)" } ?? "" }

/// Numbers and plain words, none with a comma, under their titles.
private func commaSeparated(_ titles: [String], _ rows: [[String]]) -> String {
  ([titles] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
}

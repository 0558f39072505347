import Digits
import Files
import Foundation
import Lockstep
import Networks
import Training

/// Checkpoints, as they are and with the right fingerprints, checksum and digests of the data. One that
/// is accepted is resumed.
@Sendable func attackCheckpoint(_ bytes: [UInt8]) {
  attackCheckpointFile(bytes)
  let prefixes = ["", "velocity.", "first-moment.", "second-moment.", "best."]
  let mended = withFingerprints(bytes, prefixes: prefixes) { metadata in
    metadata.notes = metadata.notes.mapValues(withDigests)
  }
  if let mended { attackCheckpointFile(mended) }
}

/// The record of a run with the digests of the small data set.
private func withDigests(_ record: String) -> String {
  guard let key = record.range(of: "\"digests\":{"),
    let end = record[key.upperBound...].firstIndex(of: "}")
  else { return record }
  let rest = record[record.index(after: end)...]
  return record[..<key.lowerBound] + "\"digests\":\(smallDigests)" + rest
}

private let smallDigests = jsonText(smallDigits.contentDigests(workers: 1), isPretty: false)

private func attackCheckpointFile(_ bytes: [UInt8]) {
  let path = put(bytes, "run/checkpoint.safetensors")
  guard let checkpoint = accepted({ try Checkpoint(contentsOf: path) }) else { return }
  expect(
    checkpoint.parameters.firstLayerWithNonFiniteValue == nil, "weights of a checkpoint are finite")
  guard checkpoint.architecture.parameterCount <= 1_000,
    checkpoint.settings.precision.isAvailable
  else { return }
  attackRun(file("run"))
}

/// Goes on with a run for some steps and puts it aside; then it must be as good a checkpoint again.
private func attackRun(_ path: String) {
  do {
    guard
      let run = accepted({
        try TrainingRun(resuming: RunCheckpoint(ofRun: path), with: smallDigits, workers: 1)
      })
    else { return }
    for _ in 0..<3 {
      do {
        if try run.next() == nil { break }
      } catch {
        // Numbers that overflow are an end of a training, with a model of its last good weights.
        expect(run.finishAfterFailure().isEmpty, "the files of a failed run are written")
        return
      }
    }
    expect(run.suspend().isEmpty, "the files of a run are written")
  }
  let again = must("a run that was put aside is resumed") {
    try TrainingRun(resuming: RunCheckpoint(ofRun: path), with: smallDigits, workers: 1)
  }
  expect(again.trainer.parameters.firstLayerWithNonFiniteValue == nil, "its weights are finite")
}

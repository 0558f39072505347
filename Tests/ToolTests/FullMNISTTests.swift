import Foundation
import Testing
import TestSupport

/// What only full MNIST can show; skipped where LOCKSTEP_DATASETS names no folder with it.
@Suite(.serialized) struct FullMNISTTests {
  @Test(.enabled(if: datasetsPath != nil, "LOCKSTEP_DATASETS names no folder with mnist/"))
  func `two hidden layers of 512 reach their accuracy in little memory`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "train", "--data", try #require(datasetsPath) + "/mnist", "--hidden", "512,512", "--epochs",
      "20",
      "--batch-size", "128", "--learning-rate", "0.1", "--weight-decay", "0.0001",
      "--output", folder("run"))
    #expect(result.status == 0, "\(result.errors)")
    let record = try json(file: folder("run/run.json"))
    #expect(try #require(record["testAccuracy"] as? Double) >= 0.983)
    #expect(result.peakMemory > 0 && result.peakMemory < 160_000_000, "\(result.peakMemory) bytes")
    let digests = (record["data"] as? [String: Any])?["digests"] as? [String: Any]
    #expect(
      digests?["trainImages"] as? String
        == "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
  }
}

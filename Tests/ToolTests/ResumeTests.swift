import Foundation
import Testing
import TestSupport

/// Runs that are interrupted, killed and gone on with end at the same bits as one that was not.
@Suite struct ResumeTests {
  private func arguments(_ folder: String) -> [String] {
    [
      "train", "--data", packageRoot.path + "/datasets/mnist-5k", "--hidden", "64", "--epochs",
      "40", "--validation", "0.1", "--patience", "40", "--checkpoint-seconds", "0", "--output",
      folder,
    ]
  }

  /// Starts a run and waits until it has printed some epochs.
  private func startedRun(_ folder: String) throws -> StartedRun {
    let started = try StartedRun(lockstepBinary, arguments(folder))
    let deadline = Date(timeIntervalSinceNow: 60)
    while started.outputSoFar.split(separator: "\n").count < 10 && Date() < deadline
      && started.process.isRunning
    {
      Thread.sleep(forTimeInterval: 0.002)
    }
    return started
  }

  private func reports(_ folder: String) throws -> [String] {
    try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8).split(separator: "\n")
      .map { line in
        let report = try #require(try json(String(line))["report"] as? [String: Any])
        return String(
          decoding: try JSONSerialization.data(withJSONObject: report, options: .sortedKeys),
          as: UTF8.self)
      }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `a run that was stopped ends at the same bits`(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let whole = try run(lockstepBinary, arguments(folder("whole")))
    #expect(whole.status == 0, "\(whole.errors)")

    let started = try startedRun(folder("stopped"))
    try #require(started.process.isRunning, "the run was over before it could be stopped")
    kill(started.process.processIdentifier, signal)
    let stopped = started.finish()
    if signal == SIGKILL {
      #expect(stopped.status == 128 + SIGKILL)
    } else {
      #expect(stopped.status == 130)
      #expect(stopped.errors.contains("lockstep train --resume"))
    }

    let resumed = try lockstep("train", "--resume", folder("stopped"), "--workers", "3")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"))
    #expect(try reports(folder("stopped")) == reports(folder("whole")))
  }

  @Test func `a finished run goes on with more epochs`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let common = ["train", "--data", data, "--hidden", "9", "--schedule", "constant"]
    let whole = try run(
      lockstepBinary, common + ["--epochs", "6", "--output", folder("whole")])
    _ = try run(lockstepBinary, common + ["--epochs", "2", "--output", folder("parts")])
    let more = try lockstep("train", "--resume", folder("parts"), "--epochs", "6")
    #expect(more.status == 0, "\(more.errors)")
    #expect(more.value("fingerprint") == whole.value("fingerprint"))
  }

  @Test func `other settings or data are refused`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try lockstep(
      "train", "--data", data, "--hidden", "9", "--epochs", "2", "--output", folder("run"))
    let settings = try lockstep("train", "--resume", folder("run"), "--learning-rate", "1")
    #expect(settings.status == 64)
    let fewer = try lockstep("train", "--resume", folder("run"), "--epochs", "1")
    #expect(fewer.status == 64)
    let other = try lockstep(
      "train", "--resume", folder("run"), "--data", packageRoot.path + "/datasets/mnist-5k")
    #expect(other.status == 65)
    #expect(other.errors.contains("other images or labels"))
    let missing = try lockstep("train", "--resume", folder("nothing"))
    #expect(missing.status == 66)
  }

  @Test func `a checkpoint cut anywhere is refused`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try lockstep(
      "train", "--data", data, "--hidden", "2", "--epochs", "1", "--output", folder("run"))
    let path = folder("run/checkpoint.safetensors")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for length in [0, 1, 7, 8, 9, 500, bytes.count / 2, bytes.count - 1] {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      let result = try lockstep("train", "--resume", folder("run"))
      #expect(result.status == 65, "cut to \(length): \(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(result.errors.contains("checkpoint.safetensors"))
    }
  }
}

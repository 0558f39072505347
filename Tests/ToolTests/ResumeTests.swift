import Foundation
import Testing
import TestSupport

/// Runs that are interrupted, killed and gone on with end at the same bits as one that was not.
@Suite struct ResumeTests {
  private func arguments(_ folder: String) -> [String] {
    [
      "train", "--data", packageRoot.path + "/datasets/mnist-5k", "--hidden", "64", "--epochs",
      "40", "--validation", "0.1", "--patience", "40", "--checkpoint-every", "0s", "--output",
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

  /// The lines of a log without their times.
  private func reports(_ folder: String) throws -> [String] {
    try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8).split(separator: "\n")
      .map { line in
        var report = try json(String(line))
        for time in ["seconds", "images_per_second"] { report[time] = nil }
        return String(
          decoding: try JSONSerialization.data(withJSONObject: report, options: .sortedKeys),
          as: UTF8.self)
      }
  }

  @Test(arguments: [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGKILL])
  func `a run that was stopped ends at the same bits`(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let whole = try run(lockstepBinary, arguments(folder("whole")))
    #expect(whole.status == 0, "\(whole.errors)")

    let started = try startedRun(folder("stopped"))
    try #require(started.process.isRunning, "the run was over before it could be stopped")
    kill(started.process.processIdentifier, signal)
    let stopped = started.finish()
    #expect(stopped.status == 128 + signal)
    if signal != SIGKILL {
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

  @Test func `a run whose reader goes away leaves a checkpoint`() throws {
    let folder = try TemporaryFolder()
    let words = arguments(folder("run")).map { "'\($0)'" }.joined(separator: " ")
    let result = try run(
      "/usr/bin/env",
      ["bash", "-c", "'\(lockstepBinary)' \(words) | head -1; exit ${PIPESTATUS[0]}"])
    #expect(result.status == 141)
    #expect(result.errors.contains("lockstep train --resume"))
    #expect(try json(file: folder("run/run.json"))["status"] as? String == "interrupted")
    let resumed = try lockstep("train", "--resume", folder("run"), "--epochs", "41")
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  @Test func `a terminal that goes away does not end a training that ignores it`() throws {
    let folder = try TemporaryFolder()
    let words = arguments(folder("run")).map { "'\($0)'" }.joined(separator: " ")
    // No message can be written, and SIGHUP is ignored, as by nohup.
    let result = try run(
      "/usr/bin/env",
      [
        "bash", "-c",
        "trap '' HUP; '\(lockstepBinary)' \(words) 2>&- & sleep 0.1; kill -HUP $!; wait $!",
      ])
    #expect(result.status == 0)
    #expect(try json(file: folder("run/run.json"))["status"] as? String == "finished")
    let full = try run(
      "/usr/bin/env", ["bash", "-c", "'\(lockstepBinary)' train --data nowhere 2>/dev/full"])
    #expect(full.status == 66)
  }

  @Test func `a folder belongs to one run at a time`() throws {
    let folder = try TemporaryFolder()
    let started = try startedRun(folder("run"))
    for words in [["--resume", folder("run")], ["--output", folder("run")]] {
      let other = try run(lockstepBinary, ["train"] + words, in: packageRoot)
      #expect(other.status == 74)
      #expect(other.errors.contains("found a run that is going on"), "\(other.errors)")
    }
    kill(started.process.processIdentifier, SIGKILL)
    _ = started.finish()
    let resumed = try lockstep("train", "--resume", folder("run"))
    #expect(resumed.status == 0, "a lock ends with its process: \(resumed.errors)")
  }

  @Test func `trainings that begin together have a folder each`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let words = ["train", "--data", data, "--hidden", "3", "--epochs", "1"]
    let runs = try (0..<5).map { _ in try StartedRun(lockstepBinary, words, in: folder.url) }
    for run in runs { #expect(run.finish().status == 0) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("runs")).count == 5)
    let chosen = try (0..<5).map { _ in
      try StartedRun(lockstepBinary, words + ["--output", "chosen"], in: folder.url)
    }
    #expect(chosen.map { $0.finish().status }.sorted() == [0, 74, 74, 74, 74])
  }

  /// A run that is killed in its first moments must neither be lost nor block its folder.
  @Test func `a run can be resumed from its very beginning, or begun again`() throws {
    let folder = try TemporaryFolder()
    let whole = try run(lockstepBinary, arguments(folder("whole")))
    for index in 0..<6 {
      let path = folder("killed-\(index)")
      let started = try StartedRun(lockstepBinary, arguments(path))
      let file = path + (index < 3 ? "/run.json" : "")
      while !FileManager.default.fileExists(atPath: file) && started.process.isRunning {}
      kill(started.process.processIdentifier, SIGKILL)
      _ = started.finish()
      var next = try lockstep("train", "--resume", path)
      if next.status == 66 { next = try run(lockstepBinary, arguments(path)) }
      #expect(next.status == 0, "\(next.errors)")
      #expect(next.value("fingerprint") == whole.value("fingerprint"))
    }
  }

  @Test func `a checkpoint that cannot be written is a warning`() throws {
    let folder = try TemporaryFolder()
    let started = try startedRun(folder("run"))
    try FileManager.default.removeItem(atPath: folder("run/checkpoint.safetensors"))
    try FileManager.default.createDirectory(
      atPath: folder("run/checkpoint.safetensors"), withIntermediateDirectories: false)
    let ended = started.finish()
    #expect(ended.status == 74)
    #expect(ended.errors.contains("checkpoint.safetensors: expected to write"), "\(ended.errors)")
    #expect(ended.errors.contains("the training goes on"))
    #expect(ended.value("fingerprint") != nil)
    #expect(try json(file: folder("run/run.json"))["status"] as? String == "finished")
  }

  @Test func `a log that lost lines is made whole from the checkpoint`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try lockstep(
      "train", "--data", data, "--hidden", "9", "--epochs", "3", "--schedule", "constant",
      "--output", folder("run"))
    let before = try reports(folder("run"))
    let log = folder("run/log.jsonl")
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    try (lines[0] + "\n" + lines[2].prefix(30)).write(
      toFile: log, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: folder("run/log.csv"))
    let more = try lockstep("train", "--resume", folder("run"), "--epochs", "4")
    #expect(more.status == 0, "\(more.errors)")
    #expect(try Array(reports(folder("run")).prefix(3)) == before)
    let table = try String(contentsOfFile: folder("run/log.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 5)
  }

  @Test func `a run that stops early keeps its plan`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let common = ["train", "--data", data, "--hidden", "9", "--epochs", "6"]
    let whole = try run(lockstepBinary, common + ["--output", folder("whole")])
    let part = try run(
      lockstepBinary, common + ["--stop-after", "2", "--output", folder("part")])
    #expect(
      part.status == 0 && part.output.contains("stopped after epoch 2 of 6"), "\(part.output)")
    let resumed = try lockstep("train", "--resume", folder("part"))
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"))
    #expect(whole.value("fingerprint") != nil && resumed.errors.isEmpty)
    // A longer run than planned follows another plan, and says so.
    let longer = try lockstep("train", "--resume", folder("whole"), "--epochs", "8")
    #expect(longer.status == 0 && longer.errors.contains("--epochs 8 --stop-after 6"))
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

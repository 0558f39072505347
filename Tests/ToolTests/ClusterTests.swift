import Foundation
import Testing
import TestSupport

/// The command that was built with MPI, where the environment names it.
private let binaryOfMPI = ProcessInfo.processInfo.environment["LOCKSTEP_MPI_BINARY"]
/// mpirun of Open MPI; nil where there is none.
private let launcher = (try? run("/usr/bin/env", ["mpirun", "--version"]))
  .flatMap { $0.output.contains("Open MPI") ? "mpirun" : nil }

/// Trainings by several processes, which Open MPI starts on this machine.
@Suite(
  .enabled(
    if: binaryOfMPI != nil && launcher != nil,
    "needs mpirun of Open MPI, and LOCKSTEP_MPI_BINARY as tools/test sets it"),
  .serialized)
struct ClusterTests {
  private let binary = binaryOfMPI ?? "lockstep"

  /// The options of mpirun for more ranks than processors.
  private var options: [String] {
    ["--oversubscribe", "--quiet"] + (getuid() == 0 ? ["--allow-run-as-root"] : [])
  }

  private func arguments(_ ranks: Int, _ words: [String]) -> [String] {
    ["mpirun"] + options + ["-n", "\(ranks)", binary, "train"] + words
  }

  private func train(_ ranks: Int, _ words: [String]) throws -> Run {
    try run("/usr/bin/env", arguments(ranks, words))
  }

  private var digits: [String] { ["--data", embeddedDigitsPath, "--no-report"] }

  @Test(arguments: [
    ["--batch-size", "256", "--momentum", "0.9"],
    // Five leaves, and two in the last step of an epoch: uneven, and none for some.
    ["--batch-size", "300", "--optimizer", "adamw"],
    [
      "--batch-size", "400", "--hidden", "60,30", "--dropout", "0.3", "--input-dropout", "0.1",
      "--max-norm", "1.5", "--label-smoothing", "0.1", "--augment", "affine",
    ],
    [
      "--batch-size", "256", "--clip-norm", "0.5", "--average", "0.95", "--class-weights",
      "balanced",
    ],
    ["--batch-size", "512", "--validation", "0.2", "--patience", "5", "--gradient-norm", "1e-9"],
  ])
  func `ranks of any number train the bits of one process`(words: [String]) throws {
    let folder = try TemporaryFolder()
    let common = digits + ["--epochs", "2"] + words
    let alone = try run(lockstepBinary, ["train"] + common + ["--output", folder("alone")])
    #expect(alone.status == 0, "\(alone.errors)")
    for (ranks, workers) in [(1, 2), (2, 1), (2, 2), (3, 1), (4, 2)] {
      let path = folder("\(ranks)-\(workers)")
      let result = try train(ranks, common + ["--workers", "\(workers)", "--output", path])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.value("fingerprint") == alone.value("fingerprint"))
      #expect(result.value("test loss") == alone.value("test loss"))
      #expect(
        try reports(path) == reports(folder("alone")), "\(ranks) ranks of \(workers) workers")
      let record = try json(file: path + "/run.json")
      #expect(record["ranks"] as? Int == (ranks == 1 ? nil : ranks))
    }
  }

  @Test func `bfloat16 gives the bits of one process`() throws {
    let folder = try TemporaryFolder()
    let common =
      digits + ["--epochs", "1", "--batch-size", "333", "--hidden", "50,20", "--precision", "bf16"]
    let alone = try run(lockstepBinary, ["train"] + common + ["--output", folder("alone")])
    if alone.errors.contains("bf16 needs") { return }
    let shared = try train(3, common + ["--output", folder("shared")])
    #expect(shared.status == 0, "\(shared.errors)")
    #expect(shared.value("fingerprint") == alone.value("fingerprint"))
  }

  @Test func `a run goes on with any number of ranks`() throws {
    let folder = try TemporaryFolder()
    let common = digits + ["--epochs", "4", "--batch-size", "200", "--optimizer", "adamw"]
    let whole = try run(lockstepBinary, ["train"] + common + ["--output", folder("whole")])
    let first = try train(3, common + ["--stop-after", "1", "--output", folder("parts")])
    #expect(first.output.contains("stopped after epoch 1 of 4"), "\(first.errors)")
    let second = try train(2, ["--resume", folder("parts"), "--stop-after", "2", "--no-report"])
    #expect(second.output.contains("stopped after epoch 2 of 4"), "\(second.errors)")
    let third = try run(
      lockstepBinary, ["train", "--resume", folder("parts"), "--stop-after", "3", "--no-report"])
    #expect(third.status == 0, "\(third.errors)")
    let last = try train(4, ["--resume", folder("parts"), "--no-report"])
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.value("fingerprint") == whole.value("fingerprint"))
    #expect(try reports(folder("parts")) == reports(folder("whole")))
  }

  // MARK: - Refusals

  @Test func `what ranks cannot share is refused before the first step, in one line`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let small = try train(3, digits + ["--batch-size", "128", "--output", folder("few")])
    #expect(small.status == 64)
    #expect(lines(small) == 1 && small.errors.contains("--batch-size of 192"), "\(small.errors)")
    let other = try run(
      "/usr/bin/env",
      arguments(1, digits + ["--batch-size", "256", "--output", folder("other")])
        + [":", "-n", "1", binary, "train", "--data", data, "--batch-size", "256"])
    #expect(other.status == 65)
    #expect(lines(other) == 1, "\(other.errors)")
    #expect(other.errors.contains("rank 1 on") && other.errors.contains("other data"))
    let missing = try run(
      "/usr/bin/env",
      arguments(1, digits + ["--batch-size", "256", "--output", folder("missing")])
        + [":", "-n", "1", binary, "train", "--data", folder("none"), "--batch-size", "256"])
    #expect(missing.status == 66)
    #expect(lines(missing) == 1, "\(missing.errors)")
    #expect(missing.errors.contains("lockstep: rank 1 on"))
    let settings = try run(
      "/usr/bin/env",
      arguments(1, digits + ["--batch-size", "256", "--output", folder("settings")])
        + [":", "-n", "1", binary, "train"] + digits + ["--batch-size", "256", "--seed", "2"])
    #expect(settings.status == 65 && settings.errors.contains("other settings"))
    for name in ["few", "other", "missing", "settings"] {
      #expect(folder.names(in: name) == [], "no folder of a run that did not begin")
    }
    let nowhere = try train(2, ["--data", folder("none"), "--batch-size", "256"])
    #expect(nowhere.status == 66 && lines(nowhere) == 1, "\(nowhere.errors)")
    let wrong = try train(2, ["--batch-sizes", "256"])
    #expect(wrong.status == 64)
    #expect(wrong.errors.components(separatedBy: "Unknown option").count == 2, "\(wrong.errors)")
  }

  // MARK: - Losses

  /// A training that takes longer than any test waits, which has begun.
  private func longTraining(_ ranks: Int, _ folder: String) throws -> StartedRun {
    let words =
      digits + [
        "--batch-size", "256", "--epochs", "100000", "--schedule", "constant",
        "--checkpoint-every", "0.2s", "--workers", "1", "--output", folder,
      ]
    let started = try StartedRun("/usr/bin/env", arguments(ranks, words))
    let deadline = Date(timeIntervalSinceNow: 60)
    while started.outputSoFar.split(separator: "\n").count < 10 && Date() < deadline {
      Thread.sleep(forTimeInterval: 0.01)
    }
    try #require(started.process.isRunning)
    return started
  }

  /// The process of a rank that trains in a folder.
  private func process(ofRank rank: Int, _ folder: String) throws -> pid_t {
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
      guard let number = pid_t(name),
        let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
        String(decoding: words, as: UTF8.self).contains(folder),
        let variables = FileManager.default.contents(atPath: "/proc/\(name)/environ"),
        variables.split(separator: 0).contains(where: {
          String(decoding: $0, as: UTF8.self) == "OMPI_COMM_WORLD_RANK=\(rank)"
        })
      else { continue }
      return number
    }
    Issue.record("no process of rank \(rank)")
    return 0
  }

  @Test(arguments: [(0, SIGKILL), (1, SIGKILL), (2, SIGKILL), (1, SIGSTOP)])
  func `a lost rank ends the run, named with the checkpoint to go on from`(
    rank: Int, signal: Int32
  ) throws {
    let folder = try TemporaryFolder()
    let started = try longTraining(3, folder("run"))
    let pid = try process(ofRank: rank, folder("run"))
    let begin = ContinuousClock.now
    try #require(pid > 0 && kill(pid, signal) == 0)
    let result = started.finish()
    #expect(ContinuousClock.now - begin < .seconds(30))
    #expect(result.status != 0)
    let words = result.errors.split(separator: "\n").filter { $0.hasPrefix("lockstep:") }
    #expect(words.count == 1, "\(result.errors)")
    #expect(words.first?.contains("rank \(rank) on ") == true, "\(result.errors)")
    #expect(words.first?.contains("lockstep train --resume \(folder("run"))") == true)
    let resumed = try train(
      2, ["--resume", folder("run"), "--epochs", "100000", "--stop-after", "1", "--no-report"])
    #expect(resumed.status == 0 || resumed.errors.contains("fewer than"), "\(resumed.errors)")
  }

  @Test func `a run that was asked to end leaves a checkpoint of its last step`() throws {
    let folder = try TemporaryFolder()
    let started = try longTraining(2, folder("run"))
    kill(try process(ofRank: 1, folder("run")), SIGINT)
    let result = started.finish()
    #expect(result.errors.contains("interrupted; go on with"), "\(result.errors)")
    #expect(try json(file: folder("run/run.json"))["status"] as? String == "interrupted")
  }

  // MARK: - What they leave

  private func lines(_ result: Run) -> Int {
    result.errors.split(separator: "\n").count { $0.hasPrefix("lockstep:") }
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
}

/// A command without MPI that a launcher has started several times.
@Suite struct LauncherTests {
  @Test func `a binary without MPI says so, once`() throws {
    for (rank, words) in [("0", 1), ("1", 0)] {
      let result = try run(
        "/usr/bin/env",
        ["OMPI_COMM_WORLD_RANK=\(rank)", "OMPI_COMM_WORLD_SIZE=2", lockstepBinary, "train"])
      #expect(result.status == 64)
      #expect(result.errors.split(separator: "\n").count == words, "\(result.errors)")
      if words > 0 { #expect(result.errors.contains("--traits MPI")) }
    }
  }

  @Test func `other commands than train are not started several times`() throws {
    let result = try run(
      "/usr/bin/env", ["PMI_RANK=0", "PMI_SIZE=4", lockstepBinary, "evaluate", "nowhere"])
    #expect(result.status == 64 && result.errors.contains("only lockstep train"))
  }
}

import Foundation
import TestSupport
import Testing

/// `lockstep search`: what it finds, what it leaves, and what it says of nonsense.
@Suite struct SearchCommandTests {
  private static let ranges = [
    "--learning-rate", "0.01..1", "--hidden", "4|8", "--batch-size", "8|16|32",
  ]

  private func search(_ data: String, _ output: String, _ more: String...) throws -> Run {
    try run(
      lockstepBinary,
      ["search", "--data", data, "--trials", "9", "--epochs", "9", "--output", output]
        + Self.ranges + more)
  }

  /// The lines of a search's log without their times, sorted.
  private func results(_ folder: String) throws -> [String] {
    try String(contentsOfFile: folder + "/search.jsonl", encoding: .utf8).split(separator: "\n")
      .map { line in
        var result = try json(String(line))
        result["seconds"] = nil
        return String(
          decoding: try JSONSerialization.data(withJSONObject: result, options: .sortedKeys),
          as: UTF8.self)
      }.sorted()
  }

  private func best(_ folder: String) throws -> [String: Any] {
    try #require(try json(file: folder + "/search.json")["best"] as? [String: Any])
  }

  @Test func `the command that is printed trains the best network again`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let found = try search(data, folder("search"))
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("rung 1 of 3: 9 trials to epoch 1"), "\(found.output)")
    let best = try best(folder("search"))
    let command = try #require(found.value("command"))
    #expect(command == best["command"] as? String)
    #expect(command.contains("--validation 0.1"))
    let again = try run(
      "/bin/sh",
      [
        "-c",
        "lockstep() { '\(lockstepBinary)' \"$@\"; }\n\(command) --output '\(folder("again"))'",
      ])
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.value("fingerprint") == best["fingerprint"] as? String)
    #expect(again.value("test accuracy") == found.value("test"))
    #expect(try #require(found.value("validation")).contains("of 20)"))
    let evaluated = try lockstep(
      "evaluate", folder("search") + "/" + (best["model"] as? String ?? ""))
    #expect(evaluated.output.contains(try #require(found.value("test"))))
  }

  @Test func `trials may begin with a model, or as a run was trained`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let begun = try lockstep(
      "train", "--data", data, "--hidden", "6", "--epochs", "3", "--seed", "5", "--schedule",
      "constant", "--output", folder("begun"))
    #expect(begun.status == 0, "\(begun.errors)")
    for (option, path) in [("--from", "begun/model.safetensors"), ("--settings", "begun")] {
      let found = try lockstep(
        "search", option, folder(path), "--data", data, "--learning-rate", "0.001..0.1", "--trials",
        "4", "--epochs", "3", "--output", folder("search\(option)"))
      #expect(found.status == 0, "\(found.errors)")
      let command = try #require(found.value("command"))
      let again = try run(
        "/bin/sh",
        [
          "-c",
          "lockstep() { '\(lockstepBinary)' \"$@\"; }\n\(command) --output '\(folder("again\(option)"))'",
        ])
      #expect(again.value("fingerprint") == found.value("fingerprint"), "\(again.errors)")
    }
    let record = try json(file: folder("search--settings/search.json"))
    #expect(record["seed"] as? Int == 5)
  }

  @Test func `only the best trial is tested`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try search(data, folder("search"))
    let trial = try best(folder("search"))["trial"] as? Int
    for number in 1...9 {
      let record = try json(file: folder("search/trials/00\(number)/run.json"))
      #expect((record["test"] != nil) == (number == trial))
      let log = try String(
        contentsOfFile: folder("search/trials/00\(number)/log.jsonl"), encoding: .utf8)
      #expect(log.contains("validation_loss") && !log.contains("test_loss"))
    }
    #expect(try #require(results(folder("search")).first).contains("\"learning-rate\":"))
  }

  @Test func `workers and the trials at once change no result`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try search(data, folder("one"), "--workers", "1")
    for (workers, atOnce) in [("2", "1"), ("2", "2"), ("5", "3")] {
      let path = folder("\(workers)-\(atOnce)")
      let found = try search(data, path, "--workers", workers, "--at-once", atOnce)
      #expect(found.status == 0, "\(found.errors)")
      #expect(try results(path) == results(folder("one")))
      #expect(
        try best(path)["fingerprint"] as? String == best(folder("one"))["fingerprint"] as? String)
    }
  }

  /// A search that takes some seconds.
  private func longSearch(_ folder: String) -> [String] {
    [
      "search", "--data", packageRoot.path + "/datasets/mnist-5k", "--hidden", "64..200",
      "--learning-rate", "0.01..0.3", "--trials", "12", "--epochs", "12", "--seed", "7", "--output",
      folder,
    ]
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `a search that was stopped ends at the same result`(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let whole = try run(lockstepBinary, longSearch(folder("whole")))
    #expect(whole.status == 0, "\(whole.errors)")

    let started = try StartedRun(lockstepBinary, longSearch(folder("stopped")))
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline, started.process.isRunning,
      (try? results(folder("stopped")).count) ?? 0 < 3
    {
      Thread.sleep(forTimeInterval: 0.002)
    }
    try #require(started.process.isRunning, "the search was over before it could be stopped")
    kill(started.process.processIdentifier, signal)
    let stopped = started.finish()
    #expect(stopped.status == 128 + signal)
    if signal != SIGKILL {
      #expect(stopped.errors.contains("lockstep search --resume"), "\(stopped.errors)")
    }

    let resumed = try lockstep("search", "--resume", folder("stopped"), "--workers", "3")
    #expect(resumed.status == 0, "\(resumed.errors)")
    for name in ["fingerprint", "validation", "test", "settings"] {
      #expect(resumed.value(name) == whole.value(name) && whole.value(name) != nil)
    }
    #expect(try results(folder("stopped")) == results(folder("whole")))
    let again = try lockstep("search", "--resume", folder("stopped"))
    #expect(again.status == 0 && again.errors.contains("the search is finished"))
    #expect(again.value("fingerprint") == whole.value("fingerprint"))
  }

  @Test func `a trial whose numbers overflow is lost, and the search goes on`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let words = ["search", "--data", data, "--trials", "6", "--epochs", "3", "--hidden", "8"]
    let some = try run(
      lockstepBinary, words + ["--learning-rate", "0.1|1e30", "--output", folder("some")])
    #expect(some.status == 0, "\(some.errors)")
    #expect(some.output.contains("lost"), "\(some.output)")
    #expect(some.value("settings") == "learning-rate 0.1")
    let all = try run(
      lockstepBinary, words + ["--learning-rate", "1e30|1e31", "--output", folder("all")])
    #expect(all.status == 1 && all.errors.contains("all 6 trials are lost"), "\(all.errors)")
    #expect(all.errors.contains("is not finite"))
  }

  @Test func `JSON is all that is printed with --json`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let found = try search(data, folder("search"), "--json")
    #expect(found.status == 0, "\(found.errors)")
    let record = try json(found.output)
    #expect(record["status"] as? String == "finished")
    #expect((record["best"] as? [String: Any])?["testAccuracy"] as? Double != nil)
    let again = try json(lockstep("search", "--resume", folder("search"), "--json").output)
    #expect(again["best"] as? NSDictionary == record["best"] as? NSDictionary)
  }

  @Test(arguments: [40, 80])
  func `the tables fit a terminal, and a pipe gets no control characters`(columns: Int) throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let words =
      ["search", "--data", data, "--trials", "9", "--epochs", "3"] + Self.ranges
    let result = try TerminalTests().inTerminal(
      columns: columns, [:], words + ["--output", folder("shown")])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("\u{1B}["), "the live table")
    let shown = result.output.replacing(/\e\[[0-9]*[A-Z]/, with: "").replacing("\r", with: "")
    let lines = shown.split(separator: "\n")
    // How much of the bar is filled depends on how fast the trials are.
    #expect(lines.contains { $0.contains(/rung 1\/2 [━╌]+  \d of 9 trials/) }, "\(shown)")
    #expect(lines.contains { $0.contains("trial  epochs  accuracy") })
    for line in lines where line.contains(/\S +\S+ +\S/) {
      #expect(line.count <= columns, "\(line)")
    }
    let piped = try run(lockstepBinary, words + ["--output", folder("piped")])
    #expect(!(piped.output + piped.errors).contains("\u{1B}"), "\(piped.errors)")
  }

  @Test(arguments: [
    (["--hiden", "64|128"], "Unknown option '--hiden'. Did you mean '--hidden'?"),
    (["--learning-rate", "0.01..0.5", "--hiden", "64"], "Did you mean '--hidden'?"),
    (["--learning-rate", "0.01..0.5", "--trails", "9"], "Did you mean '--trials'?"),
    (["--learning-rate", "0.01..0.5", "--hidden", "x"], "The value 'x' is invalid for '--hidden"),
    (["--learning-rate", "0.01..0.5", "word"], "Unexpected argument 'word'"),
    (["--learning-rate", "0.5..0.01"], "the range ends below its beginning"),
    (["--learning-rate", "0.1..0.1"], "both ends are the same"),
    (["--learning-rate", "0..0.1"], "the range begins above 0"),
    (["--learning-rate", "0.01.."], "a range is of two numbers"),
    (["--learning-rate", "0.01...0.5"], "a range is of two numbers"),
    (["--learning-rate=low..high"], "a range is of two numbers"),
    (["--learning-rate", "0.01..inf"], "a range is of two numbers"),
    (["--activation", "relu..tanh"], "choices are written a|b|c"),
    (["--activation", "1..2"], "The value '1' is invalid for '--activation"),
    (["--activation", "relu|tahn"], "The value 'tahn' is invalid for '--activation"),
    (["--nesterov", "1..2"], "does not take any value"),
    (["--batch-size", "16..32.5"], "The value '32.5' is invalid for '--batch-size"),
    (["--hidden", "64|"], "a choice is empty"),
    (["--hidden", "64|128", "--hidden", "32|64"], "--hidden is given twice"),
    (["--hidden", "64"], "nothing to search for"),
    ([], "nothing to search for"),
    (["64|128"], "64|128 belongs to no option"),
    (["--epochs", "3|9", "--hidden", "64|128"], "--epochs 3|9"),
    (["--seed", "1..9"], "would have other validation images"),
    (["--validation", "0.1|0.2"], "the same validation images"),
    (["--hidden", "64|128", "--validation", "0"], "--validation leaves none"),
    (["--hidden", "64|128", "--trials", "0"], "--trials 0 is not in 1…"),
    (["--hidden", "64|128", "--reduction-factor", "1"], "--reduction-factor 1 is not in 2…"),
    (["--hidden", "64|128", "--min-epochs", "31"], "--min-epochs 31 is more than the 30 epochs"),
    (["--hidden", "64|128", "--epochs", "0"], "--epochs 0 is below 1"),
    (["--hidden", "64|128", "--at-once", "0"], "--at-once 0 is not in 1…"),
    (["--optimizer", "sgd|adamw", "--momentum", "0.9"], "means nothing to the optimizer adamw"),
    (["--dropout", "0.5..1.5"], "is not in 0 ..< 1"),
    (["--resume", "x", "--hidden", "64|128"], "--resume takes all settings from the search"),
    (["--resume", "x", "--trials", "3"], "--resume takes all settings from the search"),
  ])
  func `nonsense is one clear message and leaves no files`(
    arguments: [String], words: String
  ) throws {
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary,
      ["search", "--data", packageRoot.path + "/datasets/mnist-5k"] + arguments, in: folder.url)
    #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
    #expect(folder.names().isEmpty)
  }

  @Test func `a search that cannot be resumed says why`() throws {
    let folder = try TemporaryFolder()
    let missing = try lockstep("search", "--resume", folder("none"))
    #expect(missing.status == 66 && missing.errors.contains("search.json"), "\(missing.errors)")
    try folder.write("{}", to: "broken/search.json")
    let broken = try lockstep("search", "--resume", folder("broken"))
    #expect(broken.status == 65 && broken.errors.contains("the record of a search"))
  }
}

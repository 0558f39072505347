import Foundation
import Testing
import TestSupport

@Suite struct TrainCommandTests {
  @Test func `a run leaves model, log, record and features`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let result = try lockstep(
      "train", "--data", data, "--hidden", "20", "--epochs", "3", "--output", folder("run"))
    #expect(result.status == 0, "\(result.errors)")
    for name in [
      "model.safetensors", "checkpoint.safetensors", "log.jsonl", "log.csv", "run.json",
      "features.png",
    ] {
      #expect(FileManager.default.fileExists(atPath: folder("run/\(name)")), "\(name)")
    }
    let record = try json(file: folder("run/run.json"))
    #expect(record["status"] as? String == "finished")
    #expect(record["epochs"] as? Int == 3)
    #expect(record["fingerprint"] as? String == result.value("fingerprint"))
    let digests = (record["data"] as? [String: Any])?["digests"] as? [String: Any]
    let images = try run("/usr/bin/env", ["sha256sum", "\(data)/train-images-idx3-ubyte"])
    #expect(digests?["trainImages"] as? String == String(images.output.prefix(64)))
    let taking = try #require(record["workersInSteps"] as? [String: Any])
    let steps = (taking["steps"] as? [String: Int] ?? Dictionary()).values.reduce(0, +)
    #expect(steps == 3 * 7, "every step of 200 images in mini-batches of 32 is counted once")
    #expect(try #require(taking["min"] as? Int) <= #require(taking["median"] as? Int))
    #expect(result.value("workers        ")?.contains("took part in") == true)
    let log = try String(contentsOfFile: folder("run/log.jsonl"), encoding: .utf8)
    #expect(log.split(separator: "\n").count == 3)
    let fields = try json(String(log.split(separator: "\n")[1]))
    #expect(fields["epoch"] as? Int == 2 && fields["train_accuracy"] is Double)
    let table = try String(contentsOfFile: folder("run/log.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let names = table[0].map(String.init)
    for (name, text) in zip(names, table[2]) {
      // Foundation's reader of JSON may miss the last bits.
      let (one, other) = (fields[name] as? Double ?? -1, Double(text) ?? -1)
      #expect(abs(one - other) <= 1e-12 * abs(one), "\(name)")
    }
    // Other programs read the time, and a model tells nobody where its data lay.
    let begun = try #require(record["begun"] as? String)
    let age = try Date().timeIntervalSince(Date(begun, strategy: .iso8601))
    #expect((0..<600).contains(age))
    let model = try Data(contentsOf: URL(fileURLWithPath: folder("run/model.safetensors")))
    #expect(model.firstRange(of: Data(folder.url.path.utf8)) == nil)
  }

  #if os(Linux)
    /// Root is above the limit on processes, so the command runs as nobody.
    @Test func `where no thread can be started, one worker trains`() throws {
      let folder = try TemporaryFolder()
      let data = try smallDigits(in: folder)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
      let asNobody =
        getuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : ""
      let copy = folder("lockstep")
      try FileManager.default.copyItem(atPath: lockstepBinary, toPath: copy)
      let command =
        "ulimit -u 1; exec \(copy) train --data \(data) --hidden 5 --epochs 1 --workers 2 "
        + "--output \(folder("run"))"
      let result = try run(
        "/usr/bin/env", ["bash", "-c", "exec \(asNobody)bash -c '\(command)'"])
      try #require(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("lets 1 of 2 threads start"), "\(result.errors)")
      let usual = try lockstep(
        "train", "--data", data, "--hidden", "5", "--epochs", "1", "--output", folder("2"))
      #expect(result.value("fingerprint") == usual.value("fingerprint"))
    }
  #endif

  @Test func `a time that never comes between checkpoints is taken`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    for time in ["infs", "1e30h", "0s", "0.5m"] {
      let result = try lockstep(
        "train", "--data", data, "--hidden", "5", "--epochs", "2", "--checkpoint-every", time,
        "--output", folder(time))
      #expect(result.status == 0, "\(result.errors)")
    }
    for time in ["0", "-1", "-1s", "nans", "s", "5 weeks", ""] {
      let result = try lockstep("train", "--data", data, "--checkpoint-every=\(time)")
      #expect(result.status == 64, "\(time)")
    }
    #expect(try lockstep("train", "--data", data, "--keep", "0").status == 64)
  }

  @Test func `the default settings learn the embedded digits`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "train", "--data", packageRoot.path + "/datasets/mnist-5k", "--output", folder("run"))
    #expect(result.status == 0, "\(result.errors)")
    let record = try json(file: folder("run/run.json"))
    #expect(try #require(record["testAccuracy"] as? Double) >= 0.935)
  }

  @Test func `the embedded digits are found from any folder`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep("train", "--epochs", "1", "--hidden", "8", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder("runs"))
    #expect(runs.count == 1 && runs[0].hasSuffix("-784-8-10"), "\(runs)")
  }

  @Test func `plain lines are printed into a pipe`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let result = try lockstep(
      "train", "--data", data, "--epochs", "2", "--hidden", "5", "--output", folder("run"))
    #expect(!(result.output + result.errors).contains("\u{1B}"))
    #expect(!(result.output + result.errors).contains("\r"))
    #expect(result.errors.isEmpty)
  }

  @Test func `any number of workers gives the same bits`() throws {
    let folder = try TemporaryFolder()
    func fingerprint(_ options: String...) throws -> String {
      let result = try run(
        lockstepBinary,
        ["train", "--epochs", "1", "--batch-size", "33", "--hidden", "40"] + options
          + ["--output", folder(options.joined())], in: packageRoot)
      #expect(result.status == 0, "\(result.errors)")
      return try #require(result.value("fingerprint"))
    }
    let fingerprints =
      try [1, 2, 3, 4, 7].map { try fingerprint("--workers", "\($0)") } + [fingerprint("--no-pin")]
    #expect(Set(fingerprints).count == 1, "\(fingerprints)")
  }

  @Test func `AdamW trains, resumes and says so`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let options = ["train", "--data", data, "--hidden", "20", "--optimizer", "adamw"]
    func run(_ more: String..., output: String) throws -> Run {
      try ToolTests.run(lockstepBinary, options + more + ["--output", folder(output)])
    }
    let whole = try run("--epochs", "4", "--schedule", "constant", output: "whole")
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("AdamW with betas 0.9 and 0.999, weight decay 0.01"))
    let settings = try json(file: folder("whole/run.json"))["settings"] as? [String: Any]
    #expect(settings?["learningRate"] as? Double == 0.001)
    #expect((settings?["optimizer"] as? [String: Any])?["adamW"] != nil)
    let part = try run(
      "--epochs", "2", "--schedule", "constant", "--workers", "1", output: "part")
    #expect(part.status == 0)
    let resumed = try lockstep(
      "train", "--resume", folder("part"), "--epochs", "4", "--workers", "2")
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"), "\(resumed.errors)")
  }

  @Test(arguments: [
    (
      ["--optimizer", "adamw", "--momentum", "0.9"],
      "--momentum means nothing to the optimizer adamw"
    ),
    (["--optimizer", "adamw", "--nesterov"], "--nesterov means nothing to the optimizer adamw"),
    (["--beta1", "0.9"], "--beta1 means nothing to the optimizer sgd"),
    (["--optimizer", "adamw", "--epsilon", "0"], "an epsilon of 0.0 is not above 0"),
    (["--optimizer", "adam"], "'sgd' and 'adamw'"),
  ])
  func `an option of another optimizer is refused`(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary, ["train", "--output", folder("run")] + arguments, in: packageRoot)
    #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
  }

  @Test func `the field's other names are understood`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let fingerprints = try [["logistic", "float"], ["sigmoid", "float32"]].map { names in
      let result = try lockstep(
        "train", "--data", data, "--hidden", "9", "--epochs", "1", "--activation", names[0],
        "--precision", names[1], "--output", folder(names[0]))
      #expect(result.output.contains("784-9-10, logistic"), "\(result.errors)")
      return result.value("fingerprint")
    }
    #expect(fingerprints[0] != nil && fingerprints[0] == fingerprints[1])
  }

  @Test func `help fits in 80 columns, and completions know files`() throws {
    for command in [
      "train", "evaluate", "predict", "features", "report", "export", "import", "augment",
      "scaling", "profile", "info", "search", "find-rate",
    ] {
      let help = try lockstep("help", command)
      #expect(help.status == 0 && help.output.contains("USAGE: lockstep \(command)"))
      for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    let completions = try lockstep("--generate-completion-script", "zsh").output
    #expect(completions.contains("*.safetensors") && completions.contains("_files -/"))
  }

  static let portableBinary = ProcessInfo.processInfo.environment["LOCKSTEP_PORTABLE_BINARY"]

  @Test(
    .enabled(
      if: portableBinary != nil,
      "LOCKSTEP_PORTABLE_BINARY names no x86-64-v3 build; tools/test does"
    ),
    arguments: [
      [], ["--momentum", "0"], ["--weight-decay", "0.01"], ["--activation", "tanh"],
      ["--optimizer", "adamw"], ["--augment", "affine,elastic,shift"],
      [
        "--dropout", "0.5", "--input-dropout", "0.2", "--max-norm", "1", "--label-smoothing", "0.1",
      ],
    ])
  func `the native and the portable build give the same bits`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let binaries = [lockstepBinary, try #require(Self.portableBinary)]
    let fingerprints = try binaries.enumerated().map { index, binary in
      let result = try run(
        binary,
        ["train", "--epochs", "2", "--batch-size", "100", "--hidden", "70,30"] + options
          + ["--output", folder("run-\(index)")], in: packageRoot)
      #expect(result.status == 0, "\(result.errors)")
      return try #require(result.value("fingerprint"))
    }
    #expect(fingerprints[0] == fingerprints[1])
  }

  /// A build for x86-64-v3 has no bfloat16, whatever the processor; a native one may have.
  @Test func `bfloat16 is taken or refused in words`() throws {
    let folder = try TemporaryFolder()
    for (index, binary) in [lockstepBinary, Self.portableBinary].compactMap(\.self).enumerated() {
      let output = folder("run-\(index)")
      let result = try run(
        binary, ["train", "--epochs", "1", "--precision", "bf16", "--output", output],
        in: packageRoot)
      if result.status == 0 {
        #expect(index == 0)
        #expect(result.output.contains("products of bfloat16"))
        let record = try json(file: output + "/run.json")
        let settings = record["settings"] as? [String: Any]
        #expect(["bf16", "bf16-matrix"].contains(settings?["precision"] as? String))
      } else {
        #expect(result.status == 64)
        #expect(result.errors.contains("bf16 needs a processor with AVX-512 BF16"))
        #expect(!FileManager.default.fileExists(atPath: output))
      }
    }
    let wrong = try lockstep("train", "--precision", "bf17", "--output", folder("wrong"))
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("'float', 'bf16', 'bf16-vector'"), "\(wrong.errors)")
  }

  @Test func `a run stops early and says so`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "train", "--validation", "0.2", "--patience", "3", "--schedule", "constant", "--hidden", "32",
      "--output", folder("run"), in: packageRoot)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("stopped early"))
    let record = try json(file: folder("run/run.json"))
    #expect(record["stopReason"] as? String == "earlyStopping")
  }

  @Test func `a run says where numbers overflow and keeps the last good model`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let result = try lockstep(
      "train", "--data", data, "--learning-rate", "1e30", "--output", folder("run"))
    #expect(result.status == 1)
    #expect(result.errors.contains("not finite in epoch 1, step"))
    #expect(result.errors.contains("lower the learning rate"))
    let evaluation = try lockstep("evaluate", folder("run/model.safetensors"), "--data", data)
    #expect(evaluation.status == 0, "\(evaluation.errors)")
    #expect(try json(file: folder("run/run.json"))["status"] as? String == "failed")
  }

  @Test func `a folder that holds a run is refused`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let arguments = [
      "train", "--data", data, "--epochs", "1", "--hidden", "5", "--output", folder("run"),
    ]
    #expect(try run(lockstepBinary, arguments).status == 0)
    let second = try run(lockstepBinary, arguments)
    #expect(second.status == 74)
    #expect(second.errors.contains("--resume"))
  }
}

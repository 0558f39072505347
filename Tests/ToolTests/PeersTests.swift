import Foundation
import Testing
import TestSupport

private let script = packageRoot.appendingPathComponent("tools/peers/run").path

/// Whether the script finds a Python; nothing but its standard library is needed here.
private let hasPython =
  (try? run(
    "/usr/bin/env",
    ["python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
  ).status) == 0

@Suite(.enabled(if: hasPython, "there is no Python 3.11 as python3")) struct PeersTests {
  /// Multiply-adds of 784-20-10: 15,880 forward, as many for the gradient, 200 for error signals.
  /// That is 63,920 operations an image.
  @Test func `samples become medians, ratios and arithmetic`() throws {
    let folder = try TemporaryFolder()
    let result = try report(
      in: folder, "speed.json",
      speedRecord([
        // 2, 4, 4 and 2 million images a second.
        sample(system: "lockstep", round: 1, seconds: [0.5, 0.25], accuracy: 0.95),
        sample(system: "lockstep", round: 2, seconds: [0.25, 0.5], accuracy: 0.96),
        // One that others disturbed, then 1, 1, 2 and 0.5.
        sample(system: "jax", round: 1, seconds: [9, 9], accuracy: 0.945, others: 0.4),
        sample(system: "jax", round: 1, seconds: [1, 1], accuracy: 0.945),
        sample(system: "jax", round: 2, seconds: [0.5, 2], accuracy: 0.955),
      ]))
    #expect(result.status == 0, "\(result.errors)")
    let rows = cells(of: result.output)
    #expect(
      rows == [
        [
          "784-20-10, 10", "Lockstep", "3,000,000", "2,000,000–4,000,000", "", "", "192", "60 %",
          "95.50 %", "85 MB",
        ],
        [
          "784-20-10, 10", "JAX, scanned epoch", "1,000,000", "500,000–2,000,000", "3.00 ×",
          "2.40–3.00", "64", "20 %", "95.00 %", "85 MB",
        ],
      ])
    #expect(
      result.output.contains(
        "784-20-10, 10, float: 3.00 × the best peer (JAX, scanned epoch)\n"))
    #expect(result.output.contains("peak       320 GFLOP/s"))
    #expect(try String(contentsOfFile: folder("speed.md"), encoding: .utf8).contains("3.00 ×"))
  }

  @Test func `figures that cannot be trusted are named`() throws {
    let folder = try TemporaryFolder()
    let result = try report(
      in: folder, "speed.json",
      speedRecord([
        sample(system: "lockstep", round: 1, seconds: [1], accuracy: 0.95),
        sample(system: "jax", round: 1, seconds: [1], accuracy: 0.95, others: 0.5),
        // Standard error 0.22 %; six of them are allowed.
        sample(system: "scikit-learn", round: 1, seconds: [1], accuracy: 0.936),
      ]))
    #expect(result.status == 1)
    #expect(
      result.output.contains(
        "784-20-10/10, scikit-learn: an accuracy of 93.60 % lies off the others"))
    #expect(!result.output.contains("JAX, scanned epoch: an accuracy"))
    #expect(
      result.output.contains(
        "784-20-10/10, JAX, scanned epoch: other processes ran beside every sample"))
  }

  @Test func `accuracies may lie apart as far as seeds do`() throws {
    func output(of accuracies: [Double]) throws -> String {
      let folder = try TemporaryFolder()
      let others = ["lockstep", "jax", "keras"].flatMap { system in
        (1...3).map { sample(system: system, round: $0, seconds: [1], accuracy: 0.95) }
      }
      let own = accuracies.enumerated().map {
        sample(system: "scikit-learn", round: $0 + 1, seconds: [1], accuracy: $1)
      }
      return try report(in: folder, "speed.json", speedRecord(others + own)).output
    }
    let complaint = "scikit-learn: an accuracy of 93.00 % lies off the others"
    #expect(try output(of: [0.93, 0.93, 0.93]).contains(complaint))
    #expect(try !output(of: [0.955, 0.93, 0.915]).contains(complaint))
    // Two per cent more or less from seed to seed do not excuse ten.
    #expect(
      try output(of: [0.87, 0.85, 0.83]).contains("an accuracy of 85.00 % lies off the others"))
  }

  @Test func `time to accuracy is the median of its seeds`() throws {
    let folder = try TemporaryFolder()
    let settings: [String: Any] = [
      "hidden": [20], "batchSize": 10, "learningRate": 0.2, "schedule": "one-cycle",
      "momentum": 0.9, "nesterov": false, "epochs": 7,
    ]
    func timed(
      _ system: String, _ seed: Int, _ seconds: Double, _ accuracy: Double, others: Double = 0
    ) -> [String: Any] {
      [
        "system": system, "seed": seed, "seconds": seconds, "accuracy": accuracy, "epochs": 7,
        "othersShare": others,
        "peakMemory": 85_000_000,
      ]
    }
    let record: [String: Any] = [
      "kind": "accuracy", "machine": machine, "target": 0.98, "seeds": 3, "unavailable": [:],
      "order": ["lockstep", "jax"], "settings": ["lockstep": settings, "jax": settings],
      "samples": [
        timed("lockstep", 1, 0.5, 0.981), timed("lockstep", 2, 0.9, 0.98),
        timed("lockstep", 3, 0.4, 0.982),
        timed("jax", 1, 2, 0.981), timed("jax", 2, 1.5, 0.979),
        timed("jax", 3, 9, 0.981, others: 0.5), timed("jax", 3, 1.5, 0.981),
      ],
    ]
    let result = try report(in: folder, "accuracy.json", record)
    // One seed of JAX did not get there.
    #expect(result.status == 1)
    let words = "784-20-10, batch 10, rate 0.2 one-cycle, momentum 0.9, 7 epochs"
    #expect(
      cells(of: result.output) == [
        ["Lockstep", words, "0.50", "0.40–0.90", "", "7–7", "98.00 %", "3 of 3", "85 MB"],
        [
          "JAX, scanned epoch", words, "1.50", "1.50–2.00", "3.0 ×", "7–7", "97.90 %", "2 of 3",
          "85 MB",
        ],
      ])
  }

  /// A stand-in for Python plays JAX, and has no PyTorch; Lockstep is the real one.
  @Test func `a peer that is not there does not stop the others`() throws {
    let folder = try TemporaryFolder()
    let python = try folder.write(
      Array(
        """
        #!/bin/sh
        case $1 in *with_jax.py) ;; *) echo "ModuleNotFoundError: No module named 'torch'" >&2; exit 1 ;; esac
        echo '{"kind": "start", "versions": {"jax": "1.2.3"}, "form": "played"}'
        echo '{"kind": "epoch", "epoch": 1, "seconds": 9, "images": 4000, "accuracy": null}'
        echo '{"kind": "epoch", "epoch": 2, "seconds": 0.5, "images": 4000, "accuracy": 0.85}'
        echo '{"kind": "end", "accuracy": 0.85}'
        """.utf8), to: "python")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
    let result = try run(
      script,
      [
        "speed", "--quick", "--systems", "pytorch,lockstep,jax", "--python", python, "--lockstep",
        lockstepBinary, "--data", packageRoot.appendingPathComponent("datasets/mnist-5k").path,
        "--output", folder("result"),
      ])
    #expect(result.status == 0, "\(result.errors)")
    let rows = cells(of: result.output)
    try #require(rows.map { $0[1] } == ["Lockstep", "JAX, scanned epoch"], "\(result.output)")
    // The warm-up's nine seconds are not counted.
    #expect(rows[1][2] == "8,000")
    #expect(
      result.output.contains(
        "PyTorch, eager: not available: ModuleNotFoundError: No module named 'torch'\n"))
    let record = try json(file: folder("result/speed.json"))
    // One that other processes disturb, such as other tests, is taken up to three times.
    let samples = try #require(record["samples"] as? [[String: Any]])
    #expect(Set(samples.compactMap { $0["system"] as? String }) == ["lockstep", "jax"])
    #expect((record["peakGigaflops"] as? [Double])?.allSatisfy { $0 > 0 } == true)
  }

  @Test(arguments: [
    (["speed", "--systems", "abacus"], 64, "abacus: expected one of lockstep, "),
    (["speed", "--cases", "1-2/3"], 64, "1-2/3: expected one of 784-128-10/32, "),
    (["speed", "--rounds", "0"], 64, "--rounds: 0 is no whole number from 1 up; see "),
    (["report"], 64, "`report` goes with a folder"),
    (["speed", "--data", "/no/such/folder"], 66, "expected train-images-idx3-ubyte, plain or .gz"),
    (["report", "/no/such/folder"], 66, "expected speed.json or accuracy.json"),
  ])
  func `wrong use is one clear line`(arguments: [String], status: Int32, words: String) throws {
    let result = try run(script, arguments)
    #expect(result.status == status)
    #expect(result.errors.hasPrefix("peers: "))
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.count { $0 == "\n" } == 1, "\(result.errors)")
  }

  @Test func `a record that is none is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"kind\": \"accu", to: "speed.json")
    let result = try run(script, ["report", folder.url.path])
    #expect(result.status == 65)
    #expect(result.errors.contains("speed.json: expected JSON, found "), "\(result.errors)")
  }
}

@Test func `without Python the peers say so`() throws {
  let folder = try TemporaryFolder()
  try FileManager.default.createSymbolicLink(
    atPath: folder("dirname"), withDestinationPath: "/usr/bin/dirname")
  let result = try run(
    "/usr/bin/env", ["PATH=\(folder.url.path)", "/bin/bash", script, "--help"])
  #expect(result.status == 69)
  #expect(result.errors.contains("expected Python 3.11 or later as python3, found none"))
}

private var machine: [String: Any] {
  ["processor": "P", "system": "S", "cores": [0, 1]]
}

/// The record of a comparison on 784-20-10 with a batch of 10.
private func speedRecord(_ samples: [[String: Any]]) -> [String: Any] {
  [
    "kind": "speed", "begun": "now", "machine": machine, "testImages": 10_000, "rounds": 2,
    "settings": ["learningRate": 0.1, "schedule": "constant", "momentum": 0],
    "cases": [["hidden": [20], "batchSize": 10, "timedEpochs": 2]],
    "order": ["lockstep", "jax", "scikit-learn"], "systems": [:], "unavailable": [:],
    "failures": [], "peakGigaflops": [340, 300, 320], "samples": samples,
  ]
}

/// A process that trained a million images an epoch.
private func sample(
  system: String, round: Int, seconds: [Double], accuracy: Double, others: Double = 0
) -> [String: Any] {
  [
    "round": round, "case": "784-20-10/10", "system": system, "images": 1_000_000,
    "warmUpSeconds": 5, "epochSeconds": seconds, "accuracy": accuracy, "peakMemory": 85_000_000,
    "othersShare": others,
  ]
}

/// Has the script report on a record.
private func report(
  in folder: TemporaryFolder, _ name: String, _ record: [String: Any]
) throws -> Run {
  let bytes = try JSONSerialization.data(withJSONObject: record)
  try folder.write(Array(bytes), to: name)
  return try run(script, ["report", folder.url.path])
}

/// The cells of a Markdown table in a text, without its head.
private func cells(of text: String) -> [[String]] {
  text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map { line in
    line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}

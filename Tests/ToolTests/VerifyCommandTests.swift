import Foundation
import TestSupport
import Testing

/// `lockstep verify`, and the table of fingerprints.
@Suite struct VerifyCommandTests {
  @Test func `all ways and the portable build give the same bits`() throws {
    var programs = [lockstepBinary]
    if let portable = ProcessInfo.processInfo.environment["LOCKSTEP_PORTABLE_BINARY"] {
      programs.append(portable)
    }
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let words =
      ["verify", "--data", data, "--hidden", "20,10", "--optimizer", "adamw", "--batch-size", "33"]
      + programs.flatMap { ["--program", $0] }
    let text = try run(lockstepBinary, words)
    #expect(text.status == 0, "\(text.output)\(text.errors)")
    #expect(text.output.contains("all ") && !text.output.contains("DIFFERS"))
    let report = try json(run(lockstepBinary, words + ["--json", "--workers", "2"]).output)
    #expect(report["fingerprint"] as? String == text.value("fingerprint"))
    let ways = try #require(report["ways"] as? [[String: Any]])
    #expect(ways.count >= 7 && ways.allSatisfy { $0["isSame"] as? Bool == true })
  }

  @Test func `a program that computes something else is found out, and where`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    // It resumes the run to all appearances, but from a training with another seed.
    let program = folder("program")
    try """
    #!/bin/sh
    [ "$3" = --resume ] || exit 1
    run=$4
    '\(lockstepBinary)' train --quiet --data "$6" --hidden 9 --epochs 2 --seed 2 --output "$run-2" \
      --checkpoint-every 1 --keep 1000 || exit 1
    cp "$run-2/checkpoints/step-00000001.safetensors" "$run/checkpoint.safetensors" || exit 1
    exec '\(lockstepBinary)' "$@"
    """.write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let result = try lockstep(
      "verify", "--data", data, "--hidden", "9", "--workers", "1", "--program", program)
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    #expect(result.output.contains("DIFFERS: step 1, layer0.weight[0, 0]: "), "\(result.output)")

    let missing = try lockstep("verify", "--data", data, "--program", folder("nothing"))
    #expect(missing.status == 66)
    let failing = try lockstep("verify", "--data", data, "--program", "/bin/false")
    #expect(failing.status == 74 && failing.errors.contains("expected to train"))
  }

  @Test(arguments: [nil, "LOCKSTEP_PORTABLE_BINARY"])
  func `trainings have the fingerprints of the table`(binary: String?) throws {
    var words = [packageRoot.path + "/tools/fingerprints", "--program", lockstepBinary]
    if let binary {
      guard let path = ProcessInfo.processInfo.environment[binary] else { return }
      words[2] = path
    }
    let result = try run("/usr/bin/env", ["python3"] + words)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains(" same"), "\(result.output)")
  }
}

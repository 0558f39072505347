import Foundation
import Testing
import TestSupport

private let hasPython = (try? run("/usr/bin/env", ["python3", "--version"]).status) == 0

/// The list of what `tools/mutants/run` breaks. That the claims notice takes it half an hour.
@Suite(.enabled(if: hasPython, "there is no python3")) struct MutantsTests {
  @Test func `every mutant's text is in its file once, and every topic has a mutant`() throws {
    let result = try run(
      packageRoot.appendingPathComponent("tools/mutants/run").path, ["--list"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == 28)
  }

  @Test func `every mutant of the list was recorded as noticed`() throws {
    func lines(_ path: String) throws -> [Substring] {
      try String(contentsOf: packageRoot.appendingPathComponent(path), encoding: .utf8)
        .split(separator: "\n")
    }
    let names = try lines("tools/mutants/mutants.toml").compactMap {
      $0.wholeMatch(of: /name = "(.*)"/)?.1
    }
    let record = try lines("docs/check-mutants.txt").dropFirst()
    #expect(names.count >= 28)
    for name in names { #expect(record.contains { $0.contains(name) }, "\(name)") }
    #expect(record.allSatisfy { !$0.contains("NOT NOTICED") })
  }
}

import Foundation
import Testing

@Suite struct ProfileCommandTests {
  private func profile(_ arguments: String...) throws -> Run {
    try run(
      lockstepBinary,
      [
        "profile", "--synthetic", "300", "--hidden", "32,16", "--batch-size", "100",
        "--seconds", "0.2",
      ] + arguments)
  }

  @Test func `every pass of the step has its time and share`() throws {
    let result = try profile("--json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(report["batchSize"] as? Int == 100 && report["steps"] as? Int ?? 0 > 10)
    #expect(
      report["precision"] as? String == "float"
        && (report["optimizer"] as? [String: Any])?["sgd"] != nil)
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(
      rows.map { "\($0["layer"] as? String ?? "") \($0["pass"] as? String ?? "")" } == [
        " samples", "784-32 forward", "32-16 forward", "16-10 forward", " loss",
        "16-10 backward", "32-16 backward", "16-10 gradient and update",
        "32-16 gradient and update", "784-32 gradient and update",
      ])
    let times = rows.compactMap { ($0["time"] as? [String: Any])?["median"] as? Double }
    let step = try #require(report["stepSeconds"] as? Double)
    #expect(times.count == rows.count && times.allSatisfy { $0 > 0 })
    #expect(abs(times.reduce(0, +) - step) <= 1e-9 * step)
    #expect(abs(rows.compactMap { $0["share"] as? Double }.reduce(0, +) - 1) <= 1e-9)
    for row in rows {
      #expect((row["gigaflops"] as? Double != nil) == (row["layer"] != nil))
      #expect(row["shareOfPeak"] as? Double ?? 0.1 > 0)
    }
  }

  @Test func `the table says the same to people`() throws {
    let result = try profile("--momentum")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.value("network")?.contains("784-32-16-10, batch 100, 1 thread") == true)
    #expect(result.value("products") == "floats, SGD with momentum")
    #expect(result.value("32-16")?.hasPrefix("forward") == true)
    #expect(result.output.split(separator: "\n").last?.hasSuffix("100.0 %") == true)
  }

  @Test(arguments: [
    (["--batch-size", "301"], 64, "--batch-size 301 is more than the 300 images"),
    (["--batch-size", "0"], 64, "--batch-size 0 is below 1"),
    (["--seconds", "0"], 64, "--seconds 0.0 is not in"),
    (["--data", "somewhere"], 64, "--synthetic draws its own images"),
  ])
  func `wrong use is one clear line`(arguments: [String], status: Int32, words: String) throws {
    let result = try run(lockstepBinary, ["profile", "--synthetic", "300"] + arguments)
    #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}

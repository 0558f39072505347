import Foundation
import Pictures
import Testing

@Suite struct LectureCommandTests {
  /// Where the course stands in the project's guides: every topic has its number.
  private static let numbers =
    (1...7).map { "A\($0)" } + (1...3).map { "B\($0)" } + (1...10).map { "C\($0)" }
    + (1...7).map { "D\($0)" }

  @Test func listsEveryTopicOfTheCourseInOrder() throws {
    let result = try lockstep("lecture")
    #expect(result.status == 0)
    let listed = result.output.split(separator: "\n").dropFirst()
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { Self.numbers.contains($0) }
    #expect(listed == Self.numbers)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func aTopicGoesByItsNameAndItsNumber() throws {
    let byName = try lockstep("lecture", "chain-rule")
    let byNumber = try lockstep("lecture", "d3")
    #expect(byName.status == 0 && byName.output == byNumber.output)
    #expect(byName.output.hasPrefix("D3  "))
    #expect(byName.output.contains("✓ holds"))
  }

  @Test func jsonHoldsNumbersClaimsAndGraphs() throws {
    let report = try json(lockstep("lecture", "two-layers", "--json", "--seed", "5").output)
    #expect(report["number"] as? String == "D5")
    #expect(report["seed"] as? Int == 5)
    #expect(report["holds"] as? Bool == true)
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims.allSatisfy { $0["statement"] is String && $0["found"] is String })
    let graphs = try #require(report["graphs"] as? [[[String: Any]]])
    let loss = try #require(graphs.first?.last)
    #expect(loss["name"] as? String == "L")
    #expect(loss["errorSignal"] as? [Double] == [1])
  }

  @Test func plotsAreWrittenByTheEndOfTheirName() throws {
    let folder = try TemporaryFolder()
    for name in ["plot.svg", "plot.PNG", "plot.dot"] {
      let result = try lockstep("lecture", "chain-rule", "--plot", folder.path(name))
      #expect(result.status == 0, "\(result.errors)")
    }
    let svg = try String(contentsOfFile: folder.path("plot.svg"), encoding: .utf8)
    #expect(svg.hasPrefix("<svg") && svg.contains("df/dt"))
    let png = try Data(contentsOf: URL(fileURLWithPath: folder.path("plot.PNG")))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.count > 10_000)
    let dot = try String(contentsOfFile: folder.path("plot.dot"), encoding: .utf8)
    #expect(dot.hasPrefix("digraph"))
  }

  @Test func equalSeedsGiveEqualNumbers() throws {
    func output(_ seed: String, workers: String) throws -> String {
      try lockstep("lecture", "gradcheck", "--seed", seed, "--workers", workers).output
    }
    let first = try output("3", workers: "1")
    #expect(try output("3", workers: "2") == first)
    #expect(try output("4", workers: "1") != first)
  }

  @Test func gradcheckTakesAModel() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let trained = try lockstep(
      "train", "--data", try smallDigits(in: folder), "--hidden", "20,15", "--activation",
      "softplus",
      "--epochs", "2", "--output", run)
    try #require(trained.status == 0, "\(trained.errors)")
    let checked = try lockstep("lecture", "gradcheck", run + "/model.safetensors")
    #expect(checked.status == 0, "\(checked.errors)")
    #expect(checked.output.contains("784-20-15-10"))
  }

  @Test func wrongUseIsOneClearLine() throws {
    let folder = try TemporaryFolder()
    let broken = try folder.file("broken.safetensors", Array("no model, but long enough".utf8))
    let file = try folder.file("file", [1])
    for (arguments, status, words) in [
      (["foo"], 64, ["no topic", "foo"]),
      (["chain-rule", "--plot", folder.path("none/plot.svg")], 74, ["none/plot.svg"]),
      (["chain-rule", "--plot", file + "/plot.png"], 74, ["file/plot.png"]),
      (["cost", "--plot", folder.path("plot.dot")], 64, ["cost", "no graph"]),
      (["gradcheck", broken], 65, ["broken.safetensors", "expected", "found"]),
      (["gradcheck", folder.path("none")], 66, ["none"]),
      (["all", "--plots", file], 74, ["file"]),
    ] as [([String], Int32, [String])] {
      let result = try run(lockstepBinary, ["lecture"] + arguments)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    let ending = try lockstep("lecture", "chain-rule", "--plot", "plot.gif")
    #expect(ending.status == 64 && ending.errors.contains("plot.gif"))
  }
}

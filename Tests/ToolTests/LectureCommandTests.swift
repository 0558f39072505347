import Foundation
import Testing
import TestSupport

@Suite struct LectureCommandTests {
  /// Where the course stands in the project's guides: every topic has its number.
  private static let numbers =
    (1...8).map { "A\($0)" } + (1...3).map { "B\($0)" } + (1...10).map { "C\($0)" }
    + (1...7).map { "D\($0)" }

  @Test func `every topic of the course is listed in order`() throws {
    let result = try lockstep("lecture")
    #expect(result.status == 0)
    let listed = result.output.split(separator: "\n").dropFirst()
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { Self.numbers.contains($0) }
    #expect(listed == Self.numbers)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a topic goes by its name and its number`() throws {
    let byName = try lockstep("lecture", "chain-rule")
    let byNumber = try lockstep("lecture", "d3")
    #expect(byName.status == 0 && byName.output == byNumber.output)
    #expect(byName.output.hasPrefix("D3  "))
    #expect(byName.output.contains("✓ holds"))
  }

  @Test func `JSON holds numbers, claims and graphs`() throws {
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

  @Test func `JSON holds rates as numbers`() throws {
    for (topic, title) in [("two-basins", "Of 200 runs"), ("xor-learned", "All four points")] {
      let report = try json(lockstep("lecture", topic, "--json").output)
      let tables = try #require(report["tables"] as? [[String: Any]])
      let table = try #require(tables.first { ($0["title"] as? String)?.hasPrefix(title) ?? false })
      let columns = try #require(table["columns"] as? [String])
      for row in try #require(table["rows"] as? [[Any]]) {
        let values = Dictionary(uniqueKeysWithValues: zip(columns, row))
        func number(_ name: String) throws -> Double { try #require(values[name] as? Double) }
        let share = try number("share")
        #expect(try share == number("successes") / number("trials"))
        #expect(try number("95 % from") <= share && share <= number("to"))
      }
    }
  }

  @Test func `plots are written in the format that their name ends with`() throws {
    let folder = try TemporaryFolder()
    for name in ["plot.svg", "plot.PNG", "plot.dot"] {
      let result = try lockstep("lecture", "chain-rule", "--plot", folder(name))
      #expect(result.status == 0, "\(result.errors)")
    }
    let svg = try String(contentsOfFile: folder("plot.svg"), encoding: .utf8)
    #expect(svg.hasPrefix("<svg") && svg.contains("local slope"))
    let png = try Data(contentsOf: URL(fileURLWithPath: folder("plot.PNG")))
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.count > 10_000)
    let dot = try String(contentsOfFile: folder("plot.dot"), encoding: .utf8)
    #expect(dot.hasPrefix("digraph"))
  }

  @Test func `a formula is drawn, checked and printed`() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "lecture", "graph", "y + exp(x*y)", "--let", "x=cos(t), y=t^2", "--at", "t=0.7",
    ]
    for name in ["f.svg", "f.png", "f.dot"] {
      let result = try run(lockstepBinary, arguments + ["--plot", folder(name)])
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.output.contains("y + exp(x*y) as a graph") && result.output.contains("2.49843"))
      #expect(result.output.components(separatedBy: "✓ holds").count == 3)
    }
    let dot = try String(contentsOfFile: folder("f.dot"), encoding: .utf8)
    #expect(dot.contains("[label=\"-0.644\"]"))
    let report = try json(run(lockstepBinary, arguments + ["--json"]).output)
    let graphs = try #require(report["graphs"] as? [[[String: Any]]])
    let x = try #require(graphs.first?.first { $0["name"] as? String == "x" })
    #expect(x["slopes"] as? [[Double]] == [[-sin(0.7)]])
    // A formula that begins with a minus, and no definitions.
    let negative = try lockstep("lecture", "d2", "--at", "x=3", "--", "-x^2")
    #expect(negative.status == 0 && negative.output.contains("-6"))
  }

  @Test func `parameters of a topic are options`() throws {
    for arguments in [
      ["d1", "--w", "-8", "--x", "1", "--b", "-1e-3", "--t", "0"], ["d2", "--step", "2"],
      ["d3", "--t", "-1.3"], ["d4", "--weight-decay", "0"], ["d5", "--width", "2"],
      ["d6", "--width", "8", "--layers", "2"],
    ] {
      let result = try run(lockstepBinary, ["lecture"] + arguments)
      #expect(result.status == 0, "\(arguments): \(result.errors)")
    }
  }

  @Test func `equal seeds give equal numbers`() throws {
    func output(_ seed: String, workers: String) throws -> String {
      try lockstep("lecture", "gradcheck", "--seed", seed, "--workers", workers).output
    }
    let first = try output("3", workers: "1")
    #expect(try output("3", workers: "2") == first)
    #expect(try output("4", workers: "1") != first)
  }

  @Test func `gradcheck takes a model`() throws {
    let folder = try TemporaryFolder()
    let run = folder("run")
    let trained = try lockstep(
      "train", "--data", try smallDigits(in: folder), "--hidden", "20,15", "--activation",
      "softplus",
      "--epochs", "2", "--output", run)
    try #require(trained.status == 0, "\(trained.errors)")
    let checked = try lockstep("lecture", "gradcheck", run + "/model.safetensors")
    #expect(checked.status == 0, "\(checked.errors)")
    #expect(checked.output.contains("784-20-15-10"))
  }

  @Test(arguments: ["step-size", "xor-linear", "unit", "outputs", "fan-out", "gradcheck"])
  func `the JSON of a topic is whole`(topic: String) throws {
    let result = try lockstep("lecture", topic, "--json")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let report = try json(result.output)
    #expect(report["name"] as? String == topic)
    for key in ["number", "title", "explanation"] {
      #expect((report[key] as? String)?.isEmpty == false, "\(key)")
    }
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(!claims.isEmpty && claims.allSatisfy { $0["holds"] as? Bool == true })
    let tables = try #require(report["tables"] as? [[String: Any]])
    for table in tables {
      let columns = try #require(table["columns"] as? [String])
      let rows = try #require(table["rows"] as? [[Any]])
      #expect(!rows.isEmpty && rows.allSatisfy { $0.count == columns.count })
    }
    let graphs = try #require(report["graphs"] as? [[[String: Any]]])
    #expect(tables.count + graphs.count > 0)
    // The same claims as words, each with its mark.
    let text = try lockstep("lecture", topic).output
    #expect(text.components(separatedBy: "✓ holds   ").count == claims.count + 1)
    #expect(!text.contains("✗"))
  }

  /// Some ten seconds by itself. Other tests run beside it.
  @Test func `the whole course runs in less than two minutes`() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try lockstep("lecture", "all")
    #expect(clock.now - start < .seconds(120))
    #expect(result.status == 0, "\(result.errors)")
    let blocks = result.output.components(separatedBy: "\n\n")
    #expect(blocks.dropLast().map { $0.prefix { $0 != " " } } == Self.numbers.map { $0[...] })
    let claims = result.output.components(separatedBy: "✓ holds   ").count - 1
    #expect(blocks.last?.hasPrefix("\(claims) of \(claims) claims hold, 28 topics in ") == true)
  }

  /// What is no terminal has 80 columns; tables and graphs are as wide as they are.
  @Test(arguments: ["gradient", "least-squares", "not", "activations", "backpropagation"])
  func `words fit a page and have no colors`(topic: String) throws {
    let result = try lockstep("lecture", topic)
    let lines = result.output.components(separatedBy: "\n")
    #expect(lines.allSatisfy { $0.count <= 81 })
    #expect(lines.allSatisfy { $0.last != " " })
    // No color, no bell, no cursor: nothing below a space but the ends of lines.
    #expect(result.output.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" })
    #expect(result.output.hasSuffix("\n") && !result.output.hasSuffix("\n\n"))
  }

  /// In a terminal lines are as long as it is wide, but not shorter than a word.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/script")))
  func `words fit a narrow terminal`() throws {
    for width in [1, 30, 60] {
      let result = try run(
        "/usr/bin/script",
        ["-qec", "stty cols \(width); '\(lockstepBinary)' lecture xor-by-hand", "/dev/null"])
      #expect(result.status == 0)
      let lines = result.output.replacingOccurrences(of: "\r", with: "")
        .components(separatedBy: "\n")
      let prose = lines.drop { !$0.hasPrefix("h₁") }.prefix { !$0.isEmpty }
      #expect(prose.allSatisfy { $0.count <= width || !$0.contains(" ") }, "\(prose)")
      #expect(prose.joined(separator: " ").contains("does what no line can."))
      // Claims keep 20 columns beside their verdict.
      let claims = lines.drop { !$0.hasPrefix("✓") }
      #expect(claims.allSatisfy { $0.count <= max(width, 30) })
    }
  }
}

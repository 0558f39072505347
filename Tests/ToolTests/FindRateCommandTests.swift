import Foundation
import Images
import TestSupport
import Testing

@Suite struct FindRateCommandTests {
  private let data = packageRoot.path + "/datasets/mnist-5k"

  private func findRate(_ more: String...) throws -> Run {
    try run(lockstepBinary, ["find-rate", "--data", data] + more)
  }

  @Test(arguments: [[], ["--optimizer", "adamw"], ["--activation", "tanh", "--hidden", "64,64"]])
  func `a training at the suggested rate learns`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let found = try run(lockstepBinary, ["find-rate", "--data", data] + options)
    #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
    let suggestion = try #require(found.value("suggestion")).split(separator: " ").map(String.init)
    #expect(suggestion.first == "--learning-rate")
    let trained = try run(
      lockstepBinary,
      ["train", "--data", data, "--epochs", "8", "--output", folder("run")] + options + suggestion)
    #expect(trained.status == 0, "\(trained.errors)")
    let accuracy = try #require(json(file: folder("run/run.json"))["testAccuracy"] as? Double)
    #expect(accuracy > 0.91, "\(suggestion)")
  }

  @Test func `JSON has every step, the same for any number of workers`() throws {
    let one = try findRate("--json", "--workers", "1")
    #expect(one.status == 0, "\(one.errors)")
    let report = try json(one.output)
    let steps = try #require(report["steps"] as? [[String: Double]])
    #expect(steps.count > 100)
    #expect(steps.allSatisfy { Set($0.keys) == ["rate", "loss", "smoothedLoss"] })
    #expect(report["end"] as? String == "diverged")
    #expect(try #require(report["suggestedRate"] as? Double) > 0.01)
    for workers in ["2", "5"] {
      #expect(try findRate("--json", "--workers", workers).output == one.output)
    }
  }

  @Test func `the curve is drawn with the suggestion`() throws {
    let folder = try TemporaryFolder()
    let svg = try findRate("--plot", folder("rate.svg"))
    let suggestion = try #require(svg.value("suggestion")?.split(separator: " ").last)
    let drawn = try String(contentsOfFile: folder("rate.svg"), encoding: .utf8)
    for words in ["learning rate", "training loss", "smoothed", "suggestion: \(suggestion)"] {
      #expect(drawn.contains("aria-label=\"\(words)\""), "\(words)")
    }
    let png = try findRate("--plot", folder("rate.png"), "--json")
    #expect(png.status == 0 && !png.output.contains("plot  "))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("rate.png"))))
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && bytes.count > 5000)
  }

  @Test(arguments: [40, 80])
  func `the lines fit a terminal`(columns: Int) throws {
    let result = try TerminalTests().inTerminal(
      columns: columns, [:], ["find-rate", "--data", data])
    #expect(result.status == 0 && result.output.contains("█"), "\(result.output)")
    for line in result.output.split(separator: "\n") where line.contains(/\S +\S+ +\S/) {
      #expect(line.count <= columns, "\(line)")
    }
  }

  @Test func `what it cannot tell it says`() throws {
    let low = try findRate("--low-rate", "1e-9", "--high-rate", "1e-7")
    #expect(low.status == 0 && low.value("suggestion") == "none")
    #expect(low.errors.contains("the loss fell at no rate"), "\(low.errors)")
    let high = try findRate("--high-rate", "0.02")
    #expect(high.errors.contains("try a higher --high-rate"), "\(high.errors)")
  }

  @Test(arguments: [
    (["--learning-rate", "0.1"], "--learning-rate is what the test looks for"),
    (["--low-rate", "0"], "--low-rate 0.0 is not in"),
    (["--high-rate", "nan"], "--high-rate nan is not in"),
    (["--low-rate", "1", "--high-rate", "0.1"], "--low-rate 1.0 is not below --high-rate 0.1"),
    (["--steps-per-decade", "1"], "--steps-per-decade 1 is not in 2…10000"),
    (["--plot", "x.dot"], "no .dot"),
    (["--momentum", "1"], "a momentum of 1.0 is not below 1"),
    (["--hiden", "64"], "Did you mean '--hidden'?"),
  ])
  func `wrong use is status 64 and writes nothing`(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary, ["find-rate", "--data", data] + arguments, in: folder.url)
    #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
    #expect(folder.names().isEmpty)
  }
}

import Digits
import Foundation
import Images
import Networks
import Testing
import TestSupport

/// `compare` and `plot` on a few small runs.
@Suite struct CompareCommandTests {
  private static let sample = packageRoot.path + "/datasets/mnist-5k"

  /// Runs of several kinds, trained once for all tests.
  private static let trained = Result {
    let folder = try TemporaryFolder()
    let small = try smallDigits(in: folder)
    for (name, options) in [
      ("plain", ["--epochs", "2", "--hidden", "16"]),
      ("deep", ["--epochs", "3", "--hidden", "16,8", "--activation", "tanh", "--seed", "5"]),
      (
        "validated",
        ["--epochs", "4", "--hidden", "8", "--validation", "500", "--batch-size", "64"]
      ),
      ("part", ["--epochs", "6", "--stop-after", "2", "--optimizer", "adamw"]),
      ("small", ["--epochs", "2", "--hidden", "4"]),
    ] {
      let data = name == "small" ? small : sample
      let result = try run(
        lockstepBinary,
        ["train", "--data", data, "--output", folder("runs/\(name)"), "--quiet"] + options)
      try #require(result.status == 0, "\(result.errors)")
    }
    return folder
  }

  private var folder: TemporaryFolder { get throws { try Self.trained.get() } }

  private func path(_ name: String) throws -> String { try folder("runs/\(name)") }

  @Test func `the text tells differences, results and McNemar's test`() throws {
    let result = try lockstep("compare", try path("plain"), try path("deep"))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.value("network")?.split(separator: " ") == ["784-16-10", "784-16-8-10"])
    #expect(result.value("seed")?.split(separator: " ") == ["1", "5"])
    #expect(result.output.contains("the same: data mnist-5k, training images 4,000"))
    #expect(result.output.contains("not named alike") && result.output.contains("--json lists"))
    let evaluated = try lockstep("evaluate", try path("deep"))
    let accuracy = try #require(evaluated.value("accuracy")?.split(separator: "(").first)
    #expect(
      result.value("test accuracy")?.hasSuffix(
        accuracy.trimmingCharacters(in: .whitespaces)) == true)
  }

  @Test func `the JSON holds what predictions say`() throws {
    let result = try lockstep("compare", try path("plain"), try path("deep"), "--json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try json(result.output)
    let tests = try #require(report["tests"] as? [[String: Any]])
    let onlyFirst = try #require(tests.first?["onlyFirst"] as? Int)
    let onlySecond = try #require(tests.first?["onlySecond"] as? Int)
    let sets = try #require(report["testSets"] as? [[String: Any]])
    let images = try #require(sets.first?["disagreements"] as? [[String: Any]])
    let named = try images.map { image in
      (
        truth: try #require(image["truth"] as? String),
        names: try #require(image["predictions"] as? [String])
      )
    }
    #expect(named.count { $0.names[0] == $0.truth } == onlyFirst)
    #expect(named.count { $0.names[1] == $0.truth } == onlySecond)
    let runs = try #require(report["runs"] as? [[String: Any]])
    #expect(runs.map { $0["name"] as? String } == ["plain", "deep"])
    #expect(runs.map { ($0["log"] as? [Any])?.count } == [2, 3])
    // By another road: `predict` on the picture of the first such image.
    let first = try #require(images.first?["image"] as? Int)
    let digits = try DigitDataset(contentsOf: Self.sample, workers: 1)
    let picture = GrayImage(
      size: digits.test.imageSize, pixels: Array(digits.test.pixels(ofImage: first)))
    let place = try TemporaryFolder()
    let file = try place.write(try picture.pngBytes(), to: "digit.png")
    for (run, name) in zip(["plain", "deep"], named[0].names) {
      let prediction = try lockstep("predict", try path(run), file)
      #expect(prediction.output.hasPrefix("\(file): \(name) "))
    }
  }

  @Test func `runs of any state and data are compared`() throws {
    let names = ["plain", "deep", "validated", "part", "small"]
    let result = try run(lockstepBinary, ["compare"] + names.map { try path($0) })
    #expect(result.status == 0, "\(result.errors)")
    for words in ["interrupted", "2 of 6", "finished", "in epoch", "different images"] {
      #expect(result.output.contains(words), "\(words) in\n\(result.output)")
    }
    let onOne = try run(
      lockstepBinary, ["compare"] + names.map { try path($0) } + ["--data", Self.sample])
    #expect(!onOne.output.contains("different images"))
    #expect(onOne.errors.contains("small: \(Self.sample) is not the data of its training"))
  }

  @Test func `a path that is no run is reported, and the others are compared`() throws {
    let result = try lockstep(
      "compare", try path("plain"), try folder("small"), try path("deep"))
    #expect(result.status == 66)
    #expect(result.errors.contains(try folder("small")))
    #expect(result.output.contains("784-16-8-10"))
    let none = try lockstep("compare", try folder("none"), try folder("small"))
    #expect(none.status == 66 && none.output.isEmpty)
    #expect(try lockstep("compare", try path("plain")).status == 64)
  }

  /// The terminal's width, in which nothing may wrap.
  @Test(arguments: [120, 80, 40])
  func `no line is wider than the terminal`(width: Int) throws {
    let names = ["plain", "deep", "validated", "part", "small"]
    let twelve = try names + names + ["plain/model.safetensors", "deep"]
    for chosen in [Array(names.prefix(2)), names, twelve] {
      let result = try TerminalTests().inTerminal(
        columns: width, [:], ["compare"] + chosen.map { try path($0) })
      let lines = result.output.split(separator: "\n")
        .filter { !$0.hasPrefix("lockstep: note:") }
      #expect(lines.count > 20, "\(result.errors)")
      for line in lines { #expect(line.count <= width, "\(line)") }
    }
  }

  @Test func `plot draws SVG and PNG, compare the same`() throws {
    let place = try TemporaryFolder()
    let runs = [try path("plain"), try path("validated")]
    let svg = try run(lockstepBinary, ["plot"] + runs + ["--output", place("curves.svg")])
    #expect(svg.status == 0, "\(svg.errors)")
    let drawn = try String(contentsOfFile: place("curves.svg"), encoding: .utf8)
    for words in ["Loss, validation or test (training dashed)", "plain", "validated", "epoch"] {
      #expect(drawn.contains(words), "\(words)")
    }
    let both = try run(lockstepBinary, ["compare"] + runs + ["--plot", place("same.svg")])
    #expect(both.status == 0, "\(both.errors)")
    #expect(try String(contentsOfFile: place("same.svg"), encoding: .utf8) == drawn)
    let png = try run(
      lockstepBinary,
      ["plot"] + runs
        + [
          "--output", place("rate.png"), "--metric", "learning-rate", "--metric", "loss",
          "--scale", "logarithmic",
        ])
    #expect(png.status == 0, "\(png.errors)")
    #expect(try GrayImage(pngFile: place("rate.png")).width > 600)
    #expect(try lockstep("plot", runs[0], "--output", place("a.dot")).status == 64)
    #expect(try lockstep("plot", runs[0], "--output", place("a.jpg")).status == 64)
    let nothing = try lockstep(
      "plot", runs[0], "--output", place("n.svg"), "--metric", "gradient-norm")
    #expect(nothing.errors.contains("no run has logged") && place.names().count == 3)
  }
}

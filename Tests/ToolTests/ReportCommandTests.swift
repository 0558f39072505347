import Foundation
import Testing
import TestSupport

@Suite struct ReportCommandTests {
  /// A short run on few digits.
  private func trained(in folder: TemporaryFolder, _ options: String...) throws -> Run {
    let data = try smallDigits(in: folder)
    return try run(
      lockstepBinary,
      ["train", "--data", data, "--hidden", "8", "--epochs", "2", "--output", folder("run")]
        + options)
  }

  @Test func `train leaves the page that report writes`() throws {
    let folder = try TemporaryFolder()
    let training = try trained(in: folder)
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.value("report") == folder("run/report.html"))
    let result = try lockstep("report", folder("run"), "--output", folder("other.html"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.value("report") == folder("other.html"))
    let pages = try ["run/report.html", "other.html"].map {
      try String(contentsOfFile: folder($0), encoding: .utf8)
    }
    #expect(pages[0] == pages[1] && pages[0].hasPrefix("<!doctype html>"))
  }

  @Test func `without a report there is no page`() throws {
    let folder = try TemporaryFolder()
    let training = try trained(in: folder, "--no-report")
    #expect(training.status == 0 && training.value("report") == nil)
    #expect(!FileManager.default.fileExists(atPath: folder("run/report.html")))
  }

  @Test func `a page that cannot be written costs nothing else`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a folder in its place", to: "run/report.html/note")
    let training = try trained(in: folder)
    #expect(training.status == 74, "\(training.errors)")
    #expect(training.errors.contains("report.html"))
    for name in ["model.safetensors", "run.json", "features.png"] {
      #expect(FileManager.default.fileExists(atPath: folder("run/\(name)")), "\(name)")
    }
  }

  @Test func `a run whose data is gone has a page without an evaluation`() throws {
    let folder = try TemporaryFolder()
    _ = try trained(in: folder)
    try folder.remove("small")
    let result = try lockstep("report", folder("run"))
    #expect(result.status == 0, "\(result.errors)")
    let page = try String(contentsOfFile: folder("run/report.html"), encoding: .utf8)
    #expect(page.contains("was not there when the page was written"))
    #expect(!page.contains("\"sprite\""))
  }

  @Test func `a folder without a run has no page`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep("report", folder.path)
    #expect(result.status == 66 && result.errors.contains("run.json"), "\(result.errors)")
  }

  /// Every kind of option, so that a name that `train` does not know would fail here.
  @Test(arguments: [
    ["--activation", "tanh", "--schedule", "step", "--decay", "0.5", "--decay-every", "1"],
    ["--optimizer", "adamw", "--beta1", "0.8", "--epsilon", "1e-07", "--schedule", "inverse-time"],
    ["--nesterov", "--validation", "40", "--patience", "3", "--schedule", "plateau"],
    ["--loss", "squared-error", "--output-activation", "logistic", "--gradient-norm", "1e-09"],
    ["--schedule", "one-cycle", "--seed", "77", "--weight-decay", "0", "--batch-size", "7"],
    ["--dropout", "0.5", "--input-dropout", "0.2", "--max-norm", "2", "--label-smoothing", "0.1"],
    ["--schedule", "exponential", "--loss", "logistic-cross-entropy"],
    ["--augment", "affine,elastic,shift", "--rotation", "7.5", "--elastic-sigma", "5"],
  ])
  func `the command in the page repeats the run`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let first = try run(
      lockstepBinary,
      ["train", "--data", data, "--hidden", "8,6", "--epochs", "2", "--output", folder("run")]
        + options)
    #expect(first.status == 0, "\(first.errors)")
    let page = try String(contentsOfFile: folder("run/report.html"), encoding: .utf8)
    let command = try #require(
      page.components(separatedBy: "\"command\":\"").dropFirst().first?
        .components(separatedBy: "\"").first)
    var words = command.split(separator: " ").map(String.init)
    #expect(words.prefix(4) == ["lockstep", "train", "--data", "small"])
    words[3] = data
    let second = try run(
      lockstepBinary, words.dropFirst() + ["--no-report", "--output", folder("again")])
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.value("fingerprint") == first.value("fingerprint"))
  }
}

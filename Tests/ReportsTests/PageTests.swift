import Digits
import Files
import Foundation
import Images
import Lockstep
import Networks
import Reports
import TestSupport
import Testing
import Training

@Suite struct PageTests {
  @Test func `what the page says of the test set is what an evaluation counts`() throws {
    let run = try ReportedRun(fewDigits())
    let evaluation = try run.page().part("evaluation")
    let expected = run.result.model.evaluate(on: run.digits.testSamples)
    #expect(evaluation["correctCount"] as? Int == expected.evaluation.correctCount)
    let confusion = try #require(evaluation["confusion"] as? [[Int]])
    let matrix = ConfusionMatrix(
      truths: run.digits.test.labels.map { Int32($0) }, predictions: expected.predictions,
      classCount: 10)
    #expect(confusion == matrix.counts)
    let calibration = try #require(evaluation["calibration"] as? [String: Any])
    let bins = try #require(calibration["bins"] as? [[String: Any]])
    #expect(bins.compactMap { $0["count"] as? Int }.reduce(0, +) == 200)
  }

  @Test func `the worst mistakes are the wrong answers that give the truth the least`() throws {
    let run = try ReportedRun(fewDigits(), epochs: 1)
    let images = try run.page().part("images")
    let (numbers, worst) = (
      try #require(images["numbers"] as? [Int]), try #require(images["worst"] as? [Int])
    )
    #expect(numbers == Array(0..<200))
    let outputs = run.result.model.probabilities(for: run.digits.testSamples)
    let shares = worst.map { outputs[$0][Int(run.digits.test.labels[$0])] }
    #expect(shares == shares.sorted() && worst.count == 24)
    let named = try #require(images["predictions"] as? [Int])
    let wrong = numbers.filter { named[$0] != Int(run.digits.test.labels[$0]) }
    #expect(Set(worst).isSubset(of: wrong))
    let least = wrong.map { outputs[$0][Int(run.digits.test.labels[$0])] }.sorted()
    #expect(shares == Array(least.prefix(24)))
  }

  @Test func `the weights in the page are those of the model`() throws {
    let run = try ReportedRun(fewDigits(), hidden: [9, 7])
    let network = try run.page().part("network")
    let text = try #require(network["weights"] as? String)
    let bytes = try #require(Data(base64Encoded: text))
    let expected = run.result.model.parameters.tensors().flatMap(\.values)
    #expect(bytes.count == 4 * expected.count && network["encoding"] as? String == "float32")
    let found = expected.indices.map { index in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * index + $1]) << (8 * $1) }
    }
    #expect(found == expected.map(\.bitPattern))
  }

  @Test func `text from the data cannot end the script or open a tag`() throws {
    let name = "</script><img src=x onerror=alert(1)>"
    let names = [name, "<!--", "]]>"] + (3..<10).map { "\($0)" }
    let run = try ReportedRun(fewDigits(classNames: names))
    let page = try run.page()
    #expect(page.report["classNames"] as? [String] == names)
    // The scripts of the page, one with the report and one with the code, end twice.
    #expect(page.text.components(separatedBy: "</script").count - 1 == 2)
    #expect(!page.text.contains("<img") && !page.text.contains("<!--"))
  }

  @Test func `the page tells no place of the machine`() throws {
    let run = try ReportedRun(fewDigits())
    #expect(try !run.page().text.contains(run.files.path))
    #expect(try !run.page().text.contains(NSHomeDirectory() + "/"))
  }

  @Test func `the page asks for nothing`() throws {
    let text = try ReportedRun(fewDigits()).page().text
    #expect(text.contains("default-src 'none'"))
    let addresses = ["src=\"", "href=\"http", "url(", "@import", "import("]
    for address in addresses { #expect(!text.contains(address), "\(address)") }
  }

  @Test func `without data the page says so and keeps the network`() throws {
    let run = try ReportedRun(fewDigits())
    let page = try run.page(with: nil)
    #expect(page.report["evaluation"] == nil && page.report["images"] == nil)
    #expect(try page.part("network")["inputs"] as? Int == 784)
    let notes = try #require(page.report["notes"] as? [String])
    #expect(notes.contains { $0.contains("was not there") })
  }

  @Test func `a large test set leaves room: wrong images first, some of each class`() throws {
    var numbers = TestNumbers(seed: 3)
    let size = ImageSize(height: 28, width: 28)
    let labels = (0..<2600).map { UInt8($0 % 10) }
    // Only some rows have noise, so that the images need little space.
    let images = labels.flatMap { label in
      (0..<784).map { pixel -> UInt8 in
        pixel / 28 == Int(label) * 2 + 4 ? UInt8.random(in: 0...255, using: &numbers) : 0
      }
    }
    let test = DigitSet(images: images, labels: labels, imageSize: size)
    let train = try fewDigits().train
    let digits = DigitDataset(
      name: "many", train: train, test: test, classNames: (0..<10).map { "\($0)" })
    let page = try ReportedRun(digits, epochs: 1).page()
    let shown = try page.part("images")
    let chosen = try #require(shown["numbers"] as? [Int])
    #expect(chosen == chosen.sorted() && Set(chosen).count == chosen.count && chosen.count <= 2000)
    let (truths, named) = (
      try #require(shown["truths"] as? [Int]), try #require(shown["predictions"] as? [Int])
    )
    #expect(truths == chosen.map { Int(labels[$0]) })
    let wrong = zip(truths, named).count { $0 != $1 }
    let evaluation = try page.part("evaluation")
    let allWrong = 2600 - (try #require(evaluation["correctCount"] as? Int))
    #expect(wrong == min(1500, allWrong))
    for digit in 0..<10 {
      #expect(zip(truths, named).count { $0 == digit && $1 == digit } <= 48)
    }
  }

  @Test func `outputs of squared error are no probabilities and have no calibration`() throws {
    let digits = try fewDigits()
    let page = try ReportedRun(digits, loss: .squaredError, epochs: 1).page()
    #expect(try page.part("evaluation")["calibration"] == nil)
  }

  @Test func `a scaling that was measured into the folder is shown`() throws {
    let run = try ReportedRun(fewDigits())
    #expect(try run.page().report["scaling"] == nil)
    let json = """
      {"curves": [{"mode": "strong", "points": [{"workers": 2, "imagesPerSecond": {"median": 12.5,
      "confidence": 1}, "speedUp": {"median": 1.5, "confidence": 1}}], "laws": []}]}
      """
    try run.files.write(json, to: "run/scaling.json")
    let points = try #require(try run.page().report["scaling"] as? [[String: Any]])
    #expect(points.count == 1 && points[0]["workers"] as? Int == 2)
    #expect(points[0]["imagesPerSecond"] as? Double == 12.5)
  }

  @Test func `an interrupted run has a page with its network so far`() throws {
    let files = try TemporaryFolder()
    let digits = try fewDigits().prepared(workers: 2)
    let run = try TrainingRun(
      digits, from: files("data"), Architecture(inputs: 784, hidden: [8], outputs: 10),
      in: files("run"), workers: 2)
    for _ in 0..<3 { _ = try run.next() }
    #expect(run.suspend().isEmpty)
    let page = try WrittenPage(
      RunReport(of: run.folder, digits: digits, command: { _ in nil }, workers: 2))
    #expect(try page.part("network")["inputs"] as? Int == 784)
    #expect((page.report["summary"] as? String)?.contains("interrupted") == true)
    #expect(page.report["command"] == nil)
  }

  @Test func `a folder without a run is no input`() throws {
    let files = try TemporaryFolder()
    #expect(throws: FileProblem.self) {
      _ = try RunReport(
        of: RunFolder(existing: files.path), digits: nil, command: { _ in nil }, workers: 1)
    }
  }
}

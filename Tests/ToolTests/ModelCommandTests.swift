import Digits
import Foundation
import Images
import Networks
import Testing
import TestSupport

/// `evaluate`, `predict`, `features` and `info` on one small trained model.
@Suite struct ModelCommandTests {
  private static let sample = packageRoot.path + "/datasets/mnist-5k"

  /// A model that knows the digits fairly well, trained once for all tests.
  private static let trained = Result {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "train", "--data", sample, "--epochs", "4", "--hidden", "24", "--output", folder("run"))
    try #require(result.status == 0, "\(result.errors)")
    return folder
  }

  private var model: String {
    get throws { try Self.trained.get()("run/model.safetensors") }
  }

  @Test func `evaluate counts every image once`() throws {
    let result = try lockstep("evaluate", try model, "--data", Self.sample, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try json(result.output)
    let confusion = try #require(report["confusion"] as? [[Int]])
    #expect(confusion.count == 10)
    #expect(confusion.map { $0.reduce(0, +) } == Array(repeating: 100, count: 10))
    let hits = (0..<10).reduce(0) { $0 + confusion[$1][$1] }
    let accuracy = try #require(report["accuracy"] as? Double)
    #expect(accuracy == Double(hits) / 1000)
    let error = try #require(report["standardError"] as? Double)
    #expect(abs(error - (accuracy * (1 - accuracy) / 1000).squareRoot()) < 1e-15)
    #expect(accuracy > 0.88)
    let text = try lockstep("evaluate", try model, "--data", Self.sample)
    #expect(text.output.contains("±") && text.output.contains("precision"))
  }

  @Test func `info tells architecture and fingerprint`() throws {
    let result = try lockstep("info", try model)
    #expect(result.status == 0)
    #expect(result.output.contains("784-24-10, relu, softmax-cross-entropy, 19,090 parameters"))
    let report = try json(try lockstep("info", try model, "--json").output)
    #expect(report["parameterCount"] as? Int == 19_090)
    #expect(report["fingerprint"] as? String == result.value("fingerprint"))
  }

  @Test func `features writes a picture of each unit and a sheet`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep("features", try model, "--output", folder("f"))
    #expect(result.status == 0, "\(result.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("f")).sorted()
    #expect(names.count == 25 && names.first == "sheet.png" && names.last == "unit-23.png")
    let picture = try GrayImage(pngFile: folder("f/unit-07.png"))
    #expect(picture.height == 28 && picture.width == 28)
    // The picture shows the weights: the largest weight of the unit is its lightest pixel.
    let weights = try Model(contentsOf: try model).parameters.firstLayerWeights[
      (7 * 784)..<(8 * 784)]
    let largest = try #require(weights.max())
    let lightest = try #require(picture.pixels.max())
    let position = try #require(weights.firstIndex(of: largest)) - weights.startIndex
    #expect(picture.pixels[position] == lightest)

    let zoomed = try lockstep(
      "features", try model, "--output", folder("z"), "--zoom", "3", "--palette", "signed",
      "--scale", "each", "--order", "index")
    #expect(zoomed.status == 0)
    #expect(try GrayImage(pngFile: folder("z/unit-00.png")).width == 84)
  }

  @Test func `predict names real digits`() throws {
    let folder = try TemporaryFolder()
    let digits = try DigitDataset(contentsOf: Self.sample, workers: 1)
    var hits = 0
    var files: [String] = []
    for index in stride(from: 5, to: 1000, by: 50) {
      let image = GrayImage(
        size: digits.test.imageSize, pixels: Array(digits.test.pixels(ofImage: index)))
      files.append(
        try folder.write(try image.pngBytes(), to: "\(index)-is-\(digits.test.labels[index]).png"))
    }
    let result = try run(
      lockstepBinary, ["predict", try model] + files + ["--json", "--show", folder("seen")])
    #expect(result.status == 0, "\(result.errors)")
    let predictions = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(predictions.count == files.count)
    for prediction in predictions {
      let image = try #require(prediction["image"] as? String)
      let name = try #require(prediction["name"] as? String)
      if image.hasSuffix("is-\(name).png") { hits += 1 }
      let sum = try #require(prediction["probabilities"] as? [String: Double]).values.reduce(0, +)
      #expect(abs(sum - 1) < 1e-5)  // ten roundings of 2⁻²⁴ each, in float
    }
    #expect(hits >= 15)
    let seen = try FileManager.default.contentsOfDirectory(atPath: folder("seen"))
    #expect(seen.count == files.count)
  }

  @Test func `predict brings a large dark digit to the model's form`() throws {
    let folder = try TemporaryFolder()
    let digits = try DigitDataset(contentsOf: Self.sample, workers: 1)
    // A test image that the model gets right, seven times as large, dark on light, off centre.
    let small = GrayImage(
      size: digits.test.imageSize, pixels: Array(digits.test.pixels(ofImage: 15)))
    let plain = try folder.write(try small.pngBytes(), to: "plain.png")
    var large = GrayImage(size: ImageSize(height: 260, width: 300), filledWith: 255)
    let inverted = GrayImage(size: digits.test.imageSize, pixels: small.pixels.map { 255 - $0 })
    large.place(inverted.enlarged(by: 7), row: 10, column: 80)
    let scan = try folder.write(try large.pngBytes(), to: "scan.png")
    let result = try lockstep("predict", try model, plain, scan)
    #expect(result.status == 0, "\(result.errors)")
    let named = result.output.split(separator: "\n").map { line in
      line.split(separator: ":").last?.split(separator: " ").first ?? ""
    }
    #expect(named.count == 2 && named[0] == named[1], "\(result.output)")
  }

  @Test func `predict answers each image by itself`() throws {
    let folder = try TemporaryFolder()
    let digits = try DigitDataset(contentsOf: Self.sample, workers: 1)
    let good = GrayImage(
      size: digits.test.imageSize, pixels: Array(digits.test.pixels(ofImage: 15)))
    let first = try folder.write(try good.pngBytes(), to: "first.png")
    let last = try folder.write(try good.pngBytes(), to: "last.png")
    let blank = try folder.write(
      try GrayImage(size: ImageSize(height: 90, width: 80), filledWith: 240).pngBytes(),
      to: "blank.png")
    let photo = try folder.write([0xff, 0xd8, 0xff, 0xe0, 0, 16], to: "photo.png")

    let text = try lockstep("predict", try model, first, blank, folder("none.png"), photo, last)
    #expect(text.status == 65)
    #expect(text.output.split(separator: "\n").count == 2, "\(text.output)")
    let complaints = text.errors.split(separator: "\n")
    try #require(complaints.count == 3, "\(text.errors)")
    #expect(complaints[0].contains("blank.png") && complaints[0].contains("contrast"))
    #expect(complaints[1].contains("none.png"))
    #expect(complaints[2].contains("found a JPEG; save it as PNG"))
    #expect(try lockstep("predict", try model, first, folder("none.png")).status == 66)
    #expect(try lockstep("predict", try model, first, folder.url.path).status == 66)

    let result = try lockstep("predict", try model, blank, first, "--json")
    #expect(result.status == 65)
    let reports = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    try #require(reports.count == 2)
    #expect(reports[0]["image"] as? String == blank && reports[0]["name"] == nil)
    #expect((reports[0]["error"] as? String)?.contains("contrast") == true)
    #expect(reports[1]["name"] is String && reports[1]["error"] == nil)
  }
}

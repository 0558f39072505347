import Digits
import Files
import Foundation
import Images
import TestSupport
import Testing

/// Other people's pictures: what training finds out about them, evaluation and prediction obey.
@Suite struct PreparedDataTests {
  /// A kind of picture set, made of real digits.
  struct Kind: CustomTestStringConvertible {
    let name: String
    /// The words with which training says what it found; nil where it keeps every pixel.
    var words: String?
    var options: [String] = []
    var side = 28
    /// The level of a pixel of ink.
    let level: @Sendable (UInt8) -> UInt8

    var testDescription: String { name }

    func image(_ pixels: ArraySlice<UInt8>) -> GrayImage {
      let image = GrayImage(
        size: ImageSize(height: 28, width: 28), pixels: pixels.map(level))
      return side == 28 ? image : image.resized(to: ImageSize(height: side, width: side))
    }
  }

  static let kinds = [
    Kind(name: "as MNIST's") { $0 },
    Kind(name: "dark on light", words: "dark ink on light paper, inverted") { 255 - $0 },
    Kind(name: "gray paper", words: "dark ink on light paper, inverted; levels 145 to 247") {
      110 - UInt8(Double($0) * 0.4)
    },
    Kind(name: "light on gray", words: "levels 100 to 253 brought to 0 to 255") {
      100 + UInt8(Double($0) * 0.6)
    },
    Kind(name: "pixels of 0 and 1", words: "levels 0 to 1 brought to 0 to 255") {
      $0 > 100 ? 1 : 0
    },
    Kind(
      name: "larger and dark", words: "dark ink on light paper, inverted",
      options: ["--resize", "28x28"], side: 40
    ) { 255 - $0 },
  ]

  /// Writes a set of 600 images to train and 150 to test.
  private func write(
    _ kind: Kind, to folder: TemporaryFolder, as name: String = "set",
    className: (UInt8) -> String = { "\($0)" }
  ) throws -> String {
    let digits = try embeddedDigits()
    for (part, set, count) in [("train", digits.train, 600), ("test", digits.test, 150)] {
      for index in 0..<count {
        // The sample is ordered by digit.
        let image = index * set.count / count
        try folder.write(
          try kind.image(set.pixels(ofImage: image)).pngBytes(),
          to: "\(name)/\(part)/\(className(set.labels[image]))/\(index).png")
      }
    }
    return folder(name)
  }

  private func pictures(_ set: String) throws -> [String] {
    let files = FileManager.default.enumerator(atPath: set + "/test")?.allObjects ?? []
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".png") }.sorted()
      .map { "\(set)/test/\($0)" }
  }

  /// The class that `predict` names for each picture.
  private func predictions(_ model: String, _ pictures: [String]) throws -> [String] {
    let result = try run(lockstepBinary, ["predict", model, "--json"] + pictures)
    #expect(result.status == 0, "\(result.errors)")
    let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
    return try #require(list).map { $0["name"] as? String ?? "" }
  }

  @Test(arguments: kinds)
  func `predict says of each file what evaluate counts`(kind: Kind) throws {
    let folder = try TemporaryFolder()
    let data = try write(kind, to: folder)
    let trained = try run(
      lockstepBinary,
      ["train", "--data", data, "--epochs", "12", "--output", folder("run")] + kind.options)
    #expect(trained.status == 0 && trained.errors.isEmpty, "\(trained.errors)")
    #expect(trained.value("images ")?.hasPrefix(kind.words ?? "") ?? (kind.words == nil))
    let record = try json(file: folder("run/run.json"))
    #expect(try #require(record["testAccuracy"] as? Double) > 0.7)

    let model = folder("run/model.safetensors")
    let evaluation = try json(try lockstep("evaluate", model, "--json").output)
    #expect(evaluation["accuracy"] as? Double == record["testAccuracy"] as? Double)
    let pictures = try pictures(data)
    let names = try predictions(model, pictures)
    let right = zip(pictures, names).count { path, name in path.contains("/test/\(name)/") }
    #expect(right == Int((150 * (record["testAccuracy"] as? Double ?? 0)).rounded()))

    // And a resumed run goes on with the same images.
    let resumed = try lockstep("train", "--resume", folder("run"), "--epochs", "13")
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  @Test func `classes are matched by their names, and others are refused`() throws {
    let words = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ]
    let folder = try TemporaryFolder()
    let data = try write(Self.kinds[0], to: folder) { words[Int($0)] }
    _ = try lockstep("train", "--data", data, "--epochs", "12", "--output", folder("run"))
    let model = folder("run/model.safetensors")
    for part in ["train", "test"] {
      for word in ["nine", "three", "zero"] {
        try FileManager.default.createDirectory(
          atPath: folder("some/\(part)"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: "\(data)/\(part)/\(word)", toPath: folder("some/\(part)/\(word)"))
      }
    }
    let some = try json(
      try lockstep("evaluate", model, "--data", folder("some"), "--json").output)
    #expect(try #require(some["accuracy"] as? Double) > 0.7)
    let digits = try lockstep("evaluate", model, "--data", embeddedDigitsPath)
    #expect(digits.status == 65)
    #expect(digits.errors.contains("eight, five, four"), "\(digits.errors)")
    #expect(digits.errors.contains("found 0, 1, 2"))
  }

  @Test func `a model is evaluated on the data of its training, and other data is noted`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    _ = try lockstep(
      "train", "--data", data, "--hidden", "9", "--epochs", "2", "--output", folder("run"))
    let model = folder("run/model.safetensors")
    let own = try json(try lockstep("evaluate", model, "--json").output)
    #expect(own["data"] as? String == "small" && own["count"] as? Int == 50)
    #expect((own["notices"] as? [String])?.isEmpty == true)
    // The 200 images were taken from these 4,000, whose test images are not among them.
    let other = try lockstep("evaluate", model, "--data", embeddedDigitsPath)
    #expect(other.status == 0 && other.errors.contains("not the data of the training, small"))
    #expect(!other.errors.contains("were trained on"))
    // Test images that were trained on are counted.
    for name in ["images-idx3", "labels-idx1"] {
      try FileManager.default.createDirectory(
        atPath: folder("mixed"), withIntermediateDirectories: true)
      for (from, to) in [("train", "train"), ("train", "t10k")] {
        try FileManager.default.copyItem(
          atPath: "\(data)/\(from)-\(name)-ubyte", toPath: folder("mixed/\(to)-\(name)-ubyte"))
      }
    }
    let mixed = try lockstep("evaluate", model, "--data", folder("mixed"))
    #expect(mixed.errors.contains("200 of the 200 test images were trained on"), "\(mixed.errors)")
    // A model that was passed on tells the name of its data.
    try FileManager.default.copyItem(atPath: model, toPath: folder("alone.safetensors"))
    let alone = try lockstep("evaluate", folder("alone.safetensors"), "--json")
    #expect(alone.status == 66 && alone.errors.contains("small"), "\(alone.errors)")
  }

  @Test func `a training that learns nothing says so`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    func warnings(_ options: String...) throws -> String {
      let path = folder("run-\(UUID().uuidString)")
      let result = try run(
        lockstepBinary, ["train", "--data", data, "--output", path] + options)
      #expect(result.status == 0, "\(result.errors)")
      let recorded = try json(file: path + "/run.json")["warnings"] as? [String] ?? []
      #expect(result.errors == recorded.map { "lockstep: warning: \($0)\n" }.joined())
      return result.errors
    }
    #expect(try warnings("--epochs", "15").isEmpty)
    let high = try warnings("--epochs", "3", "--learning-rate", "10")
    #expect(high.contains("has learned nothing") && high.contains("ln 10 = 2.3026"))
    #expect(high.contains("do nothing: ") && high.contains("of 128 in layer 1"))

    // Labels that have nothing to do with the images.
    let labels = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: data + "/train-labels-idx1-ubyte")))
    var numbers = TestNumbers(seed: 1)
    let shuffled = Array(labels[..<8]) + labels[8...].shuffled(using: &numbers)
    try Data(shuffled).write(to: URL(fileURLWithPath: data + "/train-labels-idx1-ubyte"))
    #expect(try warnings("--epochs", "40").contains("are the labels those of the images"))

    // A class without an image, and images that show nothing.
    let fewer = Array(labels[..<8]) + labels[8...].map { $0 == 3 ? 4 : $0 }
    try Data(fewer).write(to: URL(fileURLWithPath: data + "/train-labels-idx1-ubyte"))
    let testLabels = data + "/t10k-labels-idx1-ubyte"
    let ofTest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: testLabels)))
    try Data(ofTest[..<8] + ofTest[8...].map { $0 == 3 ? 4 : $0 })
      .write(to: URL(fileURLWithPath: testLabels))
    var images = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: data + "/train-images-idx3-ubyte")))
    for index in 16..<16 + 20 * 784 { images[index] = 0 }
    try Data(images).write(to: URL(fileURLWithPath: data + "/train-images-idx3-ubyte"))
    let odd = try warnings("--epochs", "2")
    #expect(odd.contains("20 of the 200 training images are of one level"), "\(odd)")
    #expect(odd.contains("no training image shows the class 3"))
  }
}

import Digits
import Foundation
import Images
import Lockstep
import Networks
import Pictures
import Testing
import TestSupport

/// `features` on small trained models.
@Suite struct FeaturesCommandTests {
  /// Networks that were trained once for all tests: `flat`, `deep` and `linear`.
  private static let trained = Result {
    let folder = try TemporaryFolder()
    for (name, hidden) in [("flat", "24"), ("deep", "24,12"), ("linear", "0")] {
      let result = try lockstep(
        "train", "--data", embeddedDigitsPath, "--epochs", "3", "--hidden", hidden,
        "--features-every", "2", "--output", folder(name))
      try #require(result.status == 0, "\(result.errors)")
    }
    return folder
  }

  private func runFolder(_ name: String) throws -> String { try Self.trained.get()(name) }

  private func gray(_ file: String) throws -> GrayImage { try GrayImage(pngFile: file) }

  @Test func `a run's features are the labelled sheet of the command`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--data", embeddedDigitsPath)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try gray(folder("f/sheet.png")) == gray(try runFolder("flat") + "/features.png"))
    #expect(folder.names(in: "f").count == 25)
  }

  @Test func `a plain sheet is the bare grid`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--plain", "--order", "index")
    #expect(result.status == 0, "\(result.errors)")
    let model = try Model(contentsOfRunOrFile: runFolder("flat"))
    let sheet = try #require(FeaturePictures(model: model)).contactSheet(order: .index)
    #expect(Picture.gray(try gray(folder("f/sheet.png"))) == sheet)
  }

  @Test func `chosen units alone are written, in their order`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--units", "17,3", "--plain",
      "--zoom", "1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names(in: "f").sorted() == ["sheet.png", "unit-03.png", "unit-17.png"])
    let sheet = try gray(folder("f/sheet.png"))
    let unit = try gray(folder("f/unit-17.png"))
    #expect((0..<28).map { sheet[4 + 9, 4 + $0] } == (0..<28).map { unit[9, $0] })
  }

  @Test(arguments: FeaturePictures.Order.allCases)
  func `every order shows every unit once`(order: FeaturePictures.Order) throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--order", order.rawValue,
      "--plain", "--zoom", "1")
    #expect(result.status == 0, "\(result.errors)")
    let model = try Model(contentsOfRunOrFile: runFolder("flat"))
    let features = try #require(FeaturePictures(model: model))
    #expect(features.indices(in: order).sorted() == Array(0..<24))
    #expect(
      Picture.gray(try gray(folder("f/sheet.png"))) == features.contactSheet(order: order, zoom: 1))
  }

  @Test func `examples come from the data of the run`() throws {
    let folder = try TemporaryFolder()
    let model = try Model(contentsOfRunOrFile: runFolder("flat"))
    let unit = try #require(FeaturePictures(model: model)).indices(in: .norm)[0]
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--examples", "--units",
      "\(unit)")
    #expect(result.status == 0, "\(result.errors)")
    let sheet = try gray(folder("f/sheet.png"))
    let digits = try model.matched(embeddedDigits(), from: "").train
    let images = try #require(
      model.mostExcitingImages(in: digits, units: [unit], workers: 1)[unit])
    try #require(images.count == 9)
    // The first one, wherever it lies.
    let image = digits.image(images[0])
    let hits = (0..<sheet.height - 28).flatMap { row in
      (0..<sheet.width - 28).filter { column in
        (0..<784).allSatisfy { sheet[row + $0 / 28, column + $0 % 28] == image.pixels[$0] }
      }
    }
    #expect(hits.count == 1)
  }

  @Test(arguments: [("2", 12), ("3", 10)])
  func `deeper units are shown by the input that excites them most`(
    layer: String, units: Int
  ) throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("deep"), "--output", folder("f"), "--layer", layer)
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names(in: "f").count == units + 1)
    let model = try Model(contentsOfRunOrFile: runFolder("deep"))
    let number = try #require(Int(layer))
    let name = units > 10 ? "unit-07.png" : "unit-7.png"
    let found = try #require(model.preferredInputs(ofLayer: number - 1, units: [7]))
    #expect(try gray(folder("f/" + name)) == found[0].image)
  }

  @Test func `a film strip and an animation show how features came about`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "features", try runFolder("flat"), "--output", folder("f"), "--born", "--units", "3,17")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("(3 epochs) of 2 units"), "epochs 0, 2 and 3")
    #expect(folder.names(in: "f").sorted() == ["animation.png", "film-strip.png"])
    let animation = try Data(contentsOf: URL(fileURLWithPath: folder("f/animation.png")))
    let control = try #require(animation.firstRange(of: Data("acTL".utf8)))
    #expect(animation[control.upperBound..<control.upperBound + 4].elementsEqual([0, 0, 0, 3]))
    let strip = try gray(folder("f/film-strip.png"))
    #expect(strip.height > 2 * 28 && strip.width > 3 * 28)
    let linear = try lockstep(
      "features", try runFolder("linear"), "--output", folder("g"), "--born", "--palette",
      "signed")
    #expect(linear.output.contains("of 10 units"), "\(linear.errors)")
  }

  @Test func `a run that kept no features says how to keep them`() throws {
    let folder = try TemporaryFolder()
    let model = folder("alone/model.safetensors")
    try FileManager.default.createDirectory(
      atPath: folder("alone"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: runFolder("flat") + "/model.safetensors", toPath: model)
    let result = try lockstep("features", model, "--output", folder("f"), "--born")
    #expect(result.status == 66 && result.errors.contains("--features-every"), "\(result.errors)")
  }

  @Test(arguments: [
    ["--layer", "3"], ["--layer", "0"], ["--units", "24"], ["--units", "1,1"], ["--units", "a"],
    ["--plain", "--examples"], ["--examples", "--zoom", "4"], ["--born", "--layer", "2"],
    ["--layer", "2", "--palette", "signed"], ["--layer", "2", "--order", "class"],
    ["--layer", "2", "--votes"], ["--count", "0"], ["--born", "--units", "99"],
  ])
  func `what a model does not have is wrong use and writes nothing`(options: [String]) throws {
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary,
      ["features", try runFolder("flat"), "--output", folder("f")] + options)
    #expect(result.status == 64, "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("f")))
  }

  @Test(.enabled(if: datasetsPath != nil, "LOCKSTEP_DATASETS names no folder with mnist/"))
  func `the README's picture is the one that its command makes`() throws {
    let page = try String(
      contentsOf: packageRoot.appendingPathComponent("README.md"), encoding: .utf8)
    let command = try #require(
      page.split(separator: "\n").first { $0.contains("--output runs/strokes") })
    let words = command.split(separator: " ").map(String.init)
    #expect(words.first == "tools/train")
    let folder = try TemporaryFolder()
    let data = try #require(datasetsPath) + "/mnist"
    let result = try run(
      lockstepBinary,
      ["train"]
        + words.dropFirst().map {
          $0 == "datasets/mnist" ? data : $0 == "runs/strokes" ? folder("run") : $0
        })
    #expect(result.status == 0, "\(result.errors)")
    let picture = packageRoot.appendingPathComponent("docs/features.png")
    #expect(try gray(picture.path) == gray(folder("run/features.png")))
    let size = try FileManager.default.attributesOfItem(atPath: picture.path)[.size] as? Int
    #expect(try #require(size) < 200_000)
  }
}

import Digits
import Foundation
import Images
import Lockstep
import Testing
import TestSupport
import Training

/// The options of `lockstep train` that distort the training images, and the command that shows them.
@Suite struct AugmentationCommandTests {
  @Test func `distortions are said, recorded and resumed`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let options = [
      "train", "--data", data, "--hidden", "20", "--schedule", "constant", "--augment",
      "shift,elastic", "--rotation", "10", "--elastic-sigma", "5",
    ]
    let whole = try run(lockstepBinary, options + ["--epochs", "4", "--output", folder("whole")])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(
      whole.output.contains("rotation 10.0, shift 2.0, elastic alpha 34.0, elastic sigma 5.0"),
      "\(whole.output)")
    let settings = try json(file: folder("whole/run.json"))["settings"] as? [String: Any]
    let recorded = settings?["augmentation"] as? [String: Double]
    #expect(
      recorded == [
        "rotation": 10, "scale": 0, "shear": 0, "shift": 2, "elasticAlpha": 34, "elasticSigma": 5,
      ])
    let part = try run(
      lockstepBinary,
      options + ["--epochs", "2", "--workers", "1", "--output", folder("part")])
    #expect(part.status == 0)
    let resumed = try lockstep(
      "train", "--resume", folder("part"), "--epochs", "4", "--workers", "2")
    #expect(resumed.value("fingerprint") == whole.value("fingerprint"), "\(resumed.errors)")
    let changed = try lockstep("train", "--resume", folder("part"), "--shift", "1")
    #expect(changed.status == 64 && changed.errors.contains("--resume"), "\(changed.errors)")
    let compared = try lockstep("compare", folder("whole"), folder("part"))
    #expect(compared.output.contains("elastic alpha"), "\(compared.output)")
    let plain = try lockstep(
      "train", "--data", data, "--hidden", "20", "--schedule", "constant", "--epochs", "4",
      "--output", folder("plain"))
    #expect(plain.value("fingerprint") != whole.value("fingerprint"))
  }

  @Test func `a kind sets the strengths that are not given`() throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    func recorded(_ options: [String]) throws -> [String: Double] {
      let name = folder(options.joined())
      let result = try run(
        lockstepBinary,
        ["train", "--data", data, "--epochs", "1", "--hidden", "4", "--output", name] + options)
      try #require(result.status == 0, "\(result.errors)")
      let settings = try json(file: name + "/run.json")["settings"] as? [String: Any]
      return (settings?["augmentation"] as? [String: Double] ?? [:]).filter { $0.value != 0 }
    }
    #expect(
      try recorded(["--augment", "affine", "--scale", "0.1"])
        == ["rotation": 15, "scale": 0.1, "shear": 15, "elasticSigma": 4])
    #expect(
      try recorded(["--augment", "affine", "--shear", "0"])
        == ["rotation": 15, "scale": 0.15, "elasticSigma": 4])
    #expect(try recorded(["--elastic-sigma", "6"]) == ["elasticAlpha": 34, "elasticSigma": 6])
    #expect(try recorded(["--shift", "3"]) == ["shift": 3, "elasticSigma": 4])
  }

  @Test(arguments: [
    (["--rotation", "200"], "a rotation of 200.0 is not in 0.0 … 180.0"),
    (["--scale", "1"], "a scale of 1.0 is not in 0 ..< 1"),
    (["--shift=-1"], "a shift of -1.0 is not in 0.0 … 4096.0"),
    (["--elastic-sigma", "0"], "an elastic sigma of 0.0 is not in 0.1 … 1000.0"),
    (["--augment", "affine,blur"], "affine (rotation, scale, shear), shift, elastic"),
    (["--augment", "shift,shift"], "affine (rotation, scale, shear), shift, elastic"),
  ])
  func `distortions that make no sense are refused`(arguments: [String], words: String) throws {
    let folder = try TemporaryFolder()
    for command in [["train", "--output", folder("run")], ["augment", "--show", folder("run")]] {
      let result = try run(lockstepBinary, command + arguments, in: packageRoot)
      #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
      #expect(folder.names().isEmpty)
    }
  }

  @Test func `the sheet shows what a training sees`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "augment", "--data", embeddedDigitsPath, "--show", folder("sheet.png"), "--image", "7",
      "--augment", "elastic", "--seed", "3", "--zoom", "1")
    #expect(result.status == 0, "\(result.errors)")
    let sheet = try GrayImage(pngFile: folder("sheet.png"))
    let digits = try embeddedDigits().prepared(workers: 1)
    let image = digits.train.image(7)
    let augmentation = Augmentation(elasticAlpha: 34)
    let pictures =
      [image]
      + (0..<16).map { augmentation.distorted(image, sample: 7, epoch: $0, seed: 3) }
    for picture in pictures {
      #expect(places(of: picture, in: sheet) == 1)
    }
    let beyond = try lockstep(
      "augment", "--data", embeddedDigitsPath, "--show", folder("other.png"), "--image", "4000")
    #expect(beyond.status == 64 && beyond.errors.contains("4,000 training images"))
    #expect(folder.names() == ["sheet.png"])
  }

  @Test func `the guide's picture is the one that its command makes`() throws {
    let page = try String(
      contentsOf: packageRoot.appendingPathComponent("docs/training.md"), encoding: .utf8)
    let line = try #require(
      page.split(separator: "\n").first { $0.hasPrefix("lockstep augment --show distortions.png") })
    let words = line.prefix { $0 != "#" }.split(separator: " ").dropFirst().map(String.init)
    let folder = try TemporaryFolder()
    let result = try run(
      lockstepBinary, words.map { $0 == "distortions.png" ? folder($0) : $0 }, in: packageRoot)
    #expect(result.status == 0, "\(result.errors)")
    let picture = packageRoot.appendingPathComponent("docs/distortions.png").path
    #expect(try GrayImage(pngFile: picture) == GrayImage(pngFile: folder("distortions.png")))
  }

  /// How often a picture is found in a sheet.
  private func places(of picture: GrayImage, in sheet: GrayImage) -> Int {
    (0...sheet.height - picture.height).reduce(0) { count, row in
      count
        + (0...sheet.width - picture.width).count { column in
          (0..<picture.height).allSatisfy { y in
            (0..<picture.width).allSatisfy {
              sheet[row + y, column + $0] == picture[y, $0]
            }
          }
        }
    }
  }
}

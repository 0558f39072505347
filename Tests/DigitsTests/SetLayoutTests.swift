import Digits
import Files
import Foundation
import Images
import Testing
import TestSupport

/// The names under which data sets are handed on, and what is told of what is not read.
@Suite struct SetLayoutTests {
  /// A folder of the four small IDX files under other names.
  private func idxFolder(named names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, bytes) in zip(names, smallIDX) {
      try folder.write(name.lowercased().hasSuffix(".gz") ? gzip(bytes) : bytes, to: name)
    }
    return folder
  }

  private func names(_ change: (String) -> String) -> [String] { idxNames.map(change) }

  @Test(
    arguments: [
      { $0.uppercased() }, { $0 + ".GZ" }, { $0.replacing("t10k", with: "test") },
      { $0.replacing("-idx", with: ".idx").uppercased() + ".gz" },
      { $0.replacing("-", with: "_") }, { "qmnist-" + $0.replacing("t10k", with: "test") },
      { "\($0)/\($0)" }, { "MNIST/raw/\($0)" }, { "gzip/\($0).gz" },
      { $0.replacing("-idx", with: ".idx") + "/" + $0.replacing("-idx", with: ".idx") },
    ] as [@Sendable (String) -> String])
  func `IDX files are recognised by their names`(change: @Sendable (String) -> String) throws {
    let data = try idxFolder(named: names(change)).read()
    #expect(data.train.images == Array(1...18) && data.train.labels == [2, 0, 1])
    #expect(data.test.images == Array(101...112) && data.test.labels == [1, 2])
  }

  @Test func `the place of a set below the folder is told`() throws {
    let folder = try idxFolder(named: names { "MNIST/raw/\($0)" })
    #expect(try folder.read().notices == ["read from MNIST/raw in it"])
    #expect(folder.path.hasSuffix(try folder.read().name))
  }

  @Test func `several sets below the folder are refused with their names`() throws {
    let folder = try idxFolder(named: names { "a/\($0)" })
    for (name, bytes) in zip(idxNames, smallIDX) { try folder.write(bytes, to: "b/\(name)") }
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.expected == "one data set")
    #expect(problem?.found == "a, b")
  }

  @Test(arguments: idxNames.indices)
  func `one of the four files leads to the others`(index: Int) throws {
    let folder = try idxFolder(named: names { $0 + ".gz" })
    let data = try DigitDataset(contentsOf: folder(idxNames[index] + ".gz"), workers: 1)
    #expect(data.train.labels == [2, 0, 1])
    #expect(folder.path.hasSuffix(data.name))
  }

  private let emnistNames = idxNames.map { "emnist-letters-" + $0.replacing("t10k", with: "test") }

  @Test func `EMNIST is turned upright by its name, or as the caller says`() throws {
    let folder = try idxFolder(named: emnistNames)
    let data = try folder.read()
    #expect(data.train.imageSize == ImageSize(height: 3, width: 2))
    #expect(Array(data.train.pixels(ofImage: 1)) == [7, 10, 8, 11, 9, 12])
    #expect(data.notices.count == 1 && data.notices[0].contains("emnist-letters"))
    let asIs = try DigitDataset(contentsOf: folder.path, transpose: false, workers: 2)
    #expect(Array(asIs.train.pixels(ofImage: 1)) == Array(7...12) && asIs.notices.isEmpty)
    let plain = try idxFolder(named: idxNames)
    let turned = try DigitDataset(contentsOf: plain.path, transpose: true, workers: 2)
    #expect(turned.train == data.train && turned.notices.isEmpty)
    // Turning comes before resizing.
    let size = ImageSize(height: 3, width: 1)
    let resized = try folder.read(resize: size)
    #expect(resized.train == data.train.resizedForTest(to: size))
  }

  @Test func `several EMNIST sets are refused, and one is chosen by one of its files`() throws {
    let folder = try idxFolder(named: emnistNames)
    for (name, bytes) in zip(emnistNames, smallIDX) {
      try folder.write(bytes, to: name.replacing("letters", with: "digits"))
    }
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.found == "emnist-digits, emnist-letters")
    #expect(problem?.hint?.contains("--data \(folder.path)/emnist-digits-test-images") == true)
    let data = try DigitDataset(contentsOf: folder(emnistNames[0]), workers: 1)
    #expect(data.name == "emnist-letters")
    #expect(data.notices.contains("other IDX sets are not read: emnist-digits"))
  }

  /// QMNIST's labels: rows of eight integers, of which the first is the class.
  private func table(_ labels: [UInt8], columns: Int = 8, first: [UInt8] = [0, 0, 0]) -> [UInt8] {
    [0, 0, 12, 2, 0, 0, 0, UInt8(labels.count), 0, 0, 0, UInt8(columns)]
      + labels.flatMap { first + [$0] + [UInt8](repeating: 9, count: 4 * columns - 4) }
  }

  @Test func `QMNIST's labels are the first column of a table`() throws {
    let names = [
      "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int.gz",
      "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int",
    ]
    let folder = try TemporaryFolder()
    let files = [smallIDX[0], gzip(table([2, 0, 1])), smallIDX[2], table([1, 2])]
    for (name, bytes) in zip(names, files) { try folder.write(bytes, to: name) }
    let data = try folder.read()
    #expect(data.train.labels == [2, 0, 1] && data.test.labels == [1, 2])

    for (bytes, place) in [
      (table([1, 2], columns: 7), "byte 8"), (table([1, 2], first: [0, 0, 1]), "label 0"),
      (table([1, 2]).dropLast(), "length"), (table([1, 2]) + [0], "length"),
    ] {
      try folder.write(Array(bytes), to: names[3])
      let problem = #expect(throws: FileProblem.self) { try folder.read() }
      #expect(problem?.file == folder(names[3]) && problem?.place == place)
    }
  }

  @Test(arguments: [
    ("training", "testing"), ("Train", "TEST"), ("train", "val"), ("train", "valid"),
    ("training", "validation"),
  ])
  func `PNG folders are recognised by their names`(train: String, test: String) throws {
    let folder = try imageFolder([
      "\(train)/0/1.png": 1, "\(train)/1/2.png": 2, "\(test)/0/1.png": 3,
    ])
    let data = try folder.read()
    #expect(brightnesses(data.train) == [1, 2] && brightnesses(data.test) == [3])
    let isValidation = test.hasPrefix("val")
    #expect(data.notices == (isValidation ? ["\(test) is the test set"] : []))
  }

  @Test func `a validation folder beside a test folder is not read, and said`() throws {
    let folder = try imageFolder([
      "train/0/1.png": 1, "val/0/1.png": 2, "test/0/1.png": 3, "more/0/1.png": 4,
    ])
    let data = try folder.read()
    #expect(brightnesses(data.test) == [3])
    #expect(data.notices == ["folder more is not read", "folder val is not read"])
  }

  @Test func `a class may be called valid`() throws {
    let folder = try imageFolder([
      "valid/0.png": 1, "valid/2.png": 2, "other/0.png": 3, "other/2.png": 4,
    ])
    #expect(try folder.read(seed: 3).classNames == ["other", "valid"])
  }

  @Test func `a part of train alone becomes the test set, the same as without the folder`() throws {
    let inPart = try TemporaryFolder()
    let bare = try TemporaryFolder()
    for number in 0..<40 {
      try inPart.write(small(UInt8(number)), to: "train/\(number % 2)/\(number).png")
      try bare.write(small(UInt8(number)), to: "\(number % 2)/\(number).png")
    }
    let data = try inPart.read()
    let other = try bare.read()
    #expect(data.train == other.train && data.test == other.test)
    #expect(data.notices.count == 1)
    #expect(data.notices[0].hasPrefix("no test set: \(data.test.count) of 40 images"))
  }

  @Test func `what lies beside the images is told by kind`() throws {
    let folder = try imageFolder([
      "train/0/1.png": 1, "train/1/1.png": 1, "test/0/1.png": 2, "train/0/writer/2.png": 3,
      "train/0/writer/3.png": 3, "train/.2/1.png": 4, "train/1/.9.png": 5, "train/1/._9.png": 6,
      "__MACOSX/0/1.png": 7,
    ])
    for number in 0..<12 { try folder.write([1], to: "train/0/\(number).jpg") }
    try folder.write([1], to: "train/1/1.JPG")
    try folder.write([1], to: "test/0/notes.txt")
    try folder.write([1], to: "test/0/Thumbs.db")
    let data = try folder.read()
    #expect(brightnesses(data.train) == [1, 1])
    #expect(
      data.notices == [
        "2 nested .png files in train/0/writer are not read; move them up",
        "13 .jpg files in 2 folders, such as train/0, are not read; convert them to PNG",
        "1 hidden .png file in train/1 is not read",
        "1 .png file in train/.2 is not read; the folder is hidden",
        "1 .txt file in test/0 is not read",
      ])
  }

  @Test func `the embedded digits have nothing to tell`() throws {
    #expect(try embeddedDigits().notices.isEmpty)
  }

  @Test func `files beside IDX files are told`() throws {
    let folder = try idxFolder(named: idxNames)
    try folder.write(gzip(smallIDX[0]), to: idxNames[0] + ".gz")
    try folder.write([1], to: "mnist.csv")
    #expect(
      try folder.read().notices == [
        "another copy of a file is not read: \(idxNames[0]).gz",
        "not read beside IDX files: mnist.csv",
      ])
  }

  // Each row replaces one file and says what the hint has to contain.
  @Test(
    arguments: [
      (0, [0, 0, 8, 4, 0, 0, 0, 3], "four dimensions"),
      (0, [0, 0, 8, 2, 0, 0, 0, 3], "two dimensions"),
      (0, [0, 0, 13, 3, 0, 0, 0, 3], "floats of 32 bits"),
      (1, [0, 0, 12, 1], "integers of 32 bits"),
      (1, [0, 0, 8, 2, 0, 0, 0, 3], "one-hot"), (1, smallIDX[0], "file of images"),
      (0, [3, 8, 0, 0, 3, 0, 0, 0], "little-endian"), (0, [0xff, 0xd8, 0xff, 0xe0], "a JPEG"),
      (0, Array("<!DOCTYPE html>".utf8), "is it an IDX file"), (2, gzip(smallIDX[2]), "end in .gz"),
      (
        0, [0, 0, 8, 3, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0] + Array(1...18),
        "little-endian, as 3 × 2 × 3"
      ),
    ] as [(Int, [UInt8], String)])
  func `the hint says what the bytes are`(index: Int, bytes: [UInt8], hint: String) throws {
    let folder = try idxFolder(named: idxNames)
    try folder.write(bytes, to: idxNames[index])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.file == folder(idxNames[index]))
    #expect(problem?.hint?.contains(hint) == true, "\(problem?.hint ?? "")")
  }

  @Test func `gzip in gzip, and no test set, are said in words`() throws {
    let folder = try idxFolder(named: names { $0 + ".gz" })
    try folder.write(gzip(gzip(smallIDX[1])), to: idxNames[1] + ".gz")
    let twice = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(twice?.hint == "it is a gzip file inside a gzip file: unpack it once")
    for name in idxNames[2...] { try folder.remove(name + ".gz") }
    let trainOnly = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(trainOnly?.kind == .noInput)
    #expect(trainOnly?.hint?.contains("no test set") == true)
  }

  @Test func `a run folder or a model is not taken for data`() throws {
    let folder = try imageFolder(["features.png": 1])
    try folder.write([20, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":1}".utf8), to: "model.safetensors")
    let run = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(run?.found == "the folder of a training run")
    for (path, found) in [
      (folder("model.safetensors"), "a safetensors model"), (folder("features.png"), "a PNG"),
    ] {
      let problem = #expect(throws: FileProblem.self) {
        try DigitDataset(contentsOf: path, workers: 1)
      }
      #expect(problem?.kind == .noInput && problem?.file == path)
      #expect(problem?.found == found)
    }
  }

  @Test func `images of mixed sizes are told how to agree`() throws {
    let folder = try imageFolder(["train/0/1.png": 1, "test/0/1.png": 2])
    try folder.write(png(height: 1, width: 2, samples: [1, 2]), to: "train/0/2.png")
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.hint?.contains("--resize ") == true)
  }
}

extension DigitSet {
  /// The set resized image by image.
  fileprivate func resizedForTest(to size: ImageSize) -> DigitSet {
    DigitSet(
      images: (0..<count).flatMap {
        GrayImage(size: imageSize, pixels: Array(pixels(ofImage: $0))).resized(to: size).pixels
      }, labels: labels, imageSize: size)
  }
}

import Digits
import Foundation
import Images
import Testing
import TestSupport
import Training

/// The format of the files does not matter: MNIST as IDX and as folders of PNGs is the same set and
/// trains to the same bits.
@Suite struct ImageFolderFingerprintTests {
  @Test func `MNIST-5k's test images train to the same bits as PNG folders and as IDX`() throws {
    try expectSameTraining(from: try embeddedDigits().test, epochs: 2)
  }

  @Test(.enabled(if: datasetsPath != nil, needsDatasets))
  func `MNIST's 10,000 test images train to the same bits as PNG folders and as IDX`() throws {
    let path = "\(datasetsPath ?? "")/mnist"
    try expectSameTraining(from: try DigitDataset(contentsOf: path, workers: 2).test, epochs: 1)
  }

  private func expectSameTraining(from digits: DigitSet, epochs: Int) throws {
    let folder = try TemporaryFolder()
    let testCount = 100
    try write(digits, count: digits.count, to: folder("train"))
    try write(digits, count: testCount, to: folder("test"))
    let read = try DigitDataset(contentsOf: folder.path, workers: 2)
    #expect(read.train == digits)
    #expect(read.test.labels[...] == digits.labels.prefix(testCount))

    let settings = TrainingSettings(epochs: epochs, batchSize: 96)
    let fromIDX = train(
      .digits, on: SampleSet(digits), test: SampleSet(digits, prefix: testCount), settings,
      workers: 2)
    let fromPNG = train(
      .digits, on: SampleSet(read.train), test: SampleSet(read.test), settings, workers: 1)
    #expect(fromPNG == fromIDX)
  }

  /// Writes the first images as `<label>/<number>.png`; the numbers keep the order of the set.
  private func write(_ digits: DigitSet, count: Int, to folder: String) throws {
    for label in Set(digits.labels) {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(label)", withIntermediateDirectories: true)
    }
    for index in 0..<count {
      let image = GrayImage(size: digits.imageSize, pixels: Array(digits.pixels(ofImage: index)))
      let number = String(repeating: "0", count: 5 - "\(index)".count) + "\(index)"
      let file = URL(fileURLWithPath: "\(folder)/\(digits.labels[index])/\(number).png")
      try Data(image.pngBytes()).write(to: file)
    }
  }
}

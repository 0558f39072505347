import Digits
import Files
import Foundation
import Images
import Networks
import Training

extension Model {
  /// A data set as this model takes it: classes by the model's numbers, which are found by their
  /// names where both have names.
  ///
  /// - Parameters:
  ///   - digits: a data set that was read with the model's `preparation`.
  ///   - source: where it was read from, for the error.
  /// - Throws: `wrongData` where the images have another size, or a class is not one of the model's.
  /// - Returns: the data set with the model's classes.
  public func matched(
    _ digits: DigitDataset, from source: String
  ) throws(FileProblem) -> DigitDataset {
    let size = digits.train.imageSize
    guard size.pixelCount == architecture.inputs, imageSize.map({ $0 == size }) ?? true else {
      throw FileProblem(
        .wrongData, file: source, place: "image size",
        expected: "\(imageSize.map { "\($0)" } ?? "\(architecture.inputs)") pixels",
        found: "\(size)", hint: "bring the images to the model's size with --resize")
    }
    guard !classNames.isEmpty else {
      guard digits.classCount <= classCount else {
        throw FileProblem(
          .wrongData, file: source, place: "labels", expected: "\(classCount) classes",
          found: "\(digits.classCount)", hint: "use the data that the model was trained for")
      }
      return digits
    }
    let numbers = Dictionary(zip(classNames, 0...), uniquingKeysWith: { first, _ in first })
    guard digits.classNames.allSatisfy({ numbers[$0] != nil }) else {
      throw FileProblem(
        .wrongData, file: source, place: "class names",
        expected: "classes of the model: \(listed(classNames))",
        found: listed(digits.classNames), hint: "use the data that the model was trained for")
    }
    return digits.renumbered(digits.classNames.map { UInt8(numbers[$0] ?? 0) }, as: classNames)
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " …" : "")
  }
}

extension Model {
  /// The samples of a part of a data set that `matched` returned, at the model's scale.
  ///
  /// - Parameter digits: images and labels by the model's numbers.
  /// - Returns: samples that `evaluate(on:)` takes.
  public func samples(of digits: DigitSet) -> SampleSet {
    SampleSet(
      inputs: .bytes(digits.images, scale: inputScale), inputWidth: digits.pixelsPerImage,
      targets: .classes(digits.labels, count: classCount), count: digits.count,
      imageSize: digits.imageSize)
  }

  /// The record of the run that made the model; nil for a model from elsewhere.
  public var run: RunRecord? { try? RunRecord(notes: notes, file: "") }

  /// The folder or file that the model's data was read from, by the record of its run, which lies
  /// beside the model; nil where there is none, or the data has gone.
  ///
  /// - Parameter path: the model's file, or the folder of its run.
  /// - Returns: the path that was recorded, if something is there.
  public static func dataFolder(ofModel path: String) -> String? {
    let folder = RunFolder(ofModel: path)
    guard let record = try? RunRecord(contentsOf: folder.record), let data = record.data.folder,
      FileManager.default.fileExists(atPath: data)
    else { return nil }
    return data
  }
}

extension DigitSet {
  /// The number of images of this set that are in another one, pixel by pixel.
  ///
  /// - Parameter other: a set of images of the same size.
  /// - Returns: how many images of this set are in the other one.
  public func imageCount(sharedWith other: DigitSet) -> Int {
    guard imageSize == other.imageSize else { return 0 }
    let known = Set((0..<other.count).map { other.pixels(ofImage: $0) })
    return (0..<count).count { known.contains(pixels(ofImage: $0)) }
  }
}

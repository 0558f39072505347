import Digits
import Files
import Images
import Training
import Workers

extension DigitDataset {
  /// Reads a data set from a folder with all usable processors; `init(contentsOf:resize:seed:testFraction:classCount:workers:)`
  /// says which kinds of folders there are.
  ///
  /// - Parameters:
  ///   - folder: the path of the folder.
  ///   - resize: the size to bring all images to; nil takes them as they are. Their levels are
  ///     brought to light ink on a background of 0, see `prepared(workers:)`.
  /// - Throws: a `FileProblem`, `noInput` or `wrongData`, with the file and what is wrong with it. Its type is
  ///   not declared: Swift 6.3's compiler crashes on `catch let problem as FileProblem` where it is.
  public init(contentsOf folder: String, resize: ImageSize? = nil) throws {
    let workers = AvailableProcessors.read().usable
    self = try DigitDataset(contentsOf: folder, resize: resize, workers: workers)
      .prepared(workers: workers)
  }

  /// The images to learn from, with their classes, as the trainer takes them.
  public var trainingSamples: SampleSet { samples(train) }

  /// The images that training never sees, with their classes.
  public var testSamples: SampleSet { samples(test) }

  private func samples(_ digits: DigitSet) -> SampleSet {
    SampleSet(digits, classCount: classCount, classNames: classNames, preparation: preparation)
  }
}

extension SampleSet {
  /// The images and classes of a part of a data set; a byte of 255 becomes an input of 1.
  ///
  /// - Parameters:
  ///   - digits: the part.
  ///   - classCount: the number of classes that a network tells apart, above every label.
  ///   - classNames: the names of the classes.
  ///   - preparation: how the images were prepared.
  public init(
    _ digits: DigitSet, classCount: Int, classNames: [String] = [], preparation: Preparation? = nil
  ) {
    self.init(
      images: digits.images, labels: digits.labels, imageSize: digits.imageSize,
      classCount: classCount, classNames: classNames, preparation: preparation)
  }
}

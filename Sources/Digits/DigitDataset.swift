import Files
import Foundation
import Images

/// A data set: labelled images of one size, as a training set and a test set.
public struct DigitDataset: Equatable, Sendable {
  /// The name: the last component of the folder's path, as `mnist-5k`, or the name of a file's set.
  public let name: String
  /// The training set.
  public internal(set) var train: DigitSet
  /// The test set, which training never sees.
  public internal(set) var test: DigitSet
  /// The names of the classes; the label is the index.
  public internal(set) var classNames: [String]
  /// What a reader tells of the set in sentences: which part became the test set, which files were
  /// not read and what to do about it. Empty where everything was read as it is.
  public let notices: [String]
  /// How the images were prepared for a network; nil as long as they are as the files have them.
  public internal(set) var preparation: Preparation?
  /// Whether the images come from picture files, each of which a prediction may read, too.
  public internal(set) var isOfPictures = false
  /// Whether the images were brought to another size as they were read.
  var isResized = false

  /// The number of classes, 1 … 256; every label is below it.
  public var classCount: Int { classNames.count }

  /// A data set made in memory.
  ///
  /// - Parameters:
  ///   - name: the name of the data set.
  ///   - train: at least one image.
  ///   - test: at least one image, of the same size as those of `train`.
  ///   - classNames: one name per class, more than the largest label.
  ///   - notices: what is to be told of the set.
  public init(
    name: String, train: DigitSet, test: DigitSet, classNames: [String], notices: [String] = []
  ) {
    precondition(train.count > 0 && test.count > 0, "a data set needs images of both kinds")
    precondition(
      train.imageSize == test.imageSize,
      "training and test images differ in size")
    precondition((1...256).contains(classNames.count), "a data set has 1 to 256 classes")
    precondition(
      (train.labels + test.labels).allSatisfy { $0 < classNames.count }, "a label has no class")
    self.name = name
    self.train = train
    self.test = test
    self.classNames = classNames
    self.notices = notices
  }

  /// The set with more to tell.
  func adding(notices more: [String]) -> DigitDataset {
    DigitDataset(
      name: name, train: train, test: test, classNames: classNames, notices: more + notices)
  }
}

/// The name of a data set that lies in `folder`.
func datasetName(_ folder: String) -> String {
  URL(fileURLWithPath: folder).standardized.lastPathComponent
}

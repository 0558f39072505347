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

  /// Reads a data set from a folder or a file, finding out which kind it is.
  ///
  /// Of the kinds in one folder the first in this order counts:
  ///
  /// - IDX: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
  ///   `t10k-labels-idx1-ubyte`, each plain or, with `.gz` added, compressed; the plain one is
  ///   taken if there are both. The words may stand in any case, between hyphens, dots or
  ///   underscores, behind the name of a set, as `emnist-letters-test-images-idx3-ubyte`; `test` is
  ///   `t10k`. QMNIST's `idx2-int` labels are read, too.
  /// - PNG: `train/<label>/*.png` and `test/<label>/*.png`, or `<label>/*.png`, of which a share
  ///   becomes the test set, as of `train` alone. `training` and `testing` are understood, and
  ///   `val`, which is the test set where there is no other. Labels are numbers 0 … 255, or else
  ///   names, which are numbered in their order. The images are ordered by file name, numerically
  ///   where all are numbers, and taken as they are: 0 is the background.
  /// - NumPy: an `.npz` file with `x_train`, `y_train`, `x_test` and `y_test`.
  /// - CSV: a row of whole numbers 0 … 255 per image, the label first, last, or named `label`; a
  ///   share of the rows becomes the test set where there is no `test.csv` with labels.
  ///
  /// Or else the one folder up to two levels below that is a data set is read.
  ///
  /// What is passed over is told in `notices`; everything else that is not as described is an error.
  /// The result does not depend on `workers`.
  ///
  /// - Parameters:
  ///   - path: the path of the folder, or of a .csv, .npz or IDX file, whose companions are found
  ///     beside it.
  ///   - resize: the size to bring all images to; if nil, PNGs must agree in size and have at most
  ///     2²⁰ pixels.
  ///   - transpose: whether rows and columns of each image are exchanged; nil exchanges those of sets
  ///     that are named `emnist…`, which lie on their side.
  ///   - seed: chooses which images become test images where no test set is named. Each choice
  ///     depends on the seed and the file's name, or the number of the row, alone, so more files do
  ///     not move the others.
  ///   - testFraction: the expected share of those test images, between 0 and 1.
  ///   - classCount: the number of classes that labels must stay below, if it is known; otherwise
  ///     it is what the labels need.
  ///   - preparation: a model's, by which every picture is prepared as for a prediction; nil takes
  ///     the images as they are.
  ///   - workers: the maximum number of threads that read.
  /// - Throws: `noInput` for a folder or file that is missing, `wrongData` for one whose content is
  ///   not as described; of several problems the first in a fixed order.
  public init(
    contentsOf path: String, resize: ImageSize? = nil, transpose: Bool? = nil, seed: UInt64 = 0,
    testFraction: Double = 0.2, classCount: Int? = nil, preparation: Preparation? = nil,
    workers: Int
  ) throws(FileProblem) {
    precondition(
      testFraction > 0 && testFraction < 1, "a test fraction of \(testFraction)")
    precondition((1...256).contains(classCount ?? 1), "\(classCount ?? 0) classes, not 1 to 256")
    let split = HashedSplit(seed: seed, testFraction: testFraction)
    let ownSize = preparation?.fitting == .resized ? preparation?.size : nil
    let reading = Reading(
      resize: resize ?? ownSize, transpose: transpose, split: split, classCount: classCount,
      preparation: preparation, workers: workers)
    let digits = try DatasetReader(reading: reading).read(path)
    // Pictures were prepared one by one as they were read.
    if let preparation, digits.preparation == nil, preparation.size == digits.train.imageSize {
      self = digits.prepared(by: preparation, workers: workers)
    } else {
      self = digits
    }
  }
}

/// The name of a data set that lies in `folder`.
func datasetName(_ folder: String) -> String {
  URL(fileURLWithPath: folder).standardized.lastPathComponent
}

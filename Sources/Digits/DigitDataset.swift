import Files
import Foundation
import Images

/// A data set: labelled images of one size, as a training set and a test set.
public struct DigitDataset: Equatable, Sendable {
  /// The name, which is the last component of the folder's path: `mnist-5k`.
  public let name: String
  /// The training set.
  public internal(set) var train: DigitSet
  /// The test set, which training never sees.
  public internal(set) var test: DigitSet
  /// The names of the classes; the label is the index.
  public internal(set) var classNames: [String]
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
  public init(name: String, train: DigitSet, test: DigitSet, classNames: [String]) {
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
  }

  /// Reads a data set from a folder, finding out which kind it is; IDX files count first.
  ///
  /// - IDX: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
  ///   `t10k-labels-idx1-ubyte`, each plain or, with `.gz` added, compressed; the plain one is
  ///   taken if there are both. The spelling `train-images.idx3-ubyte` is understood, too.
  /// - PNG: `train/<label>/*.png` and `test/<label>/*.png`, or `<label>/*.png`, of which a share
  ///   becomes the test set. Labels are numbers 0 … 255, or else names, which are numbered in
  ///   their order. The images are ordered by file name, numerically where all are numbers, and
  ///   taken as they are: 0 is the background.
  ///
  /// Hidden files and those that do not end in `.png` are passed over; everything else that is not
  /// as described is an error. The result does not depend on `workers`.
  ///
  /// - Parameters:
  ///   - folder: the path of the folder.
  ///   - resize: the size to bring all images to; if nil, PNGs must agree in size.
  ///   - seed: chooses which PNGs without `train` and `test` folders become test images. Each
  ///     choice depends on the seed and the file's name alone, so more files do not move the
  ///     others.
  ///   - testFraction: the expected share of those test images, between 0 and 1.
  ///   - classCount: the number of classes that labels must stay below, if it is known; otherwise
  ///     it is what the labels need.
  ///   - preparation: a model's, by which every picture is prepared as for a prediction; nil takes
  ///     the images as they are.
  ///   - workers: the maximum number of threads that read.
  /// - Throws: `noInput` for a folder or file that is missing, `wrongData` for one whose content is
  ///   not as described; of several problems the first in a fixed order.
  public init(
    contentsOf folder: String, resize: ImageSize? = nil, seed: UInt64 = 0,
    testFraction: Double = 0.2, classCount: Int? = nil, preparation: Preparation? = nil,
    workers: Int
  ) throws(FileProblem) {
    precondition(testFraction > 0 && testFraction < 1, "the test fraction lies between 0 and 1")
    precondition((1...256).contains(classCount ?? 1), "a data set has 1 to 256 classes")
    let entries = try FolderEntries(of: folder)
    if let files = try IDXFolder(folder, entries: entries) {
      let ownSize = preparation?.fitting == .resized ? preparation?.size : nil
      let digits = try files.read(
        resize: resize ?? ownSize, classCount: classCount, workers: workers)
      if let preparation, preparation.size == digits.train.imageSize {
        self = digits.prepared(by: preparation, workers: workers)
      } else {
        self = digits
      }
      return
    }
    let split = HashedSplit(seed: seed, testFraction: testFraction)
    if let files = try ImageFolder(folder, entries: entries, split: split, classCount: classCount) {
      var digits = try files.read(resize: resize, preparation: preparation, workers: workers)
      digits.isOfPictures = true
      digits.isResized = resize != nil
      digits.preparation = preparation
      self = digits
      return
    }
    throw FileProblem(
      .noInput, file: folder, expected: "a data set", found: "neither IDX nor PNG files",
      hint: "looked for train-images-idx3-ubyte, plain or .gz, and its three companions, for "
        + "train/<label>/*.png with test/<label>/*.png, and for <label>/*.png")
  }
}

/// The name of a data set that lies in `folder`.
func datasetName(_ folder: String) -> String {
  URL(fileURLWithPath: folder).standardized.lastPathComponent
}

import Files
import Images
import NumberText

/// How a data set is read, whatever its format.
struct Reading {
  /// The size to bring all images to.
  let resize: ImageSize?
  /// Whether rows and columns change places; nil decides by the name of the set.
  let transpose: Bool?
  /// Divides images where no test set is named.
  let split: HashedSplit
  /// The number of classes, where it is known.
  let classCount: Int?
  /// A model's preparation, by which every picture is prepared; nil takes images as they are.
  let preparation: Preparation?
  /// The maximum number of threads that read.
  let workers: Int

  /// The set with its images turned and resized.
  func shaped(_ set: DigitSet, isTransposed: Bool) -> DigitSet {
    let upright = isTransposed ? set.transposed(workers: workers) : set
    guard let resize, resize != upright.imageSize else { return upright }
    return upright.resized(to: resize, workers: workers)
  }
}

/// The labels of one part of a set, with what an error has to say of them.
struct PartLabels {
  let labels: [UInt8]
  let file: String
  /// The place of a label in its file.
  let place: (Int) -> String
}

extension Reading {
  /// Checks labels that stand in files, and counts their classes.
  ///
  /// One damaged label would otherwise make up to 256 classes, most of them without an image.
  ///
  /// - Parameters:
  ///   - train: the labels of the training set.
  ///   - test: the labels of the test set; nil where it is a part of the same file.
  /// - Throws: `wrongData` for a label that is not below a known number of classes, one above more
  ///   than half of whose classes no image has, or one that only the test set has.
  /// - Returns: the number of classes.
  func checkedClassCount(
    train: PartLabels, test: PartLabels?
  ) throws(FileProblem) -> Int {
    func problem(
      _ part: PartLabels, _ index: Int, expected: String, hint: String
    ) -> FileProblem {
      FileProblem(
        .wrongData, file: part.file, place: part.place(index), expected: expected,
        found: "\(part.labels[index])", hint: hint)
    }
    func firstIndex(_ part: PartLabels, where isWrong: (UInt8) -> Bool) -> Int? {
      part.labels.firstIndex(where: isWrong)
    }

    let parts = [train] + (test.map { [$0] } ?? [])
    if let classCount {
      for part in parts {
        if let index = firstIndex(part, where: { $0 >= classCount }) {
          throw problem(
            part, index, expected: "a label below \(classCount)",
            hint: "use a data set of \(classCount) classes")
        }
      }
    }
    var isUsed = [Bool](repeating: false, count: 256)
    for label in train.labels { isUsed[Int(label)] = true }
    let largest = isUsed.lastIndex(of: true) ?? 0
    if classCount == nil, hasMostlyEmptyClasses(isUsed),
      let index = firstIndex(train, where: { $0 == largest })
    {
      let used = isUsed[..<largest].count { $0 }
      throw problem(
        train, index, expected: "a label with images of most classes below it",
        hint: "only \(used) of the classes below \(largest) have images: correct the label, or "
          + "number the classes from 0 without gaps")
    }
    if let test, let index = firstIndex(test, where: { !isUsed[Int($0)] }) {
      throw problem(
        test, index, expected: "a label that the training set has, too",
        hint: "correct the label, or add such images to the training set")
    }
    return classCount ?? largest + 1
  }
}

/// Whether more than half of the classes below the largest label have no image.
func hasMostlyEmptyClasses(_ isUsed: [Bool]) -> Bool {
  let largest = isUsed.lastIndex(of: true) ?? 0
  return 2 * isUsed[..<largest].count { !$0 } > largest
}

extension DigitSet {
  /// The set with rows and columns of every image exchanged, on up to `workers` threads.
  func transposed(workers: Int) -> DigitSet {
    let (height, width) = (height, width)
    let images = makeRowsInParallel(
      count: count, length: pixelsPerImage, workers: workers
    ) { index in
      let start = index * height * width
      var image: [UInt8] = []
      image.reserveCapacity(height * width)
      for column in 0..<width {
        for row in 0..<height { image.append(self.images[start + row * width + column]) }
      }
      return image
    }
    return DigitSet(
      images: images, labels: labels, imageSize: ImageSize(height: width, width: height))
  }
}

// What a reader tells of a set beside its images.

/// The notice of images that were turned.
func transposedNotice(_ set: String) -> String {
  "rows and columns of the images of \(set) are exchanged, since EMNIST stores them on their side "
    + "(--no-transpose leaves them)"
}

/// The notice of a test set that was split off.
func splitNotice(testCount: Int, of count: Int, by key: String) -> String {
  "no test set: \(grouped(testCount)) of \(grouped(count)) images, chosen by a hash of their \(key), "
    + "are the test set"
}

/// A count with its noun: `1 file`, `12 .jpg files`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

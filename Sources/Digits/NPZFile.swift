import Files
import Images

/// A data set in one file of NumPy arrays, as Keras keeps MNIST: `x_train`, `y_train`, `x_test`,
/// `y_test`.
struct NPZFile {
  private let archive: ZipArchive
  /// Training images, training labels, test images, test labels.
  private let members: [ZipArchive.Member]
  private let notices: [String]

  /// Finds the arrays.
  ///
  /// - Throws: `wrongData` for a file that is no archive, or lacks one of the four arrays.
  init(contentsOf path: String) throws(FileProblem) {
    archive = try ZipArchive(contentsOf: path)
    var members: [ZipArchive.Member] = []
    for names in arrayNames {
      let found = archive.members.filter { names.contains(arrayName($0)) }
      guard found.count == 1 else {
        let all = archive.members.map(arrayName)
        let isTest = names[0].hasSuffix("test")
        throw FileProblem(
          .wrongData, file: path, place: names[0],
          expected: "one array \(names.joined(separator: " or "))",
          found: found.isEmpty ? "the arrays \(all.joined(separator: ", "))" : "\(found.count)",
          hint: isTest && found.isEmpty
            ? "there is no test set: save x_train, y_train, x_test and y_test"
            : "save x_train, y_train, x_test and y_test with numpy.savez")
      }
      members.append(found[0])
    }
    self.members = members
    let taken = members.map(\.name)
    let others = archive.members.map(\.name).filter { !taken.contains($0) }
    notices =
      others.isEmpty ? [] : ["arrays that are not read: \(others.joined(separator: ", "))"]
  }

  /// Reads the arrays, all at the same time, and checks that they belong together.
  func read(_ reading: Reading, name: String) throws(FileProblem) -> DigitDataset {
    var arrays = try makeInParallel(count: members.count, workers: reading.workers) {
      index throws(FileProblem) in try NPYArray(members[index], of: archive)
    }
    let path = archive.path
    for index in [1, 3] { try checkLabels(arrays[index], images: arrays[index - 1]) }
    let size = try imageSize(arrays[0])
    let testSize = try imageSize(arrays[2])
    guard size == testSize else {
      throw FileProblem(
        .wrongData, file: path, place: arrays[2].name,
        expected: "images of \(size) as in \(arrays[0].name)", found: "\(testSize)",
        hint: "save both with the same size")
    }
    let scaled = try scale(&arrays)
    let classCount = try reading.checkedClassCount(
      train: labels(arrays[1]), test: labels(arrays[3]))
    func set(_ images: Int) -> DigitSet {
      reading.shaped(
        DigitSet(images: arrays[images].bytes, labels: arrays[images + 1].bytes, imageSize: size),
        isTransposed: reading.transpose ?? false)
    }
    return DigitDataset(
      name: name, train: set(0), test: set(2), classNames: (0..<classCount).map(String.init),
      notices: scaled + notices)
  }

  private func labels(_ array: NPYArray) -> PartLabels {
    PartLabels(labels: array.bytes, file: archive.path) { "\(array.name), element \($0)" }
  }

  /// One label per image, in one dimension or in one column.
  private func checkLabels(_ labels: NPYArray, images: NPYArray) throws(FileProblem) {
    let count = images.shape.first ?? 0
    guard labels.shape == [count] || labels.shape == [count, 1] else {
      throw FileProblem(
        .wrongData, file: archive.path, place: labels.name,
        expected: "\(count) labels, one per image of \(images.name)",
        found: "an array of \(inWords(labels.shape))",
        hint: labels.shape.count == 2
          ? "save the number of the class, not one column per class" : nil)
    }
    guard labels.range != .unit else {
      throw FileProblem(
        .wrongData, file: archive.path, place: labels.name, expected: "whole numbers 0…255",
        found: "fractions", hint: "save the labels as uint8")
    }
  }

  /// Brings images of 0…1 to 0…255.
  ///
  /// - Throws: `wrongData` where training and test images differ in their range.
  /// - Returns: a notice, where that was done.
  private func scale(_ arrays: inout [NPYArray]) throws(FileProblem) -> [String] {
    let (train, test) = (arrays[0], arrays[2])
    if train.range == .bytes {
      guard test.range != .unit else { throw mixedRanges(test, "whole numbers 0…255", "fractions") }
      return []
    }
    guard test.range != .bytes else { throw mixedRanges(test, "numbers 0…1", "larger ones") }
    for index in [0, 2] where arrays[index].range == .binary {
      for place in arrays[index].bytes.indices where arrays[index].bytes[place] == 1 {
        arrays[index].bytes[place] = 255
      }
    }
    return ["pixels of 0…1 are multiplied by 255"]
  }

  private func mixedRanges(_ test: NPYArray, _ expected: String, _ found: String) -> FileProblem {
    FileProblem(
      .wrongData, file: archive.path, place: test.name,
      expected: "\(expected), as the training images have", found: found,
      hint: "save both as uint8")
  }

  /// The size of images of n × height × width, of n × height × width × 1, or of n × a square.
  private func imageSize(_ images: NPYArray) throws(FileProblem) -> ImageSize {
    var sides = Array(images.shape.dropFirst())
    if sides.count == 3, sides[2] == 1 { sides.removeLast() }
    if sides.count == 3, sides[0] == 1 { sides.removeFirst() }
    if sides.count == 2 { return ImageSize(height: sides[0], width: sides[1]) }
    if sides.count == 1, let size = squareSize(sides[0]) { return size }
    throw FileProblem(
      .wrongData, file: archive.path, place: images.name,
      expected: "gray images, count × height × width",
      found: "an array of \(inWords(images.shape))",
      hint: sides.count == 3 && sides[2] == 3 ? "these are colour images: save them as gray" : nil)
  }
}

/// The names of the four arrays, in lower case, as Keras and as others call them.
private let arrayNames = [
  ["x_train", "train_images"], ["y_train", "train_labels"], ["x_test", "test_images"],
  ["y_test", "test_labels"],
]

private func arrayName(_ member: ZipArchive.Member) -> String {
  let name = member.name.lowercased()
  return name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
}

private func inWords(_ shape: [Int]) -> String {
  shape.isEmpty ? "no dimensions" : shape.map(String.init).joined(separator: " × ")
}

/// The square of so many pixels, or nil where there is none.
func squareSize(_ pixelCount: Int) -> ImageSize? {
  let side = Int(Double(pixelCount).squareRoot().rounded())
  return side >= 1 && side * side == pixelCount ? ImageSize(height: side, width: side) : nil
}

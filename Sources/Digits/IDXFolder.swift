import Files
import Images

/// The four IDX files of a data set, in the order in which their problems count.
struct IDXFolder {
  private let folder: String
  private let trainImages: String
  private let trainLabels: String
  private let testImages: String
  private let testLabels: String

  /// Finds the files.
  ///
  /// - Throws: `noInput` where some are there and some are not.
  /// - Returns: nil where none is there.
  init?(_ folder: String, entries: FolderEntries) throws(FileProblem) {
    let names = Set(entries.names)
    let parts = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
    let found = parts.map { part in
      let spellings = [part, part.replacing("-idx", with: ".idx")].map { $0 + "-ubyte" }
      return (spellings + spellings.map { $0 + ".gz" }).first(where: names.contains)
    }
    guard found.contains(where: { $0 != nil }) else { return nil }
    var paths: [String] = []
    for (part, name) in zip(parts, found) {
      guard let name else {
        throw FileProblem(
          .noInput, file: join(folder, "\(part)-ubyte"),
          expected: "\(part)-ubyte or \(part)-ubyte.gz, one of the four files of a data set",
          found: "neither", hint: "fetch the data set again")
      }
      paths.append(join(folder, name))
    }
    self.folder = folder
    trainImages = paths[0]
    trainLabels = paths[1]
    testImages = paths[2]
    testLabels = paths[3]
  }

  /// Reads the files, all at the same time, and checks that they belong together.
  func read(
    resize: ImageSize?, classCount: Int?, workers: Int
  ) throws(FileProblem) -> DigitDataset {
    let files = [(trainImages, 3), (trainLabels, 1), (testImages, 3), (testLabels, 1)]
    let arrays = try makeInParallel(count: files.count, workers: workers) {
      index throws(FileProblem) in
      try IDXArray(contentsOf: files[index].0, dimensions: files[index].1)
    }
    try checkCounts(images: arrays[0], labels: arrays[1])
    try checkCounts(images: arrays[2], labels: arrays[3])
    try checkSizes(train: arrays[0], test: arrays[2])
    if let classCount {
      try checkLabels(arrays[1], classCount: classCount)
      try checkLabels(arrays[3], classCount: classCount)
    }
    let largestLabel = (arrays[1].bytes + arrays[3].bytes).max() ?? 0
    return DigitDataset(
      name: datasetName(folder),
      train: digitSet(images: arrays[0], labels: arrays[1], resize: resize, workers: workers),
      test: digitSet(images: arrays[2], labels: arrays[3], resize: resize, workers: workers),
      classNames: (0..<(classCount ?? Int(largestLabel) + 1)).map(String.init))
  }
}

private func digitSet(
  images: IDXArray, labels: IDXArray, resize: ImageSize?, workers: Int
) -> DigitSet {
  let set = DigitSet(
    images: images.bytes, labels: labels.bytes,
    imageSize: ImageSize(height: images.sizes[1], width: images.sizes[2]))
  guard let resize, resize != set.imageSize else { return set }
  return set.resized(to: resize, workers: workers)
}

private func checkCounts(images: IDXArray, labels: IDXArray) throws(FileProblem) {
  guard images.sizes[0] == labels.sizes[0] else {
    throw FileProblem(
      .wrongData, file: labels.path, place: "byte 4",
      expected: "\(images.sizes[0]) labels, one per image of \(images.path)",
      found: "\(labels.sizes[0])", hint: "take both files from the same data set")
  }
}

private func checkSizes(train: IDXArray, test: IDXArray) throws(FileProblem) {
  guard train.sizes[1...] == test.sizes[1...] else {
    throw FileProblem(
      .wrongData, file: test.path, place: "byte 8",
      expected: "images of \(train.sizes[1]) × \(train.sizes[2]) as in \(train.path)",
      found: "\(test.sizes[1]) × \(test.sizes[2])", hint: "take both files from the same data set")
  }
}

private func checkLabels(_ labels: IDXArray, classCount: Int) throws(FileProblem) {
  guard let index = labels.bytes.firstIndex(where: { $0 >= classCount }) else { return }
  throw FileProblem(
    .wrongData, file: labels.path, place: "label \(index)",
    expected: "a label below \(classCount)", found: "\(labels.bytes[index])",
    hint: "use a data set of \(classCount) classes")
}

import Files
import Images

/// The PNG files of a data set with their labels, found but not yet read.
struct ImageFolder {
  private let folder: String
  private let train: [LabelledFile]
  private let test: [LabelledFile]
  private let classNames: [String]

  /// Finds the files; nil where there are no folders with PNGs.
  ///
  /// - Parameters:
  ///   - folder: the path of the data set.
  ///   - entries: what lies in it.
  ///   - split: divides images that are not in folders `train` and `test`.
  ///   - classCount: the number of classes, where it is known.
  /// - Throws: `noInput` where one of `train` and `test` is missing, `wrongData` where a folder of a
  ///   label has no PNG, an image has no label, or a set has no image.
  init?(
    _ folder: String, entries: FolderEntries, split: HashedSplit, classCount: Int?
  ) throws(FileProblem) {
    self.folder = folder
    let subfolders = entries.subfolders
    if subfolders.contains("train") || subfolders.contains("test") {
      let trainFolders = try labelFolders(join(folder, "train"))
      let testFolders = try labelFolders(join(folder, "test"))
      let classes = try LabelClasses(
        in: folder, train: trainFolders, test: testFolders, classCount: classCount)
      train = try labelledFiles(trainFolders, classes: classes)
      test = try labelledFiles(testFolders, classes: classes)
      classNames = classes.names
    } else {
      let folders = try labelFolders(folder)
      guard folders.contains(where: { !$0.pngs.isEmpty }) else { return nil }
      let classes = try LabelClasses(
        in: folder, train: folders, test: [], classCount: classCount)
      let all = try labelledFiles(folders, classes: classes)
      train = all.filter { !split.isTest($0.nameInSet) }
      test = all.filter { split.isTest($0.nameInSet) }
      classNames = classes.names
    }
    guard !train.isEmpty && !test.isEmpty else {
      throw FileProblem(
        .wrongData, file: folder, expected: "images to train with and images to test with",
        found: "\(train.count) and \(test.count)",
        hint: "add images, each in a folder named by its label")
    }
  }

  /// Decodes the files, in parallel.
  ///
  /// - Parameters:
  ///   - resize: the size to bring all images to; if nil, they must agree in size.
  ///   - preparation: a model's, which brings them to its size instead.
  ///   - workers: the maximum number of threads.
  func read(
    resize: ImageSize?, preparation: Preparation?, workers: Int
  ) throws(FileProblem) -> DigitDataset {
    let format: ImageFormat
    if let preparation {
      format = ImageFormat(size: preparation.size, model: nil, preparation: preparation)
    } else {
      let first = try GrayImage(pngFile: train[0].path)
      format = ImageFormat(
        size: resize ?? first.size, model: resize == nil ? first.name : nil, preparation: nil)
    }
    return DigitDataset(
      name: datasetName(folder), train: try digitSet(train, format: format, workers: workers),
      test: try digitSet(test, format: format, workers: workers), classNames: classNames)
  }
}

/// A PNG and its class.
private struct LabelledFile {
  let path: String
  /// The path within the set, `label/name`: the same wherever the set lies.
  let nameInSet: String
  let label: UInt8
}

/// What all images of a set have to be like.
private struct ImageFormat {
  let size: ImageSize
  /// The file that set the example, or nil where images are resized instead.
  let model: String?
  /// How a model wants pictures, or nil where they are taken as they are.
  let preparation: Preparation?

  func pixels(of path: String) throws(FileProblem) -> [UInt8] {
    let picture = try GrayImage(pngFile: path)
    if let preparation { return preparation.preparedOfSet(picture).pixels }
    guard picture.size != size else { return picture.pixels }
    if let model {
      throw FileProblem(
        .wrongData, file: path, place: "IHDR", expected: "\(size) pixels as in \(model)",
        found: "\(picture.size)", hint: "resize the images: --resize \(size.height)x\(size.width)")
    }
    return picture.resized(to: size).pixels
  }
}

private func digitSet(
  _ files: [LabelledFile], format: ImageFormat, workers: Int
) throws(FileProblem) -> DigitSet {
  let size = format.size
  let images = try makeRowsInParallel(
    count: files.count, length: size.pixelCount, workers: workers
  ) { index throws(FileProblem) in try format.pixels(of: files[index].path) }
  return DigitSet(images: images, labels: files.map(\.label), imageSize: size)
}

/// The folders in `folder`, one per label.
///
/// - Throws: `wrongData` for a PNG beside them: it has no label, and to pass over it would make
///   the set silently smaller.
private func labelFolders(_ folder: String) throws(FileProblem) -> [FolderEntries] {
  let entries = try FolderEntries(of: folder)
  let subfolders = entries.subfolders
  if let stray = entries.pngs.first(where: { !subfolders.contains($0) }), !subfolders.isEmpty {
    throw FileProblem(
      .wrongData, file: entries.path(stray), expected: "images in a folder named by their label",
      found: "one beside the folders", hint: "move it into the folder of its label")
  }
  var folders: [FolderEntries] = []
  for name in subfolders { folders.append(try FolderEntries(of: entries.path(name))) }
  return folders
}

/// The PNGs of all labels in the order of the set: by file name, then by label.
private func labelledFiles(
  _ folders: [FolderEntries], classes: LabelClasses
) throws(FileProblem) -> [LabelledFile] {
  var files: [(order: FileOrder, file: LabelledFile)] = []
  for folder in folders {
    let pngs = folder.pngs
    guard !pngs.isEmpty else {
      throw FileProblem(
        .wrongData, file: folder.folder, expected: "at least one .png file", found: "none",
        hint: "remove the folder or add images to it")
    }
    let label = try classes.label(of: folder)
    for name in pngs {
      let file = LabelledFile(
        path: folder.path(name), nameInSet: "\(folder.name)/\(name)", label: label)
      files.append((FileOrder(name: name, label: label), file))
    }
  }
  let numerically = files.allSatisfy { $0.order.isNumber }
  return files.sorted { $0.order.precedes($1.order, numerically: numerically) }.map(\.file)
}

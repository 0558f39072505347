import Files
import Images

/// The PNG files of a data set with their labels, found but not yet read.
struct ImageFolder {
  private let train: [LabelledFile]
  private let test: [LabelledFile]
  private let classNames: [String]
  private let notices: [String]

  /// Finds the files; nil where there are no folders with PNGs.
  ///
  /// - Parameters:
  ///   - entries: what lies in the folder of the data set.
  ///   - reading: divides images that no folder names as test images.
  /// - Throws: `noInput` where there is a test set and no training set, `wrongData` where a folder of
  ///   a label has no PNG, an image has no label, or a set has no image.
  init?(_ entries: FolderEntries, _ reading: Reading) throws(FileProblem) {
    let folder = entries.folder
    let parts = try PartFolders(entries)
    var unread = UnreadFiles()
    var notices = parts?.notices ?? []
    var train: [LabelledFile]
    var test: [LabelledFile] = []
    if let parts, let testPart = parts.test {
      let trainFolders = try labelFolders(join(folder, parts.train), &unread, at: parts.train)
      let testFolders = try labelFolders(join(folder, testPart), &unread, at: testPart)
      let classes = try LabelClasses(
        in: folder, train: trainFolders, test: testFolders, classCount: reading.classCount)
      train = try labelledFiles(trainFolders, classes: classes)
      test = try labelledFiles(testFolders, classes: classes)
      try checkLabels(of: testFolders, classes: classes, trained: train)
      classNames = classes.names
    } else {
      let place = parts?.train ?? ""
      let folders = try labelFolders(
        place.isEmpty ? folder : join(folder, place), &unread, at: place)
      guard parts != nil || folders.contains(where: { !$0.pngs.isEmpty }) else { return nil }
      let classes = try LabelClasses(
        in: folder, train: folders, test: [], classCount: reading.classCount)
      let all = try labelledFiles(folders, classes: classes)
      train = all.filter { !reading.split.isTest($0.nameInSet) }
      test = all.filter { reading.split.isTest($0.nameInSet) }
      classNames = classes.names
      notices.append(splitNotice(testCount: test.count, of: all.count, by: "names"))
      notices += untrainedNotices(train: train, test: test, names: classNames)
    }
    guard !train.isEmpty && !test.isEmpty else {
      let bare = parts?.test.map { join(folder, $0) }
      let hasBareImages = bare.flatMap { try? FolderEntries(of: $0) }?.pngs.isEmpty == false
      throw FileProblem(
        .wrongData, file: folder, expected: "images to train with and images to test with",
        found: "\(train.count) and \(test.count)",
        hint: hasBareImages && test.isEmpty
          ? "the images in \(parts?.test ?? "test") have no labels: move them away, and a part of "
            + "the training images becomes the test set"
          : "add images, each in a folder named by its label")
    }
    self.train = train
    self.test = test
    self.notices = notices + unread.notices
  }

  /// Decodes the files, in parallel.
  func read(_ reading: Reading, name: String) throws(FileProblem) -> DigitDataset {
    let limit = reading.resize == nil && reading.preparation == nil ? unresizedPixelLimit : .max
    let isTransposed = reading.transpose ?? false
    let format: ImageFormat
    if let preparation = reading.preparation {
      format = ImageFormat(
        size: preparation.size, model: nil, pixelLimit: limit, preparation: preparation)
    } else {
      let first = try GrayImage(pngFile: train[0].path, pixelLimit: limit)
      // Rows and columns are exchanged before the size is changed.
      let wanted = reading.resize.map {
        isTransposed ? ImageSize(height: $0.width, width: $0.height) : $0
      }
      format = ImageFormat(
        size: wanted ?? first.size, model: wanted == nil ? first.name : nil, pixelLimit: limit,
        preparation: nil)
    }
    let trainSet = try digitSet(train, format: format, workers: reading.workers)
    let testSet = try digitSet(test, format: format, workers: reading.workers)
    var digits = DigitDataset(
      name: name, train: reading.shaped(trainSet, isTransposed: isTransposed),
      test: reading.shaped(testSet, isTransposed: isTransposed), classNames: classNames,
      notices: notices)
    digits.isOfPictures = true
    digits.isResized = reading.resize != nil
    digits.preparation = reading.preparation
    return digits
  }
}

/// The most pixels of an image that is not resized on reading: far beyond what a network of this kind
/// learns from, and small enough for a machine's memory.
private let unresizedPixelLimit = 1 << 20

/// The folders of a data set that are named by its parts, as `training` and `testing`.
private struct PartFolders {
  let train: String
  /// Nil where a part of `train` becomes the test set.
  let test: String?
  let notices: [String]

  /// Finds the folders; nil where there is none. Folders of other names than `train` and `test` are
  /// parts where they hold folders and no PNGs, since a class may be called `valid`.
  ///
  /// - Throws: `noInput` where there is no training set, `wrongData` where there are two.
  init?(_ entries: FolderEntries) throws(FileProblem) {
    let subfolders = entries.subfolders
    let parts = subfolders.compactMap { name -> (name: String, part: SetPart)? in
      guard let part = SetPart(word: name) else { return nil }
      if name == "train" || name == "test" { return (name, part) }
      guard let inner = try? FolderEntries(of: entries.path(name)) else { return nil }
      return inner.pngs.isEmpty && !inner.subfolders.isEmpty ? (name, part) : nil
    }
    guard !parts.isEmpty else { return nil }
    func folder(_ part: SetPart, _ usual: String) throws(FileProblem) -> String? {
      let names = parts.filter { $0.part == part }.map(\.name)
      if names.contains(usual) || names.count < 2 {
        return names.contains(usual) ? usual : names.first
      }
      throw FileProblem(
        .wrongData, file: entries.folder, expected: "one folder \(usual)",
        found: names.joined(separator: " and "), hint: "move one of them away")
    }
    let testing = try folder(.test, "test")
    let validating = try folder(.validation, "val")
    guard let training = try folder(.train, "train") else {
      throw FileProblem(
        .noInput, file: entries.path("train"), expected: "a folder", found: "nothing of that name",
        hint: "check the path")
    }
    train = training
    test = testing ?? validating
    let taken = [training, test]
    let others = subfolders.filter { !taken.contains($0) }
    notices =
      (testing == nil && validating != nil ? ["\(validating ?? "val") is the test set"] : [])
      + others.map { "folder \($0) is not read" }
  }
}

/// Checks that the training set has every label of the test set.
private func checkLabels(
  of testFolders: [FolderEntries], classes: LabelClasses, trained: [LabelledFile]
) throws(FileProblem) {
  let known = Set(trained.map(\.label))
  for folder in testFolders where !known.contains(try classes.label(of: folder)) {
    throw FileProblem(
      .wrongData, file: folder.folder, expected: "a label that the training set has, too",
      found: folder.name, hint: "name it like one of the folders in train")
  }
}

/// The classes that a split left without training images.
private func untrainedNotices(
  train: [LabelledFile], test: [LabelledFile], names: [String]
) -> [String] {
  let untrained = Set(test.map(\.label)).subtracting(train.map(\.label)).sorted()
  guard !untrained.isEmpty else { return [] }
  let classes = untrained.map { names[Int($0)] }.joined(separator: ", ")
  return ["all images of \(classes) are test images: add more, or a test folder"]
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
  let pixelLimit: Int
  /// How a model wants pictures, or nil where they are taken as they are.
  let preparation: Preparation?

  func pixels(of path: String) throws(FileProblem) -> [UInt8] {
    let picture = try GrayImage(pngFile: path, pixelLimit: pixelLimit)
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
private func labelFolders(
  _ folder: String, _ unread: inout UnreadFiles, at place: String
) throws(FileProblem) -> [FolderEntries] {
  let entries = try FolderEntries(of: folder)
  let subfolders = entries.subfolders
  if let stray = entries.pngs.first(where: { !subfolders.contains($0) }), !subfolders.isEmpty {
    throw FileProblem(
      .wrongData, file: entries.path(stray), expected: "images in a folder named by their label",
      found: "one beside the folders", hint: "move it into the folder of its label")
  }
  var folders: [FolderEntries] = []
  for name in subfolders {
    let label = try FolderEntries(of: entries.path(name))
    unread.add(besidePNGsOf: label, at: place.isEmpty ? name : join(place, name))
    folders.append(label)
  }
  unread.add(hiddenFoldersOf: entries, at: place)
  return folders
}

/// The PNGs of all labels in the order of the set: by file name, then by label.
private func labelledFiles(
  _ folders: [FolderEntries], classes: LabelClasses
) throws(FileProblem) -> [LabelledFile] {
  var files: [(order: FileOrder, file: LabelledFile)] = []
  for folder in folders {
    let pngs = folder.pngs
    guard !pngs.isEmpty else { throw noImages(in: folder) }
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

private func noImages(in folder: FolderEntries) -> FileProblem {
  let others = folder.names.filter { imageExtensions.contains(fileExtension($0)) }
  let kind = others.first.map { fileExtension($0) } ?? ""
  let nested = folder.subfolders.first
  return FileProblem(
    .wrongData, file: folder.folder, expected: "at least one .png file",
    found: others.isEmpty ? "none" : counted(others.count, ".\(kind) file"),
    hint: others.isEmpty
      ? nested.map { "images in folders such as \($0) are not found: move them up" }
        ?? "remove the folder or add images to it"
      : "convert them to PNG")
}

import Files
import Images

/// The four IDX files of a data set, in the order in which their problems count.
struct IDXFolder {
  private let folder: String
  private let set: String
  private let trainImages: String
  private let trainLabels: String
  private let testImages: String
  private let testLabels: String
  private let notices: [String]

  /// Finds the files; nil where none is there.
  ///
  /// - Parameters:
  ///   - entries: what lies in the folder.
  ///   - chosen: the name of the set, as `emnist-letters`, where a file of it was named.
  /// - Throws: `noInput` where some are there and some are not; `wrongData` for several sets, none of
  ///   which was chosen.
  init?(_ entries: FolderEntries, chosen: String? = nil) throws(FileProblem) {
    let files = entries.names.compactMap { IDXFileName($0) }
    guard !files.isEmpty else { return nil }
    let sets = Swift.Set(files.map(\.set)).sorted()
    let set = if let chosen { chosen } else { try Self.onlySet(sets, files, in: entries.folder) }
    let candidates = files.filter { $0.set == set }

    var found: [String?] = []
    var taken: Swift.Set<String> = []
    for role in Self.roles {
      let best = candidates.filter { $0.isTest == role.isTest && $0.isLabels == role.isLabels }
        .map { (preference: Self.preference($0, in: entries), name: $0.name) }
        .min { ($0.preference, $0.name) < ($1.preference, $1.name) }
      found.append(best.map { entries.path(Self.file($0.name, in: entries)) })
      if let best { taken.insert(best.name) }
    }
    var paths: [String] = []
    for (role, path) in zip(Self.roles, found) {
      guard let path else {
        throw Self.missing(
          role.part(of: set), in: entries.folder, hasTest: found[2] != nil || found[3] != nil)
      }
      paths.append(path)
    }
    folder = entries.folder
    self.set = set
    trainImages = paths[0]
    trainLabels = paths[1]
    testImages = paths[2]
    testLabels = paths[3]
    notices = Self.notices(entries, files: files, taken: taken, sets: sets, chosen: set)
  }

  /// Reads the files, all at the same time, and checks that they belong together.
  func read(_ reading: Reading, name: String) throws(FileProblem) -> DigitDataset {
    let files = [(trainImages, 3), (trainLabels, 1), (testImages, 3), (testLabels, 1)]
    let arrays = try makeInParallel(count: files.count, workers: reading.workers) {
      index throws(FileProblem) in
      try IDXArray(contentsOf: files[index].0, dimensions: files[index].1)
    }
    try checkCounts(images: arrays[0], labels: arrays[1])
    try checkCounts(images: arrays[2], labels: arrays[3])
    try checkSizes(train: arrays[0], test: arrays[2])
    let classCount = try reading.checkedClassCount(
      train: partLabels(arrays[1]), test: partLabels(arrays[3]))
    let isTransposed = reading.transpose ?? liesOnItsSide(set)
    let isTurnedByName = isTransposed && reading.transpose == nil
    return DigitDataset(
      name: name,
      train: reading.shaped(
        digitSet(images: arrays[0], labels: arrays[1]), isTransposed: isTransposed),
      test: reading.shaped(
        digitSet(images: arrays[2], labels: arrays[3]), isTransposed: isTransposed),
      classNames: (0..<classCount).map(String.init),
      notices: (isTurnedByName ? [transposedNotice(set)] : []) + notices)
  }
}

extension IDXFolder {
  /// One of the four files.
  private struct Role {
    let isTest: Bool
    let isLabels: Bool

    /// The usual name of the file, without `-ubyte`.
    func part(of set: String) -> String {
      let part = isTest ? (set.isEmpty ? "t10k" : "test") : "train"
      return (set.isEmpty ? "" : "\(set)-") + part + (isLabels ? "-labels-idx1" : "-images-idx3")
    }
  }

  private static let roles = [
    Role(isTest: false, isLabels: false), Role(isTest: false, isLabels: true),
    Role(isTest: true, isLabels: false), Role(isTest: true, isLabels: true),
  ]

  /// The set to read: the one without a name of its own, or the only one.
  private static func onlySet(
    _ sets: [String], _ files: [IDXFileName], in folder: String
  ) throws(FileProblem) -> String {
    if sets.contains("") { return "" }
    if sets.count == 1 { return sets[0] }
    let example = files.first { $0.set == sets[0] }.map { join(folder, $0.name) } ?? folder
    throw FileProblem(
      .wrongData, file: folder, expected: "the IDX files of one data set",
      found: sets.joined(separator: ", "),
      hint: "choose one by one of its files, as --data \(example)")
  }

  /// The place of a file among those of its role: the four spellings that come first in this order
  /// are the usual ones, and files go before folders of the same name.
  private static func preference(_ file: IDXFileName, in entries: FolderEntries) -> Int {
    let part = Role(isTest: file.isTest, isLabels: file.isLabels).part(of: "") + "-ubyte"
    let dotted = part.replacing("-idx", with: ".idx")
    let usual = [part, dotted, part + ".gz", dotted + ".gz"].firstIndex(of: file.name)
    let spelling = usual ?? (file.isCompressed ? 5 : 4)
    guard entries.isFolder(file.name) else { return spelling }
    return self.file(file.name, in: entries) == file.name ? 20 + spelling : 10 + spelling
  }

  /// The file of a name; where that is a folder, the file of the same name in it, as Kaggle's
  /// archive unpacks.
  private static func file(_ name: String, in entries: FolderEntries) -> String {
    guard entries.isFolder(name), let inner = try? FolderEntries(of: entries.path(name)) else {
      return name
    }
    return inner.names.contains(name) && !inner.isFolder(name) ? join(name, name) : name
  }

  private static func missing(
    _ part: String, in folder: String, hasTest: Bool
  ) -> FileProblem {
    FileProblem(
      .noInput, file: join(folder, "\(part)-ubyte"),
      expected: "\(part)-ubyte or \(part)-ubyte.gz, one of the four files of a data set",
      found: "neither",
      hint: hasTest
        ? "fetch the data set again" : "there is no test set: add its images and its labels")
  }

  private static func notices(
    _ entries: FolderEntries, files: [IDXFileName], taken: Swift.Set<String>, sets: [String],
    chosen: String
  ) -> [String] {
    var notices: [String] = []
    let spare = files.filter { $0.set == chosen && !taken.contains($0.name) }.map(\.name)
    if !spare.isEmpty {
      notices.append(
        (spare.count == 1
          ? "another copy of a file is" : "\(spare.count) other copies of files are")
          + " not read: \(spare.joined(separator: ", "))")
    }
    let others = sets.filter { $0 != chosen }.map { $0.isEmpty ? "the one without a name" : $0 }
    if !others.isEmpty {
      notices.append("other IDX sets are not read: \(others.joined(separator: ", "))")
    }
    let tables = entries.files("csv") + entries.files("npz")
    if !tables.isEmpty {
      notices.append("not read beside IDX files: \(tables.joined(separator: ", "))")
    }
    return notices
  }
}

private func digitSet(images: IDXArray, labels: IDXArray) -> DigitSet {
  DigitSet(
    images: images.bytes, labels: labels.bytes,
    imageSize: ImageSize(height: images.sizes[1], width: images.sizes[2]))
}

private func partLabels(_ array: IDXArray) -> PartLabels {
  PartLabels(labels: array.bytes, file: array.path) { "label \($0)" }
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

import Files

/// What the names of the label folders mean: numbers if all of them are, names otherwise.
struct LabelClasses {
  /// One name per class; the label is the index.
  let names: [String]
  private let areNumbers: Bool

  /// - Parameters:
  ///   - folder: the path of the data set.
  ///   - train: the label folders of the training set, or of a set yet to be split.
  ///   - test: those of the test set.
  ///   - classCount: the number of classes, where it is known.
  /// - Throws: `wrongData` for two folders of the same number, or names that do not fit
  ///   `classCount` or are more than 256. A test folder without its training folder is found
  ///   by `label(of:)`.
  init(
    in folder: String, train: [FolderEntries], test: [FolderEntries], classCount: Int?
  ) throws(FileProblem) {
    let numbers = (train + test).map { number($0.name) }
    areNumbers = numbers.allSatisfy { $0 != nil }
    if areNumbers {
      for folders in [train, test] { try checkUnique(folders) }
      let largest = numbers.compactMap { $0 }.max() ?? 0
      names = (0..<(classCount ?? Int(largest) + 1)).map(String.init)
    } else {
      names = train.map { $0.name }
      try checkCount(names.count, in: folder, classCount: classCount)
    }
  }

  /// The label that the name of `folder` stands for.
  func label(of folder: FolderEntries) throws(FileProblem) -> UInt8 {
    let name = folder.name
    if areNumbers {
      if let label = number(name), label < names.count { return label }
      throw FileProblem(
        .wrongData, file: folder.folder, expected: "a label below \(names.count)", found: name,
        hint: "use a data set of \(names.count) classes")
    }
    if let index = names.firstIndex(of: name), let label = UInt8(exactly: index) { return label }
    throw FileProblem(
      .wrongData, file: folder.folder, expected: "a label that the training set has, too",
      found: name, hint: "name it like one of the folders in train")
  }
}

/// Whether the text is a decimal number, of any length, without a sign.
func isDecimal(_ text: some StringProtocol) -> Bool {
  !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}

private func number(_ name: String) -> UInt8? {
  isDecimal(name) ? UInt8(name) : nil
}

private func checkUnique(_ folders: [FolderEntries]) throws(FileProblem) {
  var names: [UInt8: String] = [:]
  for folder in folders {
    let name = folder.name
    guard let label = number(name) else { continue }
    if let other = names.updateValue(name, forKey: label) {
      throw FileProblem(
        .wrongData, file: folder.folder, expected: "one folder per label",
        found: "\(other) and \(name)", hint: "put their images into one folder")
    }
  }
}

private func checkCount(
  _ count: Int, in folder: String, classCount: Int?
) throws(FileProblem) {
  guard count > 256 || count != classCount ?? count else { return }
  throw FileProblem(
    .wrongData, file: folder, place: "label folders",
    expected: "\(classCount.map(String.init) ?? "at most 256") labels", found: "\(count)",
    hint: "give every class, and nothing else, a folder of its own")
}

import Files
import Images
import NumberText

/// The CSV files of a data set: one of training images and one of test images, or one of both.
struct CSVFolder {
  private let train: String
  private let test: String?
  private let set: String
  private let notices: [String]

  /// Finds the files; nil where there is no CSV file.
  ///
  /// - Parameters:
  ///   - entries: what lies in the folder.
  ///   - chosen: the name of the file that was named, if any: its companion is found beside it.
  /// - Throws: `wrongData` for several data sets, none of which was chosen.
  init?(_ entries: FolderEntries, chosen: String? = nil) throws(FileProblem) {
    let files = entries.files("csv").filter { !entries.isFolder($0) }.map { CSVFileName($0) }
    let file: CSVFileName
    if let chosen {
      file = CSVFileName(chosen)
    } else {
      let trainFiles = files.filter { $0.part == .train }
      let choice = trainFiles.isEmpty ? files : trainFiles
      guard let first = choice.first else { return nil }
      guard choice.count == 1 else {
        throw FileProblem(
          .wrongData, file: entries.folder, expected: "the CSV files of one data set",
          found: choice.map(\.name).joined(separator: ", "),
          hint: "choose one by its file, as --data \(entries.path(first.name))")
      }
      file = first
    }
    func companion(_ part: SetPart) -> CSVFileName? {
      files.first { $0.set == file.set && $0.part == part }
    }
    let trainFile = file.part == .train || file.part == nil ? file : companion(.train)
    let testFile =
      file.part == nil
      ? nil : file.part == .test ? file : companion(.test) ?? companion(.validation)
    guard let trainFile else {
      throw FileProblem(
        .noInput, file: entries.path(file.name), expected: "a file of training images beside it",
        found: "none", hint: "put train.csv into the same folder, or rename this file")
    }
    train = entries.path(trainFile.name)
    test = testFile.map { entries.path($0.name) }
    set = file.set
    let others = files.map(\.name).filter { $0 != trainFile.name && $0 != testFile?.name }
    notices =
      others.isEmpty ? [] : ["CSV files that are not read: \(others.joined(separator: ", "))"]
  }

  /// Reads the files and checks that they belong together.
  func read(_ reading: Reading, name: String) throws(FileProblem) -> DigitDataset {
    let layout = try CSVLayout(of: train)
    guard !layout.isUnlabelled else {
      throw FileProblem(
        .wrongData, file: train, place: "line 1", expected: "a column of labels",
        found: "\(layout.columnCount) columns of pixels",
        hint: "use the file with labels, which Kaggle calls train.csv")
    }
    var notices = notices
    let testLayout = try labelledTest(of: layout, &notices)
    if let testLayout, testLayout.columnCount != layout.columnCount {
      throw FileProblem(
        .wrongData, file: testLayout.path, place: "line 1",
        expected: "\(layout.columnCount) columns as in \(train)",
        found: "\(testLayout.columnCount)", hint: "take both files from the same data set")
    }
    _ = try layout.imageSize(labelColumn: layout.namedLabelColumn ?? 0)
    var table = try CSVTable(layout, workers: reading.workers)
    let column = table.labelColumn(&notices)
    let size = try layout.imageSize(labelColumn: column)

    var sets: (train: DigitSet, test: DigitSet)
    if let testLayout {
      var testTable = try CSVTable(testLayout, workers: reading.workers)
      let testColumn = testLayout.namedLabelColumn ?? column
      sets.train = table.takeSets(labelColumn: column, size: size) { _ in false }.train
      sets.test = testTable.takeSets(labelColumn: testColumn, size: size) { _ in true }.test
    } else {
      sets = table.takeSets(labelColumn: column, size: size) { reading.split.isTest("\($0)") }
      let counts = [sets.train.count, sets.test.count]
      guard !counts.contains(0) else {
        throw FileProblem(
          .wrongData, file: train, expected: "images to train with and images to test with",
          found: "\(counts[0]) and \(counts[1])", hint: "add rows, or a test.csv beside it")
      }
      notices.insert(
        splitNotice(testCount: counts[1], of: counts[0] + counts[1], by: "row numbers"), at: 0)
    }
    let classCount = try checkLabels(sets, layout, testLayout, column: column, reading)
    let isTransposed = reading.transpose ?? liesOnItsSide(set)
    if isTransposed && reading.transpose == nil { notices.insert(transposedNotice(set), at: 0) }
    return DigitDataset(
      name: name, train: reading.shaped(sets.train, isTransposed: isTransposed),
      test: reading.shaped(sets.test, isTransposed: isTransposed),
      classNames: (0..<classCount).map(String.init), notices: notices)
  }

  /// The layout of the test file; nil where there is none, or one without labels, as Kaggle's.
  private func labelledTest(
    of layout: CSVLayout, _ notices: inout [String]
  ) throws(FileProblem) -> CSVLayout? {
    guard let test else { return nil }
    let testLayout = try CSVLayout(of: test)
    let isUnlabelled =
      testLayout.isUnlabelled
      || testLayout.namedLabelColumn == nil && testLayout.columnCount == layout.columnCount - 1
    if isUnlabelled {
      notices.append("\(test) has no labels and is not read")
      return nil
    }
    return testLayout
  }

  /// Checks the labels; the rows of a set that was split are counted together.
  private func checkLabels(
    _ sets: (train: DigitSet, test: DigitSet), _ layout: CSVLayout, _ testLayout: CSVLayout?,
    column: Int, _ reading: Reading
  ) throws(FileProblem) -> Int {
    func part(_ labels: [UInt8], _ layout: CSVLayout, row: @escaping (Int) -> Int) -> PartLabels {
      PartLabels(labels: labels, file: layout.path) { index in
        let line = CSVTable.lineNumber(ofRow: row(index), in: layout)
        return "line \(line.map(String.init) ?? "?"), column \(column + 1)"
      }
    }
    if let testLayout {
      return try reading.checkedClassCount(
        train: part(sets.train.labels, layout) { $0 },
        test: part(sets.test.labels, testLayout) { $0 })
    }
    func row(_ index: Int) -> Int {
      let sides = (0..<sets.train.count + sets.test.count).map { reading.split.isTest("\($0)") }
      return (sides.indices.filter { !sides[$0] } + sides.indices.filter { sides[$0] })[index]
    }
    return try reading.checkedClassCount(
      train: part(sets.train.labels + sets.test.labels, layout, row: row), test: nil)
  }
}

extension CSVTable {
  /// The column of the labels: the one of that name, or else the first or the last, whose values
  /// look like classes. The first one is the custom.
  fileprivate func labelColumn(_ notices: inout [String]) -> Int {
    if let named = layout.namedLabelColumn { return named }
    let last = layout.columnCount - 1
    let isLast = !isPlausibleLabel(0) && isPlausibleLabel(last)
    if isLast { notices.append("the last column of \(layout.path) is the label") }
    return isLast ? last : 0
  }

  /// Whether the values of a column are several and number classes nearly without gaps. A pixel of the
  /// edge is 0 in nearly all images.
  private func isPlausibleLabel(_ column: Int) -> Bool {
    var isUsed = [Bool](repeating: false, count: 256)
    for value in values(ofColumn: column) { isUsed[Int(value)] = true }
    return isUsed.count { $0 } > 1 && !hasMostlyEmptyClasses(isUsed)
  }
}

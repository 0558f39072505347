import Files
import Foundation
import Images

/// Finds out what a path leads to, and reads it.
struct DatasetReader {
  let reading: Reading

  /// Reads the data set at a path: a folder, or a file of one.
  func read(_ path: String) throws(FileProblem) -> DigitDataset {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists && !isFolder.boolValue { return try readFile(path) }
    let entries = try FolderEntries(of: path)
    let name = datasetName(path)
    if let digits = try read(entries, name: name) { return digits }

    let inner = innerFolders(of: entries)
    guard let place = inner.first else { throw noData(entries) }
    guard inner.count == 1 else {
      throw FileProblem(
        .wrongData, file: path, expected: "one data set", found: inner.joined(separator: ", "),
        hint: "name the folder of one of them")
    }
    guard let digits = try read(try FolderEntries(of: entries.path(place)), name: name) else {
      throw noData(entries)
    }
    return digits.adding(notices: ["read from \(place) in it"])
  }

  /// Reads a folder; nil where no file in it is one of a data set.
  private func read(_ entries: FolderEntries, name: String) throws(FileProblem) -> DigitDataset? {
    if let files = try IDXFolder(entries) { return try files.read(reading, name: name) }
    if let files = try ImageFolder(entries, reading) { return try files.read(reading, name: name) }
    let archives = entries.files("npz").filter { !entries.isFolder($0) }
    if let archive = archives.first {
      guard archives.count == 1 else {
        throw FileProblem(
          .wrongData, file: entries.folder, expected: "one .npz file",
          found: archives.joined(separator: ", "),
          hint: "choose one, as --data \(entries.path(archive))")
      }
      return try NPZFile(contentsOf: entries.path(archive)).read(reading, name: name)
    }
    return try CSVFolder(entries)?.read(reading, name: name)
  }

  /// Reads the data set that a file is of, or belongs to.
  private func readFile(_ path: String) throws(FileProblem) -> DigitDataset {
    let (folder, name) = split(path)
    switch fileExtension(name) {
    case "npz":
      return try NPZFile(contentsOf: path).read(reading, name: stem(name))
    case "csv":
      let entries = try FolderEntries(of: folder)
      let file = CSVFileName(name)
      if let files = try CSVFolder(entries, chosen: name) {
        return try files.read(reading, name: file.set.isEmpty ? datasetName(folder) : file.set)
      }
    default:
      if let file = IDXFileName(name) {
        let entries = try FolderEntries(of: folder)
        if let files = try IDXFolder(entries, chosen: file.set) {
          return try files.read(reading, name: file.set.isEmpty ? datasetName(folder) : file.set)
        }
      }
    }
    throw try noData(file: path)
  }

  private func noData(file path: String) throws(FileProblem) -> FileProblem {
    let (start, _) = try readStart(of: path, count: 16)
    let kind = contentInWords(start)
    let hint =
      switch kind {
      case "a safetensors model"?:
        "a model is no data set: lockstep evaluate takes both, the model and --data"
      case "a ZIP archive"?, "a gzip file"?, "an xz file"?, "a bzip2 file"?:
        "unpack it and name its folder"
      case "a NumPy array"?: "save x_train, y_train, x_test and y_test with numpy.savez"
      default: "name a folder, a .csv or .npz file, or one of the four IDX files"
      }
    return FileProblem(
      .noInput, file: path, expected: "a data set", found: kind ?? "a file of another kind",
      hint: hint)
  }

  private func noData(_ entries: FolderEntries) -> FileProblem {
    let run = ["checkpoint.safetensors", "run.json", "model.safetensors"]
    let images = entries.names.filter { imageExtensions.contains(fileExtension($0)) }
    let (found, hint): (String, String) =
      if run.contains(where: entries.names.contains) {
        (
          "the folder of a training run",
          "name the data that the run was trained on, or go on with it by --resume"
        )
      } else if entries.files("safetensors").first != nil {
        ("a model", "a model is no data set: lockstep evaluate takes both, the model and --data")
      } else if !entries.pngs.isEmpty {
        (
          "neither IDX nor PNG files in folders of their labels",
          "put each image into a folder named by its label"
        )
      } else if !images.isEmpty {
        ("neither IDX nor PNG files", "convert the images to PNG, in folders named by their labels")
      } else {
        (
          "neither IDX nor PNG files",
          "looked for train-images-idx3-ubyte, plain or .gz, and its three companions, for "
            + "train/<label>/*.png with test/<label>/*.png, for <label>/*.png, for .npz and .csv"
        )
      }
    return FileProblem(
      .noInput, file: entries.folder, expected: "a data set", found: found, hint: hint)
  }

  /// The folders up to two levels below that are data sets themselves, all of the same level, as
  /// `MNIST/raw`; there PNGs count only with a part's name or numbers as labels.
  private func innerFolders(of entries: FolderEntries) -> [String] {
    var level = [""]
    for _ in 0..<2 {
      level = level.flatMap { parent in
        let place = parent.isEmpty ? entries.folder : entries.path(parent)
        let folders = (try? FolderEntries(of: place))?.subfolders ?? []
        return folders.map { parent.isEmpty ? $0 : join(parent, $0) }
      }
      let found = level.filter { place in
        (try? FolderEntries(of: entries.path(place))).map(looksLikeDataset) ?? false
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  private func looksLikeDataset(_ entries: FolderEntries) -> Bool {
    if entries.names.contains(where: { IDXFileName($0) != nil }) { return true }
    if !entries.files("npz").isEmpty { return true }
    if entries.files("csv").contains(where: { CSVFileName($0).part == .train }) { return true }
    let folders = entries.subfolders.filter { isDecimal($0) || SetPart(word: $0) == .train }
    return folders.contains { name in
      guard let inner = try? FolderEntries(of: entries.path(name)) else { return false }
      return !inner.pngs.isEmpty || SetPart(word: name) != nil && !inner.subfolders.isEmpty
    }
  }
}

/// The folder of a path and the name in it.
private func split(_ path: String) -> (folder: String, name: String) {
  guard let slash = path.lastIndex(of: "/") else { return (".", path) }
  let folder = String(path[..<slash])
  return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
}

/// A name without what stands behind its last dot.
private func stem(_ name: String) -> String {
  name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
}

extension DigitDataset {
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

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

import ArgumentParser
import Digits
import Files
import Foundation
import Images
import Lockstep
import Networks
import Training

/// The data set to read.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Data set: a folder of IDX files, PNG folders, .npz or .csv, or one such file (default: "
        + "datasets/mnist if it exists, else the embedded datasets/mnist-5k).", valueName: "path"),
    completion: .file())
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Resize all images to this size; without it all PNGs must have the same size.",
      valueName: "height x width"))
  var resize: ImageSize?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Exchange rows and columns of each image, for sets that lie on their side (default: only those "
        + "named emnist…)."))
  var transpose: Bool?

  /// Reads the data set.
  ///
  /// - Parameters:
  ///   - size: the image size of a model; nil keeps the size of the files.
  ///   - workers: the maximum number of threads that read.
  /// - Throws: a `FileProblem` with what is wrong with the data set.
  /// - Returns: the data set, and the path of its folder.
  func load(size: ImageSize? = nil, workers: Int) throws -> (digits: DigitDataset, folder: String) {
    let folder = try data ?? defaultSource()
    return (try load(from: folder, size: size, workers: workers), folder)
  }

  /// Reads the data set at a path.
  ///
  /// - Parameters:
  ///   - source: its folder or file.
  ///   - size: as of the other `load`.
  ///   - workers: the same.
  /// - Throws: the same.
  /// - Returns: the data set.
  func load(from source: String, size: ImageSize?, workers: Int) throws -> DigitDataset {
    try DigitDataset(
      contentsOf: source, resize: resize ?? size, transpose: transpose, workers: workers)
  }

  /// The data where none is named.
  func defaultSource() throws(FileProblem) -> String {
    try Self.folder(named: ["mnist", "mnist-5k"])
  }

  /// The data to train on again: what `--data` names or, without it, what a run was trained on.
  ///
  /// - Parameter record: that of the run; nil takes the default.
  /// - Throws: `noInput` where the data of the run is not there.
  /// - Returns: the path of the data.
  func source(ofRecord record: RunRecord.DataRecord?) throws(FileProblem) -> String {
    if let data { return data }
    guard let record else { return try defaultSource() }
    if let folder = record.folder, FileManager.default.fileExists(atPath: folder) { return folder }
    return try Self.folder(
      named: [record.name],
      hint: "the run was trained on \(record.name); name it, or other data, with --data")
  }

  /// The data to evaluate a model on: what `--data` names or, without it, what the model was trained on.
  /// That is where its run's record says or, for a model that was passed on, the data set of that name.
  ///
  /// - Parameters:
  ///   - model: what was read.
  ///   - path: the model's file, or the folder of its run.
  /// - Throws: `noInput` where the data of the training is not there.
  /// - Returns: the path of the data.
  func source(ofModel model: Model, at path: String) throws(FileProblem) -> String {
    if let folder = data ?? Model.dataFolder(ofModel: path) { return folder }
    guard let name = model.run?.data.name else { return try defaultSource() }
    return try Self.folder(
      named: [name],
      hint: "the model was trained on \(name); name it, or the data to evaluate on, with --data")
  }

  /// The first existing folder of these names in `datasets/`. The search goes upwards from the
  /// working folder and then from the command's own folder, so that it works from anywhere.
  ///
  /// - Parameters:
  ///   - names: the names of data sets, the preferred one first.
  ///   - hint: advice for the error where there is none.
  /// - Throws: `noInput` where no such folder exists.
  /// - Returns: the path of the folder.
  static func folder(
    named names: [String], hint: String = "name a data set with --data"
  ) throws(FileProblem) -> String {
    let command = Bundle.main.executableURL?.resolvingSymlinksInPath()
    let starts = [FileManager.default.currentDirectoryPath, command?.path ?? "/"]
    for start in starts {
      var folder = URL(fileURLWithPath: start)
      while true {
        for name in names {
          let candidate = folder.appendingPathComponent("datasets/\(name)").path
          if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        if folder.path == "/" { break }
        folder.deleteLastPathComponent()
      }
    }
    throw FileProblem(
      .noInput, file: "datasets/mnist-5k", expected: "the embedded data set",
      found: "no folder datasets here or above", hint: hint)
  }
}

extension ImageSize: ExpressibleByArgument {
  /// Reads `28x28`, height first.
  public init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
      .map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1],
      (1...4096).contains(height), (1...4096).contains(width)
    else { return nil }
    self.init(height: height, width: width)
  }
}

import Files
import Foundation

/// The folder with the files of a run.
public struct RunFolder: Sendable {
  /// The path of the folder.
  public let path: String

  /// The trained model.
  public var model: String { file("model.safetensors") }
  /// The state to resume from.
  public var checkpoint: String { file("checkpoint.safetensors") }
  /// The earlier checkpoints that the run keeps.
  public var keptCheckpoints: KeptCheckpoints {
    KeptCheckpoints(folder: file(KeptCheckpoints.folderName))
  }
  /// The first layer's weights at the epochs that the run keeps.
  public var keptFeatures: KeptFeatures { KeptFeatures(folder: file(KeptFeatures.folderName)) }
  /// The contact sheet of the first layer's features.
  public var features: String { file("features.png") }
  /// The report of the run, a page for a browser.
  public var report: String { file("report.html") }
  /// The record of the run, a `RunRecord` as JSON.
  public var record: String { file("run.json") }
  var log: RunLog { RunLog(lines: file("log.jsonl"), table: file("log.csv")) }

  /// The folder of an existing run.
  public init(existing path: String) {
    self.path = path
  }

  /// The folder of the run that a file belongs to: the file's own, or the one above that of its kept
  /// checkpoints.
  init(containing file: String) {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let isKept = folder.lastPathComponent == KeptCheckpoints.folderName
    self.init(existing: (isKept ? folder.deletingLastPathComponent() : folder).path)
  }

  /// The folder of the run that a model belongs to.
  ///
  /// - Parameter path: the model's file, or the folder of its run.
  public init(ofModel path: String) {
    var isFolder: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    self = isFolder.boolValue ? RunFolder(existing: path) : RunFolder(containing: path)
  }

  /// Makes the folder of a new run and takes it for this process.
  ///
  /// - Parameter path: the folder; one that exists may hold anything but a run.
  /// - Throws: `inputOutput` where the folder cannot be made, holds a run, or belongs to another
  ///   process.
  /// - Returns: the folder with its lock.
  static func claim(_ path: String) throws(FileProblem) -> (RunFolder, FolderLock) {
    let folder = RunFolder(existing: path)
    let isNew = try makeNewFolder(path)
    let lock = try FolderLock(path)
    guard isNew || !folder.holdsRun else {
      throw FileProblem(
        .inputOutput, file: path, expected: "a folder without a run", found: "another run",
        hint: "choose another folder, or go on with it by --resume")
    }
    folder.removeLeftovers()
    return (folder, lock)
  }

  /// Makes the folder of a new run at a path or, if that is taken, at the path with the next free
  /// number behind it.
  static func claimNumbered(_ path: String) throws(FileProblem) -> (RunFolder, FolderLock) {
    var candidate = path
    var number = 2
    while !(try makeNewFolder(candidate)) {
      candidate = "\(path)-\(number)"
      number += 1
    }
    return (RunFolder(existing: candidate), try FolderLock(candidate))
  }

  /// The default path of a run: `runs/<time>-<data>-<network>`.
  ///
  /// - Parameters:
  ///   - data: the name of the data set.
  ///   - network: the widths of the network.
  ///   - date: the time at which the run begins.
  /// - Returns: a path below the working folder.
  public static func defaultPath(data: String, network: String, at date: Date = Date()) -> String {
    let time = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    func digits(_ value: Int?) -> String {
      let text = "\(value ?? 0)"
      return text.count == 1 ? "0" + text : text
    }
    let day = digits(time.year) + digits(time.month) + digits(time.day)
    let clock = digits(time.hour) + digits(time.minute) + digits(time.second)
    let shape = network.count > 60 ? network.prefix(60) + "…" : network[...]
    return "runs/\(day)-\(clock)-\(data)-\(shape)"
  }

  /// Reads the log of the run, a line per epoch.
  ///
  /// - Throws: `noInput` where there is none.
  public func readLog() throws(FileProblem) -> [LogLine] { try log.read() }

  /// The event file of a run in this folder.
  func events(of record: RunRecord) -> TensorBoardEvents {
    TensorBoardEvents(folder: path, begun: record.begun)
  }

  func write(_ record: RunRecord) throws(FileProblem) {
    try writeJSON(record, to: self.record)
  }

  /// Whether there is something to lose: a model, or a checkpoint to resume from. A run that was
  /// killed before its first checkpoint left neither.
  private var holdsRun: Bool {
    [model, checkpoint].contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// Removes the halves of files that a killed process was writing. The folder is locked: nobody else
  /// writes there.
  func removeLeftovers() {
    for file in [model, checkpoint, features, report, record, log.lines, log.table] {
      removeTemporaries(of: file)
    }
    keptCheckpoints.removeLeftovers()
    keptFeatures.removeLeftovers()
  }

  /// Removes what a run has left that could not begin, and the folder if nothing else is in it.
  func discard() {
    for file in [checkpoint, record, log.lines, log.table] { unsafe unlink(file) }
    unsafe rmdir(path)
  }

  private func file(_ name: String) -> String { "\(path)/\(name)" }
}

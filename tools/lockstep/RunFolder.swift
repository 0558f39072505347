import Files
import Foundation

/// The folder with the files of a run.
struct RunFolder {
  let path: String

  var model: String { file("model.safetensors") }
  var checkpoint: String { file("checkpoint.safetensors") }
  var features: String { file("features.png") }
  private var record: String { file("run.json") }
  private var log: String { file("log.jsonl") }

  /// The folder of an existing run.
  init(existing path: String) {
    self.path = path
  }

  /// Makes the folder of a new run.
  ///
  /// - Parameters:
  ///   - path: the path of the folder.
  ///   - isChosen: true keeps to the path and refuses one that holds a run; false adds a number to
  ///     a path that is taken.
  /// - Throws: `inputOutput` where the folder cannot be made or holds another run.
  init(_ path: String, isChosen: Bool) throws(FileProblem) {
    var candidate = RunFolder(existing: path)
    var number = 2
    while !isChosen && candidate.exists {
      candidate = RunFolder(existing: "\(path)-\(number)")
      number += 1
    }
    guard !candidate.holdsRun else {
      throw FileProblem(
        .inputOutput, file: path, expected: "a folder without a run", found: "another run",
        hint: "choose another folder, or go on with it by --resume")
    }
    try makeFolder(candidate.path)
    self = candidate
  }

  /// The default path of a run: `runs/<time>-<data>-<network>`.
  static func name(data: String, network: String) -> String {
    let now = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date())
    func digits(_ value: Int?) -> String {
      let text = "\(value ?? 0)"
      return text.count == 1 ? "0" + text : text
    }
    let day = digits(now.year) + digits(now.month) + digits(now.day)
    let time = digits(now.hour) + digits(now.minute) + digits(now.second)
    let shape = network.count > 60 ? network.prefix(60) + "…" : network[...]
    return "runs/\(day)-\(time)-\(data)-\(shape)"
  }

  func write(_ record: RunRecord) throws(FileProblem) {
    try writeJSON(record, to: self.record)
  }

  func append(_ line: LogLine) throws(FileProblem) {
    try LineLog(path: log).append(jsonText(line, isPretty: false))
  }

  /// Cuts the log back to the first `epochs` lines: a run that was killed may have logged epochs
  /// after its last checkpoint, which will be trained again.
  func keepLog(epochs: Int) throws(FileProblem) {
    guard FileManager.default.fileExists(atPath: log) else { return }
    let text = String(decoding: try readFile(log), as: UTF8.self)
    let kept = text.split(separator: "\n").prefix(epochs).map { $0 + "\n" }
    try writeDurably(Array(kept.joined().utf8), to: log)
  }

  private var exists: Bool { FileManager.default.fileExists(atPath: path) }

  private var holdsRun: Bool {
    [model, checkpoint, record, log].contains { FileManager.default.fileExists(atPath: $0) }
  }

  private func file(_ name: String) -> String { "\(path)/\(name)" }
}

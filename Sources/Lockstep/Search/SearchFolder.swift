import Files
import Foundation

/// The folder with the files of a search.
public struct SearchFolder: Sendable {
  /// The path of the folder.
  public let path: String

  /// The record of the search, a `SearchRecord` as JSON.
  public var record: String { "\(path)/search.json" }
  /// The results of all trials in all rungs, a line of JSON for each.
  public var log: String { "\(path)/search.jsonl" }

  /// The folder of an existing search.
  public init(existing path: String) { self.path = path }

  /// The folder of a trial's run, seen from the folder of the search.
  static func name(ofTrial trial: Int) -> String {
    let digits = "\(trial)"
    return "trials/" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// The folder of a trial's run.
  ///
  /// - Parameter trial: its number, from 1.
  /// - Returns: the folder, which need not be there.
  public func run(ofTrial trial: Int) -> RunFolder {
    RunFolder(existing: "\(path)/\(Self.name(ofTrial: trial))")
  }

  /// Makes the folder of a new search and takes it for this process.
  ///
  /// - Parameters:
  ///   - path: the folder, which holds no search yet; nil makes one in `runs/`.
  ///   - data: the name of the data set.
  /// - Throws: `inputOutput` where the folder cannot be made, holds a search, or belongs to another
  ///   process.
  /// - Returns: the folder with its lock.
  static func claim(
    _ path: String?, data: String
  ) throws(FileProblem) -> (SearchFolder, FolderLock) {
    guard let path else {
      let (folder, lock) = try RunFolder.claimNumbered(
        RunFolder.defaultPath(data: data, network: "search"))
      return (SearchFolder(existing: folder.path), lock)
    }
    let (folder, lock) = try RunFolder.claim(path)
    let search = SearchFolder(existing: folder.path)
    guard !FileManager.default.fileExists(atPath: search.record) else {
      throw FileProblem(
        .inputOutput, file: path, expected: "a folder without a search", found: "another search",
        hint: "choose another folder, or go on with it by --resume")
    }
    return (search, lock)
  }

  func write(_ record: SearchRecord) throws(FileProblem) { try writeJSON(record, to: self.record) }

  /// Adds a result to the log.
  func append(_ result: TrialResult, values: [String: String]) throws(FileProblem) {
    let line = SearchLogLine(result, values: values)
    try LineLog(path: log).append(jsonText(line, isPretty: false))
  }

  /// The results of the log that fit a plan. Lines that a crash has cut off, and foreign ones, are left
  /// out.
  func results(_ plan: SuccessiveHalving) -> [TrialResult] {
    let bytes = (try? readFile(log, byteLimit: 1 << 30)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .compactMap { try? decodedJSON(SearchLogLine.self, String($0)).result }
      .filter { result in
        (1...plan.rungs.count).contains(result.rung)
          && (1...plan.rungs[0].trials).contains(result.trial)
          && result.isLost == (result.failure != nil)
          && result.validation?.hasPossibleCounts ?? true
      }
  }
}

import Digits
import Files
import Foundation
import Training

/// The content of `search.json`: everything needed to go on with a search or to repeat it, and its result.
public struct SearchRecord: Codable, Sendable {
  /// How far a search has come.
  public enum Status: String, Codable, Sendable {
    /// It is going on, or was killed.
    case running
    /// It was stopped from outside and can be resumed.
    case interrupted
    /// It came to its end.
    case finished
    /// All its trials are lost.
    case failed
  }

  /// The best trial of a search.
  public struct Best: Codable, Sendable {
    /// The number of the trial, from 1.
    public let trial: Int
    /// What was drawn for it, by the names of the options.
    public let values: [String: String]
    /// The command that trains it again.
    public let command: String
    /// The evaluation on the validation set, by which it was chosen.
    public let validation: Evaluation
    /// The accuracy of `validation`.
    public let validationAccuracy: Double?
    /// The standard error of `validationAccuracy`.
    public let validationStandardError: Double?
    /// The evaluation on the test set, which no other trial saw.
    public let test: Evaluation
    /// The accuracy of `test`.
    public let testAccuracy: Double?
    /// The standard error of `testAccuracy`.
    public let testStandardError: Double?
    /// The fingerprint of its weights.
    public let fingerprint: String?
    /// Where its model is, seen from the folder of the search.
    public let model: String
  }

  /// The version of Lockstep that wrote the record.
  public private(set) var lockstep = lockstepVersion
  /// How far the search has come.
  public internal(set) var status = Status.running
  /// When the search began.
  public let begun: Date
  /// The data that is trained on.
  public let data: RunRecord.DataRecord
  /// The options of the command `train` that all trials have in common.
  public let arguments: [String]
  /// What is drawn for each trial.
  public let space: SearchSpace
  /// The seed of the draws and of the trainings.
  public let seed: UInt64
  /// How many trials are trained for how many epochs.
  public let plan: SuccessiveHalving
  /// What was drawn: [trials × dimensions].
  public let values: [[String]]
  /// The maximum number of workers.
  public internal(set) var workers: Int
  /// The machine of the last part of the search.
  public internal(set) var machine: Machine
  /// The wall time of all parts of the search, in seconds.
  public internal(set) var seconds = 0.0
  /// The best trial; nil as long as there is none.
  public internal(set) var best: Best?

  /// The record of a search that begins.
  ///
  /// - Parameters:
  ///   - digits: the data set.
  ///   - folder: where it was read from.
  ///   - arguments: the options of the command `train` that all trials have in common.
  ///   - space: what is drawn for each trial.
  ///   - seed: the seed of the draws and of the trainings.
  ///   - plan: how many trials are trained for how many epochs.
  ///   - workers: the maximum number of threads.
  public init(
    _ digits: DigitDataset, from folder: String, arguments: [String], space: SearchSpace,
    seed: UInt64, plan: SuccessiveHalving, workers: Int
  ) {
    begun = Date()
    data = RunRecord.DataRecord(
      digits, folder: folder, digests: digits.contentDigests(workers: workers))
    self.arguments = arguments
    self.space = space
    self.seed = seed
    self.plan = plan
    self.workers = workers
    machine = .current()
    values = (1...plan.rungs[0].trials).map { space.values(ofTrial: $0, seed: seed) }
  }

  /// Reads the record of a search.
  ///
  /// - Parameter path: the file `search.json` of its folder.
  /// - Throws: `noInput` where there is none, `wrongData` for one that no search leaves.
  public init(contentsOf path: String) throws(FileProblem) {
    let text = String(decoding: try readFile(path, byteLimit: 1 << 28), as: UTF8.self)
    guard let record = try? decodedJSON(SearchRecord.self, text), record.isSound else {
      throw FileProblem(
        .wrongData, file: path, expected: "the record of a search",
        found: "\"\(text.prefix(80))\"", hint: "the file was changed, or written by another version"
      )
    }
    self = record
  }

  /// The option names and values that were drawn for a trial.
  ///
  /// - Parameter trial: its number, from 1.
  /// - Returns: a name and a value for each dimension.
  public func values(ofTrial trial: Int) -> [(option: String, value: String)] {
    zip(space.dimensions.map(\.option), values[trial - 1]).map { ($0, $1) }
  }

  /// Begins another part of the search.
  ///
  /// - Parameter workers: the maximum number of threads.
  public mutating func resume(workers: Int) {
    status = .running
    self.workers = workers
    machine = .current()
  }

  /// The option names and values of a trial as a dictionary.
  func namedValues(ofTrial trial: Int) -> [String: String] {
    Dictionary(values(ofTrial: trial).map { ($0.option, $0.value) }) { first, _ in first }
  }

  private var isSound: Bool {
    !plan.rungs.isEmpty && plan.rungs[0].trials == values.count
      && plan.rungs.allSatisfy { $0.trials >= 1 && $0.epochs >= 1 }
      && values.allSatisfy { $0.count == space.dimensions.count }
      && (1...Int(Int32.max)).contains(workers) && (best.map(isSound) ?? (status != .finished))
  }

  private func isSound(_ best: Best) -> Bool {
    values.indices.contains(best.trial - 1)
      && [best.validation, best.test].allSatisfy { $0.count >= 1 && $0.hasPossibleCounts }
  }
}

extension Evaluation {
  /// Whether an evaluation from a file has no more correct predictions than samples.
  var hasPossibleCounts: Bool { count >= 1 && (0...count).contains(correctCount ?? 0) }
}

import Training

/// What a trial of a search came to in a rung.
public struct TrialResult: Equatable, Sendable {
  /// The number of the trial, from 1.
  public let trial: Int
  /// The number of the rung, from 1.
  public let rung: Int
  /// The epochs that are done; fewer than the rung's where the training ended by itself.
  public let epochs: Int
  /// The validation that counts: that of the last epoch or, with early stopping, of the epoch with the
  /// lowest loss, whose weights are kept. Nil for a lost trial.
  public let validation: Evaluation?
  /// Why the trial is lost, in words; nil where it is not.
  public let failure: String?
  /// The time of the trial's steps in this rung, in seconds.
  public let seconds: Double

  /// A result with all its parts.
  package init(
    trial: Int, rung: Int, epochs: Int, validation: Evaluation?, failure: String?, seconds: Double
  ) {
    self.trial = trial
    self.rung = rung
    self.epochs = epochs
    self.validation = validation
    self.failure = failure
    self.seconds = seconds
  }

  /// Whether the numbers of the trial overflowed.
  public var isLost: Bool { validation == nil }

  /// Whether the trial is ahead of another one: by accuracy, then by loss, then by number.
  ///
  /// - Parameters:
  ///   - other: the other one.
  ///   - comparesLosses: whether both minimize the same loss.
  /// - Returns: whether it is better, never for both of two trials.
  func isBetter(than other: TrialResult, comparesLosses: Bool) -> Bool {
    guard let mine = validation, let theirs = other.validation else {
      return isLost == other.isLost ? trial < other.trial : other.isLost
    }
    if let mine = mine.correctCount, let theirs = theirs.correctCount, mine != theirs {
      return mine > theirs
    }
    if comparesLosses, mine.loss != theirs.loss { return mine.loss < theirs.loss }
    return trial < other.trial
  }
}

extension TrialResult {
  /// The result of a trial that has come to the end of a rung.
  ///
  /// - Parameters:
  ///   - trial: its number.
  ///   - rung: the number of the rung.
  ///   - trainer: its trainer.
  ///   - seconds: the time of its steps.
  init(trial: Int, rung: Int, trainer: Trainer, seconds: Double) {
    let reports = trainer.reports
    let best = reports.min { $0.validation?.loss ?? .infinity < $1.validation?.loss ?? .infinity }
    self.init(
      trial: trial, rung: rung, epochs: reports.count,
      validation: (trainer.settings.patience == nil ? reports.last : best)?.validation,
      failure: nil, seconds: seconds)
  }
}

/// A line of `search.jsonl`: a result with the values of the trial's options, in plain fields.
struct SearchLogLine: Codable {
  let result: TrialResult
  /// By the options' names.
  let values: [String: String]

  /// The fields but those of the options, whose names have no underscores.
  private enum Field: String, CaseIterable {
    case trial, rung, epochs, seconds, failure
    case validationCount = "validation_count"
    case validationHits = "validation_hits"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(_ field: Field) { stringValue = field.rawValue }
  }

  init(_ result: TrialResult, values: [String: String]) {
    self.result = result
    self.values = values
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    for (option, value) in values { try fields.encode(value, forKey: Key(stringValue: option)) }
    try fields.encode(result.trial, forKey: Key(.trial))
    try fields.encode(result.rung, forKey: Key(.rung))
    try fields.encode(result.epochs, forKey: Key(.epochs))
    try fields.encode(result.seconds, forKey: Key(.seconds))
    try fields.encodeIfPresent(result.failure, forKey: Key(.failure))
    try fields.encodeIfPresent(result.validation?.count, forKey: Key(.validationCount))
    try fields.encodeIfPresent(result.validation?.correctCount, forKey: Key(.validationHits))
    try fields.encodeIfPresent(result.validation?.loss, forKey: Key(.validationLoss))
    try fields.encodeIfPresent(result.validation?.accuracy, forKey: Key(.validationAccuracy))
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let loss = try fields.decodeIfPresent(Double.self, forKey: Key(.validationLoss))
    let validation = try loss.map { loss in
      Evaluation(
        count: try fields.decode(Int.self, forKey: Key(.validationCount)), loss: loss,
        correctCount: try fields.decodeIfPresent(Int.self, forKey: Key(.validationHits)))
    }
    result = TrialResult(
      trial: try fields.decode(Int.self, forKey: Key(.trial)),
      rung: try fields.decode(Int.self, forKey: Key(.rung)),
      epochs: try fields.decode(Int.self, forKey: Key(.epochs)), validation: validation,
      failure: try fields.decodeIfPresent(String.self, forKey: Key(.failure)),
      seconds: try fields.decode(Double.self, forKey: Key(.seconds)))
    let known = Set(Field.allCases.map(\.rawValue))
    values = try fields.allKeys.filter { !known.contains($0.stringValue) }
      .reduce(into: [:]) { $0[$1.stringValue] = try fields.decode(String.self, forKey: $1) }
  }
}

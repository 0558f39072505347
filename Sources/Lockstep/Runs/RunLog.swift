import Files
import Foundation
import Training

/// A line of a run's log: an epoch in plain fields, so that any program reads it.
public struct LogLine: Codable, Equatable, Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The number of steps since the training began.
  public let steps: Int
  /// The learning rate of the epoch's last step.
  public let learningRate: Double
  /// The mean loss of the epoch's training steps.
  public let trainLoss: Double
  /// The share of correct predictions of the epoch's training steps.
  public let trainAccuracy: Double?
  /// The mean loss on the validation set, if there is one.
  public let validationLoss: Double?
  /// The accuracy on the validation set, if there is one.
  public let validationAccuracy: Double?
  /// The mean loss on the test set, if it was evaluated.
  public let testLoss: Double?
  /// The accuracy on the test set, if it was evaluated.
  public let testAccuracy: Double?
  /// The root mean square over the epoch's steps of the gradient's norm; nil if not computed.
  public let gradientNorm: Double?
  /// The time of the epoch's steps, without evaluation; nil where it was not kept.
  public let seconds: Double?
  /// Training images per second of that time.
  public let imagesPerSecond: Double?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case epoch, steps
    case learningRate = "learning_rate"
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case testLoss = "test_loss"
    case testAccuracy = "test_accuracy"
    case gradientNorm = "gradient_norm"
    case seconds
    case imagesPerSecond = "images_per_second"
  }

  /// The line of an epoch.
  init(_ report: EpochReport, seconds: Double?, imagesPerSecond: Double?) {
    epoch = report.epoch
    steps = report.steps
    learningRate = report.learningRate
    trainLoss = report.training.loss
    trainAccuracy = report.training.accuracy
    validationLoss = report.validation?.loss
    validationAccuracy = report.validation?.accuracy
    testLoss = report.test?.loss
    testAccuracy = report.test?.accuracy
    gradientNorm = report.gradientNorm
    self.seconds = seconds
    self.imagesPerSecond = imagesPerSecond
  }

  /// The names of the fields in the order of `csv`.
  static let csvHeader = CodingKeys.allCases.map(\.rawValue).joined(separator: ",")

  /// The fields as a line of comma-separated values; a missing one is empty.
  var csv: String {
    let numbers = [
      learningRate, trainLoss, trainAccuracy, validationLoss, validationAccuracy, testLoss,
      testAccuracy, gradientNorm, seconds, imagesPerSecond,
    ]
    return (["\(epoch)", "\(steps)"] + numbers.map { $0.map { "\($0)" } ?? "" })
      .joined(separator: ",")
  }
}

/// The log of a run, a line per epoch: `log.jsonl`, and the same as `log.csv`.
package struct RunLog {
  let lines: String
  let table: String

  /// The log in two files, which need not be there yet.
  package init(lines: String, table: String) {
    self.lines = lines
    self.table = table
  }

  /// Begins the log of a new run.
  func begin() throws(FileProblem) {
    try writeDurably([], to: lines)
    try writeDurably(Array((LogLine.csvHeader + "\n").utf8), to: table)
  }

  func append(_ line: LogLine) throws(FileProblem) {
    try LineLog(path: lines).append(jsonText(line, isPretty: false))
    try LineLog(path: table).append(line.csv)
  }

  /// The lines so far; those that a crash has cut off are left out.
  func read() throws(FileProblem) -> [LogLine] {
    String(decoding: try readFile(lines, byteLimit: 1 << 30), as: UTF8.self).split(separator: "\n")
      .compactMap { try? decodedJSON(LogLine.self, String($0)) }
  }

  /// Makes the lines safe from a crash of the system.
  func flush() throws(FileProblem) {
    try LineLog(path: lines).flush()
    try LineLog(path: table).flush()
  }

  /// Brings the log to the epochs of a checkpoint. A run that was killed may have logged epochs
  /// after its last checkpoint, which will be trained again, or lost lines before it.
  package func resume(at reports: [EpochReport]) throws(FileProblem) {
    let logged = (try? read()) ?? []
    let byEpoch = Dictionary(logged.map { ($0.epoch, $0) }, uniquingKeysWith: { _, last in last })
    let kept = reports.map { report in
      let old = byEpoch[report.epoch]
      return LogLine(report, seconds: old?.seconds, imagesPerSecond: old?.imagesPerSecond)
    }
    let json = kept.map { jsonText($0, isPretty: false) + "\n" }.joined()
    try writeDurably(Array(json.utf8), to: lines)
    let csv = ([LogLine.csvHeader] + kept.map(\.csv)).map { $0 + "\n" }.joined()
    try writeDurably(Array(csv.utf8), to: table)
  }
}

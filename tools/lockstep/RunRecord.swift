import Digits
import Files
import Foundation
import Networks
import Training
import Workers

/// The content of `run.json`: everything needed to repeat the run, and its results.
struct RunRecord: Codable {
  enum Status: String, Codable { case running, finished, interrupted, failed }

  /// The data that was trained on.
  struct DataRecord: Codable {
    let name: String
    let folder: String
    let trainCount: Int
    let testCount: Int
    let height: Int
    let width: Int
    let classNames: [String]
    let digests: DatasetDigests
  }

  /// The network that was trained.
  struct NetworkRecord: Codable {
    let widths: String
    let layers: [Architecture.Layer]
    let loss: Loss
    let parameterCount: Int
  }

  var lockstep = lockstepVersion
  var status = Status.running
  let begun: Date
  let data: DataRecord
  let network: NetworkRecord
  var settings: TrainingSettings
  var workers: Int
  var machine: Machine
  /// Wall time of all parts of the run and the time of its steps, in seconds.
  var seconds = 0.0
  var trainingSeconds = 0.0
  /// The number of images in all steps.
  var images = 0
  var imagesPerSecond = 0.0
  /// The number of workers that took part; nil in a record of a version that did not count them.
  var workersInSteps: WorkersInSteps? = WorkersInSteps()
  var epochs = 0
  var stopReason: StopReason?
  var training: Evaluation?
  var validation: Evaluation?
  var test: Evaluation?
  var testAccuracy: Double?
  var testStandardError: Double?
  var fingerprint: String?

  /// The record of a run that begins.
  init(
    digits: DigitDataset, source: String, architecture: Architecture, settings: TrainingSettings,
    workers: Int
  ) {
    begun = Date()
    data = DataRecord(
      name: digits.name, folder: URL(fileURLWithPath: source).standardizedFileURL.path,
      trainCount: digits.train.count, testCount: digits.test.count,
      height: digits.train.height, width: digits.train.width, classNames: digits.classNames,
      digests: digits.contentDigests(workers: workers))
    network = NetworkRecord(
      widths: "\(architecture)", layers: architecture.layers, loss: architecture.loss,
      parameterCount: architecture.parameterCount)
    self.settings = settings
    self.workers = workers
    machine = .current()
  }

  /// The record that a checkpoint of the run holds.
  ///
  /// - Throws: `wrongData` where it holds none.
  init(notes: [String: String], file: String) throws(FileProblem) {
    let text = notes[Self.noteName] ?? ""
    do {
      self = try decodedJSON(RunRecord.self, text)
    } catch {
      throw FileProblem(
        .wrongData, file: file, place: "metadata lockstep.note.\(Self.noteName)",
        expected: "the record of a run", found: text.isEmpty ? "none" : "\"\(text.prefix(80))\"",
        hint: "the file was changed, or written by another version")
    }
  }

  private static let noteName = "run"

  /// The record as a note of a model or a checkpoint.
  var notes: [String: String] { [Self.noteName: jsonText(self, isPretty: false)] }

  var imageSize: ImageSize { ImageSize(height: data.height, width: data.width) }

  /// Begins another part of the run.
  mutating func resume(settings: TrainingSettings, workers: Int) {
    self.settings = settings
    self.workers = workers
    machine = .current()
    status = .running
  }

  mutating func add(_ report: EpochReport, trainingSeconds: Double, images: Int) {
    epochs = report.epoch
    training = report.training
    validation = report.validation
    add(trainingSeconds: trainingSeconds, images: images)
  }

  mutating func add(trainingSeconds: Double, images: Int) {
    self.trainingSeconds += trainingSeconds
    self.images += images
    imagesPerSecond = self.trainingSeconds > 0 ? Double(self.images) / self.trainingSeconds : 0
  }

  /// Ends a part of the run.
  mutating func finish(trainer: Trainer, test: Evaluation?, seconds: Double, status: Status) {
    self.status = status
    self.seconds += seconds
    self.test = test
    testAccuracy = test?.accuracy
    testStandardError = test?.standardError
    stopReason = trainer.stopReason
    fingerprint = trainer.parameters.fingerprint
  }
}

/// A line of `log.jsonl`: an epoch's report and its time.
struct LogLine: Codable {
  let report: EpochReport
  /// The time of the epoch's steps, evaluation left out.
  let seconds: Double
  let imagesPerSecond: Double
}

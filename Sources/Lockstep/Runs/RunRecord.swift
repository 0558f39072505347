import Digits
import Files
import Foundation
import Images
import Networks
import Training

/// The content of `run.json`: everything needed to repeat the run, and its results.
public struct RunRecord: Codable, Sendable {
  /// How far a run has come.
  public enum Status: String, Codable, Sendable {
    /// It is going on, or was killed.
    case running
    /// It came to its end.
    case finished
    /// It was stopped from outside and can be resumed.
    case interrupted
    /// Its numbers overflowed.
    case failed
  }

  /// The data that was trained on.
  public struct DataRecord: Codable, Sendable {
    /// The name of the data set.
    public let name: String
    /// Where it was read from; nil in a model, which may be passed on.
    public internal(set) var folder: String?
    /// The number of images to train on and, if any are set aside, to validate on.
    public let trainCount: Int
    /// The number of images to test on.
    public let testCount: Int
    /// The number of pixels in a column of an image.
    public let height: Int
    /// The number of pixels in a row of an image.
    public let width: Int
    /// The names of the classes by number.
    public let classNames: [String]
    /// How the images were prepared; nil in a record of a version that took them as they are.
    public let preparation: Preparation?
    /// SHA-256 of images and labels.
    public let digests: DatasetDigests

    /// The size of an image.
    public var imageSize: ImageSize { ImageSize(height: height, width: width) }

    /// The record of a data set.
    init(_ digits: DigitDataset, folder: String, digests: DatasetDigests) {
      name = digits.name
      self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
      (trainCount, testCount) = (digits.train.count, digits.test.count)
      (height, width) = (digits.train.height, digits.train.width)
      classNames = digits.classNames
      preparation = digits.preparation
      self.digests = digests
    }
  }

  /// The network that was trained.
  public struct NetworkRecord: Codable, Sendable {
    /// The widths: `784-128-10`.
    public let widths: String
    /// The layers from the first hidden one to the output layer.
    public let layers: [Architecture.Layer]
    /// The loss function.
    public let loss: Loss
    /// The number of weights and biases.
    public let parameterCount: Int
  }

  /// The model whose weights a run began with.
  public struct StartRecord: Codable, Equatable, Sendable {
    /// Where it was read from; in a model, which may be passed on, only its last part.
    public internal(set) var path: String
    /// The fingerprint of its weights.
    public let fingerprint: String

    /// A record of a model.
    ///
    /// - Parameters:
    ///   - path: its file, or the folder of its run.
    ///   - fingerprint: that of its weights.
    public init(path: String, fingerprint: String) {
      self.path = URL(fileURLWithPath: path).standardizedFileURL.path
      self.fingerprint = fingerprint
    }
  }

  /// The version of Lockstep that wrote the record.
  public private(set) var lockstep = lockstepVersion
  /// How far the run has come.
  public private(set) var status = Status.running
  /// When the run began.
  public let begun: Date
  /// The data that was trained on.
  public private(set) var data: DataRecord
  /// The network that was trained.
  public let network: NetworkRecord
  /// The model that the run began with; nil for weights drawn at random.
  public private(set) var start: StartRecord?
  /// The settings of the training.
  public private(set) var settings: TrainingSettings
  /// The maximum number of workers.
  public private(set) var workers: Int
  /// The number of processes that trained together; nil for one.
  public private(set) var ranks: Int?
  /// The machine of the last part of the run.
  public private(set) var machine: Machine
  /// The wall time of all parts of the run, in seconds.
  public private(set) var seconds = 0.0
  /// The time of the run's steps, in seconds.
  public private(set) var trainingSeconds = 0.0
  /// The number of images in all steps.
  public private(set) var images = 0
  /// `images` per second of `trainingSeconds`.
  public private(set) var imagesPerSecond = 0.0
  /// The number of workers that took part; nil in a record of a version that did not count them.
  public private(set) var workersInSteps: WorkersInSteps? = WorkersInSteps()
  /// The number of epochs that are done.
  public private(set) var epochs = 0
  /// Why the training ended; nil if it did not.
  public private(set) var stopReason: StopReason?
  /// The training of the last epoch.
  public private(set) var training: Evaluation?
  /// The validation after the last epoch.
  public private(set) var validation: Evaluation?
  /// The evaluation of the trained network on the test set.
  public private(set) var test: Evaluation?
  /// The accuracy of `test`.
  public private(set) var testAccuracy: Double?
  /// The standard error of `testAccuracy`.
  public private(set) var testStandardError: Double?
  /// Signs of trouble in words; nil in a record of a version that did not look for them.
  public private(set) var warnings: [String]?
  /// The fingerprint of the trained weights.
  public private(set) var fingerprint: String?

  /// The record of a run that begins.
  init(
    data: DataRecord, architecture: Architecture, start: StartRecord?, settings: TrainingSettings,
    workers: Int, ranks: Int? = nil, begun: Date
  ) {
    self.start = start
    self.begun = begun
    self.data = data
    network = NetworkRecord(
      widths: "\(architecture)", layers: architecture.layers, loss: architecture.loss,
      parameterCount: architecture.parameterCount)
    self.settings = settings
    self.workers = workers
    self.ranks = ranks
    machine = .current()
  }

  /// The record that a checkpoint or a model of the run holds.
  ///
  /// - Parameters:
  ///   - notes: the notes of the file.
  ///   - file: its path, for the error.
  /// - Throws: `wrongData` where it holds none, or one that no run leaves.
  public init(notes: [String: String], file: String) throws(FileProblem) {
    try self.init(
      text: notes[Self.noteName] ?? "", file: file,
      place: "metadata lockstep.note.\(Self.noteName)")
  }

  /// Reads the record of a run.
  ///
  /// - Parameter path: the file `run.json` of its folder.
  /// - Throws: `noInput` where there is none, `wrongData` for one that no run leaves.
  public init(contentsOf path: String) throws(FileProblem) {
    let bytes = try readFile(path, byteLimit: 1 << 26)
    try self.init(text: String(decoding: bytes, as: UTF8.self), file: path, place: nil)
  }

  /// Reads the record of a run from its `run.json`, its folder, or a model or checkpoint of it.
  ///
  /// - Parameter path: a file or a folder.
  /// - Throws: `noInput` where there is none, `wrongData` for a file that no run leaves.
  public init(ofRunOrFile path: String) throws(FileProblem) {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists && isFolder.boolValue {
      try self.init(contentsOf: RunFolder(existing: path).record)
    } else if path.hasSuffix(".safetensors") {
      try self.init(notes: Model(contentsOfRunOrFile: path).notes, file: path)
    } else {
      try self.init(contentsOf: path)
    }
  }

  private init(text: String, file: String, place: String?) throws(FileProblem) {
    func problem(_ expected: String, _ found: String) -> FileProblem {
      FileProblem(
        .wrongData, file: file, place: place, expected: expected, found: found,
        hint: "the file was changed, or written by another version")
    }
    guard let record = try? decodedJSON(RunRecord.self, text) else {
      throw problem("the record of a run", text.isEmpty ? "none" : "\"\(text.prefix(80))\"")
    }
    if let error = record.validationError { throw problem("a record that a run leaves", error) }
    self = record
  }

  private static let noteName = "run"

  /// The record as a note of a checkpoint.
  var notes: [String: String] { [Self.noteName: jsonText(self, isPretty: false)] }

  /// The record as a note of a model, which may be passed on: without the place of the data.
  var notesOfModel: [String: String] {
    var record = self
    record.data.folder = nil
    if let path = start?.path {
      record.start?.path = URL(fileURLWithPath: path).lastPathComponent
    }
    return record.notes
  }

  /// The largest count: sums of it are exact as `Double`, too.
  private static let countLimit = 1 << 53
  /// The longest time, and the highest speed. A billion seconds are 30 years.
  private static let timeLimit = 1e15

  /// What is wrong with a record from a file, as a clause; nil for one that a run can leave.
  private var validationError: String? {
    for side in [data.height, data.width] where !(1...Architecture.widthLimit).contains(side) {
      return "images of \(data.height) × \(data.width) pixels"
    }
    if let preparation = data.preparation, preparation.size != data.imageSize {
      return "a preparation for images of \(preparation.size) pixels"
    }
    let counts = [data.trainCount, data.testCount, epochs, images, workers, ranks ?? 1]
    if let count = counts.first(where: { !(0...Self.countLimit).contains($0) }) {
      return "a count of \(count)"
    }
    let times = [seconds, trainingSeconds, imagesPerSecond]
    if let time = times.first(where: { !(0...Self.timeLimit).contains($0) }) {
      return "a time of \(time)"
    }
    return workersInSteps?.validationError
  }

  /// Begins another part of the run.
  mutating func resume(settings: TrainingSettings, workers: Int, ranks: Int?) {
    self.settings = settings
    self.workers = workers
    self.ranks = ranks
    machine = .current()
    status = .running
    if workersInSteps == nil { workersInSteps = WorkersInSteps() }
  }

  /// Adds steps and the number of workers in them.
  mutating func add(_ stepsByWorkers: [Int: Int]) { workersInSteps?.add(stepsByWorkers) }

  /// Adds an epoch.
  mutating func add(_ report: EpochReport, _ speed: SpeedMeter) {
    epochs = report.epoch
    training = report.training
    validation = report.validation
    add(speed)
  }

  /// Adds the time of steps. Sums stay within the limits of what is read again.
  mutating func add(_ speed: SpeedMeter) {
    trainingSeconds = min(trainingSeconds + speed.seconds, Self.timeLimit)
    images = min(images + speed.images, Self.countLimit)
    imagesPerSecond =
      trainingSeconds > 0 ? min(Double(images) / trainingSeconds, Self.timeLimit) : 0
  }

  /// Sets the signs of trouble.
  mutating func warn(_ warnings: [String]) { self.warnings = warnings }

  /// Ends a part of the run.
  mutating func finish(trainer: Trainer, test: Evaluation?, seconds: Double, status: Status) {
    self.status = status
    self.seconds = min(self.seconds + seconds, Self.timeLimit)
    self.test = test
    testAccuracy = test?.accuracy
    testStandardError = test?.standardError
    stopReason = trainer.stopReason
    fingerprint = trainer.parameters.fingerprint
  }
}

import Digits
import Files
import Foundation
import Networks
import Training

/// A run as far as a comparison needs it: its network, its record and its log.
public struct ComparedRun: Sendable {
  /// The path that it was read from: the folder of a run, or a model file.
  public let path: String
  /// The trained network; of a run that is not finished, that of its last checkpoint.
  public let model: Model
  /// The record of the run; nil for a model from elsewhere.
  public let record: RunRecord?
  /// The epochs up to the model's; empty where the log does not lie beside the model.
  public let log: [LogLine]
  /// What a reader of the comparison should know of the run, in sentences.
  public internal(set) var notes: [String] = []
  /// The same without names of folders, for a page that may go to anyone.
  package private(set) var notesWithoutPaths: [String] = []
  /// What the network says of the test images; nil where they were not found.
  public internal(set) var answers: Answers?

  /// The answers of a network to a test set.
  public struct Answers: Sendable {
    /// The images that it was asked about.
    public let testSet: TestSet
    /// Its loss and accuracy.
    public let evaluation: Evaluation
    /// The name of the class that it gives each image.
    public let predictions: [String]
    /// The name of each image's true class.
    public let truths: [String]
  }

  /// The test images of a data set, as one network takes them.
  public struct TestSet: Sendable {
    /// The name of the data set.
    public let name: String
    /// Where it was read from.
    public let source: String
    /// The images, with labels by the network's numbers.
    public let images: DigitSet
    /// SHA-256 of the data that it is a part of, as it was read.
    public let digests: DatasetDigests

    /// Whether another network was asked about the same images: by their content or, where they were
    /// prepared for networks of other sizes, by where they were read from.
    public func isSame(as other: TestSet) -> Bool {
      digests.testLabels == other.digests.testLabels
        && (digests.testImages == other.digests.testImages || source == other.source)
    }
  }

  /// Reads a run.
  ///
  /// - Parameter path: the folder of a run, a model or a checkpoint.
  /// - Throws: what is wrong with the model's file.
  public init(contentsOf path: String) throws(FileProblem) {
    self.path = path
    model = try Model(contentsOfRunOrFile: path)
    let ofModel = model.run
    var isFolder: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let folder = isFolder.boolValue ? RunFolder(existing: path) : RunFolder(containing: path)
    let beside = try? RunRecord(contentsOf: folder.record)
    // A model may have been moved to another run's folder.
    let belongs = isFolder.boolValue || (ofModel != nil && beside?.isSameRun(as: ofModel) == true)
    record = isFolder.boolValue ? beside ?? ofModel : ofModel
    let log = belongs ? (try? folder.readLog()) ?? [] : []
    self.log = isFolder.boolValue ? log : log.filter { $0.epoch <= ofModel?.epochs ?? 0 }
    if let record, let ofModel, ofModel.epochs != record.epochs {
      note(
        "the run has come to epoch \(record.epochs), and its model is that of epoch "
          + "\(ofModel.epochs)")
    }
  }

  /// Asks the network about the test images of a data set.
  ///
  /// - Parameters:
  ///   - digits: a data set that was read with the model's `preparation`.
  ///   - digests: those of its content.
  ///   - source: where it was read from.
  ///   - workers: the maximum number of threads.
  /// - Throws: `wrongData` where the images or classes are not the model's.
  public mutating func evaluate(
    on digits: DigitDataset, digests: DatasetDigests, from source: String, workers: Int
  ) throws(FileProblem) {
    let matched = try model.matched(digits, from: source)
    let result = model.parameters.evaluate(on: model.samples(of: matched.test), workers: workers)
    answers = Answers(
      testSet: TestSet(
        name: digits.name, source: source, images: matched.test, digests: digests),
      evaluation: result.evaluation,
      predictions: result.predictions.map { model.name(ofClass: Int($0)) },
      truths: matched.test.labels.map { model.name(ofClass: Int($0)) })
    if let record, record.data.digests != digests {
      note(
        "\(source) is not the data of its training, \(record.data.name)",
        withoutPaths: "the test images are not those of its training, \(record.data.name)")
    }
  }

  /// Says why the network was not asked about test images.
  public mutating func noteMissingTestSet(_ reason: String) {
    note(reason, withoutPaths: "the test images were not found")
  }

  private mutating func note(_ sentence: String, withoutPaths: String? = nil) {
    notes.append(sentence)
    notesWithoutPaths.append(withoutPaths ?? sentence)
  }

  /// The evaluation on the test images: the one made now or, without it, that of the record.
  public var test: Evaluation? { answers?.evaluation ?? record?.test }

  /// The epoch with the lowest validation loss; nil where nothing was validated on.
  public var bestValidation: LogLine? {
    log.filter { $0.validationLoss?.isFinite == true }
      .min { $0.validationLoss ?? 0 < $1.validationLoss ?? 0 }
  }
}

extension RunRecord {
  /// Whether two records are of one run, at different times.
  fileprivate func isSameRun(as other: RunRecord?) -> Bool {
    begun == other?.begun && network.widths == other?.network.widths
      && settings.seed == other?.settings.seed
  }
}

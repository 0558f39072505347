import Digits
import Files
import Images
import Lockstep
import Networks
import NumberText
import Training

/// All that the page of a run shows. `Page` writes it; the scripts of the page read its fields by
/// these names.
///
/// It holds no path of the machine: the page may go to anyone.
public struct RunReport: Encodable, Sendable {
  /// A large number in the head of the page.
  struct Headline: Encodable, Sendable {
    let name: String
    let value: String
    let detail: String?
  }

  /// The curves at the end of an epoch.
  struct Epoch: Encodable, Sendable {
    let epoch: Int
    let trainLoss: Double
    let trainAccuracy: Double?
    /// On the validation set or, without one, on the test set.
    let heldOutLoss: Double?
    let heldOutAccuracy: Double?
    let learningRate: Double
  }

  /// The title of the page.
  let title: String
  /// The run in a sentence.
  let summary: String
  let headlines: [Headline]
  /// Signs of trouble that the run found.
  let warnings: [String]
  /// What a reader should know of the data and of what the page lacks.
  let notes: [String]
  /// At most `mostEpochs`, spread evenly.
  let epochs: [Epoch]
  /// What `heldOutLoss` is of: `validation` or `test`; nil where nothing was held out.
  let heldOut: String?
  /// The names of the classes by number.
  let classNames: [String]
  /// The size of the network's images.
  let image: ImageSize
  /// How a picture becomes such an image.
  let preparation: Preparation?
  /// The weights; nil where the run has left none, or too many for a page.
  let network: EmbeddedNetwork?
  /// The first layer at the epochs that the run kept; nil where there are none.
  let history: EmbeddedHistory?
  /// The network's answers to the test images; nil without network or data.
  let evaluation: ReportedEvaluation?
  /// Test images with the network's answers; nil without network or data.
  let images: EmbeddedImages?
  /// Settings, data, machine and times.
  let facts: [FactGroup]
  /// The command that repeats the run; nil where none does.
  let command: String?
  /// What a reader has to know to give that command.
  let commandNote: String
  /// The fingerprint of the weights.
  let fingerprint: String?
  /// The speed by number of workers, where it was measured into the run's folder.
  let scaling: [ScalingPoint]?

  private static let mostEpochs = 2000
}

extension RunReport {
  /// Reads what a run has left in its folder, evaluates its network and gathers the report. A run that
  /// goes on, was interrupted or failed has one, too: of what there is.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - digits: the data of the run, prepared and matched as its model has it; nil where it is gone.
  ///   - command: the command that trains as a record says; nil where none does.
  ///   - silence: the dead units of the network, if they are known already.
  ///   - notes: what a reader should know of the data.
  ///   - workers: the maximum number of threads.
  /// - Throws: `noInput` where the folder holds no run, `wrongData` where a file is broken.
  public init(
    of folder: RunFolder, digits: DigitDataset?, command: (RunRecord) -> String?,
    silence: Silence? = nil, notes: [String] = [], workers: Int
  ) throws(FileProblem) {
    let record = try RunRecord(contentsOf: folder.record)
    let log = (try? folder.readLog()) ?? []
    let model = try? Model(contentsOfRunOrFile: folder.path)
    let verdicts = model.flatMap { model in
      digits.map { Verdicts(of: model, on: $0.test) }
    }
    let evaluation = verdicts.flatMap { ReportedEvaluation($0) }

    title = "\(record.network.widths) on \(record.data.name)"
    summary = record.summary(evaluation)
    headlines = record.headlines(evaluation)
    warnings = record.warnings ?? []
    heldOut =
      log.contains { $0.validationLoss != nil }
      ? "validation" : log.contains { $0.testLoss != nil } ? "test" : nil
    epochs = Self.thinned(log, to: Self.mostEpochs).map { line in
      let isValidated = line.validationLoss != nil
      return Epoch(
        epoch: line.epoch, trainLoss: line.trainLoss, trainAccuracy: line.trainAccuracy,
        heldOutLoss: isValidated ? line.validationLoss : line.testLoss,
        heldOutAccuracy: isValidated ? line.validationAccuracy : line.testAccuracy,
        learningRate: line.learningRate)
    }
    let classCount = model?.classCount ?? record.data.classNames.count
    classNames = (0..<classCount).map {
      $0 < record.data.classNames.count ? record.data.classNames[$0] : "\($0)"
    }
    image = record.data.imageSize
    preparation = model?.preparation
    let network = model.flatMap { model in
      let silence =
        silence
        ?? digits.map { Silence(of: model, on: model.samples(of: $0.train), workers: workers) }
      return EmbeddedNetwork(model, silentUnits: silence?.units.first)
    }
    self.network = network
    var problemOfHistory: FileProblem?
    do throws(FileProblem) {
      history =
        if let model, network != nil {
          try EmbeddedHistory(folder.keptFeatures, of: model, record)
        } else { nil }
    } catch {
      history = nil
      problemOfHistory = error
    }
    self.evaluation = evaluation
    images = verdicts.flatMap { EmbeddedImages($0) }
    facts = record.facts
    let command = command(record)
    self.command = command
    commandNote =
      command == nil
      ? "No single command repeats this run."
      : "This command repeats the run, where \(record.data.name) is the data whose digests stand below."
    fingerprint = record.fingerprint
    scaling = ScalingPoint.points(in: folder)
    self.notes =
      record.notesOnStatus + notes
      + Self.notesOnGaps(model: model, hasNetwork: network != nil, digits: digits, record)
      + (problemOfHistory == nil
        ? [] : ["A file of the kept features is broken, so no epochs of theirs are shown."])
      + (log.count > Self.mostEpochs
        ? ["The curves show \(grouped(Self.mostEpochs)) of the \(grouped(log.count)) epochs."] : [])
  }

  /// At most `count` lines, spread evenly, the last one among them.
  private static func thinned(_ log: [LogLine], to count: Int) -> [LogLine] {
    guard log.count > count else { return log }
    return (1...count).map { log[$0 * log.count / count - 1] }
  }

  private static func notesOnGaps(
    model: Model?, hasNetwork: Bool, digits: DigitDataset?, _ record: RunRecord
  ) -> [String] {
    var notes: [String] = []
    if model == nil {
      notes.append("The run has left no model, so nothing is said here of what it learned.")
    } else if !hasNetwork {
      notes.append(
        "The network has \(grouped(record.network.parameterCount)) parameters, too many for a page: "
          + "its weights and features are not shown.")
    }
    if model != nil && digits == nil {
      notes.append(
        "The data, \(record.data.name), was not there when the page was written, so the network was "
          + "not evaluated for it.")
    }
    return notes
  }
}

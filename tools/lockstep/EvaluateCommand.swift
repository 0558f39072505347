import ArgumentParser
import Digits
import Files
import Images
import Lockstep
import Networks
import NumberText
import Training
import Workers

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate a model on a data set: loss, accuracy and confusion matrix.",
    usage: "lockstep evaluate <model> [<options>]",
    discussion: """
      Without --data, the model is evaluated on the data of its training. Images are prepared as \
      the model's were, so that `predict` says of each picture file what `evaluate` counts. Classes \
      are matched by their names.

      Examples:
        lockstep evaluate model.safetensors
        lockstep evaluate model.safetensors --data datasets/mnist --json
      """)

  enum Part: String, CaseIterable, ExpressibleByArgument { case train, test }

  @Argument(
    help: ArgumentHelp("Model file, checkpoint, or folder of a run.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @OptionGroup(title: "Data")
  var data: DataOptions

  @Option(help: "Part of the data set to evaluate on.")
  var part = Part.test

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let workers = machine.count()
    let model = try Model(contentsOfRunOrFile: model)
    let source = try data.source(for: model, file: self.model)
    let read = try DigitDataset(
      contentsOf: source, resize: data.resize, transpose: data.transpose,
      preparation: model.preparation,
      workers: workers)
    let digits = try model.matched(read, from: source)
    let notices = try read.notices + notices(on: read, for: model, workers: workers)
    let set = part == .test ? digits.test : digits.train
    let result = model.parameters.evaluate(on: model.samples(of: set), workers: workers)
    let matrix = ConfusionMatrix(
      truths: set.labels.map { Int32($0) }, predictions: result.predictions,
      classCount: model.classCount)
    let report = EvaluationReport(
      data: digits.name, part: part.rawValue, evaluation: result.evaluation, matrix: matrix,
      classNames: (0..<model.classCount).map(model.name(ofClass:)),
      fingerprint: model.parameters.fingerprint, notices: notices)
    print(json ? jsonText(report) : report.text)
    for notice in notices { complain("note: \(notice)") }
  }

  /// What a reader of the result should know of the data.
  private func notices(
    on digits: DigitDataset, for model: Model, workers: Int
  ) throws -> [String] {
    guard let run = model.run, run.data.digests != digits.contentDigests(workers: workers) else {
      return []
    }
    let words = "this is not the data of the training, \(run.data.name)"
    guard part == .test, let folder = Model.dataFolder(ofModel: self.model),
      let trained = try? DigitDataset(
        contentsOf: folder, resize: run.data.imageSize, preparation: model.preparation,
        workers: workers)
    else { return [words] }
    let shared = digits.test.imageCount(sharedWith: trained.train)
    guard shared > 0 else { return [words] }
    return [
      words,
      "\(grouped(shared)) of the \(grouped(digits.test.count)) test images were trained on, so the "
        + "accuracy says little about new images",
    ]
  }
}

/// The output of `evaluate`.
private struct EvaluationReport: Encodable {
  struct ClassReport: Encodable {
    let name: String
    let count: Int
    let precision: Double?
    let recall: Double?
  }

  let data: String
  let part: String
  let count: Int
  let loss: Double
  let accuracy: Double?
  let standardError: Double?
  let fingerprint: String
  /// [true class][predicted class].
  let confusion: [[Int]]
  let classes: [ClassReport]
  let notices: [String]
  private let accuracyInWords: String

  private enum CodingKeys: CodingKey {
    case data, part, count, loss, accuracy, standardError, fingerprint, confusion, classes, notices
  }

  init(
    data: String, part: String, evaluation: Evaluation, matrix: ConfusionMatrix,
    classNames: [String], fingerprint: String, notices: [String]
  ) {
    self.notices = notices
    self.data = data
    self.part = part
    count = evaluation.count
    loss = evaluation.loss
    accuracy = evaluation.accuracy
    standardError = evaluation.standardError
    accuracyInWords = evaluation.accuracyInWords ?? "none"
    self.fingerprint = fingerprint
    confusion = matrix.counts
    classes = classNames.enumerated().map { index, name in
      ClassReport(
        name: name, count: matrix.counts[index].reduce(0, +),
        precision: matrix.precision(ofClass: index), recall: matrix.recall(ofClass: index))
    }
  }

  var text: String {
    var table = Table(["true \\ named"] + classes.map(\.name) + ["recall"])
    for (truth, row) in zip(classes, confusion) {
      table.add([truth.name] + row.map { $0 == 0 ? "·" : grouped($0) } + [share(truth.recall)])
    }
    table.add(["precision"] + classes.map { share($0.precision) } + [""])
    return """
      data         \(data), \(part) set, \(grouped(count)) images
      accuracy     \(accuracyInWords)
      loss         \(fixed(loss, 4))
      fingerprint  \(fingerprint)

      \(table.lines.joined(separator: "\n"))
      """
  }

  private func share(_ value: Double?) -> String { value.map { fixed($0 * 100, 1) } ?? "–" }
}

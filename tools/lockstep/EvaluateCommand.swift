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
      Examples:
        lockstep evaluate model.safetensors
        lockstep evaluate model.safetensors --data datasets/mnist --json
      """)

  enum Part: String, CaseIterable, ExpressibleByArgument { case train, test }

  @Argument(
    help: ArgumentHelp("Model file.", valueName: "model"),
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
    let model = try Model(contentsOf: model)
    let (digits, source) = try data.load(workers: workers)
    try check(model, digits, source)
    let set = part == .test ? digits.test : digits.train
    let classCount = model.classCount
    let result = model.parameters.evaluate(
      on: SampleSet(set, classCount: classCount), workers: workers)
    let matrix = ConfusionMatrix(
      truths: set.labels.map { Int32($0) }, predictions: result.predictions,
      classCount: classCount)
    let report = EvaluationReport(
      data: digits.name, part: part.rawValue, evaluation: result.evaluation, matrix: matrix,
      classNames: (0..<classCount).map(model.name(ofClass:)),
      fingerprint: model.parameters.fingerprint)
    print(json ? jsonText(report) : report.text)
  }

  private func check(_ model: Model, _ digits: DigitDataset, _ source: String) throws {
    let architecture = model.architecture
    let fits = digits.train.pixelsPerImage == architecture.inputs
    let sizes = model.imageSize.map { $0 == digits.train.imageSize }
    guard fits && sizes ?? true else {
      let expected = model.imageSize.map { "\($0)" } ?? "\(architecture.inputs)"
      throw FileProblem(
        .wrongData, file: source, place: "image size", expected: "\(expected) pixels",
        found: "\(digits.train.imageSize)",
        hint: "bring the images to the model's size with --resize")
    }
    guard digits.classCount <= model.classCount else {
      throw FileProblem(
        .wrongData, file: source, place: "labels", expected: "\(model.classCount) classes",
        found: "\(digits.classCount)", hint: "use the data that the model was trained for")
    }
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
  private let accuracyInWords: String

  private enum CodingKeys: CodingKey {
    case data, part, count, loss, accuracy, standardError, fingerprint, confusion, classes
  }

  init(
    data: String, part: String, evaluation: Evaluation, matrix: ConfusionMatrix,
    classNames: [String], fingerprint: String
  ) {
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

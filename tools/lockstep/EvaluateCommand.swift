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
    usage: "lockstep evaluate <model> ... [<options>]",
    discussion: """
      Without --data, the model is evaluated on the data of its training. Images are prepared as \
      the model's were, so that `predict` says of each picture file what `evaluate` counts. Classes \
      are matched by their names. Several models are an ensemble: the mean of their probabilities.

      Examples:
        lockstep evaluate model.safetensors
        lockstep evaluate model.safetensors --data datasets/mnist --json
        lockstep evaluate runs/one runs/two runs/three
      """)

  enum Part: String, CaseIterable, ExpressibleByArgument { case train, test }

  @Argument(
    help: ArgumentHelp(
      "Model files, checkpoints, or folders of runs.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var models: [String]

  @OptionGroup(title: "Data")
  var data: DataOptions

  @Option(help: "Part of the data set to evaluate on.")
  var part = Part.test

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard models.isEmpty else { return }
    throw ValidationError("Missing expected argument '<model> ...'")
  }

  func run() throws {
    let workers = machine.count()
    let read = try models.map { try Model(contentsOfRunOrFile: $0) }
    let ensemble = try read.count > 1 ? Ensemble(read, at: models) : nil
    let source = try data.source(ofModel: read[0], at: models[0])
    let (digits, notices) = try prepared(for: read, from: source, workers: workers)
    let sets = digits.map { part == .test ? $0.test : $0.train }
    let model = read[0]
    let whole = ensemble?.evaluate(on: sets, workers: workers)
    let result =
      whole?.whole ?? model.parameters.evaluate(on: model.samples(of: sets[0]), workers: workers)
    let matrix = ConfusionMatrix(
      truths: sets[0].labels.map { Int32($0) }, predictions: result.predictions,
      classCount: model.classCount)
    let report = EvaluationReport(
      data: digits[0].name, part: part.rawValue, evaluation: result.evaluation, matrix: matrix,
      classNames: (0..<model.classCount).map(model.name(ofClass:)),
      members: zip(zip(models, read), whole?.members ?? []).map { model, result in
        .init(model.0, model.1.parameters.fingerprint, result.evaluation)
      }, fingerprint: ensemble == nil ? model.parameters.fingerprint : nil, notices: notices)
    print(json ? jsonText(report) : report.text)
    for notice in notices { complain("note: \(notice)") }
  }

  /// The data as each model takes it, read once for each way to prepare it.
  private func prepared(
    for models: [Model], from source: String, workers: Int
  ) throws -> (digits: [DigitDataset], notices: [String]) {
    var kinds: [(preparation: Preparation?, digits: DigitDataset)] = []
    var all: [DigitDataset] = []
    var found: [String] = []
    for (path, model) in zip(self.models, models) {
      let known = kinds.first { $0.preparation == model.preparation }?.digits
      let read =
        try known
        ?? DigitDataset(
          contentsOf: source, resize: data.resize, transpose: data.transpose,
          preparation: model.preparation, workers: workers)
      if known == nil { kinds.append((model.preparation, read)) }
      all.append(try model.matched(read, from: source))
      for notice in try read.notices + notices(on: read, for: model, at: path, workers: workers)
      where !found.contains(notice) {
        found.append(notice)
      }
    }
    return (all, found)
  }

  /// What a reader of the result should know of the data.
  private func notices(
    on digits: DigitDataset, for model: Model, at path: String, workers: Int
  ) throws -> [String] {
    guard let run = model.run, run.data.digests != digits.contentDigests(workers: workers) else {
      return []
    }
    let words = "this is not the data of the training, \(run.data.name)"
    guard part == .test, let folder = Model.dataFolder(ofModel: path),
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

  /// A model of an ensemble by itself.
  struct Member: Encodable {
    let model: String
    let accuracy: Double?
    let loss: Double
    let fingerprint: String
    fileprivate let accuracyInWords: String

    private enum CodingKeys: CodingKey { case model, accuracy, loss, fingerprint }

    init(_ path: String, _ fingerprint: String, _ evaluation: Evaluation) {
      model = path
      accuracy = evaluation.accuracy
      loss = evaluation.loss
      accuracyInWords = evaluation.accuracyInWords ?? "none"
      self.fingerprint = fingerprint
    }
  }

  let data: String
  let part: String
  let count: Int
  let loss: Double
  let accuracy: Double?
  let standardError: Double?
  /// The models of an ensemble; none for a model that is alone.
  let members: [Member]?
  /// That of a model that is alone.
  let fingerprint: String?
  /// [true class][predicted class].
  let confusion: [[Int]]
  let classes: [ClassReport]
  let notices: [String]
  private let accuracyInWords: String

  private enum CodingKeys: CodingKey {
    case data, part, count, loss, accuracy, standardError, members, fingerprint, confusion, classes
    case notices
  }

  init(
    data: String, part: String, evaluation: Evaluation, matrix: ConfusionMatrix,
    classNames: [String], members: [Member], fingerprint: String?, notices: [String]
  ) {
    self.notices = notices
    self.members = members.isEmpty ? nil : members
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
    var head = ["data         \(data), \(part) set, \(grouped(count)) images"]
    if let members {
      var list = Table(["model", "accuracy", "loss"])
      for member in members {
        list.add([member.model, member.accuracyInWords, fixed(member.loss, 4)])
      }
      list.add(["all together", accuracyInWords, fixed(loss, 4)])
      head += [""] + list.lines
    } else {
      head += ["accuracy     \(accuracyInWords)", "loss         \(fixed(loss, 4))"]
    }
    if let fingerprint { head.append("fingerprint  \(fingerprint)") }
    return (head + [""] + table.lines).joined(separator: "\n")
  }

  private func share(_ value: Double?) -> String { value.map { fixed($0 * 100, 1) } ?? "–" }
}

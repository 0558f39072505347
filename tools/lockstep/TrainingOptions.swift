import ArgumentParser
import Digits
import Files
import Images
import Lockstep
import Networks
import Training

/// What to train and how: the options that `train` has in common with the commands that try settings.
struct TrainingOptions: ParsableArguments {
  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @OptionGroup(title: "Training")
  var optimizer: OptimizerOptions

  @Option(
    help: ArgumentHelp(
      "Train as this run was trained: its run.json, its folder, or its model. Other options change what "
        + "they name.",
      valueName: "run"),
    completion: .file(extensions: ["json"]))
  var settings: String?

  @Option(
    help: ArgumentHelp(
      "Begin with the weights of this model; with other classes than its own, its output layer is "
        + "drawn anew.",
      valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var from: String?

  /// Whether any option but the number of epochs was given.
  var isEmptyButForEpochs: Bool {
    network.isEmpty && optimizer.isEmptyButForEpochs && settings == nil && from == nil
  }

  func validate() throws {
    if from != nil, !network.isEmpty {
      throw ValidationError(
        "--from takes the network from the model; leave out --hidden, --activation, --loss and "
          + "--output-activation")
    }
  }

  /// What a training is begun with.
  struct Basis {
    /// The images, prepared.
    let digits: DigitDataset
    /// Where they were read from.
    let source: String
    /// The record of the run that `--settings` names.
    let base: RunRecord?
    /// The model that `--from` names.
    let model: Model?
  }

  /// A training that can begin.
  struct Plan {
    let architecture: Architecture
    /// The weights to begin with; nil draws them.
    let start: TrainingStart?
    let settings: TrainingSettings
  }

  /// Reads the data set, and the files that options name.
  ///
  /// - Parameters:
  ///   - options: those of the data.
  ///   - workers: the maximum number of threads that read.
  /// - Throws: what is wrong with a file.
  /// - Returns: what a training needs.
  func read(_ options: DataOptions, workers: Int) throws -> Basis {
    let base = try settings.map { try RunRecord(ofRunOrFile: $0) }
    let model = try from.map { try Model(contentsOfRunOrFile: $0) }
    let source = try options.source(ofRecord: base?.data)
    let read = try options.load(
      from: source, size: model?.imageSize ?? base?.data.imageSize, workers: workers)
    return Basis(
      digits: read.prepared(workers: workers), source: source, base: base, model: model)
  }

  /// The network and the settings.
  ///
  /// - Parameter basis: what was read.
  /// - Throws: `UsageProblem` for options that make no sense, `FileProblem` for a model that does not fit.
  /// - Returns: what to train.
  func plan(for basis: Basis) throws -> Plan {
    let (digits, base) = (basis.digits, basis.base)
    let seed = optimizer.seed ?? base?.settings.seed ?? TrainingSettings().seed
    let start = try from.flatMap { path in
      try basis.model.map {
        try TrainingStart($0, at: path, for: digits, from: basis.source, seed: seed)
      }
    }
    let architecture =
      try start?.parameters.architecture
      ?? network.architecture(
        inputs: digits.train.pixelsPerImage, classes: digits.classCount, base: base?.network)
    let settings = try optimizer.settings(
      architecture, sampleCount: digits.train.count, base: base?.settings)
    return Plan(architecture: architecture, start: start, settings: settings)
  }
}

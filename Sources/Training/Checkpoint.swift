import Communication
import Files
import Networks

// A checkpoint is a safetensors file like a model's, with the tensors of the optimizer and of the
// best epoch beside the parameters, and the trainer's state in the metadata.

extension Trainer {
  /// Writes everything needed to resume exactly from here, atomically and durably.
  ///
  /// - Parameters:
  ///   - path: the file to write.
  ///   - notes: text of the caller, returned in `Checkpoint.notes`.
  /// - Throws: `inputOutput` with the system's reason.
  public func writeCheckpoint(to path: String, notes: [String: String] = [:]) throws(FileProblem) {
    var tensors = trained.tensors()
    for slot in optimizerState.slots { tensors += slot.values.tensors(prefix: "\(slot.name).") }
    tensors += best?.tensors(prefix: Checkpoint.bestPrefix) ?? []
    tensors += average?.tensors(prefix: Checkpoint.averagePrefix) ?? []
    var metadata = HeaderMetadata(architecture.metadata)
    metadata[Checkpoint.settingsKey] = jsonText(settings, isPretty: false)
    metadata[Checkpoint.stateKey] = jsonText(state, isPretty: false)
    metadata.setFingerprint(trained.fingerprint)
    for slot in optimizerState.slots {
      metadata.setFingerprint(slot.values.fingerprint, prefix: "\(slot.name).")
    }
    if let best { metadata.setFingerprint(best.fingerprint, prefix: Checkpoint.bestPrefix) }
    if let average {
      metadata.setFingerprint(average.fingerprint, prefix: Checkpoint.averagePrefix)
    }
    metadata.notes = notes
    try Safetensors(tensors: tensors, metadata: metadata.entriesWithChecksum).write(to: path)
  }

  /// A trainer that resumes from a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: as read from a file.
  ///   - epochs: a new number of epochs; nil keeps the old one. An epoch that has begun is
  ///     finished. If no more epochs are left, training is over.
  ///   - training: the same samples as before.
  ///   - validation: the same validation set as before, if there was one.
  ///   - test: the same test set as before.
  ///   - workers: any number of threads; it never changes a result.
  /// - Precondition: the sets fit the architecture, and the settings the size of the set.
  public convenience init(
    resuming checkpoint: Checkpoint, epochs: Int? = nil, training: SampleSet,
    validation: SampleSet? = nil, test: SampleSet? = nil, workers: Int
  ) {
    self.init(
      resuming: checkpoint, epochs: epochs, training: training, validation: validation, test: test,
      workers: workers, communicator: nil)
  }

  /// A trainer that resumes like another and shares each mini-batch with others, which resume from the
  /// same checkpoint.
  package convenience init(
    resuming checkpoint: Checkpoint, epochs: Int? = nil, training: SampleSet,
    validation: SampleSet? = nil, test: SampleSet? = nil, workers: Int,
    communicator: (any Communicator)?
  ) {
    var settings = checkpoint.settings
    var state = checkpoint.state
    if let epochs {
      settings.epochs = epochs
      if state.stopReason == nil || state.stopReason == .epochs {
        state.stopReason = state.epoch >= epochs && state.step == 0 ? .epochs : nil
      }
    }
    self.init(
      parameters: checkpoint.trained, training: training, validation: validation, test: test,
      settings: settings, workers: workers, communicator: communicator, state: state)
    for slot in optimizerState.slots {
      if let values = checkpoint.slots[slot.name] { slot.values.copy(from: values.memory) }
    }
    if let best = checkpoint.best { self.best?.copyValues(from: best) }
    if let average = checkpoint.average { self.average?.copyValues(from: average) }
  }
}

/// The checkpoint of a training, read from a file and checked.
public struct Checkpoint {
  /// The settings of the training.
  public let settings: TrainingSettings
  /// The network at the checkpoint, as the trainer's `parameters`.
  public var parameters: Parameters {
    if let stopReason, stopReason != .failure, let best { return best }
    return average ?? trained
  }
  /// The notes that the caller of `writeCheckpoint` added.
  public let notes: [String: String]
  /// What the optimizer keeps, by the names of its slots.
  let slots: [String: Parameters]
  /// The weights that the steps change.
  let trained: Parameters
  let best: Parameters?
  let average: Parameters?
  let state: TrainerState

  fileprivate static let bestPrefix = "best."
  fileprivate static let averagePrefix = "average."
  fileprivate static let settingsKey = "lockstep.settings"
  fileprivate static let stateKey = "lockstep.state"
  private static let changedHint = "the file was changed, or written by another version"

  /// The shape of the network.
  public var architecture: Architecture { trained.architecture }

  /// The reports of the epochs that were done.
  public var reports: [EpochReport] { state.reports }

  /// Why training was over, nil where it was not.
  public var stopReason: StopReason? { state.stopReason }

  /// Whether a file is a checkpoint and not a model, by its header.
  ///
  /// - Parameter path: the file.
  /// - Throws: what is wrong with the file or its header.
  /// - Returns: whether it holds the settings of a training.
  public static func isCheckpoint(_ path: String) throws(FileProblem) -> Bool {
    try Safetensors.metadata(ofFile: path)[stateKey] != nil
  }

  /// Reads and checks a checkpoint.
  ///
  /// - Throws: what is wrong with the file, its header, its tensors or their fingerprint.
  public init(contentsOf path: String) throws(FileProblem) {
    try self.init(try Safetensors(contentsOf: path), path)
  }

  /// Checks the content of a checkpoint's file.
  ///
  /// - Parameters:
  ///   - bytes: the content.
  ///   - file: the path that a problem is to name.
  /// - Throws: as `init(contentsOf:)`.
  package init(decoding bytes: [UInt8], file: String) throws(FileProblem) {
    try self.init(try Safetensors(decoding: bytes, file: file), file)
  }

  private init(_ file: Safetensors, _ path: String) throws(FileProblem) {
    let architecture = try Architecture(metadata: file.metadata, file: path)
    let header = HeaderMetadata(file.metadata, file: path)
    try header.checkChecksum()
    let settings = try Self.decode(TrainingSettings.self, Self.settingsKey, of: header)
    let state = try Self.decode(TrainerState.self, Self.stateKey, of: header)
    // The state's makes use of sound settings.
    if let (key, fault) = settings.validationError(
      sampleCount: .max, hasValidationSet: state.validationSetCount != nil
    ).map({ (Self.settingsKey, $0) }
    )
      ?? settings.validationError(for: architecture, hasClasses: true)
      .map({ (Self.settingsKey, $0) })
      ?? state.validationError(settings: settings).map({ (Self.stateKey, $0) })
    {
      throw header.problem(
        key, expected: "what a training leaves behind", found: fault, hint: Self.changedHint)
    }

    let slotPrefixes = settings.optimizer.slotNames.map { "\($0)." }
    let groups =
      [""] + slotPrefixes + (settings.patience == nil ? [] : [Self.bestPrefix])
      + (settings.averageDecay == nil ? [] : [Self.averagePrefix])
    let tensorsPerGroup = 2 * architecture.layers.count
    guard file.tensors.count == groups.count * tensorsPerGroup else {
      throw FileProblem(
        .wrongData, file: path, place: "tensors",
        expected: "\(groups.count * tensorsPerGroup)", found: "\(file.tensors.count)")
    }
    var read: [String: Parameters] = [:]
    for prefix in groups {
      let tensors = file.tensors.filter { tensor in
        prefix.isEmpty ? !tensor.name.contains(".layer") : tensor.name.hasPrefix(prefix)
      }
      let group = try Parameters(architecture, tensors: tensors, prefix: prefix, file: path)
      try header.checkFingerprint(of: group, prefix: prefix, hint: Self.changedHint)
      // A training that has failed keeps its weights, but maybe not what its optimizer keeps.
      if !slotPrefixes.contains(prefix), let layer = group.firstLayerWithNonFiniteValue {
        throw FileProblem(
          .wrongData, file: path, place: "tensors \(prefix)layer\(layer)",
          expected: "finite numbers", found: "one that is not", hint: Self.changedHint)
      }
      read[prefix] = group
    }
    self.settings = settings
    self.state = state
    trained = read[""] ?? Parameters(architecture)
    slots = read.filter { slotPrefixes.contains($0.key) }
      .reduce(into: [:]) { $0[String($1.key.dropLast())] = $1.value }
    best = read[Self.bestPrefix]
    average = read[Self.averagePrefix]
    notes = header.notes
  }

  /// What keeps a training from going on with a set of samples.
  ///
  /// - Parameter samples: the training set, without a validation set of its own beside it.
  /// - Returns: the fault in words; nil where nothing keeps it.
  package func validationError(training samples: SampleSet) -> String? {
    if !samples.fits(architecture) {
      return "a network \(architecture) for samples of \(samples.inputWidth) inputs and "
        + "\(samples.targetWidth) classes"
    }
    return settings.validationError(sampleCount: samples.count)
      ?? settings.validationError(for: architecture, hasClasses: samples.hasClasses)
      ?? settings.augmentation.validationError(for: samples)
      ?? state.validationError(
        settings: settings, trainingCount: samples.count - settings.validationCount)
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ key: String, of header: HeaderMetadata
  ) throws(FileProblem) -> Value {
    let text = try header.text(
      key, hint: "the file is no checkpoint of Lockstep; a finished model cannot be resumed")
    guard let value = try? decodedJSON(type, text) else {
      throw header.problem(
        key, expected: "the fields of \(type)", found: "\"\(text.prefix(80))\"",
        hint: changedHint)
    }
    return value
  }
}

import Files
import Foundation
import Networks
import Testing
import Training

/// Whatever has happened to a checkpoint, reading it says what is wrong; nothing crashes, and
/// nothing goes on from a state that no training leaves behind.
@Suite struct CheckpointFaultTests {
  static let samples = SampleSet.noise(30, inputs: 4, classes: 2)
  static let architecture = Architecture(inputs: 4, hidden: [3], outputs: 2)
  static let settings = TrainingSettings(
    epochs: 9, batchSize: 8, schedule: .onPlateau(factor: 0.5, patience: 1), validationCount: 6,
    patience: 5, gradientNormThreshold: 1e-9)

  /// A checkpoint with three reports and an epoch that has taken its three whole steps: all fields
  /// of the state hold something.
  static func goodFile() throws -> Safetensors {
    let folder = try TemporaryFolder()
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 1)
    for _ in 0..<3 { _ = try trainer.nextReport() }
    _ = try trainer.next()
    try trainer.writeCheckpoint(to: folder("c"), notes: ["run": "{}"])
    return try Safetensors(contentsOf: folder("c"))
  }

  /// Reads a file's content as a checkpoint.
  private func read(_ content: Safetensors) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    try content.write(to: folder("c"))
    return try Checkpoint(contentsOf: folder("c"))
  }

  private func expectProblem(
    _ content: Safetensors, at place: String, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let problem = #expect(
      throws: FileProblem.self, comment, sourceLocation: sourceLocation
    ) { try read(content) }
    #expect(problem?.kind == .wrongData, comment, sourceLocation: sourceLocation)
    #expect(
      problem?.place?.hasPrefix(place) == true, comment, sourceLocation: sourceLocation)
  }

  @Test func `the good file is good`() throws {
    let checkpoint = try read(try Self.goodFile())
    #expect(checkpoint.reports.count == 3)
    #expect(
      Trainer(resuming: checkpoint, training: Self.samples, workers: 2).finish()
        == train(Self.architecture, on: Self.samples, Self.settings, workers: 1))
  }

  // MARK: - Entries

  static let entries = [
    "lockstep.format", "lockstep.inputs", "lockstep.layers", "lockstep.loss", "lockstep.settings",
    "lockstep.state", "lockstep.fingerprint",
  ]

  @Test(arguments: entries)
  func `a missing or broken entry is named`(entry: String) throws {
    let good = try Self.goodFile()
    let values = [nil, "", "0", "-1", "[]", "{}", "null", "true", "\"", "{\"epoch\":", "🙂", "NaN"]
    for value in values {
      var content = good
      content.metadata[entry] = value
      expectProblem(content, at: "metadata", "\(entry): \(value ?? "nil")")
    }
  }

  @Test func `a finished model is no checkpoint, and says so`() throws {
    let folder = try TemporaryFolder()
    try Model(parameters: Parameters(Self.architecture, seed: 1)).write(to: folder("m"))
    let problem = #expect(throws: FileProblem.self) { try Checkpoint(contentsOf: folder("m")) }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.place == "metadata lockstep.settings")
    #expect(problem?.hint?.contains("cannot be resumed") == true)
  }

  @Test func `a file that is missing is no input`() {
    let problem = #expect(throws: FileProblem.self) {
      try Checkpoint(contentsOf: "/nowhere/checkpoint.safetensors")
    }
    #expect(problem?.kind == .noInput)
  }

  // MARK: - Fields of settings and state

  /// What stands in the text of an entry, and what it is replaced by.
  typealias Edit = (old: String, new: String)

  static let stateEdits: [Edit] = [
    ("\"epoch\":3,\"epochs", "\"epoch\":-1,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":2,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":4,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":4294967296,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":3.5,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epochs"),
    ("\"step\":3", "\"step\":4"), ("\"step\":3", "\"step\":-1"), ("\"step\":3", "\"step\":0"),
    ("\"step\":3", "\"step\":9223372036854775807"), ("\"step\":3", "\"step\":1099511627776"),
    ("\"step\":3", "\"step\":1e300"),
    ("\"samplesSeen\":24", "\"samplesSeen\":0"), ("\"samplesSeen\":24", "\"samplesSeen\":-24"),
    ("\"samplesSeen\":24", "\"samplesSeen\":25"), ("\"samplesSeen\":24", "\"samplesSeen\":16"),
    ("\"samplesSeen\":24", "\"samplesSeen\":9223372036854775807"),
    ("\"hits\":", "\"hits\":-"), ("\"hits\":", "\"hits\":9"),
    ("\"lossSum\":", "\"lossSum\":\"nan\",\"x\":"), ("\"lossSum\":", "\"lossSum\":\"inf\",\"x\":"),
    ("\"squaredGradientNormSum\":", "\"squaredGradientNormSum\":\"inf\",\"x\":"),
    ("\"squaredGradientNormSum\":", "\"squaredGradientNormSum\":-"),
    ("\"epochsWithoutImprovement\":", "\"epochsWithoutImprovement\":-1,\"x\":"),
    ("\"epochsWithoutImprovement\":", "\"epochsWithoutImprovement\":7"),
    ("\"reductions\":", "\"reductions\":-1"), ("\"reductions\":", "\"reductions\":109951162777"),
    ("\"bestLoss\":", "\"bestLoss\":\"nan\",\"x\":"), ("\"bestLoss\":", "\"bestLoss\":-"),
    ("\"bestLoss\":", "\"x\":"),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"epochs\""),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"earlyStopping\""),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"hunger\""),
    ("\"reports\":[", "\"reports\":[],\"x\":["), ("\"reports\":[", "\"reports\":[{},"),
    ("\"epoch\":2", "\"epoch\":1"), ("\"epoch\":2", "\"epoch\":-2"),
    ("\"epoch\":2", "\"epoch\":9223372036854775807"),
    ("\"steps\":6", "\"steps\":7"), ("\"steps\":6", "\"steps\":-9223372036854775808"),
    ("\"count\":24", "\"count\":0"), ("\"count\":24", "\"count\":-24"),
    ("\"count\":24", "\"count\":23"), ("\"count\":24", "\"count\":9223372036854775807"),
    ("\"count\":6", "\"count\":0"), ("\"count\":6", "\"count\":7"),
    ("\"learningRate\":", "\"learningRate\":-"),
    ("\"learningRate\":", "\"learningRate\":\"nan\",\"x\":"),
    ("\"gradientNorm\":", "\"x\":"),
  ]

  @Test func `a state that no training leaves behind is refused`() throws {
    let good = try Self.goodFile()
    for edit in Self.stateEdits {
      try expectRefusal(of: edit, in: "lockstep.state", good)
    }
  }

  static let settingsEdits: [Edit] = [
    ("\"epochs\":9", "\"epochs\":0"), ("\"epochs\":9", "\"epochs\":-9"),
    ("\"epochs\":9", "\"epochs\":9223372036854775807"),
    ("\"batchSize\":8", "\"batchSize\":0"), ("\"batchSize\":8", "\"batchSize\":-8"),
    ("\"learningRate\":", "\"learningRate\":\"inf\",\"x\":"),
    ("\"learningRate\":", "\"learningRate\":-"),
    ("\"momentum\":0.9", "\"momentum\":1"), ("\"momentum\":0.9", "\"momentum\":1e999"),
    ("\"weightDecay\":", "\"weightDecay\":-"),
    ("\"seed\":1", "\"seed\":-1"), ("\"seed\":1", "\"seed\":18446744073709551616"),
    ("\"validationCount\":6", "\"validationCount\":-6"),
    ("\"validationCount\":6", "\"validationCount\":0"),
    ("\"patience\":5", "\"patience\":0"), ("\"patience\":1", "\"patience\":0"),
    ("\"factor\":0.5", "\"factor\":0"), ("\"onPlateau\"", "\"onMountain\""),
    ("\"isNesterov\":false", "\"isNesterov\":0"),
    ("\"gradientNormThreshold\":", "\"gradientNormThreshold\":-"),
  ]

  @Test func `settings that make no sense are refused`() throws {
    let good = try Self.goodFile()
    for edit in Self.settingsEdits {
      try expectRefusal(of: edit, in: "lockstep.settings", good)
    }
  }

  /// Sound settings, but not those of the state beside them.
  @Test(arguments: [
    ("\"batchSize\":8", "\"batchSize\":7"), ("\"validationCount\":6", "\"validationCount\":5"),
    ("\"batchSize\":8", "\"batchSize\":9223372036854775807"),
  ] as [Edit])
  func `settings that do not go with the state are refused`(edit: Edit) throws {
    var content = try Self.goodFile()
    let text = try #require(content.metadata["lockstep.settings"])
    content.metadata["lockstep.settings"] = text.replacingOccurrences(of: edit.old, with: edit.new)
    expectProblem(content, at: "metadata lockstep.state")
  }

  private func expectRefusal(of edit: Edit, in entry: String, _ good: Safetensors) throws {
    var content = good
    let text = try #require(good.metadata[entry])
    let place = try #require(text.range(of: edit.old), "\(edit.old) in \(text)")
    content.metadata[entry] = text.replacingCharacters(in: place, with: edit.new)
    expectProblem(content, at: "metadata \(entry)", "\(edit.old) → \(edit.new)")
  }

  // MARK: - Tensors and bytes

  @Test func `tensors that are missing, too many, in another order or of another shape are refused`()
    throws
  {
    let good = try Self.goodFile()
    #expect(good.tensors.count == 12)
    for index in good.tensors.indices {
      var content = good
      content.tensors.remove(at: index)
      expectProblem(content, at: "tensors")
      content = good
      content.tensors.swapAt(index, (index + 1) % 12)
      expectProblem(content, at: "tensor")
      let tensor = good.tensors[index]
      for shape in [[tensor.values.count, 1, 1], []] {
        content = good
        content.tensors[index] = Safetensors.Tensor(
          name: tensor.name, shape: shape, values: shape.isEmpty ? [0] : tensor.values)
        expectProblem(content, at: "tensor")
      }
    }
    var content = good
    content.tensors.append(Safetensors.Tensor(name: "more", shape: [0], values: []))
    expectProblem(content, at: "tensors")
  }

  @Test func `parameters that were changed do not have their fingerprint`() throws {
    var content = try Self.goodFile()
    let bias = content.tensors[1]
    content.tensors[1] = Safetensors.Tensor(
      name: bias.name, shape: bias.shape, values: bias.values.map(\.nextUp))
    expectProblem(content, at: "metadata lockstep.fingerprint")
  }

  @Test func `a file cut anywhere is refused`() throws {
    let bytes = try Self.goodFile().encoded()
    let folder = try TemporaryFolder()
    for length in stride(from: 0, to: bytes.count, by: 7) + [bytes.count - 1] {
      try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: folder("c")))
      let problem = #expect(throws: FileProblem.self, "\(length) bytes") {
        try Checkpoint(contentsOf: folder("c"))
      }
      #expect(problem?.kind == .wrongData)
    }
  }

  /// A changed byte is refused, or it changes something that is not wrong, and training goes on.
  @Test func `a byte that was changed anywhere crashes nothing`() throws {
    let bytes = try Self.goodFile().encoded()
    let folder = try TemporaryFolder()
    for (index, mark) in zip(bytes.indices, Array("0-9\"}e.,".utf8).cycled(bytes.count)) {
      var changed = bytes
      changed[index] = mark
      try Data(changed).write(to: URL(fileURLWithPath: folder("c")))
      do throws(FileProblem) {
        let checkpoint = try Checkpoint(contentsOf: folder("c"))
        guard checkpoint.settings.fault(sampleCount: 30) == nil, checkpoint.settings.epochs < 100
        else { continue }
        let trainer = Trainer(resuming: checkpoint, training: Self.samples, workers: 1)
        _ = trainer.finish()
      } catch {
        #expect(error.kind == .wrongData)
      }
    }
  }

  /// The reader cannot know how many samples there are; where others are given than the state is
  /// about, its epoch ends somewhere else.
  @Test(arguments: [7, 12, 29, 31, 200])
  func `another set than the state is about crashes nothing`(count: Int) throws {
    let checkpoint = try read(try Self.goodFile())
    let others = SampleSet.noise(count, inputs: 4, classes: 2)
    #expect(
      Trainer(resuming: checkpoint, training: others, workers: 2).finish().stopReason != nil)
  }
}

extension Array {
  fileprivate func cycled(_ count: Int) -> [Element] {
    (0..<count).map { self[$0 % self.count] }
  }
}

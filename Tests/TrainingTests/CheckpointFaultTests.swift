import Files
import Foundation
import Networks
import Testing
import TestSupport
import Training

/// Whatever has happened to a checkpoint, reading it says what is wrong; nothing crashes, and
/// nothing goes on from a state that no training leaves behind.
@Suite struct CheckpointFaultTests {
  @Test func `the good file is good`() throws {
    let checkpoint = try CheckpointFile.read(try CheckpointFile.good())
    #expect(checkpoint.reports.count == 3)
    #expect(
      Trainer(resuming: checkpoint, training: CheckpointFile.samples, workers: 2).finish()
        == train(
          CheckpointFile.architecture, on: CheckpointFile.samples, CheckpointFile.settings,
          workers: 1))
  }

  // MARK: - Entries

  static let entries = [
    "lockstep.format", "lockstep.inputs", "lockstep.layers", "lockstep.loss", "lockstep.settings",
    "lockstep.state", "lockstep.fingerprint",
  ]

  @Test(arguments: entries)
  func `a missing or broken entry is named`(entry: String) throws {
    let good = try CheckpointFile.good()
    let values = [nil, "", "0", "-1", "[]", "{}", "null", "true", "\"", "{\"epoch\":", "🙂", "NaN"]
    for value in values {
      var content = good
      content.metadata[entry] = value
      CheckpointFile.expectProblem(content, at: "metadata", "\(entry): \(value ?? "nil")")
    }
  }

  @Test func `a finished model is no checkpoint, and says so`() throws {
    let folder = try TemporaryFolder()
    try Model(parameters: Parameters(CheckpointFile.architecture, seed: 1)).write(to: folder("m"))
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

  // MARK: - Tensors and bytes

  @Test
  func `tensors that are missing, too many or of another shape are refused`()
    throws
  {
    let good = try CheckpointFile.good()
    #expect(good.tensors.count == 12)
    // Tensors are found by their names, in any order.
    let fingerprint = try CheckpointFile.read(good).parameters.fingerprint
    for index in good.tensors.indices {
      var content = good
      content.tensors.remove(at: index)
      CheckpointFile.expectProblem(content, at: "tensors")
      content = good
      content.tensors.swapAt(index, (index + 1) % 12)
      #expect(try CheckpointFile.read(content).parameters.fingerprint == fingerprint)
      content = good
      let tensor = good.tensors[index]
      for shape in [[tensor.values.count, 1, 1], []] {
        content = good
        content.tensors[index] = Safetensors.Tensor(
          name: tensor.name, shape: shape, values: shape.isEmpty ? [0] : tensor.values)
        CheckpointFile.expectProblem(content, at: "tensor")
      }
    }
    var content = good
    content.tensors.append(Safetensors.Tensor(name: "more", shape: [0], values: []))
    CheckpointFile.expectProblem(content, at: "tensors")
  }

  @Test func `parameters that were changed do not have their fingerprint`() throws {
    var content = try CheckpointFile.good()
    let bias = content.tensors[1]
    content.tensors[1] = Safetensors.Tensor(
      name: bias.name, shape: bias.shape, values: bias.values.map(\.nextUp))
    CheckpointFile.expectProblem(content, at: "metadata lockstep.fingerprint")
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan], ["", "best."])
  func `weights that are not finite are refused, fingerprint or not`(
    value: Float, prefix: String
  ) throws {
    var content = try CheckpointFile.good()
    let first = prefix.isEmpty ? 0 : content.tensors.count - 4
    let place = first + 2
    var values = content.tensors[place].values
    values[1] = value
    content.tensors[place] = Safetensors.Tensor(
      name: content.tensors[place].name, shape: content.tensors[place].shape, values: values)
    let parameters = try Parameters(
      CheckpointFile.architecture, tensors: content.tensors[first..<first + 4], prefix: prefix,
      file: "c")
    content.metadata[prefix + "lockstep.fingerprint"] = parameters.fingerprint
    CheckpointFile.expectProblem(content, at: "tensors \(prefix)layer1")
  }

  @Test func `a file cut anywhere is refused`() throws {
    let bytes = try CheckpointFile.good().encoded()
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
    let bytes = try CheckpointFile.good().encoded()
    let folder = try TemporaryFolder()
    for (index, mark) in zip(bytes.indices, Array("0-9\"}e.,".utf8).cycled(bytes.count)) {
      var changed = bytes
      changed[index] = mark
      try Data(changed).write(to: URL(fileURLWithPath: folder("c")))
      do throws(FileProblem) {
        let checkpoint = try Checkpoint(contentsOf: folder("c"))
        guard checkpoint.settings.validationError(sampleCount: 30) == nil,
          checkpoint.settings.epochs < 100
        else { continue }
        let trainer = Trainer(resuming: checkpoint, training: CheckpointFile.samples, workers: 1)
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
    let checkpoint = try CheckpointFile.read(try CheckpointFile.good())
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

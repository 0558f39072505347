import Files
import Foundation
import Images
import Networks
import Reference
import Testing
import TestSupport

/// The graph of ONNX computes what the network computes. ONNX Runtime judges the same on real digits
/// in `tools/check-exchange`.
///
/// | mutant | fails |
/// |---|---|
/// | 1/256 instead of the model's scale | bytes of images |
/// | 0.04 instead of 0.044715 in GELU | every network |
/// | a single output twice, without its complement | every network |
/// | operator set 17, format 8 | the file says what it is |
@Suite struct ONNXModelTests {
  static let networks = Loss.allCases.flatMap { loss in
    Activation.allCases.flatMap { activation in
      [1, 4].map { outputs in
        Architecture(
          inputs: 6, hidden: [9, 5], activation: activation, outputs: outputs,
          outputActivation: loss.takesLogits ? .identity : activation, loss: loss)
      }
    }
  }

  /// The probabilities or outputs of the package's own forward pass.
  private func expected(_ parameters: Parameters, _ inputs: [[Float]]) -> [[Double]] {
    let outputs = parameters.architecture.outputs
    let targets = inputs.map { _ in [Float](repeating: 0, count: outputs) }
    let passage = Passage(
      parameters, Batch(inputs: inputs, targets: targets), isForTraining: false)
    return withExtendedLifetime(passage.memory) {
      let values = passage.memory.values[parameters.architecture.layers.count - 1]
      return inputs.indices.map { row in (0..<outputs).map { Double(values[row, $0]) } }
    }
  }

  @Test(arguments: networks)
  func `every network's graph computes its outputs`(architecture: Architecture) throws {
    let parameters = Parameters.random(architecture, seed: 3)
    let model = Model(parameters: parameters)
    let onnx = try ONNXReader(model.onnxBytes())
    var numbers = TestNumbers(seed: 4)
    let samples = (0..<50).map { _ in numbers.floats(6, in: -3...3) }
    let found = try onnx.run(
      .init(shape: [50, 6], values: samples.flatMap { $0.map(Double.init) }))
    let probabilities = try #require(found["probabilities"])
    #expect(probabilities.shape == [50, architecture.classCount])
    for (row, outputs) in expected(parameters, samples).enumerated() {
      var expected = outputs
      if architecture.classCount == 2 { expected.insert(1 - expected[0], at: 0) }
      for (index, value) in expected.enumerated() {
        let difference = probabilities.values[row * expected.count + index] - value
        // Sums of up to nine terms below 10, in float: some ten roundings of 2⁻²¹ per layer.
        #expect(abs(difference) < 1e-5)
      }
    }
    #expect((found["logits"] != nil) == architecture.loss.takesLogits)
    if let logits = found["logits"] { #expect(logits.shape == [50, architecture.outputs]) }
  }

  @Test func `the graph takes the bytes of images and scales them`() throws {
    let model = ModelFileTests.model()
    let onnx = try ONNXReader(model.onnxBytes())
    #expect(
      onnx.inputs == [.init(name: "image", elementType: 2, shape: ["batch", "2", "3"])])
    #expect(
      onnx.outputs == [
        .init(name: "probabilities", elementType: 1, shape: ["batch", "3"]),
        .init(name: "logits", elementType: 1, shape: ["batch", "3"]),
      ])
    let bytes: [UInt8] = [0, 255, 17, 128, 1, 99, 255, 255, 0, 3, 200, 64]
    let found = try onnx.run(.init(shape: [2, 2, 3], values: bytes.map(Double.init)))
    let probabilities = try #require(found["probabilities"])
    let inputs = [0, 6].map { bytes[$0..<$0 + 6].map { Float($0) * model.inputScale } }
    for (value, found) in zip(expected(model.parameters, inputs).joined(), probabilities.values) {
      // Sums of 17 terms below 2: some ten roundings of 2⁻²³.
      #expect(abs(found - value) < 1e-6)
    }
    let interface = model.onnxInterface
    #expect(interface.input == "image, uint8 [batch, 2, 3]")
    #expect(interface.outputs == ["probabilities [batch, 3]", "logits [batch, 3]"])
  }

  @Test func `a model without images takes floats as they are`() throws {
    let parameters = Parameters.random(Architecture(inputs: 3, hidden: [], outputs: 2), seed: 1)
    let onnx = try ONNXReader(Model(parameters: parameters, inputScale: 0.5).onnxBytes())
    #expect(onnx.inputs == [.init(name: "inputs", elementType: 1, shape: ["batch", "3"])])
    #expect(onnx.operations == ["Gemm", "Softmax"])
  }

  @Test func `the file says what it is: versions, names, fingerprint, and nothing of the run`()
    throws
  {
    let model = ModelFileTests.model()
    let onnx = try ONNXReader(model.onnxBytes())
    #expect(onnx.formatVersion == 7)
    #expect(onnx.operatorSets == ["": 13])
    #expect(onnx.metadata["lockstep.fingerprint"] == model.parameters.fingerprint)
    #expect(onnx.metadata["lockstep.class-names"] == #"["0","\"ä\\ö\"",""]"#)
    #expect(onnx.metadata["lockstep.image"] == "2x3")
    let others = ["lockstep.format", "lockstep.checksum", "lockstep.note."]
    #expect(!onnx.metadata.keys.contains { key in others.contains { key.hasPrefix($0) } })
    #expect(
      onnx.operations == ["Cast", "Mul", "Flatten", "Gemm", "Tanh", "Gemm", "Softmax"])
    let tensors = model.parameters.tensors()
    #expect(onnx.initializers.count == tensors.count + 1)
    for tensor in tensors {
      let found = try #require(onnx.initializers[tensor.name])
      #expect(found.shape == tensor.shape && found.values == tensor.values.map(Double.init))
    }
  }

  @Test func `a file on disk holds the same bytes, and a missing folder is named`() throws {
    let folder = try TemporaryFolder()
    // More weights than fit in one piece of the writer.
    let architecture = Architecture(inputs: 300, hidden: [200, 300], outputs: 10)
    let model = Model(parameters: .random(architecture, seed: 5))
    try model.writeONNX(to: folder("model.onnx"))
    let bytes = try readFile(folder("model.onnx"))
    #expect(bytes == model.onnxBytes())
    #expect(try ONNXReader(bytes).initializers["layer1.weight"]?.shape == [300, 200])
    let problem = #expect(throws: FileProblem.self) {
      try model.writeONNX(to: "/nowhere/model.onnx")
    }
    #expect(problem?.kind == .inputOutput)
  }
}

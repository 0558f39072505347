import Files
import Foundation
import Networks
import Testing
import TestSupport

/// `export` and `import` as a person runs them.
@Suite struct ExchangeTests {
  /// A run on a few digits, trained once for all tests.
  private static let trained = Result {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let result = try lockstep(
      "train", "--data", data, "--epochs", "2", "--hidden", "12", "--output", folder("run"))
    try #require(result.status == 0, "\(result.errors)")
    return folder
  }

  private var run: String { get throws { try Self.trained.get()("run") } }
  private var model: String { get throws { try Self.trained.get()("run/model.safetensors") } }

  /// The model's tensors in PyTorch's names without metadata, the last ones first.
  private func weights(in folder: TemporaryFolder) throws -> String {
    let names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    let tensors = zip(try Safetensors(contentsOf: try model).tensors, names).map {
      Safetensors.Tensor(name: $1, shape: $0.shape, values: $0.values)
    }
    try Safetensors(tensors: tensors.reversed()).write(to: folder("weights"))
    return folder("weights")
  }

  @Test func `export writes ONNX and says its inputs and outputs`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep("export", try model, "--onnx", folder("model.onnx"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.value("input") == "image, uint8 [batch, 28, 28]")
    #expect(result.value("outputs") == "probabilities [batch, 10], logits [batch, 10]")
    let model = try Model(contentsOf: try model)
    #expect(result.value("fingerprint") == model.parameters.fingerprint)
    #expect(try readFile(folder("model.onnx")) == model.onnxBytes())
    let unwritable = try lockstep("export", try self.model, "--onnx", "/nowhere/model.onnx")
    #expect(unwritable.status == 74)
    #expect(try lockstep("export", try self.model).status == 64)
    #expect(try lockstep("export", "/nowhere", "--onnx", folder("x")).status == 66)
  }

  @Test func `weights that come back unchanged give the model's bytes`() throws {
    let folder = try TemporaryFolder()
    let weights = try weights(in: folder)
    for like in [try run, try model] {
      let result = try lockstep("import", weights, "--like", like, "--output", folder("copy"))
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.value("tensors") == "0.weight 0.bias 2.weight 2.bias")
      #expect(result.value("converted") == nil)
      #expect(try readFile(folder("copy")) == readFile(try model))
    }
    let refused = try lockstep("info", weights)
    #expect(refused.status == 65 && refused.errors.contains("lockstep import"))
  }

  @Test func `options describe a network where no model is like it`() throws {
    let folder = try TemporaryFolder()
    let result = try lockstep(
      "import", try weights(in: folder), "--names", "0.weight,0.bias,2.weight,2.bias",
      "--activation", "relu", "--image", "28x28", "--classes", "0,1,2,3,4,5,6,7,8,9", "--output",
      folder("other"))
    #expect(result.status == 0, "\(result.errors)")
    let (found, original) = (
      try Model(contentsOf: folder("other")), try Model(contentsOf: try model)
    )
    #expect(found.parameters.fingerprint == original.parameters.fingerprint)
    #expect(found.architecture == original.architecture)
    #expect(found.imageSize == original.imageSize && found.inputScale == original.inputScale)
    #expect(found.classNames == original.classNames && found.notes.isEmpty)
    let plain = try lockstep(
      "import", folder("weights"), "--activation", "tanh", "--loss", "squared-error",
      "--output-activation", "logistic", "--output", folder("plain"))
    #expect(plain.output.contains("no image") && plain.output.contains("logistic outputs"))
  }

  @Test func `elements of other types are converted, and the output says so`() throws {
    let folder = try TemporaryFolder()
    // 1, −2 and ½ of F64, and −1 of BF16: one weight too many for a network without the names.
    let header = """
      {"w":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},\
      "b":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]}}
      """
    let doubles = [1.0, -2].flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    let file = try folder.write(length + Array(header.utf8) + doubles + [0x80, 0xBF], to: "mixed")
    let result = try lockstep(
      "import", file, "--names", "w,b", "--activation", "identity", "--loss",
      "logistic-cross-entropy", "--output", folder("model"))
    #expect(
      result.value("converted") == "tensors to 32-bit floats: 1 of BF16, 1 of F64 (rounded)")
    let tensors = try Model(contentsOf: folder("model")).parameters.tensors()
    #expect(tensors.map(\.values) == [[1, -2], [-1]])
    #expect(tensors.map(\.storedType) == [.float32, .float32])
  }

  @Test func `what does not fit together is refused, and no file is written`() throws {
    let folder = try TemporaryFolder()
    let weights = try weights(in: folder)
    let wrong: [(options: [String], status: Int32, words: String)] = [
      ([], 64, "--like MODEL or --activation"),
      (["--like", try run, "--activation", "relu"], 64, "without --activation"),
      (["--like", try run, "--classes", "a"], 64, "without --classes"),
      (["--activation", "relu", "--names", "0.weight"], 64, "1 names"),
      (["--activation", "relu", "--image", "27x28"], 64, "756 pixels"),
      (["--activation", "relu", "--classes", "a,b"], 64, "2 names"),
      (["--activation", "relu", "--input-scale", "inf"], 64, "not finite"),
      (["--activation", "relu", "--output-activation", "tanh"], 64, "takes logits"),
      (["--activation", "relu", "--names", "a,b"], 65, "no such tensor"),
      (["--like", "/nowhere"], 66, "/nowhere"),
    ]
    for (options, status, words) in wrong {
      let result = try ToolTests.run(
        lockstepBinary, ["import", weights, "--output", folder("new")] + options)
      #expect(result.status == status, "\(options): \(result.errors)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder("new")))
    }
    let broken = try folder.write("not a file", to: "broken")
    let result = try lockstep("import", broken, "--like", try run, "--output", folder("new"))
    #expect(result.status == 65 && result.errors.contains("header length"))
  }
}

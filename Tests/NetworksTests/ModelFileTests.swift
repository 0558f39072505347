import Files
import Foundation
import Networks
import Testing
import TestSupport

@Suite struct ModelFileTests {
  /// A model with something in every field.
  static func model() -> Model {
    let architecture = Architecture(
      inputs: 6, hidden: [17], activation: .tanh, outputs: 3, loss: .softmaxCrossEntropy)
    return Model(
      parameters: .random(architecture, seed: 1), inputScale: 1 / 255,
      imageSize: .init(height: 2, width: 3), classNames: ["0", "\"ä\\ö\"", ""],
      notes: ["": "", "data": "sha256 …", "lines": "one\ntwo"])
  }

  @Test func `what is written is read`() throws {
    let folder = try TemporaryFolder()
    let model = Self.model()
    try model.write(to: folder("model"))
    let found = try Model(contentsOf: folder("model"))
    #expect(found.architecture == model.architecture)
    #expect(found.parameters.bits == model.parameters.bits)
    #expect(found.inputScale.bitPattern == model.inputScale.bitPattern)
    #expect(found.imageSize == model.imageSize)
    #expect(found.classNames == model.classNames)
    #expect(found.notes == model.notes)
  }

  @Test(arguments: [Float(1) / 255, 1, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0])
  func `any finite scale is read to the bit`(scale: Float) throws {
    let folder = try TemporaryFolder()
    try Model(parameters: Self.model().parameters, inputScale: scale).write(to: folder("model"))
    let found = try Model(contentsOf: folder("model"))
    #expect(found.inputScale.bitPattern == scale.bitPattern)
    #expect(found.imageSize == nil && found.classNames.isEmpty && found.notes.isEmpty)
  }

  @Test(arguments: Loss.allCases, Activation.allCases)
  func `every architecture is read`(loss: Loss, activation: Activation) throws {
    let folder = try TemporaryFolder()
    let architecture = Architecture(
      inputs: 2, hidden: [1, 3], activation: activation, outputs: 1,
      outputActivation: loss.takesLogits ? .identity : activation, loss: loss)
    let model = Model(parameters: .random(architecture, seed: 2))
    try model.write(to: folder("model"))
    let found = try Model(contentsOf: folder("model"))
    #expect(found.architecture == architecture)
    #expect(found.parameters.fingerprint == model.parameters.fingerprint)
    let read = try Architecture(metadata: architecture.metadata, file: "")
    #expect(read == architecture)
  }

  @Test func `the file is laid out as documented`() throws {
    let folder = try TemporaryFolder()
    let model = Self.model()
    try model.write(to: folder("model"))
    let file = try Safetensors(contentsOf: folder("model"))
    #expect(
      file.tensors.map(\.name) == ["layer0.weight", "layer0.bias", "layer1.weight", "layer1.bias"])
    var metadata = file.metadata
    let checksum = metadata.removeValue(forKey: "lockstep.checksum")
    // As documented: names and values, each with a zero byte behind it, in the order of the names.
    let entries = metadata.sorted { $0.key < $1.key }.map { "\($0.key)\0\($0.value)\0" }.joined()
    #expect(checksum == SHA256.hexDigest(of: Array(entries.utf8)))
    #expect(
      metadata == [
        "lockstep.format": "2", "lockstep.inputs": "6", "lockstep.loss": "softmaxCrossEntropy",
        "lockstep.layers": """
        [{"activation":"tanh","outputs":17},{"activation":"identity","outputs":3}]
        """,
        "lockstep.fingerprint": model.parameters.fingerprint,
        "lockstep.input-scale": "0.003921569", "lockstep.image": "2x3",
        "lockstep.class-names": #"["0","\"ä\\ö\"",""]"#, "lockstep.note.": "",
        "lockstep.preparation":
          #"{"background":0,"fitting":"digit","ink":255,"isDarkOnLight":false,"#
          + #""size":{"height":2,"width":3}}"#,
        "lockstep.note.data": "sha256 …", "lockstep.note.lines": "one\ntwo",
      ])
  }

  @Test(arguments: [
    "format", "inputs", "layers", "loss", "fingerprint", "input-scale", "class-names",
  ])
  func `a missing entry is named`(entry: String) throws {
    let problem = try problem { $0.metadata["lockstep.\(entry)"] = nil }
    #expect(problem?.place == "metadata lockstep.\(entry)")
    #expect(problem?.found == "none")
  }

  static let brokenEntries: [(entry: String, values: [String])] = [
    ("format", ["", "0", "3", "1.0", "2 "]),
    ("inputs", ["", "six", "6.0", "0", "-6", "1048577", "99999999999999999999"]),
    ("loss", ["", "crossEntropy", "SquaredError"]),
    (
      "layers",
      [
        "", "[]", "17", "[17,3]", #"[{"outputs":3}]"#, #"[{"activation":"identity"}]"#,
        #"[{"activation":"sine","outputs":3}]"#, #"[{"activation":"identity","outputs":0}]"#,
        #"[{"activation":"identity","outputs":2.5}]"#, #"[{"activation":"tanh","outputs":3}]"#,
        #"[{"activation":"identity","outputs":1048577}]"#,
        #"[{"activation":"identity","outputs":3}"#,
      ]
    ),
    ("input-scale", ["", "small", "nan", "inf", "1e40", "1/255"]),
    (
      "image",
      ["", "6", "2x", "x3", "2x3x1", "3x3", "-2x-3", "2 x 3", "0x6", "4294967296x4294967296"]
    ),
    (
      "preparation",
      [
        "", "digit",
        #"{"background":9,"fitting":"digit","ink":9,"isDarkOnLight":false,"size":{"height":2,"width":3}}"#,
        #"{"background":0,"fitting":"digit","ink":256,"isDarkOnLight":false,"size":{"height":2,"width":3}}"#,
        #"{"background":0,"fitting":"any","ink":9,"isDarkOnLight":false,"size":{"height":2,"width":3}}"#,
        #"{"background":0,"fitting":"digit","ink":9,"isDarkOnLight":false,"size":{"height":3,"width":2}}"#,
      ]
    ),
    ("class-names", ["", "0,1,2", #"["0","1"]"#, #"["0","1","2","3"]"#, "[0,1,2]", "{}"]),
  ]

  @Test(arguments: brokenEntries)
  func `a broken entry is named`(entry: String, values: [String]) throws {
    for value in values {
      let problem = try problem { $0.metadata["lockstep.\(entry)"] = value }
      #expect(problem?.place == "metadata lockstep.\(entry)", "\(value)")
    }
  }

  @Test func `any flipped bit of a model is refused`() throws {
    let folder = try TemporaryFolder()
    try Self.model().write(to: folder("model"))
    let good = try readFile(folder("model"))
    var held = 0
    for bit in 0..<8 * good.count {
      var bytes = good
      bytes[bit / 8] ^= 1 << (bit % 8)
      try Data(bytes).write(to: URL(fileURLWithPath: folder("flipped")))
      do {
        _ = try Model(contentsOf: folder("flipped"))
        Issue.record("bit \(bit % 8) of byte \(bit / 8) was not noticed")
      } catch {
        held += 1
      }
    }
    #expect(held == 8 * good.count)
  }

  @Test func `a model of the first format is read, and a later one with its checksum alone`() throws
  {
    let folder = try TemporaryFolder()
    let model = Self.model()
    try model.write(to: folder("model"))
    var content = try Safetensors(contentsOf: folder("model"))
    content.metadata["lockstep.checksum"] = nil
    try content.write(to: folder("without"))
    let problem = #expect(throws: FileProblem.self) { try Model(contentsOf: folder("without")) }
    #expect(problem?.place == "metadata lockstep.checksum" && problem?.found == "none")
    content.metadata["lockstep.format"] = "1"
    try content.write(to: folder("first"))
    #expect(try Model(contentsOf: folder("first")).parameters.bits == model.parameters.bits)
  }

  /// Other writers have an order of their own, such as that of the names.
  @Test func `tensors are found by their names`() throws {
    let folder = try TemporaryFolder()
    let model = Self.model()
    try model.write(to: folder("model"))
    let content = try Safetensors(contentsOf: folder("model"))
    for order in [content.tensors.reversed(), content.tensors.sorted { $0.name < $1.name }] {
      try Safetensors(tensors: order, metadata: content.metadata).write(to: folder("other"))
      #expect(try Model(contentsOf: folder("other")).parameters.bits == model.parameters.bits)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a model with a number that is not finite is refused`(value: Float) throws {
    let folder = try TemporaryFolder()
    var parameters = Self.model().parameters
    parameters.mutableMemory.biases(ofLayer: 1)[0, 2] = value
    try Model(parameters: parameters).write(to: folder("model"))
    let problem = #expect(throws: FileProblem.self) { try Model(contentsOf: folder("model")) }
    #expect(problem?.place == "tensors layer1")
  }

  @Test func `a long broken entry makes no long message`() throws {
    let value = String(repeating: "9", count: 100_000)
    let problem = try problem { $0.metadata["lockstep.inputs"] = value }
    #expect("\(try #require(problem))".count < 300)
  }

  @Test func `one output has no names, one or two`() throws {
    let folder = try TemporaryFolder()
    let parameters = Parameters(
      Architecture(inputs: 2, hidden: [], outputs: 1, loss: .logisticCrossEntropy))
    for names in [[], ["is a three"], ["no", "yes"]] {
      try Model(parameters: parameters, classNames: names).write(to: folder("model"))
      #expect(try Model(contentsOf: folder("model")).classNames == names)
    }
  }

  @Test func `tensors that are missing, renamed or of another shape are named`() throws {
    let missing = try problem { $0.tensors.removeLast() }
    #expect(missing?.place == "tensor layer1.bias" && missing?.found == "no such tensor")
    let extra = try problem { file in
      file.tensors.append(Safetensors.Tensor(name: "layer2.bias", shape: [1], values: [0]))
    }
    #expect(extra?.place == "tensors" && extra?.found == "5")
    let none = try problem { $0.tensors = [] }
    #expect(none?.place == "tensor layer0.weight")
    let names = ["layer0.weight", "layer0.bias", "layer1.weight", "layer1.bias"]
    for index in 0..<4 {
      let renamed = try problem { file in
        let tensor = file.tensors[index]
        file.tensors[index] = Safetensors.Tensor(
          name: "\(tensor.name)s", shape: tensor.shape, values: tensor.values)
      }
      #expect(renamed?.place == "tensor \(names[index])")
      let reshaped = try problem { file in
        let tensor = file.tensors[index]
        file.tensors[index] = Safetensors.Tensor(
          name: tensor.name, shape: tensor.shape.reversed() + [1], values: tensor.values)
      }
      #expect(reshaped?.place == "tensor \(names[index])")
      #expect(reshaped?.expected.hasPrefix("shape [") == true)
    }
  }

  @Test func `widths that do not fit the tensors are found before memory is taken`() throws {
    let problem = try problem { $0.metadata["lockstep.inputs"] = "1000000" }
    #expect(problem?.place == "tensor layer0.weight")
    #expect(problem?.expected.hasPrefix("shape [17, 1000000]") == true)
  }

  @Test func `a changed byte of the weights shows in the fingerprint`() throws {
    let folder = try TemporaryFolder()
    let model = Self.model()
    try model.write(to: folder("model"))
    let bytes = try readFile(folder("model"))
    let values = 4 * model.architecture.parameterCount
    for position in (bytes.count - values..<bytes.count) {
      var changed = bytes
      changed[position] ^= 1
      try Data(changed).write(to: URL(fileURLWithPath: folder("changed")))
      let problem = problem(reading: folder("changed"))
      #expect(problem?.place == "metadata lockstep.fingerprint")
      #expect(problem?.expected == model.parameters.fingerprint)
      #expect(problem?.hint != nil)
    }
  }

  @Test func `another fingerprint is refused`() throws {
    for fingerprint in ["", "0", Self.model().parameters.fingerprint.uppercased()] {
      let problem = try problem { $0.metadata["lockstep.fingerprint"] = fingerprint }
      #expect(problem?.place == "metadata lockstep.fingerprint")
    }
  }

  @Test func `a missing file is no input`() throws {
    let problem = problem(reading: "/nowhere/model")
    #expect(problem?.kind == .noInput && problem?.file == "/nowhere/model")
  }

  @Test func `names that no one gave are numbers`() {
    let model = Self.model()
    #expect((0..<4).map { model.name(ofClass: $0) } == ["0", "\"ä\\ö\"", "", "3"])
  }

  /// What is wrong with the file of the model after a change to it.
  private func problem(after change: (inout Safetensors) -> Void) throws -> FileProblem? {
    let folder = try TemporaryFolder()
    let path = folder("model")
    try Self.model().write(to: path)
    var file = try Safetensors(contentsOf: path)
    change(&file)
    // The checksum of whoever changed it on purpose.
    file.metadata["lockstep.checksum"] = nil
    file.metadata = HeaderMetadata(file.metadata).entriesWithChecksum
    try file.write(to: path)
    let problem = problem(reading: path)
    #expect(problem?.kind == .wrongData && problem?.file == path)
    return problem
  }

  private func problem(reading path: String) -> FileProblem? {
    do throws(FileProblem) {
      _ = try Model(contentsOf: path)
      return nil
    } catch {
      return error
    }
  }
}

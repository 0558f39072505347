import Files
import Foundation
import Images
import Networks
import Testing
import TestSupport

/// Weights of other programs: the names, the orders, the element types, and what is refused.
///
/// | mutant | fails |
/// |---|---|
/// | layers in the order of the text of their names | found by the number |
/// | the notes kept with other weights | the record of the run |
/// | the shape of biases, or the chain of weights, unchecked | no network |
/// | numbers that are not finite let through | finite |
/// | a wrong exponent of float16, bfloat16 moved by 15 bits | float16, bfloat16 |
/// | every element type read where floats are asked for | floats alone |
/// | a file without metadata not refused by that | made by hand |
@Suite struct ImportedWeightsTests {
  private static let architecture = Architecture(
    inputs: 4, hidden: [3, 5], activation: .tanh, outputs: 2)
  private static let model = Model(
    parameters: .random(architecture, seed: 6), inputScale: 0.25,
    imageSize: .init(height: 2, width: 2), classNames: ["no", "yes"], notes: ["run": "one"])

  /// The model's tensors under other names, one for each layer.
  private func tensors(_ names: [String]) -> [Safetensors.Tensor] {
    zip(Self.model.parameters.tensors(), names.flatMap { ["\($0)weight", "\($0)bias"] }).map {
      Safetensors.Tensor(name: $1, shape: $0.shape, values: $0.values)
    }
  }

  private func imported(
    _ tensors: [Safetensors.Tensor], names: [String]? = nil
  ) throws -> ImportedWeights {
    let folder = try TemporaryFolder()
    try Safetensors(tensors: tensors).write(to: folder("weights"))
    return try ImportedWeights(contentsOf: folder("weights"), names: names)
  }

  private func problem(
    _ tensors: [Safetensors.Tensor], names: [String]? = nil
  ) -> FileProblem? {
    #expect(throws: FileProblem.self) { try imported(tensors, names: names) }
  }

  @Test(arguments: [
    ["layer0.", "layer1.", "layer2."], ["0.", "2.", "4."], ["fc1.", "fc2.", "fc3."],
    ["net.8.linear.", "net.9.linear.", "net.10.linear."],
    ["module1.h2.", "module1.h3.", "module1.h11."],
    ["0", "1", "2"].map { "\($0)ä." },
  ])
  func `layers are found by the number in their names, in any order of the file`(
    names: [String]
  ) throws {
    let tensors = tensors(names)
    for order in [tensors, tensors.reversed(), tensors.sorted { $0.name < $1.name }] {
      let weights = try imported(order)
      #expect(weights.tensors.map(\.name) == tensors.map(\.name))
      #expect(weights.inputs == 4 && weights.widths == [3, 5, 2] && weights.unusedNames.isEmpty)
      let parameters = try weights.parameters(Self.architecture)
      #expect(parameters.bits == Self.model.parameters.bits)
    }
  }

  @Test func `a single layer needs no number`() throws {
    let linear = Parameters.random(Architecture(inputs: 3, hidden: [], outputs: 2), seed: 1)
    for prefix in ["", "linear."] {
      let tensors = linear.tensors().map {
        Safetensors.Tensor(
          name: prefix + $0.name.dropFirst("layer0.".count), shape: $0.shape, values: $0.values)
      }
      #expect(try imported(tensors).parameters(linear.architecture).bits == linear.bits)
    }
  }

  @Test func `given names are taken in their order, and the others told`() throws {
    var tensors = tensors(["in.", "middle.", "out."])
    tensors.append(.init(name: "running_mean", shape: [3], values: [1, 2, 3]))
    let names = ["in", "middle", "out"].flatMap { ["\($0).weight", "\($0).bias"] }
    let weights = try imported(tensors, names: names)
    #expect(try weights.parameters(Self.architecture).bits == Self.model.parameters.bits)
    #expect(weights.unusedNames == ["running_mean"])
    let missing = problem(tensors, names: names.dropLast() + ["out.biases"])
    #expect(missing?.place == "tensor \"out.biases\"")
    #expect(missing?.hint?.contains("\"out.bias\"") == true)
  }

  /// As the reference implementation writes a model again: no metadata, other spaces, other order.
  @Test func `a file made by hand in another order with padding gives the model's bytes`() throws {
    let folder = try TemporaryFolder()
    try Self.model.write(to: folder("model"))
    var (header, values, start) = ("", [UInt8](), 0)
    for tensor in Self.model.parameters.tensors().reversed() {
      let end = start + 4 * tensor.values.count
      header += """
        , "\(tensor.name)": {"dtype": "F32", "shape": \(tensor.shape), \
        "data_offsets": [\(start), \(end)]}
        """
      values += tensor.values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
      }
      start = end
    }
    let text = "{" + header.dropFirst(2) + "}" + String(repeating: " ", count: 13)
    try folder.write(safetensorsFile(text, values), to: "other")
    let weights = try ImportedWeights(contentsOf: folder("other"))
    try Model(weights, like: Self.model).write(to: folder("copy"))
    #expect(try readFile(folder("copy")) == readFile(folder("model")))

    let refused = #expect(throws: FileProblem.self) { try Model(contentsOf: folder("other")) }
    #expect(refused?.place == "metadata" && refused?.hint?.contains("lockstep import") == true)
  }

  @Test func `the record of the run stays only with the weights that the run made`() throws {
    let same = try Model(imported(tensors(["0.", "1.", "2."])), like: Self.model)
    #expect(same.notes == ["run": "one"])
    var changed = tensors(["0.", "1.", "2."])
    changed[5] = .init(name: "2.bias", shape: [2], values: [1, 2])
    let other = try Model(imported(changed), like: Self.model)
    #expect(other.notes.isEmpty)
    #expect(other.parameters.tensors()[5].values == [1, 2])
    #expect(other.inputScale == 0.25 && other.imageSize == Self.model.imageSize)
    #expect(other.classNames == ["no", "yes"] && other.architecture == Self.architecture)
  }

  @Test func `a network is made of the widths and what the file does not tell`() throws {
    let weights = try imported(tensors(["0.", "1.", "2."]))
    #expect(try weights.architecture(activation: .tanh) == Self.architecture)
    let other = try weights.architecture(
      activation: .gelu, outputActivation: .logistic, loss: .squaredError)
    #expect(other.layers.map(\.activation) == [.gelu, .gelu, .logistic])
    let narrow = Architecture(inputs: 4, hidden: [3], outputs: 2)
    let problem = #expect(throws: FileProblem.self) { try weights.parameters(narrow) }
    #expect(problem?.expected == "the network 4-3-2" && problem?.found == "4-3-5-2")
    let like = #expect(throws: FileProblem.self) {
      try Model(weights, like: Model(parameters: Parameters(narrow)))
    }
    #expect(like == problem)
    let empty = try imported([
      .init(name: "weight", shape: [0, 3], values: []), .init(name: "bias", shape: [0], values: []),
    ])
    #expect(throws: FileProblem.self) { try empty.architecture(activation: .relu) }
  }

  // MARK: - Element types

  #if !(os(macOS) && arch(x86_64))
    @Test func `every float16 is read as Swift converts it`() throws {
      let patterns = (0...UInt16.max).map { $0 }
      let values = try read(
        "F16", count: patterns.count, patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
      for (pattern, value) in zip(patterns, values) {
        let expected = Float(Float16(bitPattern: pattern))
        #expect(value.isNaN ? expected.isNaN : value.bitPattern == expected.bitPattern)
      }
    }
  #endif

  @Test func `a bfloat16 is the upper half of a float, and a float64 is rounded`() throws {
    let brain = try read("BF16", count: 3, [0x80, 0x3F, 0x00, 0x80, 0xC0, 0x7F])
    #expect(brain.map(\.bitPattern) == [0x3F80_0000, 0x8000_0000, 0x7FC0_0000])
    let doubles = [0.1, -0.0, 1 + 0x1p-24, 1 + 0x1.8p-24, 1e-50, 1e300]
    let bytes = doubles.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let values = try read("F64", count: doubles.count, bytes)
    #expect(
      values.map(\.bitPattern)
        == [0.1, -0.0, 1, 1 + .ulpOfOne, 0, Float.infinity].map(\.bitPattern))
  }

  @Test(arguments: ["F16", "BF16", "F64"])
  func `models and checkpoints are of floats alone, and the advice is import`(type: String) throws {
    let bytes = [UInt8](repeating: 0, count: type == "F64" ? 8 : 2)
    let file = safetensorsFile(
      "{\"a\":{\"dtype\":\"\(type)\",\"shape\":[1],\"data_offsets\":[0,\(bytes.count)]}}", bytes)
    let problem = #expect(throws: FileProblem.self) { try Safetensors(decoding: file, file: "f") }
    #expect(problem?.place == "tensor \"a\", dtype" && problem?.expected == "\"F32\"")
    #expect(problem?.hint?.contains("lockstep import") == true)
  }

  @Test func `a type without floats, and bytes that do not fit the type, are refused`() throws {
    for (type, count) in [("I32", 4), ("F8_E4M3", 1), ("", 4), ("F16", 4), ("F64", 4), ("BF16", 3)]
    {
      #expect(throws: FileProblem.self) {
        try read(type, count: 1, [UInt8](repeating: 0, count: count))
      }
    }
  }

  /// The values of a tensor of another element type.
  private func read(_ type: String, count: Int, _ bytes: [UInt8]) throws -> [Float] {
    let header = """
      {"a":{"dtype":"\(type)","shape":[\(count)],"data_offsets":[0,\(bytes.count)]}}
      """
    let content = try Safetensors(
      decoding: safetensorsFile(header, bytes), file: "memory",
      types: Safetensors.ElementType.allCases)
    #expect(content.tensors[0].storedType.rawValue == type)
    return content.tensors[0].values
  }

  // MARK: - Faults

  @Test(arguments: [
    (["a", "b", "c"], "tensor \"aweight\""), (["a.", "b.", "c."], "tensors"),
    (["0.", "1.", "x1."], "tensors"), (["0.", "1.", "01."], "tensors"),
    (["0.", "1.", "99999999999999999999."], "tensors"), (["0.", "velocity.0.", "1."], "tensors"),
  ])
  func `names without an order are refused, and the advice is to name them`(
    names: [String], place: String
  ) throws {
    let problem = problem(tensors(names).sorted { $0.name < $1.name })
    #expect(problem?.hint?.contains("--names") == true)
    #expect(problem?.place == place || place != "tensors")
  }

  @Test func `tensors that are no network are refused`() throws {
    #expect(problem([])?.found == "no tensor")
    let good = tensors(["0.", "1.", "2."])
    func replaced(_ index: Int, _ shape: [Int]) -> FileProblem? {
      var tensors = good
      let values = [Float](repeating: 1, count: shape.reduce(1, *))
      tensors[index] = .init(name: good[index].name, shape: shape, values: values)
      return problem(tensors)
    }
    #expect(replaced(0, [12])?.expected == "a shape of [outputs, inputs]")
    #expect(replaced(2, [5, 3, 1])?.place == "tensor \"1.weight\"")
    #expect(replaced(2, [5, 4])?.expected.hasPrefix("3 inputs") == true)
    #expect(replaced(1, [3, 1])?.place == "tensor \"0.bias\"")
    #expect(replaced(1, [])?.place == "tensor \"0.bias\"")
    #expect(replaced(1, [4])?.hint?.contains("transpose") == true)
    #expect(replaced(1, [2])?.hint == nil)
    #expect(problem(good.dropLast())?.place == "tensor \"2.bias\"")
    #expect(problem(good + [.init(name: "x", shape: [1], values: [0])])?.found == "\"x\"")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `numbers have to be finite`(value: Float) throws {
    var tensors = tensors(["0.", "1.", "2."])
    tensors[3] = .init(name: "1.bias", shape: [5], values: [0, 0, 0, 0, value])
    let problem = problem(tensors)
    #expect(problem?.place == "tensor \"1.bias\"" && problem?.expected == "finite numbers")
  }

  @Test func `names without a pair are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = try? ImportedWeights(contentsOf: "/nowhere", names: ["a"])
    }
  }
}

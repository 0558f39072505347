import Files

/// The weights and biases of a multilayer perceptron that another program wrote as safetensors.
///
/// The names of the layers differ in one number, which gives their order: `layer0.weight`,
/// `layer0.bias`, `layer1.weight` …, `0.weight`, `2.weight` … as PyTorch's `Sequential` has them, or
/// `fc1.weight` …. Other names are given in the order of the layers. Weights are
/// [outputs × inputs].
public struct ImportedWeights: Sendable {
  /// The weight and the bias of each layer, under the names of the file.
  public let tensors: [Safetensors.Tensor]
  /// The names of the tensors that are not used, in alphabetical order.
  public let unusedNames: [String]
  private let file: String

  /// The number of inputs of the network.
  public var inputs: Int { tensors[0].shape[1] }

  /// The widths of the layers, the output layer last.
  public var widths: [Int] {
    stride(from: 1, to: tensors.count, by: 2).map { tensors[$0].shape[0] }
  }

  /// Reads and checks the tensors of a network.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: the names of weight and bias of each layer in order, where the file's own do not
  ///     tell them; the other tensors are left out.
  /// - Throws: what is wrong with the file or a tensor: its name, its shape, a number that is not
  ///   finite.
  public init(contentsOf path: String, names: [String]? = nil) throws(FileProblem) {
    if let names {
      precondition(
        !names.isEmpty && names.count.isMultiple(of: 2), "names of a weight and a bias per layer")
    }
    let content = try Safetensors(contentsOf: path, types: Safetensors.ElementType.allCases)
    try self.init(content.tensors, names: names, file: path)
  }

  /// Checks tensors that were read from a file.
  init(
    _ found: [Safetensors.Tensor], names: [String]?, file: String
  ) throws(FileProblem) {
    let names =
      if let names { names } else { try TensorNames(found.map(\.name), file: file).inOrder() }
    let byName = Dictionary(found.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var tensors: [Safetensors.Tensor] = []
    for name in names {
      guard let tensor = byName[name] else {
        throw FileProblem(
          .wrongData, file: file, place: "tensor \(excerpt(name))", expected: "weights or biases",
          found: "no such tensor", hint: "the file has \(listed(found.map(\.name)))")
      }
      tensors.append(tensor)
    }
    self.tensors = tensors
    self.file = file
    unusedNames = Set(byName.keys).subtracting(names).sorted()
    for layer in 0..<tensors.count / 2 { try checkShapes(ofLayer: layer) }
    for tensor in tensors { try checkFinite(tensor) }
  }

  /// The network of these weights.
  ///
  /// - Parameters:
  ///   - activation: the activation function of the hidden layers, which no file tells.
  ///   - outputActivation: that of the output layer.
  ///   - loss: what it was trained for.
  /// - Throws: `wrongData` for a network beyond this package's limits.
  /// - Returns: the network with the widths of the weights.
  /// - Precondition: the loss takes the outputs of this activation function.
  public func architecture(
    activation: Activation, outputActivation: Activation = .identity,
    loss: Loss = .softmaxCrossEntropy
  ) throws(FileProblem) -> Architecture {
    precondition(
      !loss.takesLogits || outputActivation == .identity, "\(loss.rawValue) takes logits")
    let widths = widths
    let layers = widths.indices.map {
      Architecture.Layer(
        outputs: widths[$0], activation: $0 == widths.count - 1 ? outputActivation : activation)
    }
    if let fault = Architecture.validationError(inputs: inputs, layers: layers, loss: loss) {
      throw FileProblem(
        .wrongData, file: file, place: "tensors", expected: "a network within the limits",
        found: fault)
    }
    return Architecture(inputs: inputs, layers: layers, loss: loss)
  }

  /// The weights as parameters of a network.
  ///
  /// - Parameter architecture: the network.
  /// - Throws: `wrongData` where the network has other widths.
  /// - Returns: the parameters, to the bit those of the tensors.
  public func parameters(_ architecture: Architecture) throws(FileProblem) -> Parameters {
    guard inputs == architecture.inputs, widths == architecture.layers.map(\.outputs) else {
      let found = ([inputs] + widths).prefix(20).map(String.init).joined(separator: "-")
      throw FileProblem(
        .wrongData, file: file, place: "tensors", expected: "the network \(architecture)",
        found: found)
    }
    let memory = ParameterMemory(architecture)
    memory.setValues(from: tensors[...])
    return Parameters(memory)
  }

  // MARK: - Checks

  private func checkShapes(ofLayer layer: Int) throws(FileProblem) {
    let (weight, bias) = (tensors[2 * layer], tensors[2 * layer + 1])
    guard weight.shape.count == 2 else {
      throw problem(weight, expected: "a shape of [outputs, inputs]", found: shape(weight))
    }
    let transposed = "weights are [outputs × inputs]: transpose them"
    guard bias.shape == [weight.shape[0]] else {
      let isTransposed = bias.shape == [weight.shape[1]]
      throw problem(
        bias, expected: "[\(weight.shape[0])] for \(excerpt(weight.name)) of \(shape(weight))",
        found: shape(bias), hint: isTransposed ? transposed : nil)
    }
    guard layer > 0 else { return }
    let before = tensors[2 * layer - 2]
    guard weight.shape[1] == before.shape[0] else {
      throw problem(
        weight, expected: "\(before.shape[0]) inputs, as \(excerpt(before.name)) has outputs",
        found: shape(weight),
        hint: "name the tensors in the order of the layers with --names")
    }
  }

  private func checkFinite(_ tensor: Safetensors.Tensor) throws(FileProblem) {
    guard tensor.values.allSatisfy(\.isFinite) else {
      throw problem(
        tensor, expected: "finite numbers",
        found: tensor.storedType == .float64
          ? "one that is not, or that no 32-bit float holds" : "one that is not")
    }
  }

  private func shape(_ tensor: Safetensors.Tensor) -> String {
    tensor.shape.count <= 8 ? "\(tensor.shape)" : "\(tensor.shape.count) extents"
  }

  private func problem(
    _ tensor: Safetensors.Tensor, expected: String, found: String, hint: String? = nil
  ) -> FileProblem {
    FileProblem(
      .wrongData, file: file, place: "tensor \(excerpt(tensor.name))", expected: expected,
      found: found, hint: hint)
  }
}

extension Model {
  /// A model like another with weights from elsewhere. The record of the run stays only with the
  /// weights that the run made.
  ///
  /// - Throws: `wrongData` where the weights are those of a network of other widths.
  public init(_ weights: ImportedWeights, like model: Model) throws(FileProblem) {
    let parameters = try weights.parameters(model.architecture)
    self = model
    if parameters.fingerprint != model.parameters.fingerprint { notes = [:] }
    self.parameters = parameters
  }
}

/// The names of tensors, in which the layers and their order are found.
private struct TensorNames {
  let names: [String]
  let file: String

  init(_ names: [String], file: String) {
    self.names = names
    self.file = file
  }

  /// The names of weight and bias of each layer.
  func inOrder() throws(FileProblem) -> [String] {
    var layers: [String: LayerName] = [:]
    for name in names {
      let kind = ["weight", "bias"].first { name == $0 || name.hasSuffix(".\($0)") }
      guard let kind else {
        throw problem(
          "tensor \(excerpt(name))", expected: "a name that ends in .weight or .bias",
          found: excerpt(name))
      }
      let prefix = String(name.dropLast(kind.count))
      layers[prefix] = LayerName(prefix)
    }
    guard let first = layers.values.min(by: { $0.text < $1.text }) else {
      throw problem("tensors", expected: "weights and biases", found: "no tensor")
    }
    if let other = layers.values.first(where: { $0.pattern != first.pattern }) {
      throw problem(
        "tensors", expected: "names of layers that differ in one number",
        found: "\(excerpt(first.text + "weight")) and \(excerpt(other.text + "weight"))")
    }
    let ordered = layers.values.sorted { ($0.number, $0.text) < ($1.number, $1.text) }
    for (one, next) in zip(ordered, ordered.dropFirst()) where one.number == next.number {
      throw problem(
        "tensors", expected: "a number of its own for each layer",
        found: "\(excerpt(one.text + "weight")) and \(excerpt(next.text + "weight"))")
    }
    return ordered.flatMap { ["\($0.text)weight", "\($0.text)bias"] }
  }

  private func problem(_ place: String, expected: String, found: String) -> FileProblem {
    FileProblem(
      .wrongData, file: file, place: place, expected: expected, found: found,
      hint: "name the weight and the bias of each layer in order with --names")
  }

  /// The name of a layer, such as `net.2.`, with its last number apart.
  private struct LayerName {
    let text: String
    let number: Int
    /// The text around the number.
    let pattern: [ArraySlice<UInt8>]

    /// A number that is too large for any layer counts as text.
    init(_ text: String) {
      self.text = text
      let bytes = Array(text.utf8)
      let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
      let end = bytes.lastIndex(where: isDigit).map { $0 + 1 } ?? 0
      let start = bytes[..<end].lastIndex { !isDigit($0) }.map { $0 + 1 } ?? 0
      if let number = Int(String(decoding: bytes[start..<end], as: UTF8.self)) {
        self.number = number
        pattern = [bytes[..<start], bytes[end...]]
      } else {
        number = 0
        pattern = [bytes[...]]
      }
    }
  }
}

private func listed(_ names: [String]) -> String {
  let shown = names.prefix(8).map(excerpt).joined(separator: ", ")
  return names.isEmpty ? "no tensor" : shown + (names.count > 8 ? ", …" : "")
}

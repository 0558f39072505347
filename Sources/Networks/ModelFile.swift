import Files
import Images

// A model is one safetensors file: the tensors have PyTorch's names and layout, everything else is
// text in the header's metadata (docs/models.md).

extension Model {
  /// Writes the model, atomically and durably.
  ///
  /// - Throws: `inputOutput` with the system's reason.
  public func write(to path: String) throws(FileProblem) {
    try Safetensors(tensors: parameters.tensors(), metadata: metadata).write(to: path)
  }

  /// Reads and checks a model.
  ///
  /// - Throws: what is wrong with the file, the header, the architecture, the tensors or the
  ///   fingerprint.
  public init(contentsOf path: String) throws(FileProblem) {
    let file = try Safetensors(contentsOf: path)
    let metadata = HeaderMetadata(file.metadata, file: path)
    try metadata.requireOwnEntries()
    try metadata.checkChecksum()
    let header = ModelHeader(metadata)
    let architecture = try header.architecture()
    let parameters = try Parameters(architecture, tensors: file.tensors, file: path)
    try header.metadata.checkFingerprint(
      of: parameters,
      hint: "the weights were changed after training; restore the file, or take them as they are "
        + "with lockstep import")
    if let layer = parameters.firstLayerWithNonFiniteValue {
      throw FileProblem(
        .wrongData, file: path, place: "tensors layer\(layer)", expected: "finite numbers",
        found: "one that is not", hint: "train again, with a lower learning rate")
    }
    let imageSize = try header.imageSize(inputs: architecture.inputs)
    self.init(
      parameters: parameters, inputScale: try header.inputScale(), imageSize: imageSize,
      classNames: try header.classNames(outputs: architecture.outputs),
      preparation: try header.preparation(size: imageSize),
      notes: header.metadata.notes)
  }

  /// What an ONNX file tells of the model: the entries of a model file that describe the network and
  /// its images, without those of the file format and the run.
  var onnxMetadata: [String: String] { HeaderMetadata(metadata).descriptions }

  private var metadata: [String: String] {
    var metadata = HeaderMetadata(parameters.architecture.metadata)
    metadata.setFingerprint(parameters.fingerprint)
    metadata[Key.inputScale] = "\(inputScale)"
    metadata[Key.image] = imageSize.map { "\($0.height)x\($0.width)" }
    metadata[Key.preparation] = preparation.map { jsonText($0, isPretty: false) }
    metadata[Key.classNames] = jsonText(classNames, isPretty: false)
    metadata.notes = notes
    return metadata.entriesWithChecksum
  }

  /// What is wrong with a model that was asked for images and knows of none.
  package static func notTrainedOnImages(file: String) -> FileProblem {
    HeaderMetadata([:], file: file).problem(
      Key.image, expected: "the size of the images that the network reads", found: "none",
      hint: "the network was not trained on images")
  }
}

extension Architecture {
  /// The architecture as entries of a header.
  package var metadata: [String: String] {
    [
      HeaderMetadata.versionKey: HeaderMetadata.currentVersion,
      Key.inputs: "\(inputs)",
      Key.layers: jsonText(layers, isPretty: false),
      Key.loss: loss.rawValue,
    ]
  }

  /// Reads an architecture from the entries of a header and checks it.
  ///
  /// - Throws: `wrongData`, naming the entry.
  package init(metadata: [String: String], file: String) throws(FileProblem) {
    self = try ModelHeader(HeaderMetadata(metadata, file: file)).architecture()
  }
}

extension Parameters {
  /// Parameters from the tensors of a file, which are found by their names, in any order.
  ///
  /// - Parameters:
  ///   - architecture: the shape of the network.
  ///   - tensors: one for each name of `tensors(prefix:)`, and no other.
  ///   - prefix: stands before each name.
  ///   - file: the path of the file, for the error.
  /// - Throws: `wrongData`, naming the tensor.
  package init(
    _ architecture: Architecture, tensors: some Collection<Safetensors.Tensor>,
    prefix: String = "", file: String
  ) throws(FileProblem) {
    let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var ordered: [Safetensors.Tensor] = []
    for layer in architecture.layers.indices {
      let outputs = architecture.layers[layer].outputs
      for (kind, shape) in [
        ("weight", [outputs, architecture.inputs(ofLayer: layer)]), ("bias", [outputs]),
      ] {
        let name = "\(prefix)layer\(layer).\(kind)"
        let tensor = byName[name]
        guard let tensor, tensor.shape == shape else {
          throw FileProblem(
            .wrongData, file: file, place: "tensor \(name)",
            expected: "shape \(shape) for the network \(architecture)",
            found: tensor.map { "shape \($0.shape)" } ?? "no such tensor")
        }
        ordered.append(tensor)
      }
    }
    guard tensors.count == ordered.count else {
      throw FileProblem(
        .wrongData, file: file, place: "tensors",
        expected: "\(ordered.count) for the network \(architecture)", found: "\(tensors.count)")
    }
    let memory = ParameterMemory(architecture)
    memory.setValues(from: ordered[...])
    self.init(memory)
  }
}

/// The names of a header's entries.
private enum Key {
  static let inputs = "lockstep.inputs"
  static let layers = "lockstep.layers"
  static let loss = "lockstep.loss"
  static let inputScale = "lockstep.input-scale"
  static let image = "lockstep.image"
  static let classNames = "lockstep.class-names"
  static let preparation = "lockstep.preparation"
}

/// The entries of a model's header.
private struct ModelHeader {
  let metadata: HeaderMetadata

  init(_ metadata: HeaderMetadata) { self.metadata = metadata }

  func architecture() throws(FileProblem) -> Architecture {
    let version = try metadata.text(HeaderMetadata.versionKey)
    let known = [HeaderMetadata.versionWithoutChecksum, HeaderMetadata.currentVersion]
    guard known.contains(version) else {
      throw metadata.problem(
        HeaderMetadata.versionKey, expected: known.joined(separator: " or "), found: version)
    }
    let widths = 1...Architecture.widthLimit
    let inputs = try value(Key.inputs, "a whole number in 1…\(widths.upperBound)") { text in
      Int(text).flatMap { widths.contains($0) ? $0 : nil }
    }
    let loss = try value(Key.loss, oneOf(Loss.allCases.map(\.rawValue))) { Loss(rawValue: $0) }
    let layers = try value(Key.layers, "a list of layers with outputs and activation") {
      try? decodedJSON([Architecture.Layer].self, $0)
    }
    if let fault = Architecture.validationError(inputs: inputs, layers: layers, loss: loss) {
      throw metadata.problem(Key.layers, expected: "a sound architecture", found: fault)
    }
    return Architecture(inputs: inputs, layers: layers, loss: loss)
  }

  func inputScale() throws(FileProblem) -> Float {
    try value(Key.inputScale, "a finite number") { Float($0).flatMap { $0.isFinite ? $0 : nil } }
  }

  func imageSize(inputs: Int) throws(FileProblem) -> ImageSize? {
    guard metadata[Key.image] != nil else { return nil }
    return try value(Key.image, "height x width of \(inputs) pixels") { text in
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count == 2, let height = sides[0], let width = sides[1],
        (1...Architecture.widthLimit).contains(height),
        (1...Architecture.widthLimit).contains(width), height * width == inputs
      else { return nil }
      return ImageSize(height: height, width: width)
    }
  }

  func preparation(size: ImageSize?) throws(FileProblem) -> Preparation? {
    guard metadata[Key.preparation] != nil else { return nil }
    return try value(Key.preparation, "how pictures become images of the model's size") {
      text -> Preparation? in
      let preparation = try? decodedJSON(Preparation.self, text)
      return preparation.flatMap { $0.size == size ? $0 : nil }
    }
  }

  func classNames(outputs: Int) throws(FileProblem) -> [String] {
    try value(Key.classNames, "no name or one for each of the classes") { text in
      let names = try? decodedJSON([String].self, text)
      let counts = [0, outputs, outputs == 1 ? 2 : outputs]
      return names.flatMap { counts.contains($0.count) ? $0 : nil }
    }
  }

  private func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(FileProblem) -> Value {
    let text = try metadata.text(key)
    guard let value = parse(text) else {
      throw metadata.problem(key, expected: expected, found: "\"\(text.prefix(80))\"")
    }
    return value
  }
}

private func oneOf(_ words: [String]) -> String { "one of " + words.joined(separator: ", ") }

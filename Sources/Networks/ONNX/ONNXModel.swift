import Files
import Images

// A model as a graph of ONNX's operators (docs/models.md).

extension Model {
  /// Writes the model in the format of ONNX, atomically and durably.
  ///
  /// The graph takes the bytes of images and scales them itself, so that no caller forgets the scale
  /// or applies it twice. A network whose inputs are no image takes floats as they are.
  ///
  /// - Throws: `inputOutput` with the system's reason, or for a network beyond the 2 GiB of a file.
  public func writeONNX(to path: String) throws(FileProblem) {
    let file = onnxFile()
    guard file.byteCount <= Int(Int32.max) else {
      throw FileProblem(
        .inputOutput, file: path, place: "size",
        expected: "at most \(Int32.max) bytes, as Protocol Buffers have it",
        found: "\(file.byteCount)", hint: "the network is too large for one ONNX file")
    }
    try writeDurably(pieces: file.pieces, to: path)
  }

  /// The content of the ONNX file.
  package func onnxBytes() -> [UInt8] { onnxFile().pieces.reduce(into: []) { $0 += $1 } }

  /// The inputs and outputs of the ONNX file in words: `image [batch, 28, 28]`.
  package var onnxInterface: (input: String, outputs: [String]) {
    let input =
      imageSize.map { "image, uint8 [batch, \($0.height), \($0.width)]" }
      ?? "inputs, float [batch, \(architecture.inputs)]"
    let logits = architecture.loss.takesLogits ? ["logits [batch, \(architecture.outputs)]"] : []
    return (input, ["probabilities [batch, \(classCount)]"] + logits)
  }

  private func onnxFile() -> ProtobufMessage {
    var graph = ONNXGraph(name: "\(architecture)")
    var values = graph.addInput(of: self)
    for (index, layer) in architecture.layers.enumerated() {
      let isLast = index == architecture.layers.count - 1
      let outputs = isLast ? nameOfLastLayer : "layer\(index).outputs"
      let sums = layer.activation == .identity ? outputs : "layer\(index).sums"
      let tensors = parameters.memory.tensors(ofLayer: index)
      for tensor in tensors { graph.addTensor(tensor) }
      graph.addNode(
        "Gemm", [values] + tensors.map(\.name), as: sums, [.init(name: "transB", value: 1)])
      graph.addNodes(of: layer.activation, sums: sums, as: outputs)
      values = outputs
    }
    graph.addOutputs(of: architecture, lastLayer: nameOfLastLayer)
    return graph.file(
      description: "A multilayer perceptron \(architecture), trained by Lockstep.",
      metadata: onnxMetadata)
  }

  private var nameOfLastLayer: String {
    if architecture.loss.takesLogits { return "logits" }
    return classCount == architecture.outputs ? "probabilities" : "outputs"
  }
}

extension ONNXGraph {
  /// Adds a model's input, for images its scaling too.
  ///
  /// - Returns: the name of the first layer's inputs, [batch × inputs].
  fileprivate mutating func addInput(of model: Model) -> String {
    guard let size = model.imageSize else {
      addInput(
        "inputs", .float, shape: [model.architecture.inputs],
        description: "the numbers as the network was trained on them")
      return "inputs"
    }
    addInput(
      "image", .uint8, shape: [size.height, size.width],
      description: "the bytes of gray images, row by row; 0 is the background")
    addNode("Cast", ["image"], as: "pixels", [.init(name: "to", value: ElementType.float.rawValue)])
    addNode("Mul", ["pixels", constant("scale", model.inputScale)], as: "scaled")
    addNode("Flatten", ["scaled"], as: "inputs", [.init(name: "axis", value: 1)])
    return "inputs"
  }

  /// Adds the probabilities and declares the outputs. One output of a network that tells two classes
  /// apart is the probability of the second.
  fileprivate mutating func addOutputs(of architecture: Architecture, lastLayer: String) {
    let isSingle = architecture.classCount != architecture.outputs
    let outputs = isSingle ? "outputs" : "probabilities"
    switch architecture.loss {
    case .softmaxCrossEntropy:
      addNode("Softmax", [lastLayer], as: outputs, [.init(name: "axis", value: 1)])
    case .logisticCrossEntropy: addNode("Sigmoid", [lastLayer], as: outputs)
    case .squaredError: break
    }
    if isSingle {
      addNode("Sub", [constant("one", 1), outputs], as: "complement")
      addNode(
        "Concat", ["complement", outputs], as: "probabilities", [.init(name: "axis", value: 1)])
    }
    addOutput(
      "probabilities", shape: [architecture.classCount],
      description: architecture.loss.takesLogits
        ? "the probability of each class" : "the outputs for each class")
    if architecture.loss.takesLogits {
      addOutput(
        "logits", shape: [architecture.outputs],
        description: "the weighted sums from which the probabilities come")
    }
  }

  /// Adds the nodes of an activation function; the identity has none.
  fileprivate mutating func addNodes(of activation: Activation, sums: String, as outputs: String) {
    switch activation {
    case .identity: break
    case .relu: addNode("Relu", [sums], as: outputs)
    case .softplus: addNode("Softplus", [sums], as: outputs)
    case .logistic: addNode("Sigmoid", [sums], as: outputs)
    case .tanh: addNode("Tanh", [sums], as: outputs)
    case .threshold:
      addNode("Greater", [sums, constant("zero", 0)], as: "\(outputs).positive")
      addNode(
        "Cast", ["\(outputs).positive"], as: outputs,
        [.init(name: "to", value: ElementType.float.rawValue)])
    case .gelu: addNodesOfGELU(sums: sums, as: outputs)
    }
  }

  /// φ(z) = z (½ + ½ tanh(z (r + r c z²))) with r = √(2/π) and c = 0.044715. ONNX has an operator of
  /// its own only from operator set 20 on.
  private mutating func addNodesOfGELU(sums: String, as outputs: String) {
    let (root, cubic): (Float, Float) = (0x1.988454p-1, 0.044715)
    let half = constant("half", 0.5)
    func step(_ name: String) -> String { "\(outputs).\(name)" }
    addNode("Mul", [sums, sums], as: step("square"))
    addNode(
      "Mul", [step("square"), constant("gelu.cubic", root * cubic)], as: step("scaled-square"))
    addNode("Add", [step("scaled-square"), constant("gelu.root", root)], as: step("factor"))
    addNode("Mul", [sums, step("factor")], as: step("argument"))
    addNode("Tanh", [step("argument")], as: step("tanh"))
    addNode("Mul", [step("tanh"), half], as: step("half-tanh"))
    addNode("Add", [step("half-tanh"), half], as: step("gate"))
    addNode("Mul", [sums, step("gate")], as: outputs)
  }
}

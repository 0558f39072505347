/// A graph of operators in the format of ONNX, built node by node.
///
/// The numbers are those of the fields in
/// <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
struct ONNXGraph {
  /// The element types of tensors, `TensorProto.DataType`.
  enum ElementType: Int {
    case float = 1
    case uint8 = 2
  }

  /// A whole number that an operator takes beside its inputs.
  struct Attribute {
    let name: String
    let value: Int
  }

  /// The version of the format: the first with this operator set, ONNX 1.8 of 2020. Whatever reads
  /// ONNX at all reads it.
  static let formatVersion = 7
  /// The version of the operators: the first whose softmax takes an axis, not all that follow.
  static let operatorSetVersion = 13

  /// `GraphProto`.
  private var graph = ProtobufMessage()
  private var constants: Set<String> = []

  /// A graph without nodes.
  init(name: String) { graph.add(2, name) }

  /// Adds an input: its first extent is the number of samples, which may be any.
  mutating func addInput(
    _ name: String, _ type: ElementType, shape: [Int], description: String
  ) {
    graph.add(11, value(name, type, shape, description))
  }

  /// Adds an output of floats: its first extent is the number of samples.
  mutating func addOutput(_ name: String, shape: [Int], description: String) {
    graph.add(12, value(name, .float, shape, description))
  }

  /// Adds a node, which computes one value.
  mutating func addNode(
    _ operation: String, _ inputs: [String], as output: String, _ attributes: [Attribute] = []
  ) {
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, output)
    node.add(4, operation)
    for attribute in attributes {
      var message = ProtobufMessage()
      message.add(1, attribute.name)
      message.add(3, attribute.value)
      message.add(20, 2)  // the type: an integer
      node.add(5, message)
    }
    graph.add(1, node)
  }

  /// Adds a tensor of known values.
  mutating func addTensor(_ tensor: Safetensors.Tensor) {
    var message = ProtobufMessage()
    for extent in tensor.shape { message.add(1, extent) }
    message.add(2, ElementType.float.rawValue)
    message.add(8, tensor.name)
    message.add(9, littleEndianBytes(of: tensor.values))
    graph.add(5, message)
  }

  /// Adds a number, unless it is there.
  ///
  /// - Returns: its name.
  mutating func constant(_ name: String, _ value: Float) -> String {
    if constants.insert(name).inserted {
      addTensor(Safetensors.Tensor(name: name, shape: [], values: [value]))
    }
    return name
  }

  /// The whole file, `ModelProto`.
  func file(description: String, metadata: [String: String]) -> ProtobufMessage {
    var model = ProtobufMessage()
    model.add(1, Self.formatVersion)
    model.add(2, "Lockstep")
    model.add(6, description)
    model.add(7, graph)
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, Self.operatorSetVersion)
    model.add(8, operators)
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufMessage()
      entry.add(1, name)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model
  }

  /// `ValueInfoProto`.
  private func value(
    _ name: String, _ type: ElementType, _ shape: [Int], _ description: String
  ) -> ProtobufMessage {
    var extents = ProtobufMessage()
    var batch = ProtobufMessage()
    batch.add(2, "batch")
    extents.add(1, batch)
    for extent in shape {
      var message = ProtobufMessage()
      message.add(1, extent)
      extents.add(1, message)
    }
    var tensorType = ProtobufMessage()
    tensorType.add(1, type.rawValue)
    tensorType.add(2, extents)
    var valueType = ProtobufMessage()
    valueType.add(1, tensorType)
    var message = ProtobufMessage()
    message.add(1, name)
    message.add(2, valueType)
    message.add(3, description)
    return message
  }
}

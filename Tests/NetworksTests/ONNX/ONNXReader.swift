import Foundation
import Testing

/// The fields of a Protocol Buffers message, read by its specification and nothing of the writer's.
struct WireFields {
  enum Value {
    case number(UInt64)
    case bytes([UInt8])
  }

  private let fields: [(number: Int, value: Value)]

  init(_ bytes: [UInt8]) throws {
    var position = 0
    func varint() throws -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = try #require(position < bytes.count ? bytes[position] : nil)
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
        try #require(shift < 64)
      }
    }
    var fields: [(Int, Value)] = []
    while position < bytes.count {
      let tag = try varint()
      let number = Int(tag >> 3)
      try #require(number > 0)
      switch tag & 7 {
      case 0: fields.append((number, .number(try varint())))
      case 2:
        let count = Int(try varint())
        try #require(position + count <= bytes.count)
        fields.append((number, .bytes(Array(bytes[position..<position + count]))))
        position += count
      default: Issue.record("wire type \(tag & 7)")
      }
    }
    self.fields = fields
  }

  func all(_ number: Int) -> [Value] { fields.filter { $0.number == number }.map(\.value) }

  func numbers(_ number: Int) -> [Int] {
    all(number).compactMap { if case .number(let value) = $0 { Int(value) } else { nil } }
  }

  func number(_ field: Int) throws -> Int { try #require(numbers(field).first) }

  func bytes(_ number: Int) -> [[UInt8]] {
    all(number).compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
  }

  func texts(_ number: Int) -> [String] {
    bytes(number).map { String(decoding: $0, as: UTF8.self) }
  }

  func text(_ number: Int) throws -> String { try #require(texts(number).first) }

  func messages(_ number: Int) throws -> [WireFields] { try bytes(number).map(WireFields.init) }

  func message(_ number: Int) throws -> WireFields { try #require(try messages(number).first) }
}

/// An ONNX file as its specification reads it, with an interpreter of the operators in Double.
struct ONNXReader {
  struct Tensor: Equatable {
    var shape: [Int]
    var values: [Double]
  }

  struct Interface: Equatable {
    let name: String
    let elementType: Int
    /// The extents; a name is one that may be any.
    let shape: [String]
  }

  let formatVersion: Int
  let operatorSets: [String: Int]
  let metadata: [String: String]
  let inputs: [Interface]
  let outputs: [Interface]
  let initializers: [String: Tensor]
  let operations: [String]
  private let nodes: [WireFields]

  init(_ bytes: [UInt8]) throws {
    let model = try WireFields(bytes)
    formatVersion = try model.number(1)
    operatorSets = Dictionary(
      uniqueKeysWithValues: try model.messages(8).map { (try $0.text(1), try $0.number(2)) })
    metadata = Dictionary(
      uniqueKeysWithValues: try model.messages(14).map { (try $0.text(1), try $0.text(2)) })
    let graph = try model.message(7)
    nodes = try graph.messages(1)
    operations = try nodes.map { try $0.text(4) }
    inputs = try graph.messages(11).map(Self.interface)
    outputs = try graph.messages(12).map(Self.interface)
    initializers = Dictionary(
      uniqueKeysWithValues: try graph.messages(5).map { tensor in
        #expect(try tensor.number(2) == 1)
        let raw = try #require(tensor.bytes(9).first)
        let values = stride(from: 0, to: raw.count, by: 4).map { start in
          let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(raw[start + $1]) << (8 * $1) }
          return Double(Float(bitPattern: bits))
        }
        let shape = tensor.numbers(1)
        #expect(shape.reduce(1, *) == values.count)
        return (try tensor.text(8), Tensor(shape: shape, values: values))
      })
  }

  private static func interface(_ value: WireFields) throws -> Interface {
    let type = try value.message(2).message(1)
    let shape = try type.message(2).messages(1).map { extent in
      try extent.numbers(1).first.map { "\($0)" } ?? extent.text(2)
    }
    return Interface(name: try value.text(1), elementType: try type.number(1), shape: shape)
  }

  /// Runs the graph on one input.
  ///
  /// - Returns: the outputs by name.
  func run(_ input: Tensor) throws -> [String: Tensor] {
    var values = initializers
    values[try #require(inputs.first).name] = input
    for node in nodes {
      // A node comes after those that it needs, and no two compute the same value.
      let arguments = try node.texts(1).map { try #require(values[$0]) }
      let name = try node.text(2)
      try #require(values[name] == nil)
      let attributes = Dictionary(
        uniqueKeysWithValues: try node.messages(5).map {
          #expect(try $0.number(20) == 2)
          return (try $0.text(1), try $0.number(3))
        })
      values[name] = try Self.apply(try node.text(4), arguments, attributes)
    }
    return Dictionary(
      uniqueKeysWithValues: try outputs.map { ($0.name, try #require(values[$0.name])) })
  }

  private static func apply(
    _ operation: String, _ arguments: [Tensor], _ attributes: [String: Int]
  ) throws -> Tensor {
    let first = arguments[0]
    func map(_ function: (Double) -> Double) -> Tensor {
      Tensor(shape: first.shape, values: first.values.map(function))
    }
    /// Of two tensors of one shape, or of a tensor and a number.
    func combine(_ function: (Double, Double) -> Double) throws -> Tensor {
      let second = arguments[1]
      if second.shape.isEmpty { return map { function($0, second.values[0]) } }
      if first.shape.isEmpty {
        return Tensor(
          shape: second.shape, values: second.values.map { function(first.values[0], $0) })
      }
      try #require(first.shape == second.shape)
      return Tensor(
        shape: first.shape, values: zip(first.values, second.values).map { function($0, $1) })
    }
    switch operation {
    case "Cast":
      #expect(attributes == ["to": 1])
      return first
    case "Mul": return try combine(*)
    case "Add": return try combine(+)
    case "Sub": return try combine(-)
    case "Greater": return try combine { $0 > $1 ? 1 : 0 }
    case "Relu": return map { max($0, 0) }
    case "Softplus": return map { log1p(exp(-abs($0))) + max($0, 0) }
    case "Sigmoid": return map { 1 / (1 + exp(-$0)) }
    case "Tanh": return map { tanh($0) }
    case "Flatten":
      #expect(attributes == ["axis": 1])
      return Tensor(
        shape: [first.shape[0], first.shape.dropFirst().reduce(1, *)], values: first.values)
    case "Gemm":
      #expect(attributes == ["transB": 1])
      return try gemm(first, arguments[1], arguments[2])
    case "Softmax":
      #expect(attributes == ["axis": 1])
      let columns = first.shape[1]
      let rows = stride(from: 0, to: first.values.count, by: columns).flatMap { start in
        let row = first.values[start..<start + columns]
        let powers = row.map { exp($0 - (row.max() ?? 0)) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
      return Tensor(shape: first.shape, values: rows)
    case "Concat":
      #expect(attributes == ["axis": 1])
      try #require(arguments.allSatisfy { $0.shape == [first.shape[0], 1] })
      return Tensor(
        shape: [first.shape[0], arguments.count],
        values: first.values.indices.flatMap { row in arguments.map { $0.values[row] } })
    default:
      Issue.record("an operator \(operation)")
      return first
    }
  }

  /// x Wᵀ + b.
  private static func gemm(_ x: Tensor, _ weights: Tensor, _ biases: Tensor) throws -> Tensor {
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], weights.shape[0])
    try #require(weights.shape == [outputs, inputs] && biases.shape == [outputs])
    let values = (0..<rows).flatMap { row in
      (0..<outputs).map { output in
        (0..<inputs).reduce(biases.values[output]) {
          $0 + x.values[row * inputs + $1] * weights.values[output * inputs + $1]
        }
      }
    }
    return Tensor(shape: [rows, outputs], values: values)
  }
}

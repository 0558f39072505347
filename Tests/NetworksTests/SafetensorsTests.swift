import Files
import Foundation
import Networks
import Testing
import TestSupport

/// What is written is read back to the bit, and is what the reference implementation writes.
@Suite struct SafetensorsTests {
  /// Numbers whose bits are easily lost, as in the fixture's script.
  static let special: [UInt32] = [
    0x8000_0000, 0x7F80_0000, 0xFF80_0000, 0x0000_0001, 0x007F_FFFF, 0x7F7F_FFFF, 0x7FC1_2345,
    0xFFA5_4321, 0x3EAA_AAAB,
  ]

  @Test func `a round trip keeps names, shapes, order, metadata and every bit`() throws {
    let content = Safetensors(
      tensors: [
        .init(name: "z", shape: [3, 3], values: Self.special.map { Float(bitPattern: $0) }),
        .init(name: "nothing", shape: [0, 5], values: []),
        .init(name: "nothing too", shape: [2, 0], values: []),
        .init(name: "a", shape: [], values: [-0.0]),
        .init(name: "", shape: [1, 1, 2], values: [.leastNonzeroMagnitude, .nan]),
        .init(name: "\"\\/\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}ü😀", shape: [1], values: [1]),
        .init(name: "last and empty", shape: [0], values: []),
      ],
      metadata: ["": "", "loss": "crossEntropy", "quote \" and \\": "line\nline\u{1}"])
    expectSame(try Safetensors(decoding: content.encoded(), file: "memory"), content)
  }

  @Test func `bfloat16 is half as large and rounds to the nearest, ties to even`() throws {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("bf16-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: place) }
    // 1 + 2⁻⁸ and 1 + 3·2⁻⁸ lie halfway between two neighbours.
    let values: [Float] = [
      1, -0.0, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1.8p-8, -3.14159, .infinity,
      Float(bitPattern: 0x1_16C2),
      .greatestFiniteMagnitude,
    ]
    try Safetensors(tensors: [.init(name: "a", shape: [9], values: values)])
      .write(to: place, as: .bfloat16)
    let read = try Safetensors(contentsOf: place, types: [.bfloat16]).tensors[0]
    #expect(read.storedType == .bfloat16)
    let expected: [Float] = [
      1, -0.0, 1, 1 + 0x1p-6, 1 + 0x1p-7, -3.140625, .infinity, Float(bitPattern: 1 << 16),
      .infinity,
    ]
    #expect(read.values.map(\.bitPattern) == expected.map(\.bitPattern))
    let nan = Safetensors(tensors: [
      .init(name: "a", shape: [1], values: [Float(bitPattern: 0x7F80_0001)])
    ])
    try nan.write(to: place, as: .bfloat16)
    #expect(try Safetensors(contentsOf: place, types: [.bfloat16]).tensors[0].values[0].isNaN)
  }

  @Test func `a file without tensors is a file`() throws {
    let bytes = Safetensors(tensors: []).encoded()
    #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
    let content = try Safetensors(decoding: bytes, file: "memory")
    #expect(content.tensors.isEmpty && content.metadata.isEmpty)
  }

  @Test(arguments: 0..<9)
  func `values start at a multiple of eight bytes`(nameLength: Int) throws {
    let name = String(repeating: "x", count: nameLength)
    let bytes = Safetensors(tensors: [.init(name: name, shape: [1], values: [1])]).encoded()
    #expect((bytes.count - 4).isMultiple(of: 8))
    #expect(bytes.suffix(4) == [0, 0, 0x80, 0x3F])
  }

  @Test func `equal content gives equal bytes, in whatever order the metadata came`() {
    let keys = (0..<50).map { "key \($0 * 7 % 50)" }
    func bytes(_ keys: [String]) -> [UInt8] {
      var content = Safetensors(tensors: [.init(name: "a", shape: [2], values: [1, 2])])
      for key in keys { content.metadata[key] = "value of \(key)" }
      return content.encoded()
    }
    #expect(bytes(keys) == bytes(keys.reversed()))
    #expect(bytes(keys) == bytes(keys.sorted()))
  }

  @Test func `a file of the reference implementation is read to the bit`() throws {
    let content = try Safetensors(contentsOf: fixture)
    let expected = Safetensors(
      tensors: [
        .init(name: "Gewichte \"größer\"\n", shape: [1], values: [0.1]),
        .init(name: "empty", shape: [0, 3], values: []),
        .init(name: "layer0.bias", shape: [2], values: [-1.5, 2.25]),
        .init(
          name: "layer0.weight", shape: [2, 3], values: [0, 0.125, 0.25, 0.375, 0.5, 0.625]),
        .init(name: "scalar", shape: [], values: [42]),
        .init(name: "special", shape: [9], values: Self.special.map { Float(bitPattern: $0) }),
      ],
      metadata: ["note": "a \"quoted\" \\ text,\tü and 😀\u{1}"])
    expectSame(content, expected)
  }

  @Test func `our bytes are those of the reference implementation`() throws {
    let bytes = try readFile(fixture)
    #expect(try Safetensors(decoding: bytes, file: fixture).encoded() == bytes)
  }

  @Test func `JSON that is written differently means the same`() throws {
    let header = """
       {  "layer\\u0030.\\ud83d\\ude00\\/" : {"data_offsets":[ 4 , 8 ],\t"shape" : [ 1 ],
      "dtype":"F\\u0033\\u0032"}\r, "b":{"shape":[],"dtype":"F32","data_offsets":[0,4]},
      "__metadata__" : { } }\n
      """
    let content = try Safetensors(
      decoding: safetensorsFile(header, [0, 0, 0, 0, 0, 0, 0x80, 0x3F]), file: "")
    #expect(content.tensors.map(\.name) == ["b", "layer0.😀/"])
    #expect(content.tensors.map(\.values) == [[0], [1]])
    #expect(content.metadata.isEmpty)
  }

  @Test func `a file on disk is written and read`() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.safetensors")
    let content = Safetensors(
      tensors: [.init(name: "a", shape: [2], values: [.nan, -0.0])], metadata: ["b": "c"])
    try content.write(to: path)
    expectSame(try Safetensors(contentsOf: path), content)
  }

  @Test func `a missing file and a folder that cannot be written to are named`() {
    let path = "/nowhere/model.safetensors"
    #expect {
      try Safetensors(contentsOf: path)
    } throws: {
      ($0 as? FileProblem)?.kind == .noInput && ($0 as? FileProblem)?.file == path
    }
    #expect {
      try Safetensors(tensors: []).write(to: path)
    } throws: {
      ($0 as? FileProblem)?.kind == .inputOutput && ($0 as? FileProblem)?.file == path
    }
  }

  @Test func `tensors that no file can hold are the caller's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Safetensors.Tensor(name: "a", shape: [2, 2], values: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      let tensor = Safetensors.Tensor(name: "a", shape: [1], values: [1])
      _ = Safetensors(tensors: [tensor, tensor]).encoded()
    }
    await #expect(processExitsWith: .failure) {
      let tensor = Safetensors.Tensor(name: "__metadata__", shape: [1], values: [1])
      _ = Safetensors(tensors: [tensor]).encoded()
    }
    await #expect(processExitsWith: .failure) {
      let text = String(repeating: "x", count: 100_000_000)
      _ = Safetensors(tensors: [], metadata: ["a": text]).encoded()
    }
  }

  private var fixture: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/reference.safetensors").path
  }
}

/// A file of a header and values, as it should not always be.
func safetensorsFile(_ header: String, _ values: [UInt8] = []) -> [UInt8] {
  let length = UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + values
}

private func expectSame(
  _ found: Safetensors, _ expected: Safetensors, at location: SourceLocation = #_sourceLocation
) {
  #expect(found.metadata == expected.metadata, sourceLocation: location)
  #expect(
    found.tensors.map(\.name) == expected.tensors.map(\.name), sourceLocation: location)
  #expect(
    found.tensors.map(\.shape) == expected.tensors.map(\.shape), sourceLocation: location)
  #expect(
    found.tensors.map { $0.values.map(\.bitPattern) }
      == expected.tensors.map { $0.values.map(\.bitPattern) }, sourceLocation: location)
}

import Files
import Networks
import Testing

/// Whatever is wrong with a file is said, with the place; nothing crashes and nothing is guessed.
@Suite struct SafetensorsFaultTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let place: String
    let found: String

    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], at place: String, found: String) {
      self.name = name
      self.bytes = bytes
      self.place = place
      self.found = found
    }

    /// A file whose header is at fault and that has no values.
    init(_ name: String, header: String, at place: String, found: String) {
      self.init(name, safetensorsFile(header), at: place, found: found)
    }

    /// A file with one tensor `a`, some of whose fields are at fault, and eight bytes of values.
    init(
      _ name: String, type: String = "\"F32\"", shape: String = "[2]", offsets: String = "[0,8]",
      at place: String, found: String
    ) {
      let entry = "{\"dtype\":\(type),\"shape\":\(shape),\"data_offsets\":\(offsets)}"
      let values = [UInt8](repeating: 0, count: 8)
      self.init(name, safetensorsFile("{\"a\":\(entry)}", values), at: place, found: found)
    }

    /// A file with two tensors of one float each.
    init(
      _ name: String, first: String, second: String, values: Int = 8, at place: String,
      found: String
    ) {
      let entries = [("a", first), ("b", second)].map {
        "\"\($0.0)\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":\($0.1)}"
      }
      let header = "{\(entries.joined(separator: ","))}"
      self.init(
        name, safetensorsFile(header, [UInt8](repeating: 0, count: values)), at: place, found: found
      )
    }
  }

  static let faults: [Fault] = [
    Fault("an empty file", [], at: "header length", found: "0 bytes in all"),
    Fault("seven bytes", [2, 0, 0, 0, 0, 0, 0], at: "header length", found: "7 bytes in all"),
    Fault("no header", [2, 0, 0, 0, 0, 0, 0, 0], at: "header length", found: "2"),
    Fault(
      "the longest header length", [UInt8](repeating: 255, count: 64), at: "header length",
      found: "18446744073709551615"),
    Fault(
      "a header over 100 megabytes",
      [1, 225, 245, 5, 0, 0, 0, 0] + [UInt8](repeating: 32, count: 99),
      at: "header length", found: "100000001"),
    Fault("an empty header", header: "", at: "header, byte 8", found: "the end of the header"),
    Fault("a list", header: "[]", at: "header, byte 8", found: "\"[\""),
    Fault("two objects", header: "{}{}", at: "header, byte 10", found: "\"{\""),
    Fault("a zero byte at the end", header: "{} \0", at: "header, byte 11", found: "\"\\0\""),
    Fault(
      "a comma too many", header: "{\"__metadata__\":{},}", at: "header, byte 27", found: "\"}\""),
    Fault("no colon", header: "{\"a\"{}}", at: "header, byte 12", found: "\"{\""),
    Fault(
      "no comma", header: "{\"__metadata__\":{} \"a\"}", at: "header, byte 27", found: "\"\\\"\""),
    Fault(
      "an open string", header: "{\"abc", at: "header, byte 13", found: "the end of the header"),
    Fault(
      "a line break in a string", header: "{\"a\nb\"}", at: "header, byte 11", found: "\"\\n\""),
    Fault("an unknown escape", header: "{\"\\x\"}", at: "header, byte 11", found: "\"x\""),
    Fault("half an escape", header: "{\"\\", at: "header, byte 11", found: "the end of the header"),
    Fault("a short code", header: "{\"\\u12", at: "header, byte 12", found: "\"1\""),
    Fault("a signed code", header: "{\"\\u+123\"}", at: "header, byte 12", found: "\"+\""),
    Fault("half a surrogate pair", header: "{\"\\ud83dx\"}", at: "header, byte 11", found: "\"u\""),
    Fault(
      "a wrong surrogate pair", header: "{\"\\ud83d\\u0041\"}", at: "header, byte 11",
      found: "\"u\""),
    Fault("a low surrogate", header: "{\"\\ude00\"}", at: "header, byte 11", found: "\"u\""),
    Fault(
      "bytes that are no UTF-8", [6, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D],
      at: "header, byte 10", found: "other bytes"),
    Fault(
      "a surrogate in UTF-8",
      [7, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D],
      at: "header, byte 10", found: "other bytes"),
    Fault(
      "metadata that is no object", header: "{\"__metadata__\":null}", at: "header, byte 24",
      found: "\"n\""),
    Fault(
      "metadata of numbers", header: "{\"__metadata__\":{\"a\":1}}", at: "header, byte 29",
      found: "\"1\""),
    Fault(
      "metadata twice", header: "{\"__metadata__\":{},\"__metadata__\":{}}", at: "header, byte 27",
      found: "\"__metadata__\" again"),
    Fault(
      "a key of the metadata twice", header: "{\"__metadata__\":{\"a\":\"\",\"\\u0061\":\"\"}}",
      at: "header, byte 32", found: "\"a\" again"),
    Fault("a tensor that is a list", header: "{\"a\":[]}", at: "header, byte 13", found: "\"[\""),
    Fault(
      "a tensor without fields", header: "{\"a\":{}}", at: "header, byte 13",
      found: "not all of them"),
    Fault(
      "an unknown field", header: "{\"a\":{\"stride\":[1]}}", at: "header, byte 23",
      found: "\"stride\""),
    Fault(
      "a field twice", header: "{\"a\":{\"shape\":[1],\"shape\":[1]}}", at: "header, byte 26",
      found: "\"shape\" again"),
    Fault("a type that is a number", type: "32", at: "header, byte 22", found: "\"3\""),
    Fault("another type", type: "\"BF16\"", at: "tensor \"a\", dtype", found: "\"BF16\""),
    Fault("a shape that is a number", shape: "2", at: "header, byte 36", found: "\"2\""),
    Fault("a negative extent", shape: "[-2]", at: "header, byte 37", found: "\"-\""),
    Fault("an extent with a point", shape: "[2.0]", at: "header, byte 38", found: "\".\""),
    Fault("an extent with an exponent", shape: "[2e0]", at: "header, byte 38", found: "\"e\""),
    Fault("an extent that is true", shape: "[true]", at: "header, byte 37", found: "\"t\""),
    Fault("an extent that is text", shape: "[\"2\"]", at: "header, byte 37", found: "\"\\\"\""),
    Fault("an extent with a leading zero", shape: "[02]", at: "header, byte 37", found: "\"0\""),
    Fault("no extent after a comma", shape: "[2,]", at: "header, byte 39", found: "\"]\""),
    Fault("an open list", shape: "[2", at: "header, byte 39", found: "\"\\\"\""),
    Fault("extents without a comma", shape: "[2 3]", at: "header, byte 39", found: "\"3\""),
    Fault(
      "an extent of 2^63", shape: "[9223372036854775808]", at: "header, byte 37",
      found: "19 digits"),
    Fault(
      "a size of 2^63 bytes", shape: "[2147483648,1073741824]", at: "tensor \"a\", shape",
      found: "[2147483648, 1073741824]"),
    Fault(
      "a shape for fewer bytes", shape: "[1]", at: "tensor \"a\", data_offsets", found: "8 bytes"),
    Fault(
      "a shape for more bytes", shape: "[3]", at: "tensor \"a\", data_offsets", found: "8 bytes"),
    Fault("one offset", offsets: "[0]", at: "tensor \"a\", data_offsets", found: "[0]"),
    Fault(
      "three offsets", offsets: "[0,8,8]", at: "tensor \"a\", data_offsets", found: "[0, 8, 8]"),
    Fault(
      "an end before the start", offsets: "[8,0]", at: "tensor \"a\", data_offsets", found: "[8, 0]"
    ),
    Fault(
      "an end after the file's", offsets: "[8,16]", at: "tensor \"a\", data_offsets", found: "16"),
    Fault(
      "a type twice", first: "[0,4],\"dtype\":\"F32\"", second: "[4,8]", at: "header, byte 61",
      found: "\"dtype\" again"),
    Fault(
      "a gap at the start", first: "[4,8]", second: "[8,12]", values: 12,
      at: "tensor \"a\", data_offsets", found: "4"),
    Fault(
      "a gap in the middle", first: "[0,4]", second: "[8,12]", values: 12,
      at: "tensor \"b\", data_offsets", found: "8"),
    Fault(
      "an overlap", first: "[0,4]", second: "[2,6]", at: "tensor \"b\", data_offsets", found: "2"),
    Fault(
      "the same place twice", first: "[4,8]", second: "[4,8]", at: "tensor \"a\", data_offsets",
      found: "4"),
    Fault(
      "values cut short", first: "[0,4]", second: "[4,8]", values: 7,
      at: "tensor \"b\", data_offsets", found: "8"),
    Fault(
      "values left over", first: "[0,4]", second: "[4,8]", values: 9, at: "values", found: "9 bytes"
    ),
    Fault("values without a tensor", safetensorsFile("{}", [0]), at: "values", found: "1 bytes"),
  ]

  @Test(arguments: faults)
  func `a fault is named with its place and what was found`(fault: Fault) throws {
    let problem = try #require(throws: FileProblem.self) {
      try Safetensors(decoding: fault.bytes, file: "model.safetensors")
    }
    #expect(problem.kind == .wrongData)
    #expect(problem.file == "model.safetensors")
    #expect(problem.place == fault.place)
    #expect(problem.found == fault.found)
    #expect(!problem.expected.isEmpty)
    #expect(problem.hint != nil)
  }

  @Test func `a tensor that comes twice is refused`() throws {
    let entry = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
    let problem = try #require(throws: FileProblem.self) {
      try Safetensors(decoding: safetensorsFile("{\"a\":\(entry),\"a\":\(entry)}"), file: "")
    }
    #expect(problem.found == "\"a\" again")
  }

  @Test func `a long name with line breaks stays one short line in the message`() throws {
    let name = String(repeating: "x\\n", count: 1000)
    let problem = try #require(throws: FileProblem.self) {
      try Safetensors(
        decoding: safetensorsFile(
          "{\"\(name)\":{\"dtype\":\"I8\",\"shape\":[],\"data_offsets\":[0,1]}}", [0]),
        file: "a.safetensors")
    }
    #expect(!problem.description.contains("\n"))
    #expect(problem.description.utf8.count < 300)
  }

  @Test func `a file cut at any byte is refused`() {
    let bytes = Self.small.encoded()
    for length in 0..<bytes.count {
      #expect(throws: FileProblem.self, "cut at byte \(length)") {
        try Safetensors(decoding: Array(bytes.prefix(length)), file: "")
      }
    }
  }

  @Test func `a byte too many is refused`() {
    #expect(throws: FileProblem.self) {
      try Safetensors(decoding: Self.small.encoded() + [0], file: "")
    }
  }

  @Test func `a flipped bit is refused or changes no size`() {
    let bytes = Self.small.encoded()
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        do throws(FileProblem) {
          let content = try Safetensors(decoding: flipped, file: "")
          #expect(content.tensors.map(\.values.count) == Self.small.tensors.map(\.values.count))
          #expect(content.metadata.count == Self.small.metadata.count)
        } catch {
          #expect(error.kind == .wrongData)
        }
      }
    }
  }

  @Test func `any two bytes of the header may be wrong without a crash`() {
    let bytes = Self.small.encoded()
    let marks = Array("\"\\{}[],:0 9-u\u{7F}".utf8) + [0, 0xC3, 0xED, 0xFF]
    for first in 0..<bytes.count {
      for mark in marks {
        var changed = bytes
        changed[first] = mark
        changed[(first * 7 + Int(mark)) % bytes.count] = marks[first % marks.count]
        _ = try? Safetensors(decoding: changed, file: "")
      }
    }
  }

  static let small = Safetensors(
    tensors: [
      .init(name: "layer0.weight", shape: [2, 3], values: [1, -2, 3, -4, 5, -6]),
      .init(name: "empty", shape: [0], values: []),
      .init(name: "layer0.bias", shape: [2], values: [0.5, -0.0]),
    ],
    metadata: ["loss": "crossEntropy", "ü": "\"\n"])
}

/// A message in the wire format of Protocol Buffers: fields, each with a number, a wire type and a
/// value.
///
/// Source: <https://protobuf.dev/programming-guides/encoding/>.
struct ProtobufMessage {
  /// The content in order. Large values stay in pieces of their own, so that a message of messages
  /// does not copy them.
  private(set) var pieces: [[UInt8]] = []
  /// The length of the content.
  private(set) var byteCount = 0

  private enum WireType: UInt64 {
    case varint = 0
    case lengthDelimited = 2
  }

  /// Adds a whole number or the number of an enumeration's case.
  mutating func add(_ field: Int, _ value: Int) {
    append(tag(field, .varint) + varint(UInt64(bitPattern: Int64(value))))
  }

  /// Adds a text in UTF-8.
  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// Adds bytes.
  mutating func add(_ field: Int, _ bytes: [UInt8]) {
    append(tag(field, .lengthDelimited) + varint(UInt64(bytes.count)))
    append(bytes)
  }

  /// Adds a message.
  mutating func add(_ field: Int, _ message: ProtobufMessage) {
    append(tag(field, .lengthDelimited) + varint(UInt64(message.byteCount)))
    for piece in message.pieces { append(piece) }
  }

  private mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    let pieceLimit = 1 << 16
    if let last = pieces.indices.last, pieces[last].count + bytes.count <= pieceLimit {
      pieces[last] += bytes
    } else {
      pieces.append(bytes)
    }
  }

  private func tag(_ field: Int, _ type: WireType) -> [UInt8] {
    varint(UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits per byte, the lowest first; the highest bit says that another byte follows.
  private func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

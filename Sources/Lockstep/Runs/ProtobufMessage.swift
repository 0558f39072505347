/// A message of Protocol Buffers, field after field: as much of the encoding as event files need.
struct ProtobufMessage {
  /// How the bytes of a field's value are counted.
  private enum WireType: UInt64 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  /// The message so far.
  private(set) var bytes: [UInt8] = []

  /// Adds a whole number from 0 up.
  mutating func add(_ field: UInt64, _ value: Int) {
    precondition(value >= 0, "a field of \(value)")
    addKey(field, .variable)
    addVariable(UInt64(value))
  }

  /// Adds a number of double precision.
  mutating func add(_ field: UInt64, _ value: Double) {
    addKey(field, .eightBytes)
    bytes += littleEndian(value.bitPattern)
  }

  /// Adds a number of single precision.
  mutating func add(_ field: UInt64, _ value: Float) {
    addKey(field, .fourBytes)
    bytes += littleEndian(value.bitPattern)
  }

  /// Adds a text.
  mutating func add(_ field: UInt64, _ text: String) {
    addCounted(field, Array(text.utf8))
  }

  /// Adds a message within the message.
  mutating func add(_ field: UInt64, _ message: ProtobufMessage) {
    addCounted(field, message.bytes)
  }

  private mutating func addCounted(_ field: UInt64, _ content: [UInt8]) {
    addKey(field, .counted)
    addVariable(UInt64(content.count))
    bytes += content
  }

  private mutating func addKey(_ field: UInt64, _ type: WireType) {
    addVariable(field << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func addVariable(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The bytes of a number, the lowest first.
func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

import Files

/// A record of an event file: the number of its bytes, the checksum of that number, the bytes, and
/// their checksum (TensorFlow's TFRecord format).
struct EventRecord {
  /// The bytes that the record holds, a message.
  let content: ArraySlice<UInt8>

  /// The record as it stands in the file.
  static func bytes(_ content: [UInt8]) -> [UInt8] {
    let count = littleEndian(UInt64(content.count))
    return count + littleEndian(masked(crc32C(count))) + content
      + littleEndian(masked(crc32C(content)))
  }

  /// The records of a file up to the first one that is cut off or damaged.
  static func all(in file: [UInt8]) -> [EventRecord] {
    var records: [EventRecord] = []
    var rest = file[...]
    while rest.count >= 12 {
      let count = number(rest.prefix(8))
      guard number(rest.dropFirst(8).prefix(4)) == UInt64(masked(crc32C(rest.prefix(8)))),
        count <= UInt64(rest.count - 12)
      else { break }
      let content = rest.dropFirst(12).prefix(Int(count))
      let end = rest.dropFirst(12 + content.count)
      guard end.count >= 4, number(end.prefix(4)) == UInt64(masked(crc32C(content))) else { break }
      records.append(EventRecord(content: content))
      rest = end.dropFirst(4)
    }
    return records
  }

  /// Checksums of data that holds checksums are weak, so TensorFlow stores them rotated and moved.
  private static func masked(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

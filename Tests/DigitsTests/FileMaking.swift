import CZlib
import Foundation

// Makers of the formats that `Digits` reads, written from their specifications and independent of
// the code under test.

/// An IDX file of unsigned bytes.
func idx(_ sizes: [Int], _ content: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { bigEndian(UInt32($0)) } + content
}

/// A gzip file of one member.
func gzip(_ content: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var content = content
  var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(content.count))))
  content.withUnsafeMutableBufferPointer { input in
    packed.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(output.count)
      _ = deflate(&stream, Z_FINISH)
    }
  }
  return Array(packed.prefix(Int(stream.total_out)))
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}

/// Deflated data without a frame.
func deflated(_ content: [UInt8]) -> [UInt8] {
  // A member of gzip without its header of 10 bytes and its trailer of 8.
  Array(gzip(content).dropFirst(10).dropLast(8))
}

private func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// A ZIP archive.
func zip(_ members: [(name: String, content: [UInt8])], isDeflated: Bool = true) -> [UInt8] {
  var archive: [UInt8] = []
  var directory: [UInt8] = []
  for (name, content) in members {
    let packed = isDeflated ? deflated(content) : content
    let checksum = content.withUnsafeBufferPointer {
      crc32(0, $0.baseAddress, uInt(content.count))
    }
    // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field.
    let common =
      littleEndian(20, 2) + littleEndian(0, 2) + littleEndian(isDeflated ? 8 : 0, 2)
      + littleEndian(0, 4) + littleEndian(Int(checksum), 4) + littleEndian(packed.count, 4)
      + littleEndian(content.count, 4) + littleEndian(name.utf8.count, 2) + littleEndian(0, 2)
    directory +=
      [0x50, 0x4b, 1, 2] + littleEndian(20, 2) + common + littleEndian(0, 10)
      + littleEndian(archive.count, 4) + Array(name.utf8)
    archive += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + packed
  }
  let end =
    [0x50, 0x4b, 5, 6] + littleEndian(0, 4) + littleEndian(members.count, 2)
    + littleEndian(members.count, 2) + littleEndian(directory.count, 4)
    + littleEndian(archive.count, 4) + littleEndian(0, 2)
  return archive + directory + end
}

/// A NumPy array.
func npy(
  _ type: String, _ shape: [Int], _ content: [UInt8], isColumnMajor: Bool = false,
  version: UInt8 = 1
) -> [UInt8] {
  let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
  var header =
    "{'descr': '\(type)', 'fortran_order': \(isColumnMajor ? "True" : "False"), "
    + "'shape': (\(sizes)), }"
  let fixed = version == 1 ? 10 : 12
  header += String(repeating: " ", count: 63 - (fixed + header.utf8.count) % 64) + "\n"
  return [0x93] + Array("NUMPY".utf8) + [version, 0]
    + littleEndian(header.utf8.count, version == 1 ? 2 : 4) + Array(header.utf8) + content
}

/// The elements of a NumPy array, little-endian.
func elements(_ values: [Float]) -> [UInt8] {
  values.flatMap { littleEndian(Int($0.bitPattern), 4) }
}

func elements(_ values: [Double]) -> [UInt8] {
  values.flatMap { littleEndian(Int(bitPattern: UInt($0.bitPattern)), 8) }
}

func elements(_ values: [Int], byteCount: Int) -> [UInt8] {
  values.flatMap { littleEndian($0, byteCount) }
}

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

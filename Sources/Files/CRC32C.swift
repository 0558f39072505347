/// The checksum CRC-32C (Castagnoli) of bytes, as RFC 3720 defines it: the polynomial 0x1EDC6F41, bits
/// reversed, begun and ended with all bits inverted.
///
/// - Parameter bytes: what is checked.
/// - Returns: the checksum; 0xE3069283 for the text "123456789".
package func crc32C(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { rest, byte in
    (rest >> 8) ^ remainders[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
  }
}

/// The remainder of each byte, by the reversed polynomial.
private let remainders: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in (rest >> 1) ^ (rest & 1 == 1 ? 0x82F6_3B78 : 0) }
}

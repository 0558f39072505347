import Files
import Testing

@Suite struct CRC32CTests {
  /// RFC 3720, B.4, and the check value of the catalogue of CRC algorithms.
  @Test func `the published checksums come out`() {
    #expect(crc32C("123456789".utf8) == 0xE306_9283)
    #expect(crc32C([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(crc32C([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(crc32C(UInt8(0)..<32) == 0x46DD_794E)
    #expect(crc32C((UInt8(0)..<32).reversed()) == 0x113F_DB5C)
    #expect(crc32C([]) == 0)
  }
}

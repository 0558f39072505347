import Files
import NumberText
import Testing

@Suite struct SHA256Tests {
  // FIPS 180-2, appendix B, and NIST's "Examples with Intermediate Values".
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `a message gets its published digest`(message: String, digest: String) {
    #expect(SHA256.hexDigest(of: Array(message.utf8)) == digest)
  }

  @Test func `a million times the letter a gets its published digest`() {
    let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256.hexDigest(of: message)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `pieces give the digest of the whole at every split`() {
    let lengths = [0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 257]
    for total in lengths {
      let message = pattern(total)
      let whole = SHA256.hexDigest(of: message)
      for split in 0...total {
        for pieces in [1, 55, 56, 63, 64, 65, 128] {
          var hash = SHA256()
          hash.update(Array(message[..<split]))
          var start = split
          while start < total {
            let end = min(start + pieces, total)
            hash.update(message[start..<end].span.bytes)
            start = end
          }
          #expect(hexadecimal(hash.finalize()) == whole, "\(total) bytes, split at \(split)")
        }
      }
    }
  }

  // The padding of the lengths around a block's end: digests by Python's hashlib.
  @Test(arguments: [
    (55, "b2ca0adc388a66d3a5a7f6541239331d5a867eede554e11262241271faaf36c5"),
    (56, "3768eff44f1df02704a832cf708935fbed9bb74d0714fbe75454c266c4e12856"),
    (63, "dc06ea9e456da9f9fc2276564018231c36196ff7745bf505fd7f503aec5c67fd"),
    (64, "b68fe543b0b5a544e32eb08712e697bfcd3a3cb491563c3b1cba112d378f4bdb"),
    (65, "587cdb9ad9be371721f2f84a84eb09f2b698ec19bbe2d7c222179996547a04a6"),
    (128, "cd77acfc16d0964a4c3ef06f0678a5c88d2d610de00f7b997676fea5b4d2ae9e"),
  ])
  func `lengths around a block's end are padded`(length: Int, digest: String) {
    #expect(SHA256.hexDigest(of: pattern(length)) == digest)
  }

  @Test(.enabled(if: hasSHA256Instructions, "a processor without instructions for SHA-256"))
  func `the processor's instructions give what Swift gives`() {
    for blocks in [0, 1, 2, 3, 10, 1000] {
      let bytes = pattern(64 * blocks + 5)
      let state = SIMD8<UInt32>(0, 1, 0xffff_ffff, 0x8000_0000, 12345, 7, 0x0102_0304, 99)
      for offset in 0...5 {
        let whole = bytes.span.bytes.extracting(offset..<offset + 64 * blocks)
        #expect(
          absorbingByInstructions(whole, into: state) == absorbingInSwift(whole, into: state))
      }
    }
  }

  @Test func `a digest can be read on the way`() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    let early = hash
    hash.update(Array("c".utf8))
    #expect(hexadecimal(early.finalize()) == SHA256.hexDigest(of: Array("ab".utf8)))
    #expect(hexadecimal(hash.finalize()) == SHA256.hexDigest(of: Array("abc".utf8)))
  }

  @Test func `floats hash as their bytes`() {
    let floats: [Float] = [1, -2, 0.5]
    let bytes = floats.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern.littleEndian >> ($0 * 8)) }
    }
    var hash = SHA256()
    hash.update(floats.span.bytes)
    #expect(hexadecimal(hash.finalize()) == SHA256.hexDigest(of: bytes))
  }

  private func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
  }
}

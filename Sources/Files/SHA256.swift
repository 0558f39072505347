import CProcessor
import NumberText

/// SHA-256, the fingerprint of data sets and weights.
///
/// Feed it with `update`, in pieces of any size, and read the digest with `finalize`. Our own, as
/// the systems have no crypto library in common and a package for it would cost a newcomer more
/// build time than all the rest.
///
/// Source: FIPS 180-4, Secure Hash Standard, 2015, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.
public struct SHA256: Sendable {
  /// The chaining value, H of the standard.
  private var state = initialState
  /// The bytes since the last whole block, fewer than 64.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// The hash of no bytes so far.
  public init() {
    pending.reserveCapacity(blockBytes)
  }

  /// Takes in the bytes that follow the ones so far.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe update(bytes.span.bytes)
  }

  /// Takes in the bytes that follow the ones so far, of any memory that can lend them: an array of
  /// floats as `weights.span.bytes`, raw memory as `buffer.bytes`.
  public mutating func update(_ bytes: RawSpan) {
    byteCount += UInt64(bytes.byteCount)
    var rest = bytes
    if !pending.isEmpty {
      let missing = min(blockBytes - pending.count, rest.byteCount)
      append(rest.extracting(first: missing))
      rest = rest.extracting(droppingFirst: missing)
      guard pending.count == blockBytes else { return }
      state = unsafe absorbing(pending.span.bytes, into: state)
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.byteCount / blockBytes * blockBytes
    state = absorbing(rest.extracting(first: whole), into: state)
    append(rest.extracting(droppingFirst: whole))
  }

  /// The digest of all bytes taken in.
  ///
  /// - Returns: 32 bytes.
  public consuming func finalize() -> [UInt8] {
    let bitCount = byteCount &* 8
    // A one bit, zeros up to the last eight bytes of a block, and there the length in bits.
    let zeros = (2 * blockBytes - 9 - pending.count) % blockBytes
    update([0x80] + [UInt8](repeating: 0, count: zeros) + bigEndianBytes(bitCount))
    return (0..<8).flatMap { bigEndianBytes(state[$0]) }
  }

  /// The digest of `bytes` as 64 lower-case hexadecimal digits.
  public static func hexDigest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hexadecimal(hash.finalize())
  }

  private mutating func append(_ bytes: RawSpan) {
    for offset in bytes.byteOffsets {
      pending.append(unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
    }
  }
}

private let blockBytes = 64

private func bigEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  stride(from: value.bitWidth - 8, through: 0, by: -8).map { shift in
    UInt8(truncatingIfNeeded: value >> shift)
  }
}

private let initialState: SIMD8<UInt32> = [
  0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
  0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
]

/// The chaining value after whole blocks.
private func absorbing(_ blocks: RawSpan, into initial: SIMD8<UInt32>) -> SIMD8<UInt32> {
  hasSHA256Instructions
    ? absorbingByInstructions(blocks, into: initial) : absorbingInSwift(blocks, into: initial)
}

/// Whether this processor has instructions for SHA-256.
package let hasSHA256Instructions = processor_has_sha256()

/// By the processor's own instructions for SHA-256, six times as fast where there are any.
package func absorbingByInstructions(
  _ blocks: RawSpan, into initial: SIMD8<UInt32>
) -> SIMD8<UInt32> {
  var words = (0..<8).map { initial[$0] }
  unsafe blocks.withUnsafeBytes { bytes in
    guard let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    unsafe processor_sha256(&words, start, Int64(bytes.count / blockBytes))
  }
  return SIMD8(words)
}

/// On any processor.
package func absorbingInSwift(_ blocks: RawSpan, into initial: SIMD8<UInt32>) -> SIMD8<UInt32> {
  var state = initial
  unsafe blocks.withUnsafeBytes { bytes in
    unsafe roundConstants.withUnsafeBufferPointer { constants in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        for start in stride(from: 0, to: bytes.count, by: blockBytes) {
          for index in 0..<16 {
            let word = unsafe bytes.loadUnaligned(
              fromByteOffset: start &+ 4 &* index, as: UInt32.self)
            unsafe schedule[index] = UInt32(bigEndian: word)
          }
          unsafe expand(schedule)
          for index in 0..<64 { unsafe schedule[index] &+= constants[index] }
          state &+= unsafe compressed(state, schedule)
        }
      }
    }
  }
  return state
}

/// The message schedule: words 16 … 63 of W from the block's own 16.
@inline(__always)
private func expand(_ schedule: UnsafeMutableBufferPointer<UInt32>) {
  for index in 16..<64 {
    let early = unsafe schedule[index &- 15]
    let late = unsafe schedule[index &- 2]
    let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early &>> 3)
    let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late &>> 10)
    unsafe schedule[index] = schedule[index &- 16] &+ sigma0 &+ schedule[index &- 7] &+ sigma1
  }
}

/// The 64 rounds on the working variables a … h, with the terms W + K.
@inline(__always)
private func compressed(
  _ words: SIMD8<UInt32>, _ terms: UnsafeMutableBufferPointer<UInt32>
) -> SIMD8<UInt32> {
  var (a, b, c, d) = (words[0], words[1], words[2], words[3])
  var (e, f, g, h) = (words[4], words[5], words[6], words[7])
  // The standard shifts all eight variables after every round. Here the names shift instead: after
  // eight rounds each is back in its place.
  for index in stride(from: 0, to: 64, by: 8) {
    func term(_ offset: Int) -> UInt32 { unsafe terms[index &+ offset] }
    round(a, b, c, &d, e, f, g, &h, term(0))
    round(h, a, b, &c, d, e, f, &g, term(1))
    round(g, h, a, &b, c, d, e, &f, term(2))
    round(f, g, h, &a, b, c, d, &e, term(3))
    round(e, f, g, &h, a, b, c, &d, term(4))
    round(d, e, f, &g, h, a, b, &c, term(5))
    round(c, d, e, &f, g, h, a, &b, term(6))
    round(b, c, d, &e, f, g, h, &a, term(7))
  }
  return [a, b, c, d, e, f, g, h]
}

@inline(__always)
private func round(
  _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
  _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ term: UInt32
) {
  let choice = g ^ (e & (f ^ g))
  // The standard's Maj in fewer operations: this b ^ c is the a ^ b of the round before.
  let majority = b ^ ((a ^ b) & (b ^ c))
  let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ term
  d &+= first
  h = first &+ (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
}

@inline(__always)
private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
  (word &>> count) | (word &<< (32 &- count))
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
  0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
  0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
  0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
  0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
  0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
  0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
  0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
  0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]

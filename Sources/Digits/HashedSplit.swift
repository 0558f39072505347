import Files

/// The split of images into training set and test set by a hash of their files' names, or of the
/// numbers of their rows in a table, from 0. The set of an image depends only on the seed and its own
/// name.
struct HashedSplit {
  let seed: UInt64
  /// The expected share of test images.
  let testFraction: Double

  /// The first 64 bits of SHA-256(seed, little-endian, then the name) as a fraction of 2⁶⁴ are
  /// below the test fraction.
  func isTest(_ nameInSet: String) -> Bool {
    var hash = SHA256()
    hash.update((0..<8).map { UInt8(truncatingIfNeeded: seed >> ($0 * 8)) } + Array(nameInSet.utf8))
    let value = hash.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(value) * 0x1p-64 < testFraction
  }
}

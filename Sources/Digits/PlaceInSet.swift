import Files

/// The place of a file in its set: by the number or name of the file, then by its label.
struct FileOrder {
  private let name: String
  private let digits: Substring?
  private let label: UInt8

  init(name: String, label: UInt8) {
    self.name = name
    self.label = label
    let stem = name.dropLast(".png".count)
    digits = isDecimal(stem) ? stem.drop { $0 == "0" } : nil
  }

  /// Whether the name without `.png` is a decimal number, of any length.
  var isNumber: Bool { digits != nil }

  func precedes(_ other: FileOrder, numerically: Bool) -> Bool {
    if numerically, let digits, let others = other.digits, digits != others {
      // Without leading zeros, the longer number is the larger one.
      if digits.utf8.count != others.utf8.count { return digits.utf8.count < others.utf8.count }
      return digits.utf8.lexicographicallyPrecedes(others.utf8)
    }
    if name != other.name { return name.utf8.lexicographicallyPrecedes(other.name.utf8) }
    return label < other.label
  }
}

/// The split of files into training set and test set by a hash of their names. The set of a file
/// depends only on the seed and its own name.
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

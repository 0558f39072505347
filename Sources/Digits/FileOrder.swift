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

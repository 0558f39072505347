/// The name that was probably meant: in other case, or one letter off.
func nearName(to name: String, among candidates: [String]) -> String? {
  candidates.first { $0.lowercased() == name.lowercased() }
    ?? candidates.first { min($0.count, name.count) > 1 && isOneLetterOff($0, name) }
}

/// Whether one letter more, less or other makes one word of the other.
private func isOneLetterOff(_ a: String, _ b: String) -> Bool {
  let (short, long) = a.count <= b.count ? (Array(a), Array(b)) : (Array(b), Array(a))
  guard long.count - short.count <= 1 else { return false }
  let first = zip(short, long).prefix { $0 == $1 }.count
  let rest = short.count == long.count ? first + 1 : first
  return short.dropFirst(rest).elementsEqual(long.dropFirst(first + 1))
}

import Files
import Foundation

/// Files of a folder whose names are a word and a number: `step-00000500.safetensors`.
struct NumberedFiles {
  private static let ending = ".safetensors"

  let folder: String
  /// What the names begin with.
  let word: String
  /// How many digits a number has at least.
  let digitCount: Int

  /// The path of a number's file.
  func path(_ number: Int) -> String {
    let digits = "\(number)"
    let zeros = String(repeating: "0", count: max(0, digitCount - digits.count))
    return "\(folder)/\(word)\(zeros)\(digits)\(Self.ending)"
  }

  /// The files that are there, by their numbers.
  var all: [(path: String, number: Int)] {
    ((try? rawEntries(of: folder)) ?? []).compactMap { entry in
      guard let name = entry.name, name.hasPrefix(word), name.hasSuffix(Self.ending),
        let number = Int(name.dropFirst(word.count).dropLast(Self.ending.count)),
        path(number) == "\(folder)/\(name)"
      else { return nil }
      return (path(number), number)
    }
    .sorted { $0.number < $1.number }
  }

  /// Removes those after a number.
  func removeAll(after number: Int) {
    for file in all where file.number > number { unsafe unlink(file.path) }
  }

  /// Removes the halves of files that a killed process was writing.
  func removeLeftovers() {
    for entry in (try? rawEntries(of: folder)) ?? [] {
      guard let name = entry.name, name.hasPrefix(word),
        let end = name.range(of: Self.ending + ".")
      else { continue }
      removeTemporaries(of: "\(folder)/\(name[..<end.lowerBound])\(Self.ending)")
    }
  }
}

/// The part of a data set that a file or folder is named after.
enum SetPart {
  case train
  case test
  case validation

  /// The part that a word of a name stands for, in any case.
  init?(word: some StringProtocol) {
    switch word.lowercased() {
    case "train", "training": self = .train
    case "test", "testing", "t10k": self = .test
    case "val", "valid", "validation": self = .validation
    default: return nil
    }
  }
}

/// What the name of an IDX file says: `emnist-letters-train-images-idx3-ubyte.gz`.
struct IDXFileName {
  /// The name of the file or folder.
  let name: String
  /// What stands before the part, in lower case: `emnist-letters`, or nothing.
  let set: String
  let isTest: Bool
  let isLabels: Bool
  let isCompressed: Bool

  /// Reads a name of words between hyphens, underscores or dots: a set's name or none, the part, images
  /// or labels, and a word that begins with `idx`. Nil for every other name.
  init?(_ name: String) {
    var words = nameWords(name)
    isCompressed = words.last == "gz"
    if isCompressed { words.removeLast() }
    guard
      let place = words.indices.dropLast(2).first(where: {
        ["images", "labels"].contains(words[$0 + 1]) && words[$0 + 2].hasPrefix("idx")
      }), words.count <= place + 4,
      ["ubyte", "byte", "int"].contains(words.dropFirst(place + 3).first ?? "int")
    else { return nil }
    switch SetPart(word: words[place]) {
    case .train: isTest = false
    case .test: isTest = true
    case .validation, nil: return nil
    }
    isLabels = words[place + 1] == "labels"
    set = words[..<place].joined(separator: "-")
    self.name = name
  }
}

/// What the name of a CSV file says: `mnist_train.csv`.
struct CSVFileName {
  let name: String
  /// What stands before the part, in lower case: `mnist`, or nothing.
  let set: String
  /// Nil where the name has no part, as `digits.csv`.
  let part: SetPart?

  init(_ name: String) {
    let words = nameWords(name).dropLast()
    part = words.last.flatMap { SetPart(word: $0) }
    set = (part == nil ? words : words.dropLast()).joined(separator: "-")
    self.name = name
  }
}

/// The words of a name in lower case, between hyphens, underscores and dots.
private func nameWords(_ name: String) -> [String] {
  name.lowercased().split(omittingEmptySubsequences: false) { "-_.".contains($0) }.map(String.init)
}

/// Whether the images of a set lie on their side: EMNIST's are stored column by column.
func liesOnItsSide(_ set: String) -> Bool {
  set.hasPrefix("emnist")
}

import ArgumentParser

/// Whole numbers with commas between them, such as `2,8,64`.
struct CountList: ExpressibleByArgument {
  let values: [Int]

  init(_ values: [Int]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Int(String($0))
    }
    values = parts.compactMap(\.self)
    guard values.count == parts.count else { return nil }
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}

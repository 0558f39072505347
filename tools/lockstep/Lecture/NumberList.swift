import ArgumentParser

/// Finite numbers with commas between them, such as `0.2,1,1.9`.
struct NumberList: ExpressibleByArgument {
  let values: [Double]

  init(_ values: [Double]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double(String($0))
    }
    values = parts.compactMap(\.self).filter(\.isFinite)
    guard values.count == parts.count else { return nil }
  }

  /// As it is typed: whole numbers without a point.
  var defaultValueDescription: String {
    values.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\(Int($0))" : "\($0)" }
      .joined(separator: ",")
  }
}

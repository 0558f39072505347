import ArgumentParser
import Networks

/// Activation functions with commas between them, such as `threshold,logistic`.
struct ActivationList: ExpressibleByArgument {
  let values: [Activation]

  init(_ values: [Activation]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Activation(argument: String($0))
    }
    values = parts.compactMap(\.self)
    guard values.count == parts.count else { return nil }
  }

  var defaultValueDescription: String {
    values.map(\.defaultValueDescription).joined(separator: ",")
  }
}

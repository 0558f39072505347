import Networks

/// Weights that another program wrote.
@Sendable func attackWeights(_ bytes: [UInt8]) {
  let path = put(bytes, "weights.safetensors")
  guard let weights = accepted({ try ImportedWeights(contentsOf: path) }) else { return }
  expect(weights.tensors.count.isMultiple(of: 2), "a layer has a weight and a bias")
  expect(weights.unusedNames.isEmpty, "without names given every tensor is used")
  guard
    let architecture = accepted({ try weights.architecture(activation: .relu) })
  else { return }
  let parameters = must("weights fit their own architecture") {
    try weights.parameters(architecture)
  }
  let written = zip(weights.tensors, parameters.tensors())
  expect(
    written.allSatisfy { $0.values.map(\.bitPattern) == $1.values.map(\.bitPattern) },
    "imported weights are those of the tensors, to the bit")
  let model = Model(parameters: parameters)
  expectRoundTrip(model)
  expectUsable(model)
  let names = weights.tensors.map(\.name)
  let named = must("tensors are found by their names") {
    try ImportedWeights(contentsOf: path, names: names)
  }
  expect(named.widths == weights.widths, "names in their own order change nothing")
}

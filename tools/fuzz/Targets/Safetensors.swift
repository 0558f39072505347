import Files
import Networks

/// Safetensors content of any element type.
@Sendable func attackSafetensors(_ bytes: [UInt8]) {
  guard
    let content = accepted({
      try Safetensors(decoding: bytes, file: "input", types: Safetensors.ElementType.allCases)
    })
  else { return }
  for tensor in content.tensors {
    expect(
      tensor.shape.reduce(1, *) == tensor.values.count, "a tensor has the values of its shape")
  }
  let encoded = content.encoded()
  let again = must("safetensors that were written are read") {
    try Safetensors(decoding: encoded, file: "output")
  }
  expect(again.metadata == content.metadata, "metadata make a round trip")
  expect(again.tensors.count == content.tensors.count, "every tensor makes a round trip")
  for (one, other) in zip(content.tensors, again.tensors) {
    expect(
      one.name == other.name && one.shape == other.shape
        && one.values.map(\.bitPattern) == other.values.map(\.bitPattern),
      "a tensor makes a round trip to the bit")
  }
  expect(again.encoded() == encoded, "equal content gives equal bytes")
}

/// A safetensors file whose fingerprints and checksum are right for its content: the work of someone
/// who changes a file on purpose.
///
/// - Parameters:
///   - bytes: the content of a file.
///   - prefixes: those of the groups of parameters that have a fingerprint.
///   - change: what else is changed in the metadata.
/// - Returns: nil for what is no safetensors file of a network.
func withFingerprints(
  _ bytes: [UInt8], prefixes: [String], change: (inout HeaderMetadata) -> Void = { _ in }
) -> [UInt8]? {
  guard var content = try? Safetensors(decoding: bytes, file: ""),
    let architecture = try? Architecture(metadata: content.metadata, file: "")
  else { return nil }
  var metadata = HeaderMetadata(content.metadata)
  for prefix in prefixes {
    let tensors = content.tensors.filter {
      prefix.isEmpty ? !$0.name.contains(".layer") : $0.name.hasPrefix(prefix)
    }
    guard
      let parameters = try? Parameters(
        architecture, tensors: tensors, prefix: prefix, file: "")
    else { continue }
    metadata.setFingerprint(parameters.fingerprint, prefix: prefix)
  }
  change(&metadata)
  content.metadata = metadata.entriesWithChecksum
  return content.encoded()
}

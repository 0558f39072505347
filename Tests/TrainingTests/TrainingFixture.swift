import Files
import Foundation
import Networks
import Testing

/// What another program made of a training: one of the files in `Fixtures`.
struct TrainingFixture {
  private let architecture: Architecture
  private let tensors: [Safetensors.Tensor]
  private let path: String

  init(_ name: String, _ architecture: Architecture) throws {
    path =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name).safetensors").path
    tensors = try Safetensors(contentsOf: path).tensors
    self.architecture = architecture
  }

  func values(_ name: String) throws -> [Float] {
    try #require(tensors.first { $0.name == name }).values
  }

  func parameters(_ prefix: String) throws -> Parameters {
    let names = Parameters(architecture).tensors(prefix: prefix).map(\.name)
    let own = try names.map { name in try #require(tensors.first { $0.name == name }) }
    return try Parameters(architecture, tensors: own[...], prefix: prefix, file: path)
  }
}

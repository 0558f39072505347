import Kernels
import Networks

/// What members exchange of a step or an evaluation besides gradients.
struct StepScalars: Equatable {
  /// The sum of the losses of each leaf.
  var lossOfLeaves: [Double]
  /// The number of correct predictions.
  var correctCount: Int
  /// The first layer with a non-finite activation or, where only the loss is not finite, the last layer;
  /// nil where all is finite.
  var failedLayer: Int?

  init(lossOfLeaves: [Double], correctCount: Int, failedLayer: Int? = nil) {
    self.lossOfLeaves = lossOfLeaves
    self.correctCount = correctCount
    self.failedLayer = failedLayer
  }

  /// Those of the first samples of a mini-batch after its forward pass.
  init(_ memory: BatchMemory, samples: Int, failedLayer: Int?) {
    self.init(
      lossOfLeaves: leafSums(memory.losses, count: samples),
      correctCount: (0..<samples).count { memory.predictions[$0] == memory.classes[$0] },
      failedLayer: failedLayer)
  }

  /// Those of all members, whose leaves follow each other.
  init(of members: [[UInt8]]) {
    let parts = members.map(Self.init(bytes:))
    self.init(
      lossOfLeaves: parts.flatMap(\.lossOfLeaves),
      correctCount: parts.reduce(0) { $0 + $1.correctCount },
      failedLayer: parts.compactMap(\.failedLayer).min())
  }

  /// The number of `bytes` for so many leaves.
  static func byteCount(leaves: Int) -> Int { 8 * (2 + leaves) }

  /// The bytes that members exchange: words of 64 bits, the least significant byte first.
  var bytes: [UInt8] {
    let words =
      [UInt64(correctCount), failedLayer.map { UInt64($0) } ?? .max]
      + lossOfLeaves.map(\.bitPattern)
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  init(bytes: [UInt8]) {
    let words = stride(from: 0, to: bytes.count, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
    }
    self.init(
      lossOfLeaves: words.dropFirst(2).map(Double.init(bitPattern:)), correctCount: Int(words[0]),
      failedLayer: words[1] == .max ? nil : Int(words[1]))
  }
}

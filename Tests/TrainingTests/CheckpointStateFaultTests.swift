import Files
import Foundation
import Networks
import Testing
import Training

/// Settings and states that are written well and make no sense are refused: nothing goes on from a
/// state that no training leaves behind.
@Suite struct CheckpointStateFaultTests {
  /// What stands in the text of an entry, and what it is replaced by.
  typealias Edit = (old: String, new: String)

  static let stateEdits: [Edit] = [
    ("\"epoch\":3,\"epochs", "\"epoch\":-1,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":2,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":4,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":4294967296,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epoch\":3.5,\"epochs"),
    ("\"epoch\":3,\"epochs", "\"epochs"),
    ("\"step\":3", "\"step\":4"), ("\"step\":3", "\"step\":-1"), ("\"step\":3", "\"step\":0"),
    ("\"step\":3", "\"step\":9223372036854775807"), ("\"step\":3", "\"step\":1099511627776"),
    ("\"step\":3", "\"step\":1e300"),
    ("\"samplesSeen\":24", "\"samplesSeen\":0"), ("\"samplesSeen\":24", "\"samplesSeen\":-24"),
    ("\"samplesSeen\":24", "\"samplesSeen\":25"), ("\"samplesSeen\":24", "\"samplesSeen\":16"),
    ("\"samplesSeen\":24", "\"samplesSeen\":9223372036854775807"),
    ("\"hits\":", "\"hits\":-"), ("\"hits\":", "\"hits\":9"),
    ("\"lossSum\":", "\"lossSum\":\"nan\",\"x\":"), ("\"lossSum\":", "\"lossSum\":\"inf\",\"x\":"),
    ("\"squaredGradientNormSum\":", "\"squaredGradientNormSum\":\"inf\",\"x\":"),
    ("\"squaredGradientNormSum\":", "\"squaredGradientNormSum\":-"),
    ("\"epochsWithoutImprovement\":", "\"epochsWithoutImprovement\":-1,\"x\":"),
    ("\"epochsWithoutImprovement\":", "\"epochsWithoutImprovement\":7"),
    ("\"reductions\":", "\"reductions\":-1"), ("\"reductions\":", "\"reductions\":109951162777"),
    ("\"bestLoss\":", "\"bestLoss\":\"nan\",\"x\":"), ("\"bestLoss\":", "\"bestLoss\":-"),
    ("\"bestLoss\":", "\"x\":"),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"epochs\""),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"earlyStopping\""),
    ("\"step\":3", "\"step\":3,\"stopReason\":\"hunger\""),
    ("\"reports\":[", "\"reports\":[],\"x\":["), ("\"reports\":[", "\"reports\":[{},"),
    ("\"epoch\":2", "\"epoch\":1"), ("\"epoch\":2", "\"epoch\":-2"),
    ("\"epoch\":2", "\"epoch\":9223372036854775807"),
    ("\"steps\":6", "\"steps\":7"), ("\"steps\":6", "\"steps\":-9223372036854775808"),
    ("\"count\":24", "\"count\":0"), ("\"count\":24", "\"count\":-24"),
    ("\"count\":24", "\"count\":23"), ("\"count\":24", "\"count\":9223372036854775807"),
    ("\"count\":6", "\"count\":0"), ("\"count\":6", "\"count\":7"),
    ("\"learningRate\":", "\"learningRate\":-"),
    ("\"learningRate\":", "\"learningRate\":\"nan\",\"x\":"),
    ("\"gradientNorm\":", "\"x\":"),
  ]

  @Test func `a state that no training leaves behind is refused`() throws {
    let good = try CheckpointFile.good()
    for edit in Self.stateEdits {
      try expectRefusal(of: edit, in: "lockstep.state", good)
    }
  }

  static let settingsEdits: [Edit] = [
    ("\"epochs\":9", "\"epochs\":0"), ("\"epochs\":9", "\"epochs\":-9"),
    ("\"epochs\":9", "\"epochs\":9223372036854775807"),
    ("\"batchSize\":8", "\"batchSize\":0"), ("\"batchSize\":8", "\"batchSize\":-8"),
    ("\"learningRate\":", "\"learningRate\":\"inf\",\"x\":"),
    ("\"learningRate\":", "\"learningRate\":-"),
    ("\"momentum\":0.9", "\"momentum\":1"), ("\"momentum\":0.9", "\"momentum\":1e999"),
    ("\"weightDecay\":", "\"weightDecay\":-"),
    ("\"seed\":1", "\"seed\":-1"), ("\"seed\":1", "\"seed\":18446744073709551616"),
    ("\"validationCount\":6", "\"validationCount\":-6"),
    ("\"validationCount\":6", "\"validationCount\":0"),
    ("\"patience\":5", "\"patience\":0"), ("\"patience\":1", "\"patience\":0"),
    ("\"factor\":0.5", "\"factor\":0"), ("\"onPlateau\"", "\"onMountain\""),
    ("\"isNesterov\":false", "\"isNesterov\":0"),
    ("\"gradientNormThreshold\":", "\"gradientNormThreshold\":-"),
    ("\"dropout\":0", "\"dropout\":1"), ("\"inputDropout\":0", "\"inputDropout\":-1"),
    ("\"labelSmoothing\":0", "\"labelSmoothing\":1"),
    ("\"regularization\":{", "\"regularization\":{\"maxNorm\":0,"),
  ]

  @Test func `settings that make no sense are refused`() throws {
    let good = try CheckpointFile.good()
    for edit in Self.settingsEdits {
      try expectRefusal(of: edit, in: "lockstep.settings", good)
    }
  }

  /// Sound settings, but not those of the state beside them.
  @Test(
    arguments: [
      ("\"batchSize\":8", "\"batchSize\":7"), ("\"validationCount\":6", "\"validationCount\":5"),
      ("\"batchSize\":8", "\"batchSize\":9223372036854775807"),
    ] as [Edit])
  func `settings that do not go with the state are refused`(edit: Edit) throws {
    var content = try CheckpointFile.good()
    let text = try #require(content.metadata["lockstep.settings"])
    content.metadata["lockstep.settings"] = text.replacingOccurrences(of: edit.old, with: edit.new)
    CheckpointFile.expectProblem(content, at: "metadata lockstep.state")
  }

  private func expectRefusal(of edit: Edit, in entry: String, _ good: Safetensors) throws {
    var content = good
    let text = try #require(good.metadata[entry])
    let place = try #require(text.range(of: edit.old), "\(edit.old) in \(text)")
    content.metadata[entry] = text.replacingCharacters(in: place, with: edit.new)
    CheckpointFile.expectProblem(content, at: "metadata \(entry)", "\(edit.old) → \(edit.new)")
  }
}

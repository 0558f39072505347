import Files
import Networks
import Testing
import TestSupport
import Training

/// A checkpoint to be spoilt.
enum CheckpointFile {
  static let samples = SampleSet.noise(30, inputs: 4, classes: 2)
  static let architecture = Architecture(inputs: 4, hidden: [3], outputs: 2)
  static let settings = TrainingSettings(
    epochs: 9, batchSize: 8, schedule: .onPlateau(factor: 0.5, patience: 1), validationCount: 6,
    patience: 5, gradientNormThreshold: 1e-9)

  /// A checkpoint with three reports and an epoch that has taken its three whole steps: all fields
  /// of the state hold something.
  static func good() throws -> Safetensors {
    let folder = try TemporaryFolder()
    let trainer = Trainer(architecture, training: samples, settings: settings, workers: 1)
    for _ in 0..<3 { _ = try trainer.nextReport() }
    _ = try trainer.next()
    try trainer.writeCheckpoint(to: folder("c"), notes: ["run": "{}"])
    return try Safetensors(contentsOf: folder("c"))
  }

  /// Reads a file's content as a checkpoint.
  static func read(_ content: Safetensors) throws -> Checkpoint {
    let folder = try TemporaryFolder()
    // The checksum of whoever changed it on purpose.
    var content = content
    content.metadata["lockstep.checksum"] = nil
    content.metadata = HeaderMetadata(content.metadata).entriesWithChecksum
    try content.write(to: folder("c"))
    return try Checkpoint(contentsOf: folder("c"))
  }

  /// Expects that reading a file's content says what is wrong, and where.
  static func expectProblem(
    _ content: Safetensors, at place: String, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let problem = #expect(
      throws: FileProblem.self, comment, sourceLocation: sourceLocation
    ) { try read(content) }
    #expect(problem?.kind == .wrongData, comment, sourceLocation: sourceLocation)
    #expect(
      problem?.place?.hasPrefix(place) == true, comment, sourceLocation: sourceLocation)
  }
}

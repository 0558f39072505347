import Files
import Foundation
import Lockstep
import Training

/// Another build of this command, which resumes a training from its beginning.
struct OtherProgram {
  /// The path of the program.
  let path: String
  /// Where the data was read from, and the option to transpose it.
  let source: String
  let transpose: Bool?

  /// The first difference of the training when the program computes it.
  ///
  /// - Throws: a file that cannot be written or read, a program that fails.
  /// - Returns: the difference; nil where all bits are the same.
  func difference(from verification: Verification) throws -> Verification.Difference? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try train(verification, in: folder.appendingPathComponent("whole").path, [])
    guard
      let coarse = try verification.difference(at: Checkpoint(contentsOf: whole.checkpoint))
    else { return nil }
    // Again, with a checkpoint of every step.
    let steps = try train(
      verification, in: folder.appendingPathComponent("steps").path,
      ["--checkpoint-every", "1", "--keep", "1000000"])
    for file in steps.keptCheckpoints.recent {
      if let first = try verification.difference(at: Checkpoint(contentsOf: file)) { return first }
    }
    return coarse
  }

  /// Has the program train a new run.
  private func train(
    _ verification: Verification, in folder: String, _ options: [String]
  ) throws -> RunFolder {
    // The run's lock ends with it: the program takes the folder next.
    let run = try TrainingRun(
      verification.digits, from: source, verification.architecture,
      settings: verification.settings, in: folder, workers: 1
    ).folder
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments =
      ["train", "--quiet", "--resume", folder, "--data", source] + options
      + (transpose.map { [$0 ? "--transpose" : "--no-transpose"] } ?? [])
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw FileProblem(
        .noInput, file: path, expected: "a build of this command", found: "none that starts")
    }
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw FileProblem(
        .inputOutput, file: path, expected: "to train",
        found: "\"\(String(decoding: message.prefix(300), as: UTF8.self))\"")
    }
    return run
  }
}

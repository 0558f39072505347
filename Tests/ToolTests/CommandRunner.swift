import Foundation
import Testing
import TestSupport

/// Runs programs as a person would and keeps what they print.
struct Run {
  let status: Int32
  let output: String
  let errors: String
  /// The most memory that the process held, in bytes; 0 where the system does not tell.
  let peakMemory: Int

  /// The value behind a name at the start of a line of the output.
  func value(_ name: String) -> String? {
    output.split(separator: "\n").first { $0.hasPrefix(name) }
      .map { $0.dropFirst(name.count).trimmingCharacters(in: .whitespaces) }
  }
}

/// The built command, which lies beside the test program.
let lockstepBinary = URL(fileURLWithPath: CommandLine.arguments[0])
  .deletingLastPathComponent().appendingPathComponent("lockstep").path

/// Runs `lockstep` to its end.
func lockstep(
  _ arguments: String..., binary: String = lockstepBinary, in folder: URL? = nil
) throws -> Run {
  try run(binary, arguments, in: folder)
}

/// Runs a program to its end.
func run(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Run {
  let started = try StartedRun(program, arguments, in: folder)
  return started.finish()
}

/// A program that is running.
final class StartedRun {
  let process = Process()
  private let files: [URL]
  private let handles: [FileHandle]

  init(_ program: String, _ arguments: [String], in folder: URL? = nil) throws {
    let stem = FileManager.default.temporaryDirectory.path + "/lockstep-run-\(UUID().uuidString)"
    files = ["out", "err"].map { URL(fileURLWithPath: "\(stem).\($0)") }
    handles = try files.map { file in
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      return try FileHandle(forWritingTo: file)
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    try process.run()
  }

  /// What the program has printed so far.
  var outputSoFar: String { (try? String(contentsOf: files[0], encoding: .utf8)) ?? "" }

  /// Waits for the end.
  func finish() -> Run {
    var peak = 0
    while process.isRunning {
      peak = max(peak, memoryHighWater())
      Thread.sleep(forTimeInterval: 0.005)
    }
    process.waitUntilExit()
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    let texts = files.map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" }
    return Run(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: texts[0], errors: texts[1], peakMemory: peak)
  }

  private func memoryHighWater() -> Int {
    let path = "/proc/\(process.processIdentifier)/status"
    let status = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") }.map { $0 * 1024 }
      ?? 0
  }
}

/// A JSON file or text as a dictionary.
func json(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

func json(file path: String) throws -> [String: Any] {
  try json(String(contentsOfFile: path, encoding: .utf8))
}

/// The start of a data set that a command can be tried on in a moment: 200 real digits to train and
/// 50 to test, as IDX.
func smallDigits(in folder: TemporaryFolder) throws -> String {
  let source = packageRoot.appendingPathComponent("datasets/mnist-5k")
  for (name, count, header) in [
    ("train-images-idx3-ubyte", 200, 16), ("train-labels-idx1-ubyte", 200, 8),
    ("t10k-images-idx3-ubyte", 50, 16), ("t10k-labels-idx1-ubyte", 50, 8),
  ] {
    let packed = source.appendingPathComponent(name + ".gz").path
    let bytes = try unpacked(packed)
    let itemSize = header == 16 ? 784 : 1
    // Every n-th item, since the sample is ordered by digit.
    let total = (bytes.count - header) / itemSize
    var out = Array(bytes[..<header])
    out.replaceSubrange(4..<8, with: [0, 0, 0, UInt8(count)])
    for index in 0..<count {
      let start = header + index * total / count * itemSize
      out += bytes[start..<start + itemSize]
    }
    try folder.write(out, to: "small/\(name)")
  }
  return folder("small")
}

/// The content of a gzip file, by gzip itself.
func unpacked(_ path: String) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let copy = folder("file.gz")
  try FileManager.default.copyItem(atPath: path, toPath: copy)
  let result = try run("/usr/bin/env", ["gzip", "-d", copy])
  try #require(result.status == 0)
  return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("file"))))
}

import Digits
import Files
import Foundation

/// A folder of a test's own, removed with everything in it when the test is over.
final class TestFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-digits-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and makes the folders it needs.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = "\(path)/\(name)"
    try makeFolder(URL(fileURLWithPath: file).deletingLastPathComponent().path)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  /// Reads the folder as a data set.
  func read(
    resize: ImageSize? = nil, seed: UInt64 = 0, testFraction: Double = 0.5, classCount: Int? = nil,
    workers: Int = 2
  ) throws(FileProblem) -> DigitDataset {
    try DigitDataset(
      contentsOf: path, resize: resize, seed: seed, testFraction: testFraction,
      classCount: classCount, workers: workers)
  }
}

/// The data set that comes with the package.
let embeddedDatasetPath = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("datasets/mnist-5k").path

/// A PNG of 2 × 2 pixels of one brightness.
func small(_ brightness: UInt8) -> [UInt8] {
  png(height: 2, width: 2, samples: [UInt8](repeating: brightness, count: 4))
}

/// A folder of PNGs of 2 × 2 pixels, each of the brightness that stands beside its name.
func imageFolder(_ files: KeyValuePairs<String, UInt8>) throws -> TestFolder {
  let folder = try TestFolder()
  for (name, brightness) in files { try folder.write(small(brightness), name) }
  return folder
}

/// The brightness of each image of a set.
func brightnesses(_ set: DigitSet) -> [UInt8] {
  (0..<set.count).compactMap { set.pixels(ofImage: $0).first }
}

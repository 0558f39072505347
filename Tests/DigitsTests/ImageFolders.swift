import Digits
import Files
import Images
import TestSupport

extension TemporaryFolder {
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

/// A PNG of gray pixels.
func png(height: Int, width: Int, samples: [UInt8]) throws -> [UInt8] {
  try GrayImage(size: ImageSize(height: height, width: width), pixels: samples).pngBytes()
}

/// A PNG of 2 × 2 pixels of one brightness.
func small(_ brightness: UInt8) throws -> [UInt8] {
  try png(height: 2, width: 2, samples: [UInt8](repeating: brightness, count: 4))
}

/// A folder of PNGs of 2 × 2 pixels, each of the brightness that stands beside its name.
func imageFolder(_ files: KeyValuePairs<String, UInt8>) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for (name, brightness) in files { try folder.write(small(brightness), to: name) }
  return folder
}

/// The brightness of each image of a set.
func brightnesses(_ set: DigitSet) -> [UInt8] {
  (0..<set.count).compactMap { set.pixels(ofImage: $0).first }
}

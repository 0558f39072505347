import Digits
import Files
import Testing
import TestSupport

/// Files that were cut off or changed anywhere: each gives a `FileProblem` or a set of the full size,
/// and nothing gives a crash.
@Suite struct CorruptionTests {
  /// Cuts a file at every byte; a shorter file is never a set.
  private func expectTruncationsFail(_ bytes: [UInt8], read: ([UInt8]) throws -> Void) {
    for count in 0..<bytes.count {
      #expect(throws: FileProblem.self, "cut at byte \(count)") {
        try read(Array(bytes[..<count]))
      }
    }
  }

  /// Flips each bit of a file.
  ///
  /// - Returns: how many changes went unnoticed.
  private func flipEveryBit(_ bytes: [UInt8], read: ([UInt8]) throws -> Void) throws -> Int {
    var unnoticed = 0
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        try read(changed)
        unnoticed += 1
      } catch is FileProblem {
        continue
      }
    }
    return unnoticed
  }

  /// Reads a set whose training images, or labels, are `bytes`, and checks that nothing is missing.
  private func readSet(_ folder: TemporaryFolder, _ name: String, _ bytes: [UInt8]) throws {
    try folder.write(bytes, to: name)
    let data = try folder.read()
    #expect(data.train.count == 3 && data.test.count == 2)
    #expect(data.train.images.count == 18 && data.train.labels.count == 3)
  }

  @Test(arguments: [0, 1], ["", ".gz"])
  func `a damaged IDX file is a problem or a whole set`(index: Int, suffix: String) throws {
    let folder = try idxFolder(suffix: suffix)
    let name = idxNames[index] + suffix
    let bytes = suffix == ".gz" ? gzip(smallIDX[index]) : smallIDX[index]
    let read: ([UInt8]) throws -> Void = { try readSet(folder, name, $0) }
    expectTruncationsFail(bytes, read: read)
    let unnoticed = try flipEveryBit(bytes, read: read)
    if suffix.isEmpty {
      // Plain pixels and labels have no checksum. Every bit of a header counts: the sizes that
      // the three and two images cannot have are refused. Of the labels 2, 0 and 1 the test set needs
      // 2 and 1; 0 may become 1, 2 or 4, beyond which most classes would be empty.
      #expect(unnoticed == (index == 0 ? 18 * 8 : 3))
    } else {
      // Of gzip's ten bytes of header the time, the system and the flags for text are free.
      #expect(unnoticed <= 10 * 8)
    }
  }

  @Test func `a damaged PNG in a set is a problem`() throws {
    let folder = try TemporaryFolder()
    let bytes = try png(height: 3, width: 5, samples: Array(1...15))
    try folder.write(bytes, to: "train/0/1.png")
    try folder.write(bytes, to: "test/0/1.png")
    expectTruncationsFail(bytes) { bytes in
      try folder.write(bytes, to: "train/0/2.png")
      _ = try folder.read()
    }
  }
}

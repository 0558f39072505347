import Digits
import Files
import Images
import Testing
import TestSupport

/// The names of the four files in the order in which they are read.
let idxNames = [
  "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
]

/// Three training and two test images of 2 × 3 pixels with labels 0 … 2.
let smallIDX: [[UInt8]] = [
  idx([3, 2, 3], Array(1...18)), idx([3], [2, 0, 1]), idx([2, 2, 3], Array(101...112)),
  idx([2], [1, 2]),
]

/// A folder of the four files, of which some may be replaced.
func idxFolder(_ replaced: [Int: [UInt8]] = [:], suffix: String = "") throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for (index, name) in idxNames.enumerated() {
    let bytes = replaced[index] ?? (suffix == ".gz" ? gzip(smallIDX[index]) : smallIDX[index])
    try folder.write(bytes, to: name + suffix)
  }
  return folder
}

@Suite struct IDXTests {
  @Test(arguments: ["", ".gz"], [1, 4])
  func `a set is read as it is`(suffix: String, workers: Int) throws {
    let folder = try idxFolder(suffix: suffix)
    let data = try folder.read(workers: workers)
    #expect(
      data.train
        == DigitSet(
          images: Array(1...18), labels: [2, 0, 1], imageSize: ImageSize(height: 2, width: 3)))
    #expect(
      data.test
        == DigitSet(
          images: Array(101...112), labels: [1, 2], imageSize: ImageSize(height: 2, width: 3)))
    #expect(data.classNames == ["0", "1", "2"])
    #expect(folder.path.hasSuffix("/\(data.name)"))
    #expect(Array(data.train.pixels(ofImage: 1)) == Array(7...12))
  }

  @Test func `the plain file wins over the compressed one`() throws {
    let folder = try idxFolder()
    try folder.write(gzip(idx([3], [0, 0, 0])), to: idxNames[1] + ".gz")
    #expect(try folder.read().train.labels == [2, 0, 1])
  }

  @Test func `the dotted spelling is understood`() throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in zip(idxNames, smallIDX) {
      try folder.write(bytes, to: name.replacing("-idx", with: ".idx"))
    }
    #expect(try folder.read().test.labels == [1, 2])
  }

  @Test func `a slash at the end of the folder does not change the name`() throws {
    let data = try DigitDataset(contentsOf: embeddedDigitsPath + "/", workers: 2)
    #expect(data.name == "mnist-5k")
  }

  @Test func `resizing applies to every image`() throws {
    let data = try idxFolder().read(resize: ImageSize(height: 1, width: 3))
    #expect(data.train.height == 1 && data.train.width == 3)
    // The mean of two rows, 3 apart, rounded half up.
    #expect(data.train.images == [3, 4, 5, 9, 10, 11, 15, 16, 17])
    #expect(data.test.count == 2)
  }

  @Test func `a known number of classes is taken`() throws {
    #expect(try idxFolder().read(classCount: 10).classCount == 10)
  }

  // Each row breaks one file and says what the error has to show.
  @Test(arguments: [
    BrokenIDX(
      0, idx([3, 2, 3], Array(1...17)), "length", "16 + 3 × 2 × 3 bytes", "at most 33 bytes"),
    BrokenIDX(0, idx([3, 2, 3], Array(1...19)), "length", "16 + 3 × 2 × 3 bytes", "more"),
    BrokenIDX(1, idx([3], [1, 2]), "length", "8 + 3 bytes", "at most 10 bytes"),
    BrokenIDX(0, [0, 0, 8, 3, 0, 0], "header", "16 bytes", "6 bytes"),
    BrokenIDX(0, [], "header", "16 bytes", "0 bytes"),
    BrokenIDX(
      0, [0, 0, 13, 3, 0, 0, 0, 3], "byte 2", "the magic number 00 00 08 03", "00 00 0d 03"),
    BrokenIDX(0, smallIDX[1], "byte 3", "the magic number 00 00 08 03", "00 00 08 01"),
    BrokenIDX(3, smallIDX[2], "byte 3", "the magic number 00 00 08 01", "00 00 08 03"),
    BrokenIDX(2, gzip(smallIDX[2]), "byte 0", "the magic number 00 00 08 03", "1f 8b 08 00"),
    BrokenIDX(0, idx([0, 2, 3], []), "byte 4", "a size of at least 1", "0: the file is empty"),
    BrokenIDX(0, idx([3, 2, 0], []), "byte 12", "a size of at least 1", "0: the file is empty"),
  ])
  func `a broken file is named with the evidence`(_ broken: BrokenIDX) throws {
    let folder = try idxFolder([broken.index: broken.bytes])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == "\(folder.path)/\(idxNames[broken.index])")
    #expect(problem?.place == broken.place)
    #expect(problem?.expected == broken.expected)
    #expect(problem?.found == broken.found)
  }

  @Test func `a header that overflows is refused before memory is taken`() throws {
    let largest = Int(UInt32.max)
    for bytes in [
      idx([largest, largest, largest], [1]), idx([largest, 1, 1], [1]), idx([1, largest, 9], [1]),
    ] {
      for (suffix, bytes) in [("", bytes), (".gz", gzip(bytes))] {
        let folder = try idxFolder([0: bytes], suffix: suffix)
        let problem = #expect(throws: FileProblem.self) { try folder.read() }
        #expect(problem?.place == "length")
      }
    }
  }

  @Test func `the first of several problems is reported`() throws {
    for _ in 0..<20 {
      let folder = try idxFolder([1: [1], 2: [2], 3: [3]])
      let problem = #expect(throws: FileProblem.self) { try folder.read(workers: 4) }
      #expect(problem?.file == "\(folder.path)/\(idxNames[1])")
    }
  }

  @Test func `an earlier problem counts even if it is found later`() throws {
    // It takes the whole file to find its checksum wrong, and four bytes for the labels.
    var images = gzip(idx([5000, 28, 28], [UInt8](repeating: 0, count: 5000 * 784)))
    images[images.count - 8] ^= 1
    let folder = try idxFolder([0: images, 1: gzip([1, 2, 3, 4])], suffix: ".gz")
    let problem = #expect(throws: FileProblem.self) { try folder.read(workers: 2) }
    #expect(problem?.found == "incorrect data check")
  }
}

/// One broken file of a set and the error it has to give.
struct BrokenIDX: Sendable, CustomTestStringConvertible {
  let index: Int
  let bytes: [UInt8]
  let place: String
  let expected: String
  let found: String

  init(_ index: Int, _ bytes: [UInt8], _ place: String, _ expected: String, _ found: String) {
    self.index = index
    self.bytes = bytes
    self.place = place
    self.expected = expected
    self.found = found
  }

  var testDescription: String { "\(idxNames[index]): \(place): \(found)" }
}

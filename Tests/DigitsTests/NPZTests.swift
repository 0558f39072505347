import Digits
import Files
import Images
import Testing
import TestSupport

private let names = ["x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy"]

/// Three training and two test images of 2 × 3 pixels with labels 0 … 2.
private let arrays: [[UInt8]] = [
  npy("|u1", [3, 2, 3], Array(1...18)), npy("|u1", [3], [2, 0, 1]),
  npy("|u1", [2, 2, 3], Array(101...112)), npy("|u1", [2], [1, 2]),
]

private func npz(_ replaced: [Int: [UInt8]] = [:], isDeflated: Bool = true) -> [UInt8] {
  zip(
    names.indices.map { (names[$0], replaced[$0] ?? arrays[$0]) }, isDeflated: isDeflated)
}

private func folder(_ bytes: [UInt8]) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  try folder.write(bytes, to: "small.npz")
  return folder
}

@Suite struct NPZTests {
  private func expectSmall(
    _ data: DigitDataset, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let size = ImageSize(height: 2, width: 3)
    #expect(
      data.train == DigitSet(images: Array(1...18), labels: [2, 0, 1], imageSize: size),
      sourceLocation: sourceLocation)
    #expect(
      data.test == DigitSet(images: Array(101...112), labels: [1, 2], imageSize: size),
      sourceLocation: sourceLocation)
    #expect(data.classNames == ["0", "1", "2"], sourceLocation: sourceLocation)
  }

  private func problem(_ bytes: [UInt8]) throws -> FileProblem? {
    let folder = try folder(bytes)
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.file == folder("small.npz"))
    #expect(problem?.kind == .wrongData)
    return problem
  }

  @Test(arguments: [true, false], [1, 4])
  func `an archive is read, stored or deflated, by its file or its folder`(
    isDeflated: Bool, workers: Int
  ) throws {
    let folder = try folder(npz(isDeflated: isDeflated))
    expectSmall(try folder.read(workers: workers))
    let data = try DigitDataset(contentsOf: folder("small.npz"), workers: workers)
    expectSmall(data)
    #expect(data.name == "small" && data.notices.isEmpty)
  }

  @Test(
    arguments: [
      [0: npy("<f4", [3, 2, 3], elements((1...18).map { Float($0) }))],
      [0: npy("<f8", [3, 2, 3, 1], elements((1...18).map { Double($0) }))],
      [0: npy("<i2", [3, 1, 2, 3], elements(Array(1...18), byteCount: 2))],
      [0: npy("<u8", [3, 2, 3], elements(Array(1...18), byteCount: 8), version: 2)],
      [
        1: npy("<i8", [3, 1], elements([2, 0, 1], byteCount: 8)),
        3: npy("<i4", [2], elements([1, 2], byteCount: 4)),
      ],
      [1: npy(">i4", [3], [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1], version: 3)],
      [1: npy("|u1", [3], [2, 0, 1], isColumnMajor: true)],
    ] as [[Int: [UInt8]]])
  func `whole numbers of every element type are read`(replaced: [Int: [UInt8]]) throws {
    expectSmall(try folder(npz(replaced)).read())
  }

  @Test func `numbers of 0…1 are multiplied by 255, and said`() throws {
    let train = (0..<18).map { Float($0 * 15) / 255 }
    let data = try folder(
      npz([
        0: npy("<f4", [3, 2, 3], elements(train)),
        2: npy("|b1", [2, 2, 3], [0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0]),
      ])
    ).read()
    #expect(data.train.images == (0..<18).map { UInt8($0 * 15) })
    #expect(data.test.images == [0, 255, 0, 255, 0, 255, 255, 255, 255, 0, 0, 0])
    #expect(data.notices == ["pixels of 0…1 are multiplied by 255"])
    // A 1 before the first fraction is a 255, too.
    let late = (0..<18).map { $0 < 17 ? Float(1) : 0.5 }
    let binary = npy("|u1", [2, 2, 3], [UInt8](repeating: 1, count: 12))
    let other = try folder(npz([0: npy("<f4", [3, 2, 3], elements(late)), 2: binary])).read()
    #expect(other.train.images == [UInt8](repeating: 255, count: 17) + [128])
  }

  @Test func `other names of the arrays are known, and further arrays told`() throws {
    let others = ["train_images.npy", "TRAIN_LABELS.npy", "test_images.npy", "test_labels.npy"]
    let members = others.indices.map { (others[$0], arrays[$0]) } + [("val_images.npy", arrays[0])]
    let data = try folder(zip(members)).read()
    expectSmall(data)
    #expect(data.notices == ["arrays that are not read: val_images.npy"])
  }

  @Test func `images in rows are squares`() throws {
    let data = try folder(
      npz([0: npy("|u1", [3, 4], Array(1...12)), 2: npy("|u1", [2, 4], Array(1...8))])
    ).read()
    #expect(data.train.imageSize == ImageSize(height: 2, width: 2))
  }

  @Test(
    arguments: [
      (
        [0: npy("<f4", [3, 2, 3], elements((1...18).map { Float($0) + 0.5 }))],
        "x_train.npy, element 0", "1.5"
      ),
      (
        [0: npy("<f4", [3, 2, 3], elements([0.5] + (1...17).map { Float($0) }))],
        "x_train.npy, element 2", "2.0"
      ),
      (
        [0: npy("<f4", [3, 2, 3], elements([.nan] + [Float](repeating: 0, count: 17)))],
        "x_train.npy, element 0", "nan"
      ),
      ([1: npy("<i4", [3], elements([2, -1, 1], byteCount: 4))], "y_train.npy, element 1", "-1.0"),
      ([0: npy("|O", [3, 2, 3], Array(1...18))], "x_train.npy", "elements of type |O"),
      (
        [0: npy("|u1", [3, 2, 3], Array(1...18), isColumnMajor: true)], "x_train.npy",
        "Fortran order"
      ),
      ([0: npy("|u1", [3, 2, 3], Array(1...17))], "x_train.npy", "17 bytes"),
      (
        [0: npy("|u1", [3, 2, 1, 3, 1], Array(1...18))], "x_train.npy",
        "an array of 3 × 2 × 1 × 3 × 1"
      ),
      ([0: npy("|u1", [3, 2, 1], Array(1...6))], "x_test.npy", "2 × 3"),
      ([1: npy("|u1", [3, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0])], "y_train.npy", "an array of 3 × 3"),
      ([1: npy("|u1", [2], [0, 1])], "y_train.npy", "an array of 2"),
      ([1: npy("|u1", [3], [2, 255, 1])], "y_train.npy, element 1", "255"),
      ([3: npy("|u1", [2], [1, 3])], "y_test.npy, element 1", "3"),
      (
        [2: npy("<f4", [2, 2, 3], elements([Float](repeating: 0.5, count: 12)))], "x_test.npy",
        "fractions"
      ),
      ([0: [1, 2, 3]], "x_train.npy", "other bytes"),
      ([0: npy("|u1", [Int.max, 2, 3], Array(1...18))], "x_train.npy", "18 bytes"),
    ] as [([Int: [UInt8]], String, String)])
  func `a wrong array is named`(replaced: [Int: [UInt8]], place: String, found: String) throws {
    let problem = try problem(npz(replaced))
    #expect(problem?.place == place)
    #expect(problem?.found == found)
  }

  @Test func `no test set is said in words`() throws {
    let problem = try problem(zip([(names[0], arrays[0]), (names[1], arrays[1])]))
    #expect(problem?.place == "x_test")
    #expect(problem?.found == "the arrays x_train, y_train")
    #expect(problem?.hint?.contains("no test set") == true)
  }

  @Test func `a wrong checksum, size, method or offset is found`() throws {
    for isDeflated in [true, false] {
      let good = npz(isDeflated: isDeflated)
      let directory = try #require(
        (0..<good.count).first { Array(good[$0..<min($0 + 4, good.count)]) == [0x50, 0x4b, 1, 2] })
      func change(_ offset: Int, _ bits: UInt8) throws -> FileProblem? {
        var bytes = good
        bytes[directory + offset] ^= bits
        return try problem(bytes)
      }
      #expect(try change(16, 1)?.expected.hasPrefix("the checksum") == true)
      #expect(try change(24, 1) != nil)
      #expect(try change(20, 1) != nil)
      #expect(try change(8, 1)?.found == "encryption")
      #expect(try change(10, 4)?.found.hasPrefix("method") == true)
      #expect(try change(42, 1)?.expected == "the header of x_train.npy")
      #expect(try change(45, 0x7f)?.expected == "the header of x_train.npy")
    }
  }

  @Test func `a member that promises far more than it holds is refused`() throws {
    var bytes = npz()
    let directory = try #require(
      (0..<bytes.count).first { Array(bytes[$0..<min($0 + 4, bytes.count)]) == [0x50, 0x4b, 1, 2] })
    bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 0, 0, 0x7f])
    let found = try problem(bytes)
    #expect(found?.place == "x_train.npy")
    #expect(found?.expected.hasPrefix("at most") == true)
  }

  @Test func `a file that was cut off anywhere is a problem`() throws {
    for isDeflated in [true, false] {
      let bytes = npz(isDeflated: isDeflated)
      let folder = try folder(bytes)
      for count in stride(from: 0, to: bytes.count, by: 3) {
        try folder.write(Array(bytes[..<count]), to: "small.npz")
        #expect(throws: FileProblem.self, "cut at byte \(count)") { try folder.read(workers: 1) }
      }
    }
  }

  @Test func `random damage gives a problem or the same set, never a crash`() throws {
    for isDeflated in [true, false] {
      let bytes = npz(isDeflated: isDeflated)
      let folder = try folder(bytes)
      var numbers = TestNumbers(seed: 3)
      for _ in 0..<1000 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
          let place = Int.random(in: 0..<bytes.count, using: &numbers)
          changed[place] ^= UInt8.random(in: 1...255, using: &numbers)
        }
        try folder.write(changed, to: "small.npz")
        do {
          // What the checksums do not cover: times, attributes and names in the headers.
          expectSmall(try folder.read(workers: 1))
        } catch {
          continue
        }
      }
    }
  }
}

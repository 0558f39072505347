import Digits
import Files
import Testing
import TestSupport

@Suite struct PlaceInSetTests {
  private func folder(numbers: some Sequence<Int>) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for number in numbers {
      try folder.write(small(UInt8(number)), to: "\(number % 2)/\(number).png")
    }
    return folder
  }

  @Test func `every image falls on one side`() throws {
    let data = try folder(numbers: 0..<200).read(testFraction: 0.25)
    #expect((brightnesses(data.train) + brightnesses(data.test)).sorted() == Array(0..<200))
    #expect(data.train.labels == brightnesses(data.train).map { $0 % 2 })
    // Binomial, 50 ± 6.1: four deviations on either side.
    #expect((26...74).contains(data.test.count))
  }

  @Test func `one more file moves no other`() throws {
    let before = try folder(numbers: 0..<100).read()
    let after = try folder(numbers: 0..<150).read()
    #expect(brightnesses(after.test).filter { $0 < 100 } == brightnesses(before.test))
  }

  @Test func `the seed decides, and the workers do not`() throws {
    let folder = try folder(numbers: 0..<100)
    let data = try folder.read(seed: 1, workers: 1)
    #expect(try folder.read(seed: 1, workers: 4).test == data.test)
    #expect(try folder.read(seed: 2).test != data.test)
  }

  /// Half of the range of the hash's first byte: a digest that begins with 0 … 7.
  @Test func `the split is the documented hash`() throws {
    let isTest = (1...9).map { number in
      let digest = SHA256.hexDigest(
        of: [5, 0, 0, 0, 0, 0, 0, 0] + Array("\(number % 2)/\(number).png".utf8))
      return digest < "8"
    }
    let data = try folder(numbers: 1...9).read(seed: 5, testFraction: 0.5)
    #expect(brightnesses(data.test).map(Int.init) == (1...9).filter { isTest[$0 - 1] })
  }

  @Test func `a side without images is an error`() throws {
    let folder = try imageFolder(["0/1.png": 1])
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == folder.path)
    #expect(problem?.expected == "images to train with and images to test with")
    #expect(["1 and 0", "0 and 1"].contains(problem?.found))
  }
}

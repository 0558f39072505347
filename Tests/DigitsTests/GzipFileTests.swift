import Digits
import Files
import Testing
import TestSupport

@Suite struct GzipFileTests {
  private func problem(_ bytes: [UInt8]) throws -> FileProblem? {
    let folder = try idxFolder([2: bytes], suffix: ".gz")
    let problem = #expect(throws: FileProblem.self) { try folder.read() }
    #expect(problem?.kind == .wrongData)
    #expect(problem?.file == "\(folder.path)/\(idxNames[2]).gz")
    return problem
  }

  @Test func `several members are one content`() throws {
    let bytes = smallIDX[2]
    for cut in [0, 3, 16, 20, bytes.count] {
      let members = gzip(Array(bytes[..<cut])) + gzip(Array(bytes[cut...]))
      let folder = try idxFolder([2: members], suffix: ".gz")
      #expect(try folder.read().test.images == Array(101...112))
    }
  }

  @Test func `a wrong checksum is found`() throws {
    var bytes = gzip(smallIDX[2])
    bytes[bytes.count - 8] ^= 1
    #expect(try problem(bytes)?.found == "incorrect data check")
  }

  @Test func `a wrong length is found`() throws {
    var bytes = gzip(smallIDX[2])
    bytes[bytes.count - 1] ^= 1
    #expect(try problem(bytes)?.found == "incorrect length check")
  }

  @Test func `a file that was cut off is found, even if only its checksum is missing`() throws {
    let bytes = gzip(smallIDX[2])
    let found = try problem(Array(bytes.dropLast()))
    #expect(found?.place == "byte \(bytes.count - 1)")
    #expect(found?.expected == "a complete gzip file")
    #expect(found?.found == "its end after 28 bytes of content")
  }

  @Test func `bytes after the last member are an error`() throws {
    let bytes = gzip(smallIDX[2])
    let found = try problem(bytes + [0])
    #expect(found?.place == "byte \(bytes.count)")
    #expect(found?.expected == "the end of the file")
    #expect(found?.found == "00")
  }

  @Test func `an empty file is not empty content`() throws {
    let found = try problem([])
    #expect(found?.place == "byte 0")
    #expect(found?.found == "its end after 0 bytes of content")
  }

  @Test func `a file that is not compressed is told apart`() throws {
    let found = try problem(smallIDX[2])
    #expect(found?.place == "byte 0")
    #expect(found?.expected == "a gzip file, 1f 8b")
    #expect(found?.hint?.contains("drop .gz") == true)
  }

  @Test func `content that is shorter or longer than its header says is an error`() throws {
    let shorter = try problem(gzip(Array(smallIDX[2].dropLast())))
    #expect(shorter?.place == "length")
    #expect(shorter?.expected == "16 + 2 × 2 × 3 bytes")
    #expect(shorter?.found == "27 bytes")
    #expect(try problem(gzip(smallIDX[2] + [0]))?.found == "more")
    #expect(try problem(gzip(smallIDX[2]) + gzip([0]))?.found == "more")
  }

  @Test func `content larger than every buffer is read whole`() throws {
    // Noise does not compress, so the file spans several reads.
    var state: UInt32 = 1
    let images = (0..<300 * 28 * 28).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let folder = try idxFolder(
      [
        0: gzip(idx([300, 28, 28], images)), 1: gzip(idx([300], [UInt8](repeating: 0, count: 300))),
        2: gzip(idx([300, 28, 28], images.reversed())),
        3: gzip(idx([300], [UInt8](repeating: 0, count: 300))),
      ], suffix: ".gz")
    let data = try folder.read()
    #expect(data.train.images == images)
    #expect(data.test.images == images.reversed())
  }
}

import Files
import Foundation
import Testing
import TestSupport

@Suite struct ReadFileTests {
  @Test(arguments: [0, 1, 2, 4095, 4096, 4097, 1_000_003])
  func `a file is read as a whole`(count: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }
    try put(bytes, at: folder("file"))
    #expect(try readFile(folder("file")) == bytes)
    #expect(try readFile(folder("file"), byteLimit: count) == bytes)
  }

  @Test func `a link is followed`() throws {
    let folder = try TemporaryFolder()
    try put([1, 2, 3], at: folder("file"))
    #expect(symlink("file", folder("link")) == 0)
    #expect(try readFile(folder("link")) == [1, 2, 3])
  }

  @Test func `a missing file is no input`() throws {
    let folder = try TemporaryFolder()
    let problem = try problem(reading: folder("missing"))
    #expect(problem.kind == .noInput)
    #expect(problem.file == folder("missing"))
    #expect(problem.found == "no such file or directory")
    #expect(problem.hint == "check the path")
  }

  @Test(arguments: ["", "/", "file/inside", "a\u{0}b"])
  func `a path that leads nowhere is no input`(path: String) throws {
    let folder = try TemporaryFolder()
    try put([], at: folder("file"))
    #expect(try problem(reading: path.isEmpty ? "" : folder(path)).kind == .noInput)
  }

  @Test func `a folder is no input`() throws {
    let folder = try TemporaryFolder()
    let problem = try problem(reading: folder.path)
    #expect(problem.kind == .noInput)
    #expect(problem.found == "a folder")
  }

  @Test(.enabled(if: !isRoot, "root may read everything"))
  func `a file that may not be read is no input`() throws {
    let folder = try TemporaryFolder()
    try put([1], at: folder("file"))
    chmod(folder("file"), 0)
    let problem = try problem(reading: folder("file"))
    #expect(problem.kind == .noInput)
    #expect(problem.found == "permission denied")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a pipe that no one writes into is refused at once`() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    let problem = try problem(reading: folder("pipe"))
    #expect(problem.kind == .noInput)
    #expect(problem.found == "a device or pipe")
  }

  @Test(arguments: ["/dev/null", "/dev/zero"])
  func `a device is no input`(path: String) throws {
    let problem = try problem(reading: path)
    #expect(problem.kind == .noInput)
    #expect(problem.found == "a device or pipe")
  }

  @Test func `a file over the limit is refused, however long it claims to be`() throws {
    let folder = try TemporaryFolder()
    try put([1, 2, 3], at: folder("file"))
    #expect(throws: FileProblem.self) { try readFile(folder("file"), byteLimit: 2) }
    // A terabyte that takes no place on the disk.
    try #require(truncate(folder("file"), 1 << 40) == 0)
    let problem = try #require(throws: FileProblem.self) {
      try readFile(folder("file"), byteLimit: 1 << 20)
    }
    #expect(problem.kind == .wrongData)
    #expect(problem.place == "size")
    #expect(problem.expected == "at most 1048576 bytes")
    #expect(problem.found == "1099511627776 bytes")
  }

  #if os(Linux)
    @Test func `a file that has more bytes than the system says is not taken for empty`() throws {
      let problem = try problem(reading: "/proc/self/status")
      #expect(problem.kind == .inputOutput)
      #expect(problem.expected == "to read 0 bytes")
    }
  #endif

  private func problem(reading path: String) throws -> FileProblem {
    try #require(throws: FileProblem.self) { try readFile(path) }
  }
}

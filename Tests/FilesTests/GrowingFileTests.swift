import Files
import Foundation
import Testing
import TestSupport

@Suite struct GrowingFileTests {
  private func content(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `bytes are added and cut off in the same file`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], to: "file")
    let reader = try #require(FileHandle(forReadingAtPath: path))
    let file = GrowingFile(path: path)
    try file.append([4, 5])
    #expect(try content(path) == [1, 2, 3, 4, 5])
    try file.cut(to: 2)
    try file.append([9])
    try file.flush()
    #expect(try content(path) == [1, 2, 9])
    #expect(try reader.readToEnd() == Data([1, 2, 9]))
  }

  /// A limit on the size of files breaks a write off as a full disk does.
  @Test func `bytes that do not fit leave the file as it was`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], to: "file")
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      #if os(Linux)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #else
        try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
      #endif
      let problem = try #require(throws: FileProblem.self) {
        try GrowingFile(path: path).append([UInt8](repeating: 7, count: 2000))
      }
      try #require(problem.kind == .inputOutput && problem.found == "file too large")
    }
    #expect(try content(path) == [1, 2, 3])
  }

  @Test func `a file that is not there is a problem`() throws {
    let folder = try TemporaryFolder()
    let file = GrowingFile(path: folder("none"))
    #expect(throws: FileProblem.self) { try file.append([1]) }
    #expect(throws: FileProblem.self) { try file.cut(to: 0) }
    #expect(folder.names().isEmpty)
  }
}

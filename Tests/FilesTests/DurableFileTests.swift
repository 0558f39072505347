import Files
import Foundation
import Synchronization
import Testing
import TestSupport

@Suite struct DurableFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [0, 1, 65_537, 3_000_000])
  func `a file is written as a whole and nothing else is left`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }
    try writeDurably(bytes, to: folder("file"))
    #expect(content(of: folder("file")) == bytes)
    #expect(folder.names() == ["file"])
  }

  @Test func `pieces follow each other in the file`() throws {
    try writeDurably(pieces: [[1, 2], [], [3]], to: folder("file"))
    #expect(content(of: folder("file")) == [1, 2, 3])
    try writeDurably(pieces: [], to: folder("file"))
    #expect(content(of: folder("file")) == [])
  }

  @Test func `a file is replaced, and who has it open keeps the old one`() throws {
    try writeDurably([1, 2, 3], to: folder("file"))
    let old = try #require(FileHandle(forReadingAtPath: folder("file")))
    try writeDurably([4], to: folder("file"))
    #expect(content(of: folder("file")) == [4])
    #expect(try old.readToEnd() == Data([1, 2, 3]))
    #expect(folder.names() == ["file"])
  }

  @Test(arguments: ["a b", "%20#?", "ü😀", ".hidden", "-n", "line\nline"])
  func `any name will do`(name: String) throws {
    try writeDurably([1], to: folder(name))
    #expect(content(of: folder(name)) == [1])
    #expect(folder.names().count == 1)
  }

  @Test func `a new file has the usual permissions and a replaced one keeps its own`() throws {
    try #require(FileManager.default.createFile(atPath: folder("usual"), contents: nil))
    try writeDurably([1], to: folder("new"))
    #expect(try permissions(folder("new")) == permissions(folder("usual")))
    for mode: mode_t in [0o600, 0o640, 0o444, 0o755] {
      chmod(folder("new"), mode)
      try writeDurably([2], to: folder("new"))
      #expect(try permissions(folder("new")) == mode)
    }
  }

  @Test func `a link to a file stays a link`() throws {
    try FileManager.default.createDirectory(
      atPath: folder("disk"), withIntermediateDirectories: false)
    try put([1], at: folder("disk/file"))
    #expect(symlink("disk/file", folder("link")) == 0)
    try writeDurably([2, 3], to: folder("link"))
    #expect(content(of: folder("disk/file")) == [2, 3])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder("link")) == "disk/file")
  }

  @Test func `a missing folder is named and nothing is made`() throws {
    let problem = try problem(writingTo: folder("missing/file"))
    #expect(problem.file == folder("missing/file"))
    #expect(problem.found == "no such file or directory")
    #expect(problem.hint == "make the folder first")
    #expect(folder.names().isEmpty)
  }

  @Test func `a folder is not replaced`() throws {
    try FileManager.default.createDirectory(
      atPath: folder("folder"), withIntermediateDirectories: false)
    #expect(try problem(writingTo: folder("folder")).found == "a folder")
    #expect(try problem(writingTo: folder("folder/")).found == "a folder")
    #expect(folder.names() == ["folder"])
    _ = try problem(writingTo: "")
    _ = try problem(writingTo: folder("new/"))
    #expect(folder.names() == ["folder"])
  }

  @Test func `a pipe, a device and a link to one are not replaced`() throws {
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    #expect(symlink("/dev/null", folder("link")) == 0)
    for path in [folder("pipe"), folder("link"), "/dev/null"] {
      #expect(try problem(writingTo: path).found == "a device or pipe")
    }
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(folder.names() == ["link", "pipe"])
  }

  @Test(.enabled(if: !isRoot, "root may write everywhere"))
  func `a folder that is closed to writing keeps what it has`() throws {
    try put([1], at: folder("file"))
    chmod(folder.path, 0o500)
    #expect(try problem(writingTo: folder("file")).found == "permission denied")
    #expect(content(of: folder("file")) == [1])
    #expect(folder.names() == ["file"])
  }

  @Test(.enabled(if: !isRoot, "root may read everything"))
  func `a folder that is open to writing only is written to`() throws {
    chmod(folder.path, 0o300)
    try writeDurably([1], to: folder("file"))
    #expect(content(of: folder("file")) == [1])
  }

  @Test func `what cannot be written is refused beforehand, for the same reason`() throws {
    try put([1], at: folder("file"))
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    for path in [folder.path, folder("pipe"), folder("none/file"), folder("file/inside")] {
      let refused = try #require(throws: FileProblem.self) { try checkWritable(path) }
      #expect(try refused == problem(writingTo: path))
    }
    for path in [folder("file"), folder("new")] { try checkWritable(path) }
    #expect(folder.names() == ["file", "pipe"] && content(of: folder("file")) == [1])
  }

  @Test(.enabled(if: !isRoot, "root may write everywhere"))
  func `a folder that is closed to writing is refused beforehand`() throws {
    chmod(folder.path, 0o500)
    let refused = try #require(throws: FileProblem.self) { try checkWritable(folder("file")) }
    #expect(refused.found == "permission denied")
  }

  /// A limit on the size of files breaks a write off as a full disk does.
  @Test func `a write that breaks off keeps the old content and leaves nothing`() async throws {
    let path = folder("file")
    try put([1, 2, 3], at: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      #if os(Linux)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      #else
        try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
      #endif
      let problem = try #require(throws: FileProblem.self) {
        try writeDurably(Array(repeating: 7, count: 200_000), to: path)
      }
      try #require(problem.kind == .inputOutput && problem.found == "file too large")
    }
    #expect(content(of: path) == [1, 2, 3])
    #expect(folder.names() == ["file"])
  }

  @Test func `threads that write the same file at once all succeed`() throws {
    let path = folder("file")
    let failures = Mutex<[FileProblem]>([])
    DispatchQueue.concurrentPerform(iterations: 16) { number in
      let bytes = Array(repeating: UInt8(number), count: 10_000 + number)
      for _ in 0..<10 {
        do throws(FileProblem) {
          try writeDurably(bytes, to: path)
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    try expectWholeContent(path, shortest: 10_000)
    #expect(folder.names() == ["file"])
  }

  /// So many bytes that some of the rounds strike while they are being written.
  static let killedBytes = 8_000_000

  @Test(arguments: 0..<12)
  func `a process that is killed while it writes leaves one whole content`(
    round: Int
  ) async throws {
    let path = folder("file")
    try put(Array(repeating: 0, count: Self.killedBytes), at: path)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, round = round as Int] in
      DispatchQueue.global().async {
        usleep(useconds_t(20_000 + 3_700 * round))
        kill(getpid(), SIGKILL)
      }
      for number in 1... {
        let byte = UInt8(truncatingIfNeeded: number)
        try writeDurably(
          Array(repeating: byte, count: DurableFileTests.killedBytes + Int(byte)), to: path)
      }
    }
    try expectWholeContent(path, shortest: Self.killedBytes)
  }

  /// The content is one of those that consist of one byte and are longer by that byte's value.
  private func expectWholeContent(_ path: String, shortest: Int) throws {
    let bytes = try #require(content(of: path))
    let byte = try #require(bytes.first)
    #expect(bytes.count == shortest + Int(byte))
    #expect(bytes.allSatisfy { $0 == byte })
  }

  private func problem(writingTo path: String) throws -> FileProblem {
    let problem = try #require(throws: FileProblem.self) { try writeDurably([9], to: path) }
    #expect(problem.kind == .inputOutput)
    #expect(problem.file == path)
    return problem
  }

  private func permissions(_ path: String) throws -> mode_t {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status.st_mode & 0o7777
  }
}

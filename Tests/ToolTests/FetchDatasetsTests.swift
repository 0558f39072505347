import CZlib
import Foundation
import Testing
import TestSupport

private let script = packageRoot.appendingPathComponent("tools/fetch-datasets").path

private let names = [
  "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
]

@Suite struct FetchDatasetsTests {
  @Test(.enabled(if: datasetsPath != nil, "LOCKSTEP_DATASETS names no folder with mnist"))
  func `a folder of MNIST is copied, verified and then left alone`() throws {
    let folder = try TemporaryFolder()
    let first = try run(["mnist", "--from", mnist(), "--to", folder.target])
    #expect(first.status == 0)
    #expect(first.errors == "")
    #expect(folder.names(in: "mnist") == names.sorted())
    #expect(folder.names() == ["mnist"])

    // A second call needs no source; this one would fail.
    let second = try run(["mnist", "--from", "/no/such/folder", "--to", folder.target])
    #expect(second.status == 0)
    #expect(second.output == "\(folder.target): all four files are there and verified\n")
  }

  @Test(.enabled(if: datasetsPath != nil, "LOCKSTEP_DATASETS names no folder with mnist"))
  func `MNIST is fetched from a server, and only what is missing`() throws {
    let folder = try TemporaryFolder()
    let server = try FileServer { name in
      guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: "\(mnist())/\(name)")) else {
        return .missing
      }
      return .whole(bytes)
    }
    #expect(try run(["mnist", "--from", server.address, "--to", folder.target]).status == 0)
    #expect(folder.names(in: "mnist") == names.sorted())
    #expect(server.requests == names)

    try FileManager.default.removeItem(atPath: "\(folder.target)/\(names[1])")
    #expect(try run(["mnist", "--from", server.address, "--to", folder.target]).status == 0)
    #expect(server.requests == names + [names[1]])
    #expect(folder.names() == ["mnist"])
  }

  @Test(arguments: ["curl", "wget"])
  func `a file of another content is refused`(program: String) throws {
    guard let programs = try programs(toFetchWith: program) else { return }
    let folder = try TemporaryFolder()
    let server = try FileServer { _ in .whole(emptyGzip) }
    let result = try run(
      ["mnist", "--from", server.address, "--to", folder.target], programs: programs)
    #expect(result.status == 65)
    // The SHA-256 of nothing.
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    #expect(
      result.errors == "fetch-datasets: \(server.address)/\(names[0]): expected content of SHA-256 "
        + "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db, found \(digest)\n")
    #expect(folder.names() == [])
  }

  @Test func `a file that is no gzip is refused`() throws {
    let folder = try TemporaryFolder()
    let server = try FileServer { _ in .whole(Data("<html>sorry</html>".utf8)) }
    let result = try run(["mnist", "--from", server.address, "--to", folder.target])
    #expect(result.status == 65)
    #expect(result.errors.hasSuffix("expected a whole file, found a damaged one of 18 bytes\n"))
    #expect(folder.names() == [])
  }

  @Test(arguments: ["curl", "wget"])
  func `a transfer that breaks off leaves nothing`(program: String) throws {
    guard let programs = try programs(toFetchWith: program) else { return }
    let folder = try TemporaryFolder()
    let server = try FileServer { _ in .brokenOff(emptyGzip, announced: 1000) }
    let result = try run(
      ["mnist", "--from", server.address, "--to", folder.target], programs: programs)
    #expect(result.status == 74)
    #expect(
      result.errors.hasPrefix("fetch-datasets: \(server.address)/\(names[0]): expected a file"))
    #expect(result.errors.count { $0 == "\n" } == 1)
    #expect(folder.names() == [])
  }

  @Test(arguments: ["curl", "wget"])
  func `a file that the server lacks is named`(program: String) throws {
    guard let programs = try programs(toFetchWith: program) else { return }
    let folder = try TemporaryFolder()
    let server = try FileServer { _ in .missing }
    let result = try run(
      ["mnist", "--from", server.address, "--to", folder.target], programs: programs)
    #expect(result.status == 74)
    #expect(result.errors.contains("\(server.address)/\(names[0]): expected a file to fetch"))
    #expect(result.errors.contains("404"))
    #expect(result.errors.count { $0 == "\n" } == 1)
    #expect(folder.names() == [])
  }

  @Test func `an unreachable server is a failure of the network`() throws {
    let folder = try TemporaryFolder()
    let address = try FileServer { _ in .missing }.address  // gone with its server
    let result = try run(["mnist", "--from", address, "--to", folder.target])
    #expect(result.status == 74)
    #expect(folder.names() == [])
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal during a transfer leaves nothing`(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let server = try FileServer { _ in .stalled(emptyGzip, announced: 1000) }
    let result = try run(["mnist", "--from", server.address, "--to", folder.target]) { process in
      server.waitForRequest()
      kill(process.processIdentifier, signal)
    }
    #expect(result.status == 128 + signal)
    #expect(folder.names() == [])
  }

  @Test func `without curl and wget it says so`() throws {
    let folder = try TemporaryFolder()
    let programs = try programs(toFetchWith: nil)
    let result = try run(
      ["mnist", "--from", "http://127.0.0.1:1", "--to", folder.target], programs: programs)
    #expect(result.status == 69)
    #expect(
      result.errors
        == "fetch-datasets: curl or wget: expected one of them, found neither; install one\n")
    #expect(folder.names() == [])
  }

  @Test func `a wrong file in the target is named and kept`() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.target)/train-labels-idx1-ubyte"
    try FileManager.default.createDirectory(
      atPath: folder.target, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
    let result = try run(["mnist", "--from", folder.path, "--to", folder.target])
    #expect(result.status == 65)
    #expect(
      result.errors.hasPrefix("fetch-datasets: \(file): expected content of SHA-256 65a50cbb"))
    #expect(result.errors.hasSuffix("; remove it and run this again\n"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
  }

  @Test func `a folder without the files or with wrong ones is refused`() throws {
    let folder = try TemporaryFolder()
    let source = "\(folder.path)/source"
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    let missing = try run(["mnist", "--from", source, "--to", folder.target])
    #expect(missing.status == 66)
    #expect(
      missing.errors == "fetch-datasets: \(source)/\(names[0]): expected the file, plain or .gz, "
        + "found neither\n")

    try emptyGzip.dropLast().write(to: URL(fileURLWithPath: "\(source)/\(names[0])"))
    let damaged = try run(["mnist", "--from", source, "--to", folder.target])
    #expect(damaged.status == 65)
    #expect(
      damaged.errors.hasPrefix("fetch-datasets: \(source)/\(names[0]): expected a whole file"))
    #expect(folder.names() == ["source"])
  }

  @Test(arguments: [
    [], ["letters"], ["mnist", "more"], ["mnist", "--from"], ["mnist", "--to", ""],
    ["mnist", "--form", "x"],
  ])
  func `wrong use is status 64 and points to the help`(arguments: [String]) throws {
    let result = try run(arguments)
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.hasSuffix("; see tools/fetch-datasets --help\n"))
    #expect(result.errors.count { $0 == "\n" } == 1)
  }

  @Test func `help names every option`() throws {
    let result = try run(["--help"])
    #expect(result.status == 0)
    for option in ["--from DIR", "--from URL", "--to DIR", "--help"] + sets {
      #expect(result.output.contains(option))
    }
  }

  @Test func `fashion and kmnist are verified as they are distributed`() throws {
    for set in ["fashion", "kmnist"] {
      let folder = try TemporaryFolder()
      let server = try FileServer { _ in .whole(emptyGzip) }
      let result = try run([set, "--from", server.address, "--to", folder.target])
      #expect(result.status == 65)
      #expect(result.errors.contains("\(names[0]): expected a file of SHA-256"))
      #expect(folder.names() == [])
    }
  }

  @Test func `a set without known checksums is fetched and called not verified`() throws {
    for (set, parts) in [
      (
        "qmnist",
        [
          "train-images-idx3-ubyte", "train-labels-idx2-int", "test-images-idx3-ubyte",
          "test-labels-idx2-int",
        ]
      ),
      (
        "emnist-letters",
        [
          "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
          "test-images-idx3-ubyte", "test-labels-idx1-ubyte",
        ]
      ),
    ] {
      let folder = try TemporaryFolder()
      let server = try FileServer { name in .whole(packedIDX(name)) }
      let first = try run([set, "--from", server.address, "--to", folder.target])
      #expect(first.status == 0, "\(first.errors)")
      #expect(
        first.output.hasSuffix("\(folder.target): all four files are there and not verified\n"))
      #expect(first.output.contains("\(set)-\(parts[1]): fetched and not verified\n"))
      #expect(folder.names(in: "mnist") == parts.map { "\(set)-\($0).gz" }.sorted())
      let again = try run([set, "--from", "/no/such/folder", "--to", folder.target])
      #expect(again.output == "\(folder.target): all four files are there and not verified\n")

      let page = try FileServer { _ in .whole(gzipped("<html>sorry</html>")) }
      let other = try TemporaryFolder()
      let wrong = try run([set, "--from", page.address, "--to", other.target])
      #expect(wrong.status == 65)
      #expect(wrong.errors.contains("expected an IDX file"))
      #expect(other.names() == [])
    }
  }

  @Test func `EMNIST's archive gives its four files`() throws {
    let folder = try TemporaryFolder()
    let parts = ["train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1"]
    let files = parts.map { "emnist-digits-\($0)-ubyte.gz" }
    for name in files { try folder.write([UInt8](packedIDX(name)), to: "source/gzip/\(name)") }
    let script = "import shutil; shutil.make_archive('gzip', 'zip', '.', 'gzip')"
    let packed = try ToolTests.run(
      "/usr/bin/env", ["python3", "-c", script], in: folder.url.appendingPathComponent("source"))
    let hasUnzip = try ToolTests.run("/usr/bin/env", ["which", "unzip"]).status == 0
    guard packed.status == 0, hasUnzip else { return }
    let result = try run(["emnist-digits", "--from", folder("source"), "--to", folder.target])
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names(in: "mnist") == files.sorted())
    let missing = try run(["emnist-mnist", "--from", folder("source"), "--to", folder("other")])
    #expect(missing.status == 65)
    #expect(missing.errors.contains("expected gzip/emnist-mnist-train-images-idx3-ubyte.gz"))
  }
}

/// The data sets that the script knows.
private let sets = [
  "mnist", "fashion", "kmnist", "qmnist", "emnist-balanced", "emnist-letters", "emnist-digits",
  "emnist-mnist",
]

/// The smallest IDX file for a name, as gzip.
private func packedIDX(_ name: String) -> Data {
  let header: [UInt8] =
    name.contains("images") ? [0, 0, 8, 3] : name.contains("idx2") ? [0, 0, 12, 2] : [0, 0, 8, 1]
  return gzipped(String(decoding: header + [0, 0, 0, 0], as: UTF8.self))
}

/// ASCII text as a gzip file of one stored block.
private func gzipped(_ text: String) -> Data {
  let bytes = Array(text.utf8)
  let length = UInt16(bytes.count)
  let checksum = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt(bytes.count)) }
  var file: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 1]
  for value in [length, ~length] { file += [UInt8(value & 255), UInt8(value >> 8)] }
  file += bytes
  for value in [UInt32(checksum), UInt32(bytes.count)] {
    file += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  return Data(file)
}

/// A gzip file of nothing.
private let emptyGzip = Data([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/// The full data set, which the tests of success need: no other files have MNIST's checksums.
private func mnist() -> String { "\(datasetsPath ?? "")/mnist" }

extension TemporaryFolder {
  /// Where the data set is to go.
  fileprivate var target: String { self("mnist") }
}

private func run(
  _ arguments: [String], programs: TemporaryFolder? = nil,
  whileRunning act: (Process) -> Void = { _ in }
) throws -> (status: Int32, output: String, errors: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/bash")
  process.arguments = [script] + arguments
  // A proxy of the machine's has no business on the loopback.
  process.environment = [
    "PATH": programs?.path ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    "HOME": NSHomeDirectory(), "LC_ALL": "C",
  ]
  let output = Pipe()
  let errors = Pipe()
  process.standardOutput = output
  process.standardError = errors
  try withSignalsUnblocked { try process.run() }
  act(process)
  // Both are shorter than a pipe's buffer, so neither can block the other.
  let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
  let errorBytes = errors.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  withExtendedLifetime(programs) {}
  return (
    process.terminationStatus, String(decoding: outputBytes, as: UTF8.self),
    String(decoding: errorBytes, as: UTF8.self)
  )
}

/// The threads that tests run on may block signals, and a process inherits that from its maker.
private func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGINT)
  sigaddset(&signals, SIGTERM)
  var before = sigset_t()
  pthread_sigmask(SIG_UNBLOCK, &signals, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  try body()
}

/// A folder of the programs that the script needs, and of `program` as the only one that can fetch.
///
/// - Returns: nil where this machine has no such program.
private func programs(toFetchWith program: String?) throws -> TemporaryFolder? {
  let folder = try TemporaryFolder()
  let needed = [
    "basename", "bash", "cat", "dirname", "gzip", "mkdir", "mktemp", "mv", "rm", "sha256sum",
    "shasum", "tail", "wc",
  ]
  let searched = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  for name in needed + (program.map { [$0] } ?? []) {
    let found = searched.map { "\($0)/\(name)" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
    if let found {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: found)
    } else if name == program {
      return nil
    }
  }
  return folder
}

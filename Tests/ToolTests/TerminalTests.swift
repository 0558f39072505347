import Foundation
import Images
import TestSupport
import Testing

/// What a person sees in a terminal of a certain width, and what goes into a pipe.
@Suite struct TerminalTests {
  /// Runs the command in a terminal.
  func inTerminal(
    columns: Int, _ environment: [String: String], _ arguments: [String]
  ) throws -> Run {
    let settings = (["TERM": "xterm"].merging(environment) { $1 }).map { "\($0)=\($1)" }
    let program = """
      import fcntl, os, pty, struct, sys, termios
      process, terminal = pty.fork()
      if process == 0:
          fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, \(columns), 0, 0))
          os.execvp(sys.argv[1], sys.argv[1:])
      text = b""
      while True:
          try:
              part = os.read(terminal, 65536)
          except OSError:
              break
          if not part:
              break
          text += part
      sys.stdout.buffer.write(text.replace(b"\\r\\n", b"\\n"))
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
      """
    return try run(
      "/usr/bin/env",
      ["-u", "NO_COLOR", "-u", "COLORTERM"] + settings
        + ["python3", "-c", program, lockstepBinary] + arguments)
  }

  /// A model of a short training.
  private func model(in folder: TemporaryFolder) throws -> String {
    let data = try smallDigits(in: folder)
    let trained = try lockstep(
      "train", "--data", data, "--hidden", "8", "--epochs", "2", "--output", folder("run"))
    #expect(trained.status == 0, "\(trained.errors)")
    return folder("run")
  }

  /// The picture of a test digit.
  private func digit(in folder: TemporaryFolder) throws -> String {
    let images = try unpacked(packageRoot.path + "/datasets/mnist-5k/t10k-images-idx3-ubyte.gz")
    let picture = GrayImage(
      size: ImageSize(height: 28, width: 28), pixels: Array(images[16..<16 + 784]))
    try folder.write(try picture.pngBytes(), to: "digit.png")
    return folder("digit.png")
  }

  @Test(arguments: [40, 60, 80])
  func `lines fit the terminal`(columns: Int) throws {
    let folder = try TemporaryFolder()
    let data = try smallDigits(in: folder)
    let commands = [
      [
        "train", "--data", data, "--hidden", "8", "--epochs", "3", "--validation", "0.1",
        "--gradient-norm", "0.0001", "--output", folder("run"),
      ],
      ["evaluate", folder("run")], ["info", folder("run")],
    ]
    for command in commands {
      let result = try inTerminal(columns: columns, [:], command)
      #expect(result.status == 0, "\(result.output)")
      // The progress line draws over itself, and words without a space stay whole.
      let lines = result.output.split(separator: "\n").compactMap { $0.split(separator: "\r").last }
        .map { $0.replacing("\u{1B}[K", with: "") }
      #expect(lines.count > 10)
      for line in lines where line.contains(/\S +\S+ +\S/) {
        #expect(line.count <= columns, "\(line)")
      }
    }
  }

  @Test func `a pipe gets whole lines and no control characters`() throws {
    let folder = try TemporaryFolder()
    let run = try model(in: folder)
    let evaluated = try lockstep("evaluate", run)
    #expect(evaluated.output.split(separator: "\n").contains { $0.count > 60 })
    let shown = try lockstep("predict", run, digit(in: folder), "--terminal")
    #expect(!shown.output.contains("\u{1B}"))
    let rows = shown.output.split(separator: "\n").dropFirst()
    #expect(rows.count == 14 && rows.contains { $0.contains("@") })
  }

  @Test func `features are drawn side by side as the terminal is wide`() throws {
    let folder = try TemporaryFolder()
    let run = try model(in: folder)
    for (columns, perRow) in [(80, 5), (40, 2), (10, 1)] {
      let drawn = try inTerminal(columns: columns, [:], ["features", run, "--terminal"])
      #expect(drawn.status == 0, "\(drawn.output)")
      let lines = drawn.output.split(separator: "\n", omittingEmptySubsequences: false)
      let titles = lines[7].split(separator: " ").compactMap { Int($0) }
      #expect(titles.count == perRow, "\(lines[7])")
      #expect(lines[0].count == 16 * perRow - 2)
    }
    let two = try lockstep("features", run, "--terminal", "--units", "3,1", "--palette", "signed")
    #expect(two.output.contains(/\n3 +1 *\n/) && !two.output.contains("\u{1B}"), "\(two.output)")
    #expect(try lockstep("features", run).status == 64)
    #expect(try lockstep("features", run, "--terminal", "--born").status == 64)
  }

  @Test func `pictures have the colors that the terminal shows and its user wants`() throws {
    let folder = try TemporaryFolder()
    let words = ["predict", try model(in: folder), try digit(in: folder), "--terminal"]
    let all = try inTerminal(columns: 80, ["COLORTERM": "truecolor"], words)
    #expect(all.output.contains("\u{1B}[38;2;0;0;0;48;2;0;0;0m▀"), "\(all.output.prefix(300))")
    let of256 = try inTerminal(columns: 80, ["TERM": "xterm-256color"], words)
    #expect(of256.output.contains("\u{1B}[38;5;16;48;5;16m▀"))
    for environment in [["COLORTERM": "truecolor", "NO_COLOR": "1"], ["TERM": "dumb"], [:]] {
      let plain = try inTerminal(columns: 80, environment, words)
      #expect(plain.status == 0 && !plain.output.contains("\u{1B}["), "\(environment)")
    }
  }
}

import Files
import Foundation

/// The terminal that a stream leads to, if any.
struct Terminal {
  /// Whether the stream leads to a terminal that can move its cursor.
  let isInteractive: Bool
  /// The columns of a line.
  let width: Int
  /// The number of lines.
  let height: Int
  /// The colors that it shows; none where the user wants none (<https://no-color.org>).
  let colors: Colors

  /// How many colors a terminal shows.
  enum Colors {
    case none, of256, all
  }

  /// The terminal that standard output leads to.
  static let output = Terminal(descriptor: STDOUT_FILENO)

  /// The terminal that standard error leads to.
  static let errors = Terminal(descriptor: STDERR_FILENO)

  /// The most characters that a line of text should have; no limit where there is no terminal.
  var lineLimit: Int { isInteractive ? width : .max }

  /// Looks at a stream by its descriptor.
  init(descriptor: Int32) {
    var size = winsize()
    let hasSize = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = hasSize ? Int(size.ws_col) : 80
    height = hasSize && size.ws_row > 0 ? Int(size.ws_row) : 24
    let environment = ProcessInfo.processInfo.environment
    let kind = environment["TERM"] ?? "dumb"
    isInteractive = isatty(descriptor) == 1 && kind != "dumb"
    if !isInteractive || environment["NO_COLOR"]?.isEmpty == false {
      colors = .none
    } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") {
      colors = .all
    } else {
      colors = kind.contains("256color") ? .of256 : .none
    }
  }
}

/// Opens what is closed of standard input, output and error, so that no file of the command's takes
/// its place and is written to.
func openStandardStreams() {
  while true {
    let descriptor = unsafe open("/dev/null", O_RDWR)
    if descriptor > STDERR_FILENO { close(descriptor) }
    if descriptor < 0 || descriptor >= STDERR_FILENO { return }
  }
}

/// Flushes standard output, so that the reader of a pipe sees each line at once.
///
/// - Returns: false where the reader of a pipe has gone away.
func flushOutput() -> Bool {
  fflush(nil) == 0 || errno != EPIPE
}

/// Flushes standard output, so that a full disk is reported as an error.
func finishOutput() throws {
  guard fflush(nil) == 0 else {
    if errno == EPIPE { throw Interrupted(signal: SIGPIPE) }
    throw FileProblem(
      .inputOutput, file: "standard output", expected: "to write what was printed",
      found: systemMessage(errno))
  }
}

/// A line on standard error that is drawn again and again while an epoch goes on; nothing at all
/// where standard error is no terminal.
struct ProgressLine {
  private let terminal = Terminal.errors
  private let clock = ContinuousClock()
  private var lastDrawn: ContinuousClock.Instant?
  private var isShown = false

  /// Draws the line, at most ten times a second: bar, then the facts that fit.
  mutating func draw(title: String, share: Double, facts: [String]) {
    guard terminal.isInteractive else { return }
    if let lastDrawn, clock.now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = clock.now
    isShown = true
    writeToStandardError("\r\u{1B}[K" + text(title: title, share: share, facts: facts))
  }

  /// Takes the line away, so that other text can be printed in its place.
  mutating func clear() {
    guard isShown else { return }
    writeToStandardError("\r\u{1B}[K")
    isShown = false
  }

  private func text(title: String, share: Double, facts: [String]) -> String {
    let percent = "\(Int(share * 100))".leftPadded(to: 3) + " %"
    let barWidth = 20
    let filled = min(barWidth, Int(share * Double(barWidth)))
    let bar =
      String(repeating: "━", count: filled) + String(repeating: "╌", count: barWidth - filled)
    var line = "\(title) \(bar) \(percent)"
    for fact in facts where line.count + 2 + fact.count < terminal.width { line += "  " + fact }
    return String(line.prefix(terminal.width - 1))
  }
}

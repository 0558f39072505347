/// Lines on standard error that are drawn again and again in the same place; nothing at all where standard
/// error is no terminal.
struct LiveLines {
  /// The terminal that they stand in.
  let terminal = Terminal.errors
  private let clock = ContinuousClock()
  private var lastDrawn: ContinuousClock.Instant?
  private var shownCount = 0

  /// Draws the lines, at most ten times a second, cut to the terminal's width and height.
  ///
  /// - Parameter lines: what is shown, made only if it is.
  mutating func draw(_ lines: () -> [String]) {
    guard terminal.isInteractive else { return }
    if let lastDrawn, clock.now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = clock.now
    let shown = lines().prefix(max(1, terminal.height - 1)).map { $0.prefix(terminal.width - 1) }
    let text = shown.map { "\u{1B}[K\($0)\n" }.joined()
    writeToStandardError("\(start)\(text)\u{1B}[J")
    shownCount = shown.count
  }

  /// Takes the lines away, so that other text can be printed in their place.
  mutating func clear() {
    guard shownCount > 0 else { return }
    writeToStandardError("\(start)\u{1B}[J")
    shownCount = 0
  }

  /// Brings the cursor to where the first line begins.
  private var start: String { shownCount > 0 ? "\r\u{1B}[\(shownCount)A" : "" }
}

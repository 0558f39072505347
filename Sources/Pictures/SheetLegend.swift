import Images

/// What stands beneath a sheet of pictures: the palette with its scale, the marks and some words.
public struct SheetLegend: Sendable {
  /// Words, behind the sign of a mark where they explain one.
  public struct Note: Equatable, Sendable {
    /// The mark that is explained.
    public let mark: LabelledSheet.Mark?
    /// The words.
    public let text: String

    /// A note.
    public init(_ text: String, mark: LabelledSheet.Mark? = nil) {
      self.mark = mark
      self.text = text
    }
  }

  /// The colors from the low end of the scale to the high one.
  let ramp: [RGB]
  /// The values at the low end, the middle and the high end, in words.
  let ticks: [String]
  /// The words beside the palette.
  public let notes: [Note]

  /// The legend of a signed palette.
  ///
  /// - Parameters:
  ///   - palette: the shades of the pictures.
  ///   - limit: the magnitude at its ends in words, such as `0.31`.
  ///   - notes: words beside the palette.
  public init(_ palette: SignedPalette, limit: String, notes: [Note]) {
    ramp = (-127...127).map { palette.color(of: Float($0), limit: 127) }
    ticks = ["−" + limit, "0", limit]
    self.notes = notes
  }

  /// The legend of pixels from black to white.
  ///
  /// - Parameters:
  ///   - ends: the values of black and white, in words.
  ///   - notes: words beside the shades.
  public init(grayFrom ends: (black: String, white: String), notes: [Note]) {
    ramp = (0...255).map { RGB(gray: UInt8($0)) }
    ticks = [ends.black, "", ends.white]
    self.notes = notes
  }

  /// The color of zero: that in the middle.
  var zero: RGB { ramp[ramp.count / 2] }

  /// Whether all colors are gray.
  var isGray: Bool { ramp.allSatisfy { $0.red == $0.green && $0.green == $0.blue } }

  // MARK: - Drawing

  /// The least width of a sheet in pixels, so that the legend has room.
  static let leastWidth = 250

  private static let textSize = 12.0
  private static let lineHeight = 17.0
  private static let barWidth = 150.0
  private static let barHeight = 11.0
  private static let gap = 20.0

  /// A line of words with its place.
  private struct Line {
    let note: Note
    let x: Double
    let line: Int
  }

  /// The pixels that the legend takes below a sheet.
  func height(left: Int, width: Int) -> Int {
    let lines = lines(left: Double(left), width: Double(width)).map(\.line).max() ?? 0
    return Int(max(2, Double(lines + 1)) * Self.lineHeight) + 10
  }

  /// Draws the legend.
  ///
  /// - Parameters:
  ///   - drawing: what it is drawn on.
  ///   - top: where the sheet above it ends.
  ///   - left: the margin on both sides.
  ///   - width: the width of the sheet.
  func draw(on drawing: inout Drawing, top: Double, left: Double, width: Double) {
    let overhang = overhang
    let bar = Drawing.Place(left + overhang, top + 2)
    let image = ColorImage(size: ImageSize(height: 1, width: ramp.count), pixels: ramp)
    let end = Drawing.Place(bar.x + Self.barWidth, bar.y + Self.barHeight)
    drawing.add(.image(image, topLeft: bar, bottomRight: end))
    drawing.frame(
      row: Int(bar.y), column: Int(bar.x), height: Int(Self.barHeight),
      width: Int(Self.barWidth))
    for (share, tick) in zip([0, 0.5, 1], ticks) where !tick.isEmpty {
      drawing.add(
        .text(
          tick, Drawing.Place(bar.x + share * Self.barWidth, end.y + 13), size: 11,
          color: PlotColors.ink, anchor: .middle))
    }
    for line in lines(left: left, width: width) {
      let baseline = top + 12 + Double(line.line) * Self.lineHeight
      var x = line.x
      if let mark = line.note.mark {
        let (row, column) = (Int(baseline) - 10, Int(x))
        drawing.frame(row: row, column: column, height: 11, width: 11)
        drawing.cross(mark, row: row, column: column, height: 11, width: 11)
        x += Self.signWidth
      }
      drawing.add(
        .text(
          line.note.text, Drawing.Place(x, baseline), size: Self.textSize, color: PlotColors.ink))
    }
  }

  private static let signWidth = 17.0

  /// How far the words at the low end reach beyond the palette.
  private var overhang: Double { (Drawing.width(of: ticks[0], size: 11) / 2).rounded(.up) }

  /// The notes in lines, beside the palette where there is room for words, else below it.
  private func lines(left: Double, width: Double) -> [Line] {
    let beside = left + 2 * overhang + Self.barWidth + Self.gap
    let isBeside = width - left - beside >= 220
    let (start, first) = isBeside ? (beside, 0) : (left, 2)
    let room = width - left - start
    var lines: [Line] = []
    var (x, line) = (start, first)
    for note in notes {
      let pieces = pieces(of: note, width: room)
      for (number, piece) in pieces.enumerated() {
        let pieceWidth =
          Drawing.width(of: piece.text, size: Self.textSize)
          + (piece.mark == nil ? 0 : Self.signWidth)
        if x > start, number > 0 || pieces.count > 1 || x + pieceWidth > start + room {
          (x, line) = (start, line + 1)
        }
        lines.append(Line(note: piece, x: x, line: line))
        x += pieceWidth + Self.gap
      }
      // What is wrapped stands alone.
      if pieces.count > 1 { (x, line) = (start, line + 1) }
    }
    return lines
  }

  /// A note in lines that are not wider than their room, if its words are not.
  private func pieces(of note: Note, width: Double) -> [Note] {
    var pieces: [Note] = []
    var text = ""
    for word in note.text.split(separator: " ") {
      let longer = text.isEmpty ? String(word) : "\(text) \(word)"
      let sign = note.mark != nil && pieces.isEmpty ? Self.signWidth : 0
      if !text.isEmpty, sign + Drawing.width(of: longer, size: Self.textSize) > width {
        pieces.append(Note(text, mark: pieces.isEmpty ? note.mark : nil))
        text = String(word)
      } else {
        text = longer
      }
    }
    return pieces + [Note(text, mark: pieces.isEmpty ? note.mark : nil)]
  }
}

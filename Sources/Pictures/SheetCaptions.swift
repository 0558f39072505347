import Images

/// The captions beneath the pictures of a sheet: a label, and votes beside it or, where one of them
/// has no room there, in lines of their own.
struct Captions {
  /// The height of all lines and the gap above them, in pixels.
  let height: Int
  /// The width of the widest label, in pixels.
  let width: Int

  private let textSize: Double
  private let lineHeight: Double
  private let votesPlace: VotesPlace

  private enum VotesPlace { case besideLabel, oneLine, oneLineEach }

  /// Decides on the lines.
  ///
  /// - Parameters:
  ///   - cells: all that have captions.
  ///   - pictureWidth: the width of an enlarged picture.
  init(_ cells: [LabelledSheet.Cell], pictureWidth: Int) {
    let size: Double = pictureWidth < 40 ? 9.5 : pictureWidth < 100 ? 11 : 13
    func widest(_ words: (LabelledSheet.Cell) -> String) -> Double {
      cells.map { Drawing.width(of: words($0), size: size) }.max() ?? 0
    }
    // Names may be long; their numbers of characters are not.
    let label = min(widest(\.label), max(Double(pictureWidth), 6 * size))
    let besideLabel = widest { ([$0.label] + $0.votes).joined(separator: "  ") }
    let alone = widest { $0.votes.joined(separator: " ") }
    let count = cells.map(\.votes.count).max() ?? 0
    let room = max(Double(pictureWidth), label)
    let place: VotesPlace =
      besideLabel <= room ? .besideLabel : alone <= room ? .oneLine : .oneLineEach
    let lines =
      switch place {
      case .besideLabel: 1
      case .oneLine: 2
      case .oneLineEach: 1 + count
      }
    textSize = size
    lineHeight = (size * 1.25).rounded()
    votesPlace = place
    width = Int(label.rounded(.up))
    height = 2 + lines * Int(lineHeight)
  }

  /// Draws a caption below a picture.
  ///
  /// - Parameters:
  ///   - cell: whose caption it is.
  ///   - drawing: what it is drawn on.
  ///   - row: the first row of pixels below the picture.
  ///   - column: the picture's first column.
  ///   - width: the room in pixels.
  func draw(
    _ cell: LabelledSheet.Cell, on drawing: inout Drawing, row: Int, column: Int, width: Int
  ) {
    let color = cell.mark == nil ? PlotColors.ink : PlotColors.faint
    func add(_ text: String, line: Int, anchor: Drawing.Anchor = .start) {
      let place = Drawing.Place(
        Double(column) + (anchor == .end ? Double(width) : 0),
        // The capital letters' height is 0.7 of the size.
        Double(row) + 3 + 0.7 * textSize + Double(line) * lineHeight)
      let shown = fitted(text, size: textSize, width: Double(width))
      drawing.add(.text(shown, place, size: textSize, color: color, anchor: anchor))
    }
    add(cell.label, line: 0)
    guard !cell.votes.isEmpty else { return }
    switch votesPlace {
    case .besideLabel: add(cell.votes.joined(separator: " "), line: 0, anchor: .end)
    case .oneLine: add(cell.votes.joined(separator: " "), line: 1)
    case .oneLineEach: for (line, vote) in cell.votes.enumerated() { add(vote, line: line + 1) }
    }
  }
}

/// The names of a plot's series in rows above its axes.
struct PlotLegend {
  /// A series with its name.
  struct Entry {
    /// The number of the series.
    let series: Int
    /// The words, cut where they are wider than a row.
    let name: String
    /// Points from the left end of the row.
    let x: Double
  }

  /// The length of the line before a name, in points.
  static let swatch = 22.0
  /// From row to row.
  static let rowHeight = 18.0
  private static let gap = 6.0

  /// The entries, row by row.
  let rows: [[Entry]]
  /// Points from the left end of the rows to that of the longest one.
  let width: Double

  /// The named series of a plot, in rows of a width.
  init(_ plot: Plot, width: Double) {
    var rows: [[Entry]] = []
    var x = 0.0
    var longest = 0.0
    for (index, series) in plot.series.enumerated() {
      guard let name = series.name, series.style != .names else { continue }
      let room = width - Self.swatch - Self.gap
      let shown = fitted(name, size: PlotLayout.tickSize, width: room)
      let needed =
        Self.swatch + Self.gap + Drawing.width(of: shown, size: PlotLayout.tickSize)
      if rows.isEmpty || x + needed > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append(Entry(series: index, name: shown, x: x))
      longest = max(longest, x + needed)
      x += needed + 18
    }
    self.rows = rows
    self.width = longest
  }

  /// Points from the top of the first row to the axes.
  var height: Double { Double(rows.count) * Self.rowHeight + (rows.isEmpty ? 4 : 6) }

  /// What the rows past the third add to the height of a plot.
  var extraHeight: Double { Double(max(0, rows.count - 3)) * Self.rowHeight }

  /// Draws the entries above a box, from its left end on or, where they would leave a frame, from
  /// as far left of that as they need.
  func draw(_ plot: Plot, above box: Frame, within frame: Frame, on drawing: inout Drawing) {
    let start = min(box.left, max(frame.left, frame.right - Self.gap - width))
    for (row, entries) in rows.enumerated() {
      let y = box.top - height + (Double(row) + 0.5) * Self.rowHeight + 2
      for entry in entries {
        let series = plot.series[entry.series]
        let pen = SeriesPen(series, number: entry.series)
        let left = Drawing.Place(start + entry.x, y)
        let right = Drawing.Place(left.x + Self.swatch, y)
        if series.style.hasLine { drawing.add(pen.line([left, right])) }
        if series.style.hasPoints {
          drawing.add(pen.mark(Drawing.Place(left.x + Self.swatch / 2, y)))
        }
        drawing.add(
          .text(
            entry.name, Drawing.Place(right.x + Self.gap, y + 4), size: PlotLayout.tickSize,
            color: PlotColors.ink))
      }
    }
  }
}

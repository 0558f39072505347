extension Figure {
  /// The figure with everything in its place.
  public func drawing() -> Drawing {
    let columns = max(1, min(columns ?? Self.usualColumns(plots.count), plots.count))
    let rows = (plots.count + columns - 1) / columns
    let size =
      plots.count == 1
      ? (width: 640.0, height: 420.0)
      : columns == 1
        ? (width: 640.0, height: 320.0) : (width: columns == 2 ? 420.0 : 350.0, height: 310.0)
    let margin = 16.0
    let titleSize = 17.0
    let width = Double(columns) * size.width + margin
    let top = title.isEmpty ? margin / 2 : margin + titleSize + 8
    var drawing = Drawing(
      width: width, height: top + Double(rows) * size.height + margin / 2, title: title)
    let shown = fitted(title, size: titleSize, width: width - 2 * margin)
    if !title.isEmpty {
      drawing.add(
        .text(
          shown, Drawing.Place(width / 2, margin + titleSize - 3), size: titleSize,
          color: PlotColors.ink, anchor: .middle))
    }
    for (index, plot) in plots.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      PlotLayout(
        plot,
        Frame(
          left: margin / 2 + Double(column) * size.width, top: top + Double(row) * size.height,
          width: size.width, height: size.height)
      ).draw(on: &drawing)
    }
    return drawing
  }

  private static func usualColumns(_ count: Int) -> Int { count <= 3 ? count : count == 4 ? 2 : 3 }
}

/// A rectangle in points.
struct Frame: Equatable {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }
}

/// Words cut with an ellipsis where they are wider than their room.
func fitted(_ text: String, size: Double, width: Double) -> String {
  guard Drawing.width(of: text, size: size) > width else { return text }
  var shown = text
  while !shown.isEmpty && Drawing.width(of: shown + "…", size: size) > width { shown.removeLast() }
  return shown.isEmpty ? "" : shown + "…"
}

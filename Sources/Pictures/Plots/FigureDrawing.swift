extension Figure {
  /// The figure with everything in its place.
  ///
  /// Its size follows from the number of plots and, past a few rows, from their legends.
  public func drawing() -> Drawing {
    let columns = max(1, min(columns ?? Self.usualColumns(plots.count), plots.count))
    let size =
      plots.count == 1
      ? (width: 640.0, height: 420.0)
      : columns == 1
        ? (width: 640.0, height: 320.0) : (width: columns == 2 ? 420.0 : 350.0, height: 310.0)
    let margin = 16.0
    let titleSize = 17.0
    let width = Double(columns) * size.width + margin

    var top = title.isEmpty ? margin / 2 : margin + titleSize + 8
    var layouts: [PlotLayout] = []
    for start in stride(from: 0, to: plots.count, by: columns) {
      let row = plots[start..<min(start + columns, plots.count)].enumerated().map { column, plot in
        PlotLayout(
          plot,
          Frame(
            left: margin / 2 + Double(column) * size.width, top: top, width: size.width,
            height: size.height))
      }
      layouts += row
      top += row.map(\.height).max() ?? 0
    }

    var drawing = Drawing(width: width, height: top + margin / 2, title: title)
    let shown = fitted(title, size: titleSize, width: width - 2 * margin)
    if !shown.isEmpty {
      drawing.add(
        .text(
          shown, Drawing.Place(width / 2, margin + titleSize - 3), size: titleSize,
          color: PlotColors.ink, anchor: .middle))
    }
    for layout in layouts { layout.draw(on: &drawing) }
    return drawing
  }

  /// The plots one by one, for a page that sets them side by side or below one another.
  public func drawings() -> [Drawing] {
    plots.map { plot in
      let margin = 8.0
      let frame = Frame(left: margin, top: margin, width: 420, height: 310)
      let layout = PlotLayout(plot, frame)
      var drawing = Drawing(
        width: frame.width + 2 * margin, height: layout.height + 2 * margin,
        title: plot.title.isEmpty ? title : plot.title)
      layout.draw(on: &drawing)
      return drawing
    }
  }

  private static func usualColumns(_ count: Int) -> Int { count <= 3 ? count : count == 4 ? 2 : 3 }
}

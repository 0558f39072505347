import Images

// What stands between the axes of a plot: its heat map and its series.

extension PlotLayout {
  /// Draws the cells, and the scale of their colors beside the box.
  func drawHeatMap(_ drawing: inout Drawing) {
    guard let map = plot.heatMap, let colorScale else { return }
    if let left = x(map.horizontal.lowerBound), let right = x(map.horizontal.upperBound),
      let bottom = y(map.vertical.lowerBound), let top = y(map.vertical.upperBound)
    {
      drawing.add(.image(map.cells, topLeft: place(left, top), bottomRight: place(right, bottom)))
    }
    drawContours(map, &drawing)
    let bar = Frame(left: box.right + 14, top: box.top, width: 14, height: box.height)
    let steps = 128
    let limits = map.limits
    let colors = (0..<steps).reversed().map { step in
      let share = (Double(step) + 0.5) / Double(steps)
      return map.color(
        of: limits.lowerBound * (1 - share) + limits.upperBound * share, limits: limits)
    }
    drawing.add(
      .image(
        ColorImage(size: ImageSize(height: steps, width: 1), pixels: colors),
        topLeft: place(bar.left, bar.top),
        bottomRight: place(bar.right, bar.bottom)))
    draw(colorScale, at: bar.right, toward: 1, &drawing)
    text(
      fitted(map.label, size: Self.labelSize, width: box.height), usedFrame.right - 6, box.center.y,
      Self.labelSize, .middle, &drawing, isUpward: true)
  }

  /// Draws the contour lines of a map, lighter than what is dark and darker than what is light.
  private func drawContours(_ map: HeatMap, _ drawing: inout Drawing) {
    for level in map.contours {
      let color = map.contourColor(of: level)
      for line in ContourLines(map, level: level).lines {
        let places = line.compactMap { point in
          x(point.x).flatMap { x in y(point.y).map { place(x, $0) } }
        }
        drawing.add(.line(places, width: 1, color: color))
      }
    }
  }

  /// Draws the words at points, on white where they would stand on a map.
  func drawNotes(_ drawing: inout Drawing) {
    for note in plot.notes {
      guard let x = x(note.x), let y = y(note.y), box.contains(place(x, y)) else { continue }
      let words = fitted(note.words, size: Self.tickSize, width: box.width - 8)
      let (width, height) = (Drawing.width(of: words, size: Self.tickSize), Self.tickSize)
      let gap = 9.0
      let (left, middle) =
        switch note.side {
        case .above: (x - width / 2, y - gap - height / 2)
        case .below: (x - width / 2, y + gap + height / 2)
        case .left: (x - gap - width, y)
        case .right: (x + gap, y)
        }
      let (start, center) = (
        min(max(left, box.left + 4), box.right - width - 4),
        min(max(middle, box.top + height / 2 + 4), box.bottom - height / 2 - 4)
      )
      if plot.heatMap != nil {
        let (top, bottom) = (center - height / 2 - 2, center + height / 2 + 3)
        drawing.add(
          .area(
            [
              place(start - 3, top), place(start + width + 3, top),
              place(start + width + 3, bottom), place(start - 3, bottom),
            ], color: RGB(gray: 255)))
      }
      text(words, start, center + height * 0.36, Self.tickSize, .start, &drawing)
    }
  }

  /// Draws lines, bars and points, the first series at the back.
  func drawSeries(_ drawing: inout Drawing) {
    for (number, series) in plot.series.enumerated() {
      let pen = SeriesPen(series, number: number)
      let bars = series.points.flatMap(bars)
      let lines = series.style.hasLine ? lines(series) : []
      let marks = series.style.hasPoints ? marks(series) : []
      if series.style == .names, let name = series.name {
        for place in self.marks(series) { drawing.add(pen.words(name, at: place)) }
      }
      for halo in plot.heatMap == nil ? [nil] : [1.2, nil] {
        for bar in bars { drawing.add(pen.bar(bar.start, bar.end, halo: halo)) }
        for line in lines { drawing.add(pen.line(line, halo: halo)) }
        if series.style == .arrow, let end = lines.last, let head = pen.head(of: end, halo: halo) {
          drawing.add(head)
        }
        for mark in marks { drawing.add(pen.mark(mark, halo: halo)) }
      }
    }
  }

  /// Where the points lie that are marked.
  private func marks(_ series: Series) -> [Drawing.Place] {
    let places = places(series)
    return stride(from: 0, to: places.count, by: series.markEvery)
      .compactMap { places[$0] }.filter(box.contains)
  }

  /// Where the points of a series lie; nil for one that has no place.
  private func places(_ series: Series) -> [Drawing.Place?] {
    series.points.map { point in
      guard let x = x(point.x), let y = y(point.y) else { return nil }
      return place(x, y)
    }
  }

  /// The lines of a series as far as they lie in the box, interrupted where a point has no place. A
  /// single point between two interruptions is a line of one place.
  private func lines(_ series: Series) -> [[Drawing.Place]] {
    var lines: [[Drawing.Place]] = []
    for run in places(series).split(separator: nil) {
      let places = run.compactMap(\.self)
      if places.count == 1, box.contains(places[0]) { lines.append(places) }
      var isBegun = false
      for (start, end) in zip(places, places.dropFirst()) {
        guard let (from, to) = box.clipped(start, end) else { continue }
        if isBegun, lines.last?.last == from {
          lines[lines.count - 1].append(to)
        } else {
          lines.append([from, to])
        }
        isBegun = true
      }
    }
    return lines
  }

  /// The bar through a point and its two ends, as far as they lie in the box.
  private func bars(_ point: Series.Point) -> [(start: Drawing.Place, end: Drawing.Place)] {
    guard let interval = point.interval, let x = x(point.x), y(point.y) != nil,
      y(interval.upperBound) != nil || interval.upperBound == .infinity
    else { return [] }
    // An end without a place lies past all places, below 0 on a logarithmic axis or at infinity.
    let low = y(interval.lowerBound) ?? .infinity
    let high = y(interval.upperBound) ?? -.infinity
    guard let bar = box.clipped(place(x, min(low, 1e9)), place(x, max(high, -1e9))) else {
      return []
    }
    let caps = [low, high].map { place(x, $0) }.filter(box.contains).map { end in
      (start: place(x - 3.5, end.y), end: place(x + 3.5, end.y))
    }
    return [(start: bar.0, end: bar.1)] + caps
  }
}

import Foundation

/// A plot in its frame: first the room for words, then the box of the axes, then what is in it.
struct PlotLayout {
  static let tickSize = 12.0
  static let labelSize = 13.0
  static let titleSize = 14.0
  private static let padding = 12.0
  private static let swatch = 22.0

  private let plot: Plot
  private let frame: Frame
  private let box: Frame
  private let horizontal: AxisTicks
  private let vertical: AxisTicks
  private let colorScale: AxisTicks?
  private let legend: [[(series: Int, name: String, x: Double)]]

  init(_ plot: Plot, _ frame: Frame) {
    self.plot = plot
    self.frame = frame
    let points = plot.series.flatMap(\.points)
    let map = plot.heatMap
    func ends(_ range: ClosedRange<Double>?) -> [Double] {
      range.map { [$0.lowerBound, $0.upperBound] } ?? []
    }
    // A map fills its axes to the edge.
    var horizontalAxis = plot.horizontal
    horizontalAxis.range = horizontalAxis.range ?? map?.horizontal
    var verticalAxis = plot.vertical
    verticalAxis.range = verticalAxis.range ?? map?.vertical
    vertical = AxisTicks(
      verticalAxis, values: points.flatMap { [$0.y] + ends($0.interval) },
      count: max(3, Int(frame.height / 60)))
    colorScale = map.map { map in
      AxisTicks(
        Axis(map.label, range: map.limits), values: [], count: max(3, Int(frame.height / 60)))
    }

    let widestTick = Self.widest(vertical)
    var left = Self.padding + widestTick + 8
    if !plot.vertical.label.isEmpty { left += Self.labelSize + 8 }
    var right = Self.padding
    if let colorScale { right += 14 + 14 + 6 + Self.widest(colorScale) + Self.labelSize + 10 }
    let width = max(40, frame.width - left - right)
    let horizontal = Self.fittingTicks(horizontalAxis, points.map(\.x), width: width)
    // Half of the last label stands past the end of the axis.
    let overhang = horizontal.ticks.last.map {
      Drawing.width(of: $0.label, size: Self.tickSize) / 2
    }
    if colorScale == nil { right = max(right, (overhang ?? 0) + 4) }
    self.horizontal = horizontal

    let boxWidth = max(40, frame.width - left - right)
    legend = Self.legendRows(plot, width: boxWidth)
    var top = 6.0
    if !plot.title.isEmpty { top += Self.titleSize + 8 }
    top += Double(legend.count) * 18 + (legend.isEmpty ? 4 : 6)
    let bottom = Self.tickSize + 12 + (plot.horizontal.label.isEmpty ? 0 : Self.labelSize + 7)
    box = Frame(
      left: frame.left + left, top: frame.top + top, width: boxWidth,
      height: max(40, frame.height - top - bottom))
  }

  private static func widest(_ axis: AxisTicks) -> Double {
    axis.ticks.map { Drawing.width(of: $0.label, size: tickSize) }.max() ?? 0
  }

  /// As many ticks as stand side by side without touching.
  private static func fittingTicks(_ axis: Axis, _ values: [Double], width: Double) -> AxisTicks {
    var count = max(2, Int(width / 64))
    while true {
      let ticks = AxisTicks(axis, values: values, count: count)
      let widest = widest(ticks)
      let places = ticks.ticks.compactMap { ticks.place($0.value) }.map { $0 * width }
      let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
      if count <= 2 || axis.ticks != nil || (gaps.min() ?? width) >= widest + 8 { return ticks }
      count -= 1
    }
  }

  /// The entries of the legend, in rows that fit.
  private static func legendRows(
    _ plot: Plot, width: Double
  ) -> [[(series: Int, name: String, x: Double)]] {
    var rows: [[(series: Int, name: String, x: Double)]] = []
    var x = 0.0
    for (index, series) in plot.series.enumerated() {
      guard let name = series.name else { continue }
      let shown = fitted(name, size: tickSize, width: width - swatch - 6)
      let needed = swatch + 6 + Drawing.width(of: shown, size: tickSize)
      if rows.isEmpty || x + needed > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((index, shown, x))
      x += needed + 18
    }
    return rows
  }

  // MARK: - Drawing

  func draw(on drawing: inout Drawing) {
    if !plot.title.isEmpty {
      let title = fitted(plot.title, size: Self.titleSize, width: frame.width - 16)
      // Over the box where it fits there, else over the frame.
      let half = Drawing.width(of: title, size: Self.titleSize) / 2
      let middle = min(max(box.left + box.width / 2, frame.left + half + 8), frame.right - half - 8)
      text(title, middle, frame.top + 6 + Self.titleSize, Self.titleSize, .middle, &drawing)
    }
    drawGrid(&drawing)
    if let map = plot.heatMap { draw(map, &drawing) }
    let corners = [
      place(box.left, box.top), place(box.right, box.top), place(box.right, box.bottom),
      place(box.left, box.bottom), place(box.left, box.top),
    ]
    drawing.add(.line(corners, width: 1, color: PlotColors.border))
    for (index, series) in plot.series.enumerated() { draw(series, index, &drawing) }
    drawAxes(&drawing)
    drawLegend(&drawing)
  }

  private func place(_ x: Double, _ y: Double) -> Drawing.Place { Drawing.Place(x, y) }

  private func text(
    _ words: String, _ x: Double, _ y: Double, _ size: Double, _ anchor: Drawing.Anchor,
    _ drawing: inout Drawing, color: RGB = PlotColors.ink, isUpward: Bool = false
  ) {
    guard !words.isEmpty else { return }
    drawing.add(
      .text(words, place(x, y), size: size, color: color, anchor: anchor, isUpward: isUpward))
  }

  private func x(_ value: Double) -> Double? {
    horizontal.place(value).map { box.left + $0 * box.width }
  }

  private func y(_ value: Double) -> Double? {
    vertical.place(value).map { box.bottom - $0 * box.height }
  }

  private func drawGrid(_ drawing: inout Drawing) {
    guard plot.heatMap == nil else { return }
    for x in horizontal.ticks.compactMap({ x($0.value) }) {
      drawing.add(
        .line([place(x, box.top), place(x, box.bottom)], width: 1, color: PlotColors.grid))
    }
    for y in vertical.ticks.compactMap({ y($0.value) }) {
      drawing.add(
        .line([place(box.left, y), place(box.right, y)], width: 1, color: PlotColors.grid))
    }
  }

  private func drawAxes(_ drawing: inout Drawing) {
    for tick in horizontal.ticks {
      guard let x = x(tick.value) else { continue }
      drawing.add(
        .line([place(x, box.bottom), place(x, box.bottom + 4)], width: 1, color: PlotColors.border))
      text(tick.label, x, box.bottom + 6 + Self.tickSize, Self.tickSize, .middle, &drawing)
    }
    for tick in vertical.ticks {
      guard let y = y(tick.value) else { continue }
      drawing.add(
        .line([place(box.left - 4, y), place(box.left, y)], width: 1, color: PlotColors.border))
      text(tick.label, box.left - 8, y + Self.tickSize * 0.36, Self.tickSize, .end, &drawing)
    }
    let below = fitted(plot.horizontal.label, size: Self.labelSize, width: frame.width - 16)
    let half = Drawing.width(of: below, size: Self.labelSize) / 2
    let middle = min(max(box.left + box.width / 2, frame.left + half + 8), frame.right - half - 8)
    text(
      below, middle, box.bottom + 12 + Self.tickSize + Self.labelSize, Self.labelSize, .middle,
      &drawing)
    let beside = fitted(plot.vertical.label, size: Self.labelSize, width: box.height + 30)
    text(
      beside, frame.left + Self.padding / 2 + Self.labelSize, box.top + box.height / 2,
      Self.labelSize, .middle, &drawing, isUpward: true)
  }

  private func drawLegend(_ drawing: inout Drawing) {
    for (row, entries) in legend.enumerated() {
      let y = box.top - 6 - Double(legend.count - 1 - row) * 18 - 7
      for entry in entries {
        let left = box.left + entry.x
        let series = plot.series[entry.series]
        let color = PlotColors.series(series.color ?? entry.series)
        if series.style != .points {
          drawing.add(
            .line(
              [place(left, y), place(left + Self.swatch, y)], width: 2, color: color,
              dash: series.dash))
        }
        if series.style == .points || series.style == .lineAndPoints {
          mark(series, entry.series, left + Self.swatch / 2, y, &drawing)
        }
        text(entry.name, left + Self.swatch + 6, y + 4, Self.tickSize, .start, &drawing)
      }
    }
  }

  // MARK: - Content

  private func draw(_ series: Series, _ index: Int, _ drawing: inout Drawing) {
    let color = PlotColors.series(series.color ?? index)
    for point in series.points {
      guard let x = x(point.x), let interval = point.interval, isInside(x),
        let low = y(interval.lowerBound), let high = y(interval.upperBound)
      else { continue }
      let (bottom, top) = (min(max(low, box.top), box.bottom), min(max(high, box.top), box.bottom))
      drawing.add(.line([place(x, bottom), place(x, top)], width: 1.4, color: color))
      for end in [bottom, top] {
        drawing.add(.line([place(x - 3.5, end), place(x + 3.5, end)], width: 1.4, color: color))
      }
    }
    if series.style != .points {
      for line in clippedLines(series) {
        drawing.add(.line(line, width: 2, color: color, dash: series.dash))
      }
    }
    if series.style == .points || series.style == .lineAndPoints {
      for point in series.points {
        guard let x = x(point.x), let y = y(point.y), isInside(x), y >= box.top - 0.5,
          y <= box.bottom + 0.5
        else { continue }
        mark(series, index, x, y, &drawing)
      }
    }
  }

  private func isInside(_ x: Double) -> Bool { x >= box.left - 0.5 && x <= box.right + 0.5 }

  /// A point in the shape that belongs to the color, small where there are many.
  private func mark(
    _ series: Series, _ index: Int, _ x: Double, _ y: Double, _ drawing: inout Drawing
  ) {
    let number = series.color ?? index
    let color = PlotColors.series(number)
    let r = series.points.count > 300 ? 2.0 : series.points.count > 60 ? 3 : 4
    switch ((number % 4) + 4) % 4 {
    case 0: drawing.add(.disc(place(x, y), radius: r, color: color))
    case 1:
      let s = r * 0.9
      drawing.add(
        .area(
          [place(x - s, y - s), place(x + s, y - s), place(x + s, y + s), place(x - s, y + s)],
          color: color))
    case 2:
      drawing.add(
        .area(
          [
            place(x, y - 1.2 * r), place(x + 1.1 * r, y + 0.8 * r), place(x - 1.1 * r, y + 0.8 * r),
          ],
          color: color))
    default:
      let s = r * 1.25
      drawing.add(
        .area([place(x, y - s), place(x + s, y), place(x, y + s), place(x - s, y)], color: color))
    }
  }

  /// The lines of a series as far as they lie in the box, interrupted where a point has no place.
  private func clippedLines(_ series: Series) -> [[Drawing.Place]] {
    var lines: [[Drawing.Place]] = []
    var last: Drawing.Place?
    for point in series.points {
      guard let x = x(point.x), let y = y(point.y) else {
        last = nil
        continue
      }
      let next = place(x, y)
      if let start = last, let (from, to) = clipped(start, next) {
        if lines.last?.last == from {
          lines[lines.count - 1].append(to)
        } else {
          lines.append([from, to])
        }
      }
      last = next
    }
    return lines
  }

  /// The part of a segment in the box (Liang, Barsky 1984).
  private func clipped(
    _ start: Drawing.Place, _ end: Drawing.Place
  ) -> (Drawing.Place, Drawing.Place)? {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (0.0, 1.0)
    for (step, room) in [
      (-dx, start.x - box.left), (dx, box.right - start.x), (-dy, start.y - box.top),
      (dy, box.bottom - start.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    guard first <= last else { return nil }
    return (
      first == 0 ? start : place(start.x + first * dx, start.y + first * dy),
      last == 1 ? end : place(start.x + last * dx, start.y + last * dy)
    )
  }

  private func draw(_ map: HeatMap, _ drawing: inout Drawing) {
    if let left = x(map.horizontal.lowerBound), let right = x(map.horizontal.upperBound),
      let bottom = y(map.vertical.lowerBound), let top = y(map.vertical.upperBound)
    {
      drawing.add(.image(map.cells, topLeft: place(left, top), bottomRight: place(right, bottom)))
    }
    guard let colorScale else { return }
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
        ColorImage(width: 1, height: steps, pixels: colors), topLeft: place(bar.left, bar.top),
        bottomRight: place(bar.right, bar.bottom)))
    for tick in colorScale.ticks {
      guard let share = colorScale.place(tick.value) else { continue }
      let y = bar.bottom - share * bar.height
      drawing.add(
        .line([place(bar.right, y), place(bar.right + 4, y)], width: 1, color: PlotColors.border))
      text(tick.label, bar.right + 7, y + Self.tickSize * 0.36, Self.tickSize, .start, &drawing)
    }
    let label = fitted(map.label, size: Self.labelSize, width: box.height + 30)
    text(
      label, frame.right - 6, box.top + box.height / 2, Self.labelSize, .middle, &drawing,
      isUpward: true)
  }
}

extension Series {
  /// Strokes and gaps of its line.
  fileprivate var dash: [Double] { style == .dashedLine ? [7, 5] : [] }
}

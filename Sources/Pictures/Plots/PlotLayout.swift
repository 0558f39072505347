/// A plot in its frame: first the room for words, then the box of the axes, then what is in it.
struct PlotLayout {
  static let tickSize = 12.0
  static let labelSize = 13.0
  static let titleSize = 14.0
  private static let padding = 12.0

  let plot: Plot
  /// The room between the axes.
  let box: Frame
  /// All that belongs to the plot.
  let frame: Frame
  /// The frame without what equal axes leave free on its sides.
  let usedFrame: Frame
  /// The axis from left to right.
  let horizontal: AxisTicks
  /// The axis from bottom to top.
  let vertical: AxisTicks
  /// The values that the colors of a heat map stand for.
  let colorScale: AxisTicks?
  private let legend: PlotLegend

  /// Points from top to bottom, more than the frame's where the legend is long.
  var height: Double { frame.height }

  /// A plot with its top left corner and its width given by a frame, and at least as high.
  init(_ plot: Plot, _ frame: Frame) {
    self.plot = plot
    precondition(
      !plot.hasEqualAxes || (plot.horizontal.scale == .linear && plot.vertical.scale == .linear),
      "a unit is as long everywhere on linear axes only")
    let points = plot.series.flatMap(\.points)
    // A map fills its axes to the edge.
    var (across, upward) = (plot.horizontal, plot.vertical)
    if let map = plot.heatMap {
      precondition(
        across.scale == .linear && upward.scale == .linear,
        "the cells of a heat map are equal on linear axes only")
      across.range = across.range ?? map.horizontal
      upward.range = upward.range ?? map.vertical
      precondition(
        across.covers(map.horizontal) && upward.covers(map.vertical),
        "a heat map lies within the ranges of its axes")
    }
    let count = max(3, Int(frame.height / 60))
    let vertical = AxisTicks(
      upward, values: points.map(\.y) + points.compactMap(\.interval).flatMap(\.ends), count: count
    ).cut(to: 0.35 * frame.width)
    let colorScale = plot.heatMap.map {
      AxisTicks(Axis("", range: $0.limits), values: [], count: count).cut(to: 0.2 * frame.width)
    }
    self.vertical = vertical
    self.colorScale = colorScale

    var left = Self.padding + vertical.widestLabel + 8
    if !plot.vertical.label.isEmpty { left += Self.labelSize + 8 }
    var right = Self.padding
    if let colorScale { right += 14 + 14 + 6 + colorScale.widestLabel + Self.labelSize + 10 }
    let (horizontal, side) = Self.horizontalTicks(
      across, points.map(\.x), frame.width, left: left, right: right)
    self.horizontal = horizontal
    left = max(left, side.left)
    right = max(right, side.right)

    let width = max(40, frame.width - left - right)
    legend = PlotLegend(plot, width: width)
    var grown = frame
    grown.height += legend.extraHeight
    self.frame = grown
    let top = 6 + (plot.title.isEmpty ? 0 : Self.titleSize + 8) + legend.height
    let bottom = Self.tickSize + 12 + (plot.horizontal.label.isEmpty ? 0 : Self.labelSize + 7)
    let whole = Frame(
      left: frame.left + left, top: frame.top + top, width: width,
      height: max(40, grown.height - top - bottom))
    box = plot.hasEqualAxes ? whole.shrunk(toShapeOf: horizontal.range, vertical.range) : whole
    grown.left += box.left - whole.left
    grown.width -= whole.width - box.width
    usedFrame = grown
  }

  /// As many ticks as stand side by side, and the room that the first and the last of them need on
  /// either side.
  private static func horizontalTicks(
    _ axis: Axis, _ values: [Double], _ width: Double, left: Double, right: Double
  ) -> (AxisTicks, (left: Double, right: Double)) {
    var count = max(2, Int((width - left - right) / 50))
    while true {
      var ticks = AxisTicks(axis, values: values, count: count)
      if axis.ticks != nil {
        ticks = ticks.cut(
          to: min(0.3 * width, max(30, ticks.narrowestGap * (width - left - right) - 8)))
      }
      let ends = [ticks.ticks.first, ticks.ticks.last].map { tick in
        tick.map { Drawing.width(of: $0.label, size: tickSize) / 2 + 4 } ?? 0
      }
      let room = width - max(left, ends[0]) - max(right, ends[1])
      let fits = ticks.narrowestGap * room >= ticks.widestLabel + 12
      if fits || count == 2 || axis.ticks != nil { return (ticks, (ends[0], ends[1])) }
      count -= 1
    }
  }

  // MARK: - Drawing

  /// Draws all of it.
  func draw(on drawing: inout Drawing) {
    drawTitle(&drawing)
    if plot.heatMap == nil { drawGrid(&drawing) }
    drawHeatMap(&drawing)
    let corners = [
      place(box.left, box.top), place(box.right, box.top), place(box.right, box.bottom),
      place(box.left, box.bottom), place(box.left, box.top),
    ]
    drawing.add(.line(corners, width: 1, color: PlotColors.border))
    drawSeries(&drawing)
    drawHorizontalAxis(&drawing)
    drawVerticalAxis(&drawing)
    drawNotes(&drawing)
    legend.draw(plot, above: box, within: frame, on: &drawing)
  }

  func place(_ x: Double, _ y: Double) -> Drawing.Place { Drawing.Place(x, y) }

  /// The place of a value on the horizontal axis in points.
  func x(_ value: Double) -> Double? { horizontal.place(value).map { box.left + $0 * box.width } }

  /// The place of a value on the vertical axis in points.
  func y(_ value: Double) -> Double? { vertical.place(value).map { box.bottom - $0 * box.height } }

  /// Adds words, if there are any.
  func text(
    _ words: String, _ x: Double, _ y: Double, _ size: Double, _ anchor: Drawing.Anchor,
    _ drawing: inout Drawing, isUpward: Bool = false
  ) {
    guard !words.isEmpty else { return }
    drawing.add(
      .text(
        words, place(x, y), size: size, color: PlotColors.ink, anchor: anchor, isUpward: isUpward))
  }

  /// Words in the middle of the box where they fit there, else in the frame.
  private func centered(_ words: String, _ y: Double, _ size: Double, _ drawing: inout Drawing) {
    let shown = fitted(words, size: size, width: frame.width - 16)
    let half = Drawing.width(of: shown, size: size) / 2
    let middle = min(max(box.center.x, frame.left + half + 8), frame.right - half - 8)
    text(shown, middle, y, size, .middle, &drawing)
  }

  private func drawTitle(_ drawing: inout Drawing) {
    centered(plot.title, frame.top + 6 + Self.titleSize, Self.titleSize, &drawing)
  }

  private func drawGrid(_ drawing: inout Drawing) {
    for x in horizontal.ticks.compactMap({ x($0.value) }) {
      drawing.add(
        .line([place(x, box.top), place(x, box.bottom)], width: 1, color: PlotColors.grid))
    }
    for y in vertical.ticks.compactMap({ y($0.value) }) {
      drawing.add(
        .line([place(box.left, y), place(box.right, y)], width: 1, color: PlotColors.grid))
    }
  }

  private func drawHorizontalAxis(_ drawing: inout Drawing) {
    var free = -Double.infinity
    for tick in horizontal.ticks {
      guard let x = x(tick.value) else { continue }
      drawing.add(
        .line([place(x, box.bottom), place(x, box.bottom + 4)], width: 1, color: PlotColors.border))
      // A label that would touch the one before is left out.
      let half = Drawing.width(of: tick.label, size: Self.tickSize) / 2
      guard x - half >= free else { continue }
      free = x + half + 4
      text(tick.label, x, box.bottom + 6 + Self.tickSize, Self.tickSize, .middle, &drawing)
    }
    centered(
      plot.horizontal.label, box.bottom + 12 + Self.tickSize + Self.labelSize, Self.labelSize,
      &drawing)
  }

  private func drawVerticalAxis(_ drawing: inout Drawing) {
    draw(vertical, at: box.left, toward: -1, &drawing)
    text(
      fitted(plot.vertical.label, size: Self.labelSize, width: box.height),
      usedFrame.left + Self.padding / 2 + Self.labelSize, box.center.y, Self.labelSize, .middle,
      &drawing, isUpward: true)
  }

  /// The marks and labels of an upright axis on one side of a line: −1 for the left, 1 for the right.
  func draw(_ axis: AxisTicks, at x: Double, toward side: Double, _ drawing: inout Drawing) {
    var free = Double.infinity
    for tick in axis.ticks {
      guard let share = axis.place(tick.value) else { continue }
      let y = box.bottom - share * box.height
      drawing.add(.line([place(x, y), place(x + 4 * side, y)], width: 1, color: PlotColors.border))
      guard y <= free else { continue }
      free = y - Self.tickSize - 4
      let anchor: Drawing.Anchor = side < 0 ? .end : .start
      text(tick.label, x + 8 * side, y + Self.tickSize * 0.36, Self.tickSize, anchor, &drawing)
    }
  }
}

extension AxisTicks {
  /// The width of the widest label in points.
  fileprivate var widestLabel: Double {
    ticks.map { Drawing.width(of: $0.label, size: PlotLayout.tickSize) }.max() ?? 0
  }

  /// The smallest distance of two neighbouring ticks as a share of the axis; 1 for a single tick.
  fileprivate var narrowestGap: Double {
    let places = ticks.compactMap { place($0.value) }
    return zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? 1
  }

  /// The axis with labels no wider than some points.
  fileprivate func cut(to width: Double) -> AxisTicks {
    var cut = self
    cut.ticks = ticks.map {
      Tick(value: $0.value, label: fitted($0.label, size: PlotLayout.tickSize, width: width))
    }
    return cut
  }
}

extension Frame {
  /// The largest part with the shape of two ranges, in the middle; 40 points is the least side.
  fileprivate func shrunk(
    toShapeOf horizontal: ClosedRange<Double>, _ vertical: ClosedRange<Double>
  ) -> Frame {
    let extents = [horizontal, vertical].map { $0.upperBound / 2 - $0.lowerBound / 2 }
    let unit = min(width / extents[0], height / extents[1])
    var part = self
    part.width = max(40, unit * extents[0])
    part.height = max(40, unit * extents[1])
    part.left += (width - part.width) / 2
    part.top += (height - part.height) / 2
    return part
  }
}

extension Axis {
  fileprivate func covers(_ values: ClosedRange<Double>) -> Bool {
    guard let range else { return true }
    return range.lowerBound <= values.lowerBound && values.upperBound <= range.upperBound
  }
}

extension ClosedRange<Double> {
  fileprivate var ends: [Double] { [lowerBound, upperBound] }
}

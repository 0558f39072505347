import Foundation
import Images
import Pictures
import Testing

@Suite struct PlotContentTests {
  private typealias Point = Series.Point

  /// Where a value lies in a box whose axes are linear.
  private func place(
    _ x: Double, _ y: Double, _ box: Frame, _ across: ClosedRange<Double>, _ up: ClosedRange<Double>
  ) -> Drawing.Place {
    Drawing.Place(
      box.left + (x - across.lowerBound) / (across.upperBound - across.lowerBound) * box.width,
      box.bottom - (y - up.lowerBound) / (up.upperBound - up.lowerBound) * box.height)
  }

  private func plot(
    _ points: [Point], style: Series.Style = .line, across: ClosedRange<Double>? = 0...10,
    up: ClosedRange<Double>? = 0...4, scale: Axis.Scale = .linear
  ) -> Drawing {
    Plot.of(
      Series("s", points, style: style), horizontal: Axis("x", range: across),
      vertical: Axis("y", scale: scale, range: up)
    ).drawing()
  }

  /// The series' lines without that of the legend, which lies above the box.
  private func content(_ drawing: Drawing) -> [[Drawing.Place]] {
    let box = drawing.boxes[0]
    return drawing.seriesLines.map(\.places).filter { $0.allSatisfy { $0.y > box.top - 1 } }
  }

  // MARK: - Lines

  @Test func `a line goes through its points`() {
    let drawing = plot([Point(0, 0), Point(2.5, 3), Point(10, 4)])
    let box = drawing.boxes[0]
    let expected = [(0.0, 0.0), (2.5, 3.0), (10.0, 4.0)].map {
      place($0.0, $0.1, box, 0...10, 0...4)
    }
    let line = content(drawing)[0]
    for (drawn, place) in zip(line, expected) {
      // A few roundings of numbers of hundreds of points.
      #expect(abs(drawn.x - place.x) < 1e-10 && abs(drawn.y - place.y) < 1e-10)
    }
    #expect(content(drawing).count == 1 && line.count == 3)
  }

  @Test func `lines are cut at the box`() {
    let points = (0..<500).map { step in
      let angle = Double(step) * 0.13
      return Point(5 + Double(step) / 40 * cos(angle), 2 + Double(step) / 60 * sin(angle))
    }
    for style in [Series.Style.line, .dashedLine, .points, .lineAndPoints] {
      let drawing = plot(points, style: style)
      let box = drawing.boxes[0]
      for line in content(drawing) {
        #expect(line.allSatisfy { $0.x >= box.left && $0.x <= box.right })
        #expect(line.allSatisfy { $0.y >= box.top && $0.y <= box.bottom })
      }
      #expect(content(drawing).isEmpty == (style == .points))
    }
    // The spiral leaves and comes back.
    #expect(content(plot(points)).count > 5)
  }

  @Test func `a line ends where it crosses the border`() {
    let drawing = plot([Point(-10, 1), Point(5, 1), Point(5, 8)])
    let box = drawing.boxes[0]
    let expected = [(0.0, 1.0), (5.0, 1.0), (5.0, 4.0)].map {
      place($0.0, $0.1, box, 0...10, 0...4)
    }
    #expect(content(drawing).count == 1)
    for (drawn, place) in zip(content(drawing)[0], expected) {
      #expect(abs(drawn.x - place.x) < 1e-10 && abs(drawn.y - place.y) < 1e-10)
    }
  }

  @Test func `a curve that diverges leaves straight up`() {
    for far in [1e30, 1e300, Double.greatestFiniteMagnitude] {
      let drawing = plot([Point(0, 1), Point(5, 1), Point(6, far), Point(7, -far), Point(8, 1)])
      let box = drawing.boxes[0]
      let lines = content(drawing)
      #expect(lines.joined().allSatisfy(box.contains))
      let up = place(5, 4, box, 0...10, 0...4)
      #expect(lines[0].last.map { abs($0.x - up.x) < 1e-6 && $0.y == box.top } == true)
      let back = place(8, 0, box, 0...10, 0...4)
      #expect(
        lines.last?.first.map { abs($0.x - back.x) < 1e-6 && $0.y == box.bottom } == true)
      // From the top to the bottom in one step, halfway between.
      let down = place(6.5, 0, box, 0...10, 0...4)
      #expect(lines.count == 3)
      #expect(lines[1].map(\.y) == [box.top, box.bottom])
      #expect(lines[1].allSatisfy { abs($0.x - down.x) < 1e-6 })
      #expect(drawing.image(scale: 1).width > 0)
    }
  }

  @Test func `values without a place interrupt a line`() {
    for gap in [Double.nan, .infinity, -.infinity] {
      let drawing = plot([
        Point(0, 1), Point(1, 2), Point(2, gap), Point(3, 1), Point(4, 3), Point(gap, 3),
        Point(5, 1),
        Point(6, 1),
      ])
      #expect(content(drawing).map(\.count) == [2, 2, 2])
    }
    let logarithmic = plot(
      [Point(0, 1), Point(1, 2), Point(2, 0), Point(3, 1), Point(4, 3), Point(5, -1), Point(6, 2)],
      up: nil, scale: .logarithmic)
    #expect(content(logarithmic).map(\.count) == [2, 2])
  }

  @Test func `a point without neighbours is a dot`() {
    let drawing = plot([Point(1, 1), Point(2, .nan), Point(3, 3), Point(.nan, 4), Point(20, 3)])
    let box = drawing.boxes[0]
    #expect(content(drawing).isEmpty)
    #expect(drawing.discs.count == 2, "the third one is outside")
    #expect(drawing.discs.allSatisfy { box.contains($0.center) })
    #expect(plot([Point(5, 2)]).discs.count == 1)
  }

  // MARK: - Points and intervals

  @Test func `points are marked where they are`() {
    let drawing = plot(
      [Point(0, 0), Point(10, 4), Point(5, 2), Point(11, 2), Point(5, -1), Point(.nan, 1)],
      style: .points)
    let box = drawing.boxes[0]
    let centers = drawing.discs.map(\.center).filter { $0.y > box.top - 1 }
    let expected = [(0.0, 0.0), (10.0, 4.0), (5.0, 2.0)].map {
      place($0.0, $0.1, box, 0...10, 0...4)
    }
    #expect(centers.count == 3)
    for (center, place) in zip(centers, expected) {
      #expect(abs(center.x - place.x) < 1e-10 && abs(center.y - place.y) < 1e-10)
    }
  }

  @Test(arguments: [1, 2, 3, 20])
  func `marks may be left out of a line`(every: Int) {
    let points = (0...10).map { Point(Double($0), 1) }
    let plot = Plot.of(
      Series(nil, points, style: .lineAndPoints, markEvery: every),
      horizontal: Axis("x", range: 0...10), vertical: Axis("y", range: 0...4))
    let drawing = plot.drawing()
    let box = drawing.boxes[0]
    let expected = stride(from: 0.0, through: 10, by: Double(every)).map {
      place($0, 1, box, 0...10, 0...4).x
    }
    #expect(drawing.discs.count == expected.count)
    // A few roundings of numbers of hundreds of points.
    for (disc, x) in zip(drawing.discs, expected) { #expect(abs(disc.center.x - x) < 1e-10) }
    #expect(content(drawing).map(\.count) == [11])
  }

  @Test func `intervals are bars that are cut at the box`() {
    /// The upright bars and the number of their ends.
    func bars(_ drawing: Drawing) -> [(low: Double, high: Double, ends: Int)] {
      let (box, lines) = (drawing.boxes[0], drawing.lines.filter { $0.width == 1.4 })
      let upright = lines.filter { $0.places[0].x == $0.places[1].x }
      return upright.map { bar in
        let level = lines.filter {
          $0.places[0].y == $0.places[1].y
            && abs(($0.places[0].x + $0.places[1].x) / 2 - bar.places[0].x) < 1e-9
        }
        return (
          (box.bottom - bar.places[0].y) / box.height, (box.bottom - bar.places[1].y) / box.height,
          level.count
        )
      }
    }
    func expect(_ interval: ClosedRange<Double>, _ low: Double, _ high: Double, ends: Int) {
      let found = bars(plot([Point(5, 2, interval: interval)], style: .points))
      #expect(found.count == 1)
      #expect(
        found.allSatisfy {
          abs($0.low - low) < 1e-9 && abs($0.high - high) < 1e-9 && $0.ends == ends
        },
        "\(interval): \(found)")
    }
    expect(1...3, 0.25, 0.75, ends: 2)
    expect(-1...3, 0, 0.75, ends: 1)
    expect(1...9, 0.25, 1, ends: 1)
    expect(-1e300...1e300, 0, 1, ends: 0)
    expect(-.infinity...3, 0, 0.75, ends: 1)
    expect(1...(.infinity), 0.25, 1, ends: 1)
    for hidden in [
      Point(5, 9, interval: 8...10), Point(11, 2, interval: 1...3), Point(5, .nan, interval: 1...3),
    ] {
      #expect(bars(plot([hidden], style: .points)).isEmpty)
    }
    // Below 0 a logarithmic axis goes on without end.
    let logarithmic = bars(
      plot([Point(5, 1, interval: -1...10)], style: .points, up: 0.01...100, scale: .logarithmic))
    #expect(logarithmic.count == 1)
    #expect(logarithmic.allSatisfy { $0.low == 0 && abs($0.high - 0.75) < 1e-9 && $0.ends == 1 })
  }

  @Test func `intervals are shown whole where the axis is free`() {
    let drawing = plot([Point(5, 2, interval: -7...19)], style: .points, up: nil)
    #expect(drawing.lines.count { $0.width == 1.4 } == 3, "the bar and both its ends")
  }

  @Test func `anything can be drawn`() {
    let values: [Double] = [
      0, -0.0, 1, -1, 1e300, -1e300, .leastNonzeroMagnitude, .nan, .infinity, -.infinity,
      .greatestFiniteMagnitude,
    ]
    let scales = [Axis.Scale.linear, .logarithmic]
    for first in values {
      for second in values {
        let points = [
          Point(first, second), Point(second, first, interval: min(0, first)...max(0, first)),
        ]
        let plots = scales.map { scale in
          Plot.of(
            Series("s", first.isNaN ? [] : points, style: .lineAndPoints),
            Series("t", [Point(first, second)], style: .dashedLine),
            horizontal: Axis("x", scale: scale), vertical: Axis("y", scale: scale))
        }
        let drawing = Figure(title: "", plots: plots).drawing()
        #expect(drawing.boxes.count == 2)
        #expect(drawing.texts.count >= 8)
      }
    }
    let all = zip(values, values.reversed()).map { Point($0, $1) }
    for scale in scales {
      let drawing = Plot.of(
        Series("s", all, style: .lineAndPoints), horizontal: Axis("x", scale: scale),
        vertical: Axis("y", scale: scale)
      ).drawing()
      #expect(drawing.image(scale: 1).width == Int(drawing.width.rounded(.up)))
    }
  }

  @Test(arguments: [Series.Style.line, .dashedLine, .points])
  func `a hundred thousand points are drawn in time`(style: Series.Style) {
    let points = (0..<100_000).map { step in
      Point(Double(step), sin(Double(step) * 0.7) + sin(Double(step) * 1e-4))
    }
    let drawing = Plot.of(Series("s", points, style: style)).drawing()
    let image = drawing.image(scale: 1)
    #expect(image.pixels.count { $0 == PlotColors.series[0] } > 10_000)
  }

  // MARK: - Heat maps

  private func map(
    _ values: [Double], columns: Int, rows: Int, palette: HeatMap.Palette = .sequential
  ) -> Drawing {
    Plot(
      horizontal: Axis("x"), vertical: Axis("y"),
      heatMap: HeatMap(
        "z", values: values, columns: columns, rows: rows, horizontal: 0...Double(columns),
        vertical: 0...Double(rows), palette: palette)
    ).drawing()
  }

  @Test func `cells are the right way up and colored by value`() {
    let drawing = map([0, 1, 2, 3, 4, 5], columns: 3, rows: 2)
    let (cells, frame) = drawing.images[0]
    #expect(frame == drawing.boxes[0])
    // The first row of values is the lowest one of the plot.
    let shares = [3, 4, 5, 0, 1, 2].map { PlotColors.sequential($0 / 5) }
    #expect(cells == ColorImage(size: ImageSize(height: 2, width: 3), pixels: shares))
    let image = drawing.image(scale: 1)
    let (x, y) = (Int(frame.left + frame.width / 6), Int(frame.top + frame.height * 0.75))
    #expect(image[y, x] == PlotColors.sequential(0), "the lowest value, at the lower left")
  }

  @Test func `signed cells are white for 0 and red for more`() {
    let (cells, _) = map([-1, 0, 0.5, 2], columns: 4, rows: 1, palette: .signed).images[0]
    let expected = [-1, 0, 0.5, 2].map { SignedPalette.signed.color(of: $0, limit: 2) }
    #expect(cells.pixels == expected)
    #expect(cells[0, 1] == RGB(gray: 255))
  }

  @Test(arguments: [HeatMap.Palette.sequential, .signed])
  func `any values have colors`(palette: HeatMap.Palette) {
    let extremes: [[Double]] = [
      [0, 0], [1e17, 1e17], [-3, -3], [.leastNonzeroMagnitude, 0], [-1e300, 1e300], [.nan, .nan],
      [.nan, 1],
      [.infinity, -.infinity], [.infinity, 0], [1, 1 + 1e-15],
      [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ]
    for values in extremes {
      let drawing = map(values, columns: 2, rows: 1, palette: palette)
      let cells = drawing.images[0].cells.pixels
      for (value, color) in zip(values, cells) {
        #expect((color == RGB(gray: 128)) == !value.isFinite, "\(values)")
      }
      #expect(drawing.image(scale: 1).height > 0)
    }
  }

  @Test func `the scale of colors goes from the lowest to the highest value`() throws {
    let drawing = map([-2, 0, 1, 8], columns: 2, rows: 2)
    let box = drawing.boxes[0]
    let (bar, frame) = drawing.images[1]
    #expect(frame.left > box.right && frame.top == box.top && frame.bottom == box.bottom)
    let halfStep = 0.5 / Double(bar.height)
    #expect(bar[0, 0] == PlotColors.sequential(1 - halfStep))
    #expect(bar[bar.height - 1, 0] == PlotColors.sequential(halfStep))
    let labels = drawing.texts.filter { $0.frame.left > frame.right && !$0.isUpward }
    #expect(labels.count >= 3)
    for label in labels {
      let value = try #require(numberOfLabel(label.words))
      let y = frame.bottom - (value + 2) / 10 * frame.height
      // Digits are 14 twentieths of 12 points high and stand 0.36 sizes below the mark.
      #expect(abs((label.frame.top + label.frame.bottom) / 2 - y) < 1, "\(label.words)")
    }
  }

  @Test func `on a heat map, series have a white edge`() {
    let points = [Point(0.2, 0.2), Point(1.8, 0.8)]
    let plot = Plot(
      horizontal: Axis("x"), vertical: Axis("y"),
      heatMap: HeatMap(
        "z", values: [0, 0], columns: 2, rows: 1, horizontal: 0...2, vertical: 0...1),
      series: [Series(nil, points, style: .lineAndPoints)])
    let drawing = plot.drawing()
    let white = drawing.lines.first { $0.color == RGB(gray: 255) }
    let colored = drawing.seriesLines.first
    #expect(white?.places == colored?.places)
    #expect(white.map { $0.width > 2 } == true)
    #expect(
      drawing.discs.map(\.color) == [RGB(gray: 255), RGB(gray: 255)] + [
        PlotColors.series[0], PlotColors.series[0],
      ])
    #expect(drawing.discs[0].radius > drawing.discs[2].radius)
    let plain = Plot.of(Series(nil, points, style: .lineAndPoints)).drawing()
    #expect(!plain.lines.contains { $0.color == RGB(gray: 255) })
  }
}

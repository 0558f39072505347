import Images
import Pictures
import Testing

/// Contours, arrows and words at points.
@Suite struct PlotNotesTests {
  private func plot(
    across: ClosedRange<Double>, up: ClosedRange<Double>, series: [Series] = [],
    notes: [Note] = [], map: HeatMap? = nil
  ) -> Drawing {
    Figure(
      title: "",
      plots: [
        Plot(
          horizontal: Axis("x", range: across), vertical: Axis("y", range: up), heatMap: map,
          series: series, notes: notes)
      ]
    ).drawing()
  }

  @Test(arguments: [Note.Side.above, .below, .left, .right])
  func `words stand on their side of a point, and stay between the axes`(side: Note.Side) throws {
    for (x, y) in [(5.0, 5.0), (0, 0), (10, 10), (0.1, 9.9)] {
      let drawing = plot(
        across: 0...10, up: 0...10, series: [Series(nil, [Series.Point(x, y)], style: .points)],
        notes: [Note("here it is", x, y, side: side)])
      let box = drawing.boxes[0]
      let frame = try #require(drawing.texts.first { $0.words == "here it is" }).frame
      #expect(frame.left >= box.left && frame.right <= box.right)
      #expect(frame.top >= box.top && frame.bottom <= box.bottom)
      guard x == 5 else { continue }
      let disc = drawing.discs[0]
      switch side {
      case .above: #expect(frame.bottom < disc.center.y - disc.radius)
      case .below: #expect(frame.top > disc.center.y + disc.radius)
      case .left: #expect(frame.right < disc.center.x - disc.radius)
      case .right: #expect(frame.left > disc.center.x + disc.radius)
      }
    }
  }

  @Test func `words at a point outside are left out`() {
    for point in [(11.0, 5.0), (5, -1), (.nan, 1)] {
      let drawing = plot(
        across: 0...10, up: 0...10, notes: [Note("gone", point.0, point.1)])
      #expect(!drawing.texts.contains { $0.words == "gone" })
    }
  }

  @Test func `an arrow ends in a head that points along it`() throws {
    let drawing = plot(
      across: 0...10, up: 0...10,
      series: [Series(nil, [Series.Point(2, 5), Series.Point(8, 5)], style: .arrow)])
    let corners = try #require(
      drawing.marks.lazy.compactMap { mark in
        if case .area(let corners, _) = mark { corners } else { nil }
      }.first)
    let box = drawing.boxes[0]
    let tip = try #require(corners.max { $0.x < $1.x })
    #expect(abs(tip.x - (box.left + 0.8 * box.width)) <= 1.5)
    #expect(abs(tip.y - box.center.y) < 1e-9)
    #expect(corners.count { $0.x < tip.x - 8 } == 2)
    // A point has no direction.
    let point = plot(
      across: 0...10, up: 0...10, series: [Series(nil, [Series.Point(2, 5)], style: .arrow)])
    #expect(!point.marks.contains { if case .area = $0 { true } else { false } })
  }

  @Test func `contour lines lie on the map and differ from its cells`() {
    let values = (0..<400).map { Double($0 % 20) }
    let map = HeatMap(
      "f", values: values, columns: 20, rows: 20, horizontal: 0...20, vertical: 0...20,
      contours: [4, 15.5])
    let drawing = plot(across: 0...20, up: 0...20, map: map)
    let box = drawing.boxes[0]
    for (level, place) in [(4.0, 4.5), (15.5, 16)] {
      let line = drawing.lines.first { line in
        line.places.count > 5
          && line.places.allSatisfy { abs($0.x - box.left - place / 20 * box.width) < 1e-6 }
      }
      #expect(line != nil, "\(level)")
      let lightness = line.map { Int($0.color.red) + Int($0.color.green) } ?? 0
      let cell = PlotColors.sequential(level / 19)
      #expect(abs(lightness - Int(cell.red) - Int(cell.green)) > 60)
    }
  }
}

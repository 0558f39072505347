import Foundation
import Images
import Pictures
import Testing

@Suite struct PlotLayoutTests {
  private func plot(_ horizontal: Axis, _ vertical: Axis, _ points: [(Double, Double)]) -> Plot {
    Plot.of(
      Series(nil, points.map { Series.Point($0.0, $0.1) }, style: .points), horizontal: horizontal,
      vertical: vertical)
  }

  /// The labels below and beside the box: what they say and where their marks are.
  private func labels(
    _ drawing: Drawing
  ) -> (below: [(value: Double, x: Double)], beside: [(value: Double, y: Double)]) {
    let box = drawing.boxes[0]
    var below: [(Double, Double)] = []
    var beside: [(Double, Double)] = []
    for text in drawing.texts where !text.isUpward {
      guard let value = numberOfLabel(text.words) else { continue }
      if text.frame.top > box.bottom {
        below.append((value, text.frame.center.x))
      } else if text.frame.right < box.left {
        beside.append((value, text.frame.center.y))
      }
    }
    return (below, beside)
  }

  /// The point of the whole: a reader who measures along an axis finds the values.
  @Test(arguments: [
    (Axis("x"), Axis("y")), (Axis("x", scale: .logarithmic), Axis("y")),
    (Axis("x", range: -3...17), Axis("y", scale: .logarithmic)),
  ])
  func `points lie where the labels say`(horizontal: Axis, vertical: Axis) throws {
    let points = [(1.0, 0.02), (3, 7), (5.5, 0.3), (12, 14)]
    let drawing = plot(horizontal, vertical, points).drawing()
    let (below, beside) = labels(drawing)
    #expect(below.count >= 2 && beside.count >= 2)
    func interpolated(_ value: Double, _ marks: [(Double, Double)], _ scale: Axis.Scale) -> Double {
      func share(_ value: Double) -> Double { scale == .linear ? value : log(value) }
      let (first, last) = (marks[0], marks[marks.count - 1])
      let along = (share(value) - share(first.0)) / (share(last.0) - share(first.0))
      return first.1 + along * (last.1 - first.1)
    }
    for ((x, y), disc) in zip(points, drawing.discs) {
      // The ink of a label lies around its mark to half a point, a 1 or a superscript to two.
      #expect(abs(interpolated(x, below, horizontal.scale) - disc.center.x) < 2)
      #expect(abs(interpolated(y, beside, vertical.scale) - disc.center.y) < 2)
    }
  }

  @Test func `larger values are to the right and above`() {
    let drawing = plot(Axis("x"), Axis("y"), [(0, 0), (1, 1)]).drawing()
    #expect(drawing.discs[0].center.x < drawing.discs[1].center.x)
    #expect(drawing.discs[0].center.y > drawing.discs[1].center.y)
  }

  @Test func `grid lines run across the box at the ticks`() {
    let drawing = plot(Axis("x"), Axis("y"), [(0, 0), (10, 3)]).drawing()
    let box = drawing.boxes[0]
    let grid = drawing.lines.filter { $0.width == 1 && $0.color == RGB(gray: 226) }
    let (below, beside) = labels(drawing)
    #expect(grid.count == below.count + beside.count)
    for line in grid {
      let frame = Frame(around: line.places)
      #expect(frame.width == box.width || frame.height == box.height)
      #expect(line.places.allSatisfy(box.contains))
    }
  }

  @Test func `ticks in words stand at their values`() {
    let axis = Axis("", ticks: [Axis.Tick(0, "none"), Axis.Tick(1, "some"), Axis.Tick(4, "all")])
    let drawing = plot(axis, Axis("y"), [(0, 0), (1, 1), (4, 2)]).drawing()
    for (words, disc) in zip(["none", "some", "all"], drawing.discs) {
      let text = drawing.texts.first { $0.words == words }
      // Letters differ from their advance by less than a point at either side.
      #expect(text.map { abs($0.frame.center.x - disc.center.x) < 1 } == true, "\(words)")
    }
  }

  @Test func `a map fills its axes to the edge`() {
    let map = HeatMap(
      "z", values: [1, 2, 3, 4], columns: 2, rows: 2, horizontal: 0.3...0.7, vertical: -3.3...9.1)
    let plot = Plot(horizontal: Axis("x"), vertical: Axis("y"), heatMap: map).drawing()
    #expect(plot.images[0].frame == plot.boxes[0])
    let wide = Plot(
      horizontal: Axis("x", range: 0...1), vertical: Axis("y", range: -10...10), heatMap: map
    ).drawing()
    let (frame, box) = (wide.images[0].frame, wide.boxes[0])
    #expect(abs((frame.left - box.left) / box.width - 0.3) < 1e-9)
    #expect(abs((frame.right - box.left) / box.width - 0.7) < 1e-9)
    #expect(abs((box.bottom - frame.top) / box.height - 19.1 / 20) < 1e-9)
  }

  /// A unit is as long upward as across, whichever side has to shrink for it.
  @Test(
    arguments: [
      (0...1, 0...1), (0...4, 0...1), (0...1, 0...4), (-2...3, 10...11.5),
    ] as [(ClosedRange<Double>, ClosedRange<Double>)])
  func `equal axes make circles round`(
    across: ClosedRange<Double>, upward: ClosedRange<Double>
  ) throws {
    let map = HeatMap(
      "z", values: [1, 2], columns: 2, rows: 1, horizontal: across, vertical: upward)
    var plot = Plot(
      title: "t", horizontal: Axis("x"), vertical: Axis("y"), heatMap: map,
      series: [Series("a series", [Series.Point(across.lowerBound, upward.lowerBound)])])
    let free = plot.drawing().boxes[0]
    plot.hasEqualAxes = true
    let drawing = plot.drawing()
    let box = drawing.boxes[0]
    let unit = box.width / (across.upperBound - across.lowerBound)
    #expect(abs(box.height / (upward.upperBound - upward.lowerBound) - unit) < 1e-9)
    // It has the middle of the room, and all of it in one direction.
    #expect(abs(box.center.x - free.center.x) < 1e-9 && abs(box.center.y - free.center.y) < 1e-9)
    #expect(abs(box.width - free.width) < 1e-9 || abs(box.height - free.height) < 1e-9)
    // What stands beside it comes along: the label and the scale of colors.
    let label = try #require(drawing.texts.first { $0.words == "y" })
    #expect(label.frame.right < box.left && box.left - label.frame.right < 60)
    #expect(abs(drawing.images[1].frame.left - box.right - 14) < 1e-9)
    let name = try #require(drawing.texts.first { $0.words == "a series" })
    #expect(name.frame.left >= 0 && name.frame.right <= drawing.width)
  }

  @Test func `labels that would touch are left out, but their marks stay`() {
    let ticks = (0..<100).map { Axis.Tick(Double($0), "number \($0)") }
    let drawing = plot(Axis("", ticks: ticks), Axis(""), [(0, 0)]).drawing()
    let box = drawing.boxes[0]
    let marks = drawing.lines.filter {
      $0.places.count == 2 && $0.places[0].y == box.bottom && $0.places[1].y > box.bottom
    }
    #expect(marks.count == 100)
    let labels = drawing.texts.filter { $0.frame.top > box.bottom }
    #expect((5...25).contains(labels.count))
  }
}

import Pictures
import Testing

@Suite struct PlotLegendTests {
  private static let points = [Series.Point(0, 0), Series.Point(1, 1)]

  @Test func `every named series has an entry in its order`() {
    let names = ["a", nil, "b", "c", nil, "a"]
    let plot = Plot(
      horizontal: Axis("x"), vertical: Axis("y"), series: names.map { Series($0, Self.points) })
    let drawing = plot.drawing()
    let entries = drawing.texts.filter { $0.frame.bottom < drawing.boxes[0].top }
    #expect(entries.map(\.words) == ["a", "b", "c", "a"])
    #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.frame.right < $1.frame.left })
  }

  @Test func `an entry shows the line and the mark of its series`() {
    let styles: [Series.Style] = [.line, .dashedLine, .points, .lineAndPoints]
    for (color, style) in styles.enumerated() {
      let drawing = Plot.of(Series("s", Self.points, style: style, color: color)).drawing()
      let box = drawing.boxes[0]
      let lines = drawing.seriesLines
      #expect(lines.count == (style == .points ? 0 : 2), "one in the legend, one below")
      #expect(Set(lines.map(\.color.red)).count <= 1)
      #expect(Set(lines.map(\.dash)).count <= 1)
      #expect(lines.allSatisfy { ($0.dash.isEmpty) == (style != .dashedLine) })
      if let swatch = lines.last {
        #expect(swatch.places.allSatisfy { $0.y < box.top && $0.x >= box.left })
        #expect(swatch.color == PlotColors.series[color])
      }
    }
  }

  @Test func `entries go on in the next row where they do not fit`() {
    let series = (0..<9).map { Series("series number \($0)", Self.points) }
    let drawing = Plot(horizontal: Axis("x"), vertical: Axis("y"), series: series).drawing()
    let box = drawing.boxes[0]
    let entries = drawing.texts.filter { $0.frame.bottom < box.top }
    #expect(entries.count == 9)
    #expect(entries.allSatisfy { $0.frame.left > box.left && $0.frame.right <= box.right })
    #expect(Set(entries.map { $0.frame.bottom.rounded() }).count == 3)
  }

  @Test func `a name wider than a row is cut`() {
    let name = String(repeating: "long ", count: 60)
    let drawing = Plot.of(Series(name, Self.points), Series("b", Self.points)).drawing()
    let entries = drawing.texts.filter { $0.frame.bottom < drawing.boxes[0].top }
    #expect(entries[0].words.hasSuffix("…") && name.hasPrefix(entries[0].words.dropLast()))
    #expect(entries[1].words == "b")
  }

  @Test func `names at points need no entry`() {
    let plot = Plot(
      horizontal: Axis("x", range: 0...2), vertical: Axis("y", range: 0...2),
      series: [Series("7", Self.points, style: .names), Series("other", Self.points)])
    let drawing = plot.drawing()
    let box = drawing.boxes[0]
    let names = drawing.texts.filter { $0.words == "7" }
    #expect(names.count == 2 && names.allSatisfy { $0.frame.top > box.top - 8 })
    // In the middle of their places: the corner and the center of the box.
    #expect(
      abs(names[0].frame.center.x - box.left) < 2 && abs(names[0].frame.center.y - box.bottom) < 2)
    #expect(
      abs(names[1].frame.center.x - box.center.x) < 2
        && abs(names[1].frame.center.y - box.center.y) < 2)
    #expect(drawing.seriesLines.allSatisfy { $0.places.count == 2 })
    #expect(drawing.texts.contains { $0.words == "other" })
  }
}

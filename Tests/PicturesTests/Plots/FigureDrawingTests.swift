import Foundation
import Pictures
import Testing

@Suite struct FigureDrawingTests {
  private static let curve = (0...50).map {
    Series.Point(Double($0), 1000 * exp(-Double($0) / 5) - 3)
  }

  /// Words as long as a careless caller may make them.
  private static let long = "A label that goes on and on, (ψ(x) = W̄x̄ + b̄)² by the jog, "

  private static func words(_ count: Int) -> String { String(repeating: long, count: count) }

  /// Figures that leave little room, by what they are.
  static let figures: [(name: String, figure: Figure)] = {
    func figure(_ plot: Plot, _ count: Int, columns: Int? = nil) -> Figure {
      Figure(title: words(3), plots: Array(repeating: plot, count: count), columns: columns)
    }
    let entries = (0..<25).map { Series("entry \($0)", curve, style: .lineAndPoints) }
    let manyNames = Plot(
      title: words(2), horizontal: Axis(words(3)), vertical: Axis(words(3)), series: entries)
    let longNames = Plot(
      title: words(2), horizontal: Axis(words(3)), vertical: Axis(words(3)),
      series: (0..<7).map { Series("\($0) \(words(2))", curve) })
    let map = HeatMap(
      words(3), values: (0..<400).map { 1e-7 * Double($0) - 2e-5 }, columns: 20, rows: 20,
      horizontal: -1e6...1e6, vertical: 0.001...0.0011, palette: .signed)
    let heat = Plot(
      title: words(2), horizontal: Axis(words(3)), vertical: Axis(words(3)), heatMap: map,
      series: [Series(words(3), curve), Series("short", curve, style: .points)])
    let groups = (0..<12).map { Axis.Tick(Double($0), "group \($0) \(long)") }
    let inWords = Plot(
      title: "g", horizontal: Axis(words(3), ticks: groups), vertical: Axis("y", ticks: groups),
      series: [Series("s", curve)])
    let crowd = (0..<200).map { Axis.Tick(Double($0) / 10, "Ąg(\($0))") }
    let crowded = Plot(
      horizontal: Axis("", ticks: crowd), vertical: Axis("", ticks: crowd), series: [])
    let oneWord = Plot(
      horizontal: Axis("x", range: 0...1, ticks: [Axis.Tick(0, words(3))]),
      vertical: Axis("", range: 0...1, ticks: [Axis.Tick(1, words(3))]))
    func extent(_ low: Double, _ high: Double, _ scale: Axis.Scale = .linear) -> Plot {
      Plot(
        title: "\(low)…\(high)", horizontal: Axis("x", scale: scale),
        vertical: Axis("y", scale: scale),
        series: [Series("s", [Series.Point(low, low), Series.Point(high, high)])])
    }
    let exact = HeatMap(
      words(1), values: [1e15, 1e15 + 4000, 1e15 + 1000, 1e15], columns: 2, rows: 2,
      horizontal: 0...1, vertical: 0...1)
    let ugly = Figure(
      title: "ugly",
      plots: [
        extent(-1.7e308, 1.7e308), extent(1e15, 1e15 + 4000), extent(1, 1 + 1e-11),
        extent(-1e-300, -1.5e-300), extent(1e-300, 1e300, .logarithmic), extent(3, 4, .logarithmic),
        extent(12345, 99999, .logarithmic), extent(-123456, -123455.5),
        Plot(horizontal: Axis("x"), vertical: Axis("y"), heatMap: exact),
      ])
    return [
      ("bare", Figure(title: "", plots: [extent(0, 1)])), ("many names", figure(manyNames, 1)),
      ("many names in three", figure(manyNames, 5)), ("long names", figure(longNames, 2)),
      ("heat", figure(heat, 1)), ("heat in a column", figure(heat, 2, columns: 1)),
      ("heat in three", figure(heat, 3)), ("in words", figure(inWords, 1)),
      ("in words in three", figure(inWords, 3)), ("crowded", figure(crowded, 3)),
      ("one word", figure(oneWord, 3)), ("ugly", ugly),
      (
        "mixed",
        Figure(title: "mixed", plots: [manyNames, extent(0, 1), heat, inWords, longNames, crowded])
      ),
    ]
  }()

  @Test(arguments: figures.map(\.name))
  func `words lie inside and do not touch`(name: String) throws {
    let figure = try #require(Self.figures.first { $0.name == name }).figure
    let drawing = figure.drawing()
    let texts = drawing.texts
    for (index, text) in texts.enumerated() {
      #expect(!text.words.isEmpty)
      #expect(
        text.frame.left >= 0 && text.frame.top >= 0 && text.frame.right <= drawing.width
          && text.frame.bottom <= drawing.height, "\(text)")
      for other in texts[(index + 1)...] {
        #expect(
          !text.frame.overlaps(other.frame),
          "\(text.words) and \(other.words): \(text.frame), \(other.frame)")
      }
    }
    #expect(drawing.boxes.count == figure.plots.count)
    for (index, box) in drawing.boxes.enumerated() {
      #expect(box.width >= 40 && box.height >= 40, "\(box)")
      #expect(box.left > 0 && box.right < drawing.width && box.bottom < drawing.height)
      for text in texts { #expect(!text.frame.overlaps(box), "\(text.words)") }
      for other in drawing.boxes[(index + 1)...] { #expect(!box.overlaps(other)) }
    }
  }

  @Test func `everything that is said is shown`() {
    let plot = Plot(
      title: "the plot", horizontal: Axis("time (s)"), vertical: Axis("‖∇E‖"),
      heatMap: HeatMap(
        "loss", values: [1, 2], columns: 2, rows: 1, horizontal: 0...2, vertical: 0...1),
      series: [
        Series("first", [Series.Point(0, 0)]), Series(nil, [Series.Point(1, 1)]),
        Series("third", []),
      ])
    let words = Figure(title: "the figure", plots: [plot]).drawing().texts.map(\.words)
    for expected in ["the figure", "the plot", "time (s)", "‖∇E‖", "loss", "first", "third"] {
      #expect(words.count { $0 == expected } == 1, "\(expected)")
    }
  }

  @Test func `without words there are only numbers`() {
    let plot = Plot(horizontal: Axis(""), vertical: Axis(""), series: [Series(nil, Self.curve)])
    let texts = Figure(title: "", plots: [plot]).drawing().texts
    #expect(texts.allSatisfy { numberOfLabel($0.words) != nil })
    #expect(texts.count >= 4)
  }

  @Test(arguments: [
    (1, nil, 1, 1), (2, nil, 2, 1), (3, nil, 3, 1), (4, nil, 2, 2), (5, nil, 3, 2), (7, nil, 3, 3),
    (3, 1, 1, 3), (3, 2, 2, 2), (2, 9, 2, 1), (2, 0, 1, 2), (2, -3, 1, 2),
  ])
  func `plots stand in rows`(count: Int, columns: Int?, across: Int, down: Int) {
    let plot = Plot.of(Series(nil, Self.curve))
    let boxes = Figure(title: "", plots: Array(repeating: plot, count: count), columns: columns)
      .drawing().boxes
    #expect(Set(boxes.map { $0.left.rounded() }).count == across)
    #expect(Set(boxes.map { $0.top.rounded() }).count == down)
    for (index, box) in boxes.enumerated().dropFirst(across) {
      #expect(box.left == boxes[index - across].left && box.top > boxes[index - across].bottom)
    }
  }

  @Test func `a long legend makes the figure higher`() {
    func drawing(_ entries: Int) -> Drawing {
      let series = (0..<entries).map { Series("a rather long name, \($0)", Self.curve) }
      return Figure(
        title: "", plots: [Plot(horizontal: Axis("x"), vertical: Axis("y"), series: series)]
      )
      .drawing()
    }
    let (few, many) = (drawing(3), drawing(60))
    #expect(many.height > few.height + 200)
    #expect(many.texts.count { $0.words.hasPrefix("a rather long name") } == 60)
    #expect(many.boxes[0].height > 0.7 * few.boxes[0].height)
  }
}

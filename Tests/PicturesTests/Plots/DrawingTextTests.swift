import Pictures
import Testing

@Suite struct DrawingTextTests {
  @Test func `widths add up and grow with the size`() {
    for words in ["", "a", "gradient descent", "‖∇E‖ = 10⁻³", "ȳ\u{304}é"] {
      let width = Drawing.width(of: words, size: 12)
      let sum = words.unicodeScalars.reduce(0) { $0 + Drawing.width(of: String($1), size: 12) }
      #expect(abs(width - sum) < 1e-9 * max(1, sum))
      #expect(abs(Drawing.width(of: words, size: 36) - 3 * width) < 1e-9 * max(1, width))
    }
  }

  @Test func `words begin, end or have their middle at their place`() {
    let (words, place) = ("lol", Drawing.Place(100, 50))
    let width = Drawing.width(of: words, size: 12)
    func left(_ anchor: Drawing.Anchor) -> Double {
      Drawing.strokes(of: words, size: 12, at: place, anchor, isUpward: false).joined().map(\.x)
        .min() ?? 0
    }
    #expect(abs(left(.start) - left(.middle) - width / 2) < 1e-9)
    #expect(abs(left(.start) - left(.end) - width) < 1e-9)
  }

  @Test func `upward words are turned to the left`() {
    let place = Drawing.Place(30, 40)
    for anchor in [Drawing.Anchor.start, .middle, .end] {
      let level = Drawing.strokes(of: "fgȳ", size: 12, at: place, anchor, isUpward: false)
      let upward = Drawing.strokes(of: "fgȳ", size: 12, at: place, anchor, isUpward: true)
      for (a, b) in zip(level.joined(), upward.joined()) {
        #expect(abs((b.x - place.x) - (a.y - place.y)) < 1e-9)
        #expect(abs((b.y - place.y) + (a.x - place.x)) < 1e-9)
      }
    }
  }

  /// The title of a figure is the text that is cut to its room.
  @Test func `words that are too long end in an ellipsis`() {
    let words = (1...40).map { "word\($0)" }.joined(separator: " ")
    let plot = Plot.of(Series(nil, [Series.Point(0, 0)]))
    for count in [1, 2, 3] {
      let drawing = Figure(title: words, plots: Array(repeating: plot, count: count)).drawing()
      let shown = drawing.texts[0].words
      #expect(shown.hasSuffix("…"))
      let kept = shown.dropLast()
      #expect(words.hasPrefix(kept))
      let room = drawing.width - 32
      #expect(Drawing.width(of: shown, size: 17) <= room)
      let more = words.prefix(kept.count + 1) + "…"
      #expect(Drawing.width(of: String(more), size: 17) > room, "as much as fits")
      #expect(drawing.title == words)
    }
  }

  @Test func `words without end are cut in time`() {
    let words = String(repeating: "e\u{301}mm ", count: 20_000)
    let drawing = Figure(title: words, plots: [Plot.of(Series(words, []))]).drawing()
    #expect(drawing.texts.allSatisfy { $0.words.count < 200 })
  }
}

import Foundation
import Images
import Pictures
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DrawingSVGTests {
  /// Words that are hard on a file of markup: its signs, other scripts, control characters, scalars
  /// that XML forbids, and what would end a comment or a section.
  private static let words = [
    "a < b && c > d", "\"quoted\" & 'quoted'", "&lt;&#0;&amp;", "]]> --> <!-- <![CDATA[ <?xml ?>",
    "</title><script>alert(1)</script>", "żółć 日本語 🙂 \u{301}",
    "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}",
    "tab\tline\nreturn\r\nend", "\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}", "\u{200b}\u{202e}\u{feff}",
    "",
  ]

  /// A figure with words wherever there can be some.
  private static func figure(_ words: String) -> Figure {
    let points = [Series.Point(1, 2, interval: 1...3), Series.Point(2, .nan), Series.Point(3, 4)]
    let styles: [Series.Style] = [.line, .dashedLine, .points, .lineAndPoints]
    return Figure(
      title: words,
      plots: [
        Plot(
          title: words, horizontal: Axis(words), vertical: Axis(words, scale: .logarithmic),
          series: styles.map { Series(words, points, style: $0) }),
        Plot(
          title: words,
          horizontal: Axis(words, ticks: [Axis.Tick(0, words), Axis.Tick(1, "\(words)\(words)")]),
          vertical: Axis(words),
          heatMap: HeatMap(
            words, values: [1, .nan, -1e300, .infinity], columns: 2, rows: 2, horizontal: 0...1,
            vertical: 0...1, palette: .signed)),
      ])
  }

  /// The elements of a file, by an XML parser that knows nothing of drawings.
  private static func parse(_ drawing: Drawing) throws -> [XMLElement] {
    let document = try XMLDocument(data: Data(drawing.svg.utf8))
    return try document.nodes(forXPath: "//*").compactMap { $0 as? XMLElement }
  }

  @Test(arguments: words)
  func `any words make a well-formed file`(words: String) throws {
    let drawing = Self.figure(words).drawing()
    let elements = try Self.parse(drawing)
    #expect(elements.first?.name == "svg")
    #expect(
      Set(elements.compactMap(\.name)).isSubset(
        of: ["svg", "title", "rect", "g", "path", "polyline", "polygon"]))
    // What XML forbids is gone, all else comes back.
    let kept = String(
      String.UnicodeScalarView(
        words.unicodeScalars.filter {
          "\t\n\r".unicodeScalars.contains($0)
            || ($0.value >= 0x20 && $0.value != 0xfffe && $0.value != 0xffff)
        })
    ).map {
      $0.isNewline || $0 == "\t"
        ? String(repeating: " ", count: $0.unicodeScalars.count) : String($0)
    }
    .joined()
    let title = try #require(elements.first { $0.name == "title" }?.stringValue)
    #expect(title.replacing("\u{85}", with: " ") == kept.replacing("\u{85}", with: " "))
    let labels = elements.compactMap { value(of: "aria-label", $0) }
    #expect(labels.count == drawing.texts.count)
  }

  @Test func `every number is finite and has no exponent`() throws {
    let names = [
      "width", "height", "stroke-width", "viewBox", "points", "d", "stroke-dasharray", "transform",
    ]
    let numbers = /-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)/
    var found: [String: Int] = [:]
    for words in Self.words {
      for element in try Self.parse(Self.figure(words).drawing()) {
        for name in names {
          guard let text = value(of: name, element), text != "100%" else { continue }
          let rest = text.replacing(numbers, with: "")
            .replacing(/translate\(|scale\(|[)mhvl ,]/, with: "")
          #expect(rest.isEmpty, "\(name)=\(text)")
          found[name, default: 0] += text.matches(of: numbers).count
        }
      }
    }
    #expect(found.keys.sorted() == names.sorted() && found.values.allSatisfy { $0 > 0 })
  }

  @Test func `each kind of mark is written as its element`() throws {
    var drawing = Drawing(width: 12.5, height: 7, title: "A & B")
    let color = RGB(red: 1, green: 35, blue: 255)
    let place = Drawing.Place(-0.001, 2.345)
    drawing.add(.line([place, Drawing.Place(3, 4)], width: 1.5, color: color, dash: [7, 0.25]))
    drawing.add(.line([Drawing.Place(3, 4)], width: 2, color: color))
    drawing.add(.area([place, Drawing.Place(3, 4), Drawing.Place(1e9, -5)], color: color))
    drawing.add(.disc(place, radius: 2, color: color))
    drawing.add(.text("l", Drawing.Place(5, 6), size: 20, color: color))
    let svg = drawing.svg
    #expect(svg.contains("width=\"12.5\" height=\"7\" viewBox=\"0 0 12.5 7\""))
    #expect(svg.contains("<title>A &amp; B</title>"))
    #expect(
      svg.contains(
        "<polyline points=\"0,2.35 3,4\" stroke=\"#0123ff\" stroke-width=\"1.5\" stroke-dasharray=\"7 0.25\"/>"
      ))
    // A viewer draws the round ends of a line between two equal places, of a single one nothing.
    #expect(svg.contains("<polyline points=\"3,4 3,4\""))
    #expect(svg.contains("<polygon points=\"0,2.35 3,4 1000000,-5\" fill=\"#0123ff\""))
    // A disc is a line without length and with round ends, in tenths of a point.
    #expect(svg.contains("<path d=\"m0 2.3h0\" stroke=\"#0123ff\" stroke-width=\"4\"/>"))
    // An l is a stroke of 14 twentieths of the size up from the baseline, 2.2 from the left.
    #expect(
      svg.contains("aria-label=\"l\" transform=\"translate(5 6)scale(1)\" d=\"m2.2-14v14\""))
  }

  @Test func `equal discs in a row are one element`() throws {
    let (a, b) = (RGB(gray: 1), RGB(gray: 2))
    var drawing = Drawing(width: 10, height: 10, title: "")
    for (x, radius, color) in [(1.0, 2.0, a), (2.5, 2, a), (3, 2, b), (4, 1, b), (5, 2, a)] {
      drawing.add(.disc(Drawing.Place(x, 7), radius: radius, color: color))
    }
    let paths = try Self.parse(drawing).filter { $0.name == "path" }
    #expect(
      paths.map { value(of: "d", $0) } == ["m1 7h0m1.5 0h0", "m3 7h0", "m4 7h0", "m5 7h0"])
    #expect(paths.map { value(of: "stroke-width", $0) } == ["4", "4", "2", "4"])
    #expect(
      paths.map { value(of: "stroke", $0) } == ["#010101", "#020202", "#020202", "#010101"])
  }

  @Test(arguments: [(1, 1), (3, 7), (80, 80), (128, 1), (1, 128)])
  func `cells are strokes without gaps between them`(columns: Int, rows: Int) throws {
    let cells = ColorImage(
      size: ImageSize(height: rows, width: columns),
      pixels: (0..<columns * rows).map {
        RGB(red: UInt8($0 % 251), green: UInt8($0 * 7 % 13), blue: 0)
      })
    var drawing = Drawing(width: 400, height: 300, title: "")
    drawing.add(
      .image(
        cells, topLeft: Drawing.Place(10.0049, 20.123),
        bottomRight: Drawing.Place(277.3333, 199.9951)
      ))
    let elements = try Self.parse(drawing)
    let group = try #require(elements.first { $0.name == "g" })
    let numbers = try #require(value(of: "transform", group)).matches(of: /-?[0-9.]+/)
      .compactMap { Double($0.output) }
    // Strokes of width 1 around the middle of each row, brought to their size by the group: five
    // decimals of a scale are half a hundred-thousandth of a point off for each cell.
    let (x, y, width, height) = (numbers[0], numbers[1], numbers[2], numbers[3])
    #expect(abs(x - 10.0049) < 1e-5 && abs(y - height / 2 - 20.123) < 2e-5)
    #expect(abs(x + width * Double(columns) - 277.3333) < 1e-5 * Double(columns + 1))
    #expect(abs(y + height * (Double(rows) - 0.5) - 199.9951) < 1e-5 * Double(rows + 2))

    // Rows lie over one another by a share of a point.
    let stroke = try #require(value(of: "stroke-width", group).flatMap(Double.init))
    #expect((0.2...0.4).contains((stroke - 1) * height))

    // Each cell is crossed by one stroke, of its own color.
    var found: [[Int]: String] = [:]
    for run in elements.flatMap(runs) {
      for column in run.columns {
        #expect(found.updateValue(run.color, forKey: [run.row, column]) == nil)
      }
    }
    #expect(found.count == columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let cell = cells[row, column]
        let digits = [cell.red, cell.green, cell.blue].map { byte in
          (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        #expect(found[[row, column]] == "#" + digits.joined())
      }
    }
  }

  @Test func `equal cells in a row are one stroke`() throws {
    let (a, b) = (RGB(gray: 1), RGB(gray: 2))
    var drawing = Drawing(width: 10, height: 10, title: "")
    drawing.add(
      .image(
        ColorImage(size: ImageSize(height: 2, width: 4), pixels: [a, a, b, b, a, b, a, a]),
        topLeft: Drawing.Place(0, 0), bottomRight: Drawing.Place(4, 2)))
    let runs = try Self.parse(drawing).flatMap(runs)
    #expect(runs.map(\.columns) == [0..<2, 0..<1, 2..<4, 2..<4, 1..<2])
    #expect(runs.map(\.row) == [0, 1, 1, 0, 1])
  }

  /// The strokes of an element that draws cells: moves m x y and lines h x, from where the last one
  /// ended.
  private func runs(_ element: XMLElement) -> [(row: Int, columns: Range<Int>, color: String)] {
    guard element.name == "path", let color = value(of: "stroke", element),
      (element.parent as? XMLElement)?.name == "g", let path = value(of: "d", element)
    else { return [] }
    var (row, column) = (0, 0)
    return path.matches(of: /m(-?[0-9]+) ?(-?[0-9]+)h([0-9]+)/).map { match in
      column += Int(match.1) ?? 0
      row += Int(match.2) ?? 0
      let first = column
      column += Int(match.3) ?? 0
      return (row, first..<column, color)
    }
  }
}

/// What an attribute of an element says.
private func value(of name: String, _ element: XMLElement) -> String? {
  element.attributes?.first { $0.name == name }?.stringValue
}

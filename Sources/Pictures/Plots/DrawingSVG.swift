import Foundation
import Images
import NumberText

extension Drawing {
  /// The drawing as an SVG file that needs nothing else.
  ///
  /// Words are drawn as lines, with themselves as label, so that they look the same and fit in
  /// every viewer, whatever fonts it has.
  public var svg: String {
    let size = "width=\"\(length(width))\" height=\"\(length(height))\""
    let head = """
      <svg xmlns="http://www.w3.org/2000/svg" \(size) viewBox="0 0 \(length(width)) \(length(height))" \
      role="img" fill="none" fill-rule="evenodd" stroke-linejoin="round" stroke-linecap="round">
      <title>\(escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      """
    return ([head] + elements + ["</svg>\n"]).joined(separator: "\n")
  }

  /// The marks in their order; discs of one size and color that follow one another are one element.
  private var elements: [String] {
    var elements: [String] = []
    var rest = marks[...]
    while let mark = rest.first {
      if case .disc(_, let radius, let color) = mark {
        let centers = rest.centers(radius, color)
        elements.append(dots(centers, radius, color))
        rest = rest.dropFirst(centers.count)
      } else {
        elements.append(element(mark))
        rest = rest.dropFirst()
      }
    }
    return elements
  }

  /// Lines without length, which have round ends.
  private func dots(_ centers: [Place], _ radius: Double, _ color: RGB) -> String {
    var path = SVGPath()
    for center in centers {
      let (x, y) = (tenths(center.x), tenths(center.y))
      path.move(to: x, y)
      path.line(to: x, y)
    }
    return "<path d=\"\(path.text)\" stroke=\"\(hexadecimal(color))\" "
      + "stroke-width=\"\(length(2 * radius))\"/>"
  }

  private func element(_ mark: Mark) -> String {
    switch mark {
    case .line(let places, let width, let color, let dash):
      let dashes =
        dash.isEmpty
        ? "" : " stroke-dasharray=\"\(dash.map { length($0) }.joined(separator: " "))\""
      // A line without length is a dot, of which it takes two places.
      let ends = places.count == 1 ? places + places : places
      return "<polyline points=\"\(points(ends))\" stroke=\"\(hexadecimal(color))\" "
        + "stroke-width=\"\(length(width))\"\(dashes)/>"
    case .area(let places, let color):
      return "<polygon points=\"\(points(places))\" fill=\"\(hexadecimal(color))\"/>"
    case .disc(let center, let radius, let color):
      return dots([center], radius, color)
    case .text(let text, let place, let size, let color, let anchor, let isUpward):
      return words(text, place, size: size, color: color, anchor, isUpward: isUpward)
    case .image(let cells, let topLeft, let bottomRight):
      return runs(cells, topLeft, bottomRight)
    }
  }

  /// Words in tenths of the font's units, which are less than a tenth of a point; the
  /// transformation brings them to their size and place.
  private func words(
    _ text: String, _ place: Place, size: Double, color: RGB, _ anchor: Anchor, isUpward: Bool
  ) -> String {
    let strokes = Drawing.strokes(
      of: text, size: StrokeFont.unitsPerSize, at: Place(0, 0), anchor, isUpward: isUpward)
    var path = SVGPath()
    for stroke in strokes {
      for (index, point) in stroke.enumerated() {
        if index == 0 { path.move(to: tenths(point.x), tenths(point.y)) }
        if index > 0 { path.line(to: tenths(point.x), tenths(point.y)) }
      }
    }
    let scale = length(size / StrokeFont.unitsPerSize, decimals: 5)
    return "<path aria-label=\"\(escaped(text))\" "
      + "transform=\"translate(\(length(place.x)) \(length(place.y)))scale(\(scale))\" "
      + "d=\"\(path.text)\" stroke=\"\(hexadecimal(color))\" "
      + "stroke-width=\"\(length(StrokeFont.penWidth))\"/>"
  }

  /// A stroke for each run of equal cells, which no viewer smooths, in units of cells, so that
  /// neighbours have the same border to the last bit; a path for each color.
  private func runs(_ cells: ColorImage, _ topLeft: Place, _ bottomRight: Place) -> String {
    var colors: [String] = []
    var paths: [String: SVGPath] = [:]
    for row in 0..<cells.height {
      var first = 0
      for column in 1...cells.width
      where column == cells.width || cells[row, column] != cells[row, first] {
        let color = hexadecimal(cells[row, first])
        if paths[color] == nil { colors.append(color) }
        paths[color, default: SVGPath()].move(to: first * 10, row * 10)
        paths[color, default: SVGPath()].line(to: column * 10, row * 10)
        first = column
      }
    }
    let width = (bottomRight.x - topLeft.x) / Double(cells.width)
    let height = (bottomRight.y - topLeft.y) / Double(cells.height)
    // A stroke lies to both sides of its line, the middle of a row. It is a little wider than its
    // row: where a viewer blends edges with what is behind them, no white shows between two rows.
    let place = "\(length(topLeft.x, decimals: 5)) \(length(topLeft.y + height / 2, decimals: 5))"
    let scale = "\(length(width, decimals: 5)) \(length(height, decimals: 5))"
    let group =
      "<g transform=\"translate(\(place))scale(\(scale))\" stroke-linecap=\"butt\" "
      + "stroke-width=\"\(length(1 + Self.overlap / height, decimals: 3))\" "
      + "shape-rendering=\"crispEdges\">"
    let lines = colors.map { "<path stroke=\"\($0)\" d=\"\(paths[$0]?.text ?? "")\"/>" }
    return ([group] + lines + ["</g>"]).joined(separator: "\n")
  }

  /// How far the strokes of two rows lie over one another, in points.
  private static let overlap = 0.3

  private func points(_ places: [Place]) -> String {
    places.map { "\(length($0.x)),\(length($0.y))" }.joined(separator: " ")
  }
}

extension ArraySlice<Drawing.Mark> {
  /// The centers of the discs of a size and color that come first.
  fileprivate func centers(_ radius: Double, _ color: RGB) -> [Drawing.Place] {
    var centers: [Drawing.Place] = []
    for mark in self {
      guard case .disc(let center, radius, color) = mark else { break }
      centers.append(center)
    }
    return centers
  }
}

/// A length in whole tenths, which are as fine as an eye sees.
private func tenths(_ value: Double) -> Int { Int((min(max(value, -1e6), 1e6) * 10).rounded()) }

/// A coordinate or a length; what is no number, or far outside of any picture, does not come out.
private func length(_ value: Double, decimals: Int = 2) -> String {
  brief(value.isFinite ? min(max(value, -1e6), 1e6) : 0, decimals: decimals)
}

private func hexadecimal(_ color: RGB) -> String {
  "#" + NumberText.hexadecimal([color.red, color.green, color.blue])
}

/// Text as XML takes it; what XML cannot hold is left out.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    // Ends of lines would become spaces in an attribute only.
    case "\u{9}", "\u{a}", "\u{d}": result += " "
    case "\u{20}"...:
      if scalar.value < 0xfffe || scalar.value > 0xffff { result.unicodeScalars.append(scalar) }
    default: break
    }
  }
  return result
}

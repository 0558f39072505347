import Foundation

extension Drawing {
  /// The drawing as an SVG file that needs nothing else.
  ///
  /// Words are drawn as lines, with themselves as label, so that they look the same and fit in
  /// every viewer, whatever fonts it has.
  public var svg: String {
    let size = "width=\"\(brief(width))\" height=\"\(brief(height))\""
    let head = """
      <svg xmlns="http://www.w3.org/2000/svg" \(size) viewBox="0 0 \(brief(width)) \(brief(height))" \
      role="img" fill="none" stroke-linejoin="round" stroke-linecap="round">
      <title>\(escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      """
    return ([head] + marks.map(element) + ["</svg>\n"]).joined(separator: "\n")
  }

  private func element(_ mark: Mark) -> String {
    switch mark {
    case .line(let places, let width, let color, let dash):
      let dashes =
        dash.isEmpty ? "" : " stroke-dasharray=\"\(dash.map(brief).joined(separator: " "))\""
      return "<polyline points=\"\(points(places))\" stroke=\"\(hexadecimal(color))\" "
        + "stroke-width=\"\(brief(width))\"\(dashes)/>"
    case .area(let places, let color):
      return
        "<polygon points=\"\(points(places))\" fill=\"\(hexadecimal(color))\" fill-rule=\"evenodd\"/>"
    case .disc(let center, let radius, let color):
      return "<circle cx=\"\(brief(center.x))\" cy=\"\(brief(center.y))\" r=\"\(brief(radius))\" "
        + "fill=\"\(hexadecimal(color))\"/>"
    case .text(let text, let place, let size, let color, let anchor, let isUpward):
      let path = Drawing.strokes(of: text, size: size, at: place, anchor, isUpward: isUpward)
        .map { "M" + $0.map { "\(brief($0.x)) \(brief($0.y))" }.joined(separator: "L") }
      let pen = brief(StrokeFont.penWidth * size / StrokeFont.unitsPerSize)
      return "<path aria-label=\"\(escaped(text))\" d=\"\(path.joined())\" "
        + "stroke=\"\(hexadecimal(color))\" stroke-width=\"\(pen)\"/>"
    case .image(let cells, let topLeft, let bottomRight):
      return rectangles(cells, topLeft, bottomRight)
    }
  }

  /// A rectangle for each run of equal cells, which no viewer smooths.
  private func rectangles(_ cells: ColorImage, _ topLeft: Place, _ bottomRight: Place) -> String {
    var lines = ["<g shape-rendering=\"crispEdges\">"]
    let width = (bottomRight.x - topLeft.x) / Double(cells.width)
    let height = (bottomRight.y - topLeft.y) / Double(cells.height)
    for row in 0..<cells.height {
      var first = 0
      for column in 1...cells.width
      where column == cells.width || cells[row, column] != cells[row, first] {
        lines.append(
          "<rect x=\"\(brief(topLeft.x + Double(first) * width))\" "
            + "y=\"\(brief(topLeft.y + Double(row) * height))\" "
            + "width=\"\(brief(Double(column - first) * width))\" height=\"\(brief(height))\" "
            + "fill=\"\(hexadecimal(cells[row, first]))\"/>")
        first = column
      }
    }
    return (lines + ["</g>"]).joined(separator: "\n")
  }

  private func points(_ places: [Place]) -> String {
    places.map { "\(brief($0.x)),\(brief($0.y))" }.joined(separator: " ")
  }
}

/// A number of at most two decimals, without zeros at its end.
private func brief(_ value: Double) -> String {
  let bounded = value.isFinite ? min(max(value, -1e6), 1e6) : 0
  let hundredths = Int((bounded * 100).rounded())
  let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
  let decimals =
    rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
  return (hundredths < 0 ? "-" : "") + "\(whole)\(decimals)"
}

private func hexadecimal(_ color: RGB) -> String {
  "#"
    + [color.red, color.green, color.blue].map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
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
    case "\u{9}", "\u{20}"...:
      if scalar.value < 0xfffe || scalar.value > 0xffff { result.unicodeScalars.append(scalar) }
    default: break
    }
  }
  return result
}

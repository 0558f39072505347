import Graphs
import Images
import Pictures

// A computation graph as boxes and arrows, from the inputs on the left to the loss on the right.

extension Graph {
  /// The graph as a picture: each node's name, what computes it, its value and its error signal, and
  /// the local slope on every arrow.
  func drawing(title: String) -> Drawing {
    GraphLayout.drawing(title: title, [("", GraphLayout(self))])
  }
}

extension GraphLayout {
  /// Graphs below one another, each under some words.
  static func drawing(title: String, _ parts: [(title: String, layout: GraphLayout)]) -> Drawing {
    let lineHeight = 22.0
    let heights = parts.map { $0.layout.height + ($0.title.isEmpty ? 0 : lineHeight) }
    let width = parts.map(\.layout.width).max() ?? 0
    var drawing = Drawing(
      width: max(width, GraphStyle.headWidth(title: title)),
      height: heights.reduce(GraphStyle.headHeight, +), title: title)
    GraphStyle.drawHead(title, on: &drawing)
    var top = GraphStyle.headHeight
    for (part, height) in zip(parts, heights) {
      if !part.title.isEmpty {
        drawing.add(
          .text(
            part.title, Drawing.Place(drawing.width / 2, top + lineHeight), size: 14,
            color: GraphStyle.ink, anchor: .middle))
      }
      part.layout.draw(
        on: &drawing,
        at: Drawing.Place(
          (drawing.width - part.layout.width) / 2, top + height - part.layout.height))
      top += height
    }
    return drawing
  }
}

/// Sizes and colors of drawn graphs.
enum GraphStyle {
  static let textSize = 13.0
  static let slopeSize = 12.0
  static let lineHeight = 18.0
  static let padding = 10.0
  /// Between columns, beside the widest label there.
  static let columnGap = 38.0
  static let rowGap = 18.0
  static let margin = 24.0
  static let headHeight = 56.0
  static let ink = RGB(gray: 40)
  static let faint = RGB(gray: 96)
  static let line = RGB(gray: 120)
  static let value = RGB(red: 0, green: 90, blue: 150)
  static let signal = RGB(red: 176, green: 70, blue: 0)
  static let slope = RGB(red: 0, green: 112, blue: 72)

  private static let legend = [("value", value), ("error signal", signal), ("local slope", slope)]
  private static let legendGap = 16.0

  /// The width of a title and of the legend below it.
  static func headWidth(title: String) -> Double {
    max(Drawing.width(of: title, size: 16), legendWidth) + 2 * margin
  }

  private static var legendWidth: Double {
    legend.reduce(-legendGap) { $0 + Drawing.width(of: $1.0, size: textSize) + legendGap }
  }

  /// A title and the legend of colors, at the top of a drawing.
  static func drawHead(_ title: String, on drawing: inout Drawing) {
    let middle = drawing.width / 2
    drawing.add(
      .text(title, Drawing.Place(middle, margin + 12), size: 16, color: ink, anchor: .middle))
    var x = middle - legendWidth / 2
    for (words, color) in legend {
      drawing.add(.text(words, Drawing.Place(x, margin + 34), size: textSize, color: color))
      x += Drawing.width(of: words, size: textSize) + legendGap
    }
  }
}

extension GraphLayout {
  /// The graph, its top left corner at a place.
  func draw(on drawing: inout Drawing, at place: Drawing.Place) {
    let curves = arrows.map { curve(of: $0) }
    let labels = SlopeLabels(
      arrows.map(\.label), on: curves, boxes: boxes.filter { $0.node != nil }.map(\.area))
    func moved(_ point: Drawing.Place) -> Drawing.Place {
      Drawing.Place(point.x + place.x, point.y + place.y)
    }

    for (arrow, (curve, area)) in zip(arrows, zip(curves, labels.areas)) {
      let color = arrow.isSending ? GraphStyle.signal : GraphStyle.line
      for part in area.cut(out: Array(curve.dropLast())) {
        drawing.add(.line(part.map(moved), width: arrow.isSending ? 2.2 : 1.4, color: color))
      }
      guard let tip = curve.last.map(moved) else { continue }
      drawing.add(
        .area(
          [tip, Drawing.Place(tip.x - 9, tip.y - 4), Drawing.Place(tip.x - 9, tip.y + 4)],
          color: color))
    }
    for box in boxes where box.node != nil { draw(box, moved, &drawing) }
    for (arrow, area) in zip(arrows, labels.areas) {
      for (index, line) in arrow.label.enumerated() {
        let baseline = area.top + SlopeLabels.lineHeight * Double(index + 1) - 3
        drawing.add(
          .text(
            line, moved(Drawing.Place((area.left + area.right) / 2, baseline)),
            size: GraphStyle.slopeSize, color: GraphStyle.slope, anchor: .middle))
      }
    }
  }

  private func draw(
    _ box: Box, _ moved: (Drawing.Place) -> Drawing.Place, _ drawing: inout Drawing
  ) {
    let area = box.area
    let corners = [
      Drawing.Place(area.left, area.top), Drawing.Place(area.right, area.top),
      Drawing.Place(area.right, area.bottom), Drawing.Place(area.left, area.bottom),
    ].map(moved)
    let isGiven = box.node?.parents.isEmpty ?? false
    drawing.add(.area(corners, color: isGiven ? RGB(gray: 240) : RGB(gray: 255)))
    drawing.add(
      .line(
        corners + [corners[0]], width: box.isSending ? 2.6 : 1.2,
        color: box.isSending ? GraphStyle.signal : GraphStyle.line))
    for (index, line) in box.lines.enumerated() {
      let baseline = area.top + Double(index + 1) * GraphStyle.lineHeight
      drawing.add(
        .text(
          line.text, moved(Drawing.Place(area.left + GraphStyle.padding, baseline)),
          size: GraphStyle.textSize, color: line.color))
    }
  }

  /// From the right side of the parent's box, level through the bends, to the left side of the
  /// child's. Its last two places are where its line and where its head ends.
  private func curve(of arrow: Arrow) -> [Drawing.Place] {
    var curve: [Drawing.Place] = []
    for (start, end) in zip(arrow.boxes, arrow.boxes.dropFirst()) {
      let isLast = end == arrow.boxes.last
      let from = Drawing.Place(
        boxes[start].x + boxes[start].width,
        boxes[start].y + (start == arrow.boxes[0] ? arrow.leaves : 0))
      let to = Drawing.Place(
        boxes[end].x - (isLast ? 6 : 0), boxes[end].y + (isLast ? arrow.arrives : 0))
      // A cubic Bézier curve that leaves and arrives level.
      let reach = (to.x - from.x) / 2
      curve += (0...24).map { step in
        let t = Double(step) / 24
        let (a, b) = ((1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t))
        let (c, d) = (3 * t * t * (1 - t), t * t * t)
        return Drawing.Place(
          a * from.x + b * (from.x + reach) + c * (to.x - reach) + d * to.x,
          (a + b) * from.y + (c + d) * to.y)
      }
      if isLast { curve.append(Drawing.Place(to.x + 6, to.y)) }
    }
    return curve
  }
}

import Images
import Pictures

/// Words of a drawing with the rectangle that they take.
struct DrawnText {
  let words: String
  let isUpward: Bool
  /// Around the room that the words take from left to right and around all strokes of the pen.
  let frame: Frame
}

/// A line of a drawing.
struct DrawnLine: Equatable {
  let places: [Drawing.Place]
  let width: Double
  let color: RGB
  let dash: [Double]
}

extension Drawing {
  /// All words, in the order in which they are drawn.
  var texts: [DrawnText] {
    marks.compactMap { mark in
      guard case .text(let words, let place, let size, _, let anchor, let isUpward) = mark else {
        return nil
      }
      let width = Drawing.width(of: words, size: size)
      let start =
        switch anchor {
        case .start: 0.0
        case .middle: -width / 2
        case .end: -width
        }
      let ends = [start, start + width].map {
        isUpward ? Place(place.x, place.y - $0) : Place(place.x + $0, place.y)
      }
      let strokes = Drawing.strokes(of: words, size: size, at: place, anchor, isUpward: isUpward)
      // The pen is 1.55 twentieths of the size wide.
      let pen = 1.55 / 20 * size
      let around = strokes.joined().flatMap {
        [Place($0.x - pen / 2, $0.y - pen / 2), Place($0.x + pen / 2, $0.y + pen / 2)]
      }
      return DrawnText(words: words, isUpward: isUpward, frame: Frame(around: ends + around))
    }
  }

  /// All lines, in the order in which they are drawn.
  var lines: [DrawnLine] {
    marks.compactMap { mark in
      guard case .line(let places, let width, let color, let dash) = mark else { return nil }
      return DrawnLine(places: places, width: width, color: color, dash: dash)
    }
  }

  /// The lines of series: those of their width and of a color of the palette.
  var seriesLines: [DrawnLine] {
    lines.filter { $0.width == 2 && PlotColors.series.contains($0.color) }
  }

  /// The boxes of the axes, by the lines around them.
  var boxes: [Frame] {
    lines.filter { $0.places.count == 5 && $0.places.first == $0.places.last }
      .map { Frame(around: $0.places) }
  }

  /// All full circles.
  var discs: [(center: Place, radius: Double, color: RGB)] {
    marks.compactMap { mark in
      guard case .disc(let center, let radius, let color) = mark else { return nil }
      return (center, radius, color)
    }
  }

  /// All images with their rectangles.
  var images: [(cells: ColorImage, frame: Frame)] {
    marks.compactMap { mark in
      guard case .image(let cells, let topLeft, let bottomRight) = mark else { return nil }
      return (cells, Frame(around: [topLeft, bottomRight]))
    }
  }
}

extension Frame {
  /// The smallest rectangle around places.
  init(around places: [Drawing.Place]) {
    let (x, y) = (places.map(\.x), places.map(\.y))
    let (left, top) = (x.min() ?? 0, y.min() ?? 0)
    self.init(left: left, top: top, width: (x.max() ?? 0) - left, height: (y.max() ?? 0) - top)
  }

  /// Whether two rectangles have a place within both.
  func overlaps(_ other: Frame) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }
}

extension Plot {
  /// A plot of some series without titles.
  static func of(
    _ series: Series..., horizontal: Axis = Axis("x"), vertical: Axis = Axis("y")
  ) -> Plot {
    Plot(horizontal: horizontal, vertical: vertical, series: series)
  }

  /// The plot alone in a figure.
  func drawing() -> Drawing { Figure(title: "", plots: [self]).drawing() }
}

import Images

/// How a series is drawn: its color, its dashes and the shape of its points.
struct SeriesPen {
  private let color: RGB
  private let number: Int
  private let dash: [Double]
  private let radius: Double

  /// The pen of a series.
  ///
  /// - Parameters:
  ///   - series: what is drawn.
  ///   - number: the number of the series in its plot. It chooses color and shape where the series
  ///     names no color.
  init(_ series: Series, number: Int) {
    self.number = series.color ?? number
    color = PlotColors.series(self.number)
    dash = series.style == .dashedLine ? [7, 5] : []
    // Many points are small.
    let count = series.points.count
    radius = count > 300 ? 2.0 : count > 60 ? 3 : 4
  }

  /// A line through places; a dot for one place.
  ///
  /// - Parameters:
  ///   - places: at least one, in the order of the line.
  ///   - halo: points of white on either side, with which every color stands out from a heat map;
  ///     nil for the line itself.
  /// - Returns: the line or the dot.
  func line(_ places: [Drawing.Place], halo: Double? = nil) -> Drawing.Mark {
    let color = halo == nil ? color : RGB(gray: 255)
    if places.count == 1 { return .disc(places[0], radius: 2 + (halo ?? 0), color: color) }
    return .line(places, width: 2 + 2 * (halo ?? 0), color: color, dash: dash)
  }

  /// The head of an arrow at the end of a line; nil where the line has no direction.
  func head(of line: [Drawing.Place], halo: Double? = nil) -> Drawing.Mark? {
    guard let tip = line.last,
      let from = line.last(where: { abs($0.x - tip.x) + abs($0.y - tip.y) > 1 })
    else { return nil }
    let (dx, dy) = (tip.x - from.x, tip.y - from.y)
    let size = (dx * dx + dy * dy).squareRoot()
    let (length, half) = (10 + 1.5 * (halo ?? 0), 4.2 + (halo ?? 0))
    let (ux, uy) = (dx / size, dy / size)
    // The tip lies a little past the end, so that the round end of the line is covered.
    let front = Drawing.Place(tip.x + ux * (1 + (halo ?? 0)), tip.y + uy * (1 + (halo ?? 0)))
    let back = Drawing.Place(front.x - ux * length, front.y - uy * length)
    return .area(
      [
        front, Drawing.Place(back.x - uy * half, back.y + ux * half),
        Drawing.Place(back.x + uy * half, back.y - ux * half),
      ], color: halo == nil ? color : RGB(gray: 255))
  }

  /// The bar of an interval or one of its ends.
  func bar(_ start: Drawing.Place, _ end: Drawing.Place, halo: Double? = nil) -> Drawing.Mark {
    .line(
      [start, end], width: 1.4 + 2 * (halo ?? 0), color: halo == nil ? color : RGB(gray: 255))
  }

  /// Words around a place, in the middle of it.
  ///
  /// - Parameters:
  ///   - words: what stands there.
  ///   - place: the middle of the words.
  /// - Returns: the words, small, in the series' color.
  func words(_ words: String, at place: Drawing.Place) -> Drawing.Mark {
    let size = 11.0
    return .text(
      words, Drawing.Place(place.x, place.y + size * 0.36), size: size, color: color,
      anchor: .middle)
  }

  /// A point, in a shape that belongs to the color.
  ///
  /// - Parameters:
  ///   - place: the center of the shape.
  ///   - halo: points of white around the shape; nil for the shape itself.
  /// - Returns: a disc, a square or a triangle.
  func mark(_ place: Drawing.Place, halo: Double? = nil) -> Drawing.Mark {
    let color = halo == nil ? color : RGB(gray: 255)
    let r = radius + (halo ?? 0)
    func corners(_ offsets: [(Double, Double)]) -> Drawing.Mark {
      .area(
        offsets.map { Drawing.Place(place.x + r * $0.0, place.y + r * $0.1) }, color: color)
    }
    switch ((number % 4) + 4) % 4 {
    case 0: return .disc(place, radius: r, color: color)
    case 1: return corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return corners([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    default: return corners([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    }
  }
}

extension Series.Style {
  /// Whether its points are connected.
  var hasLine: Bool { self != .points && self != .names }

  /// Whether its points are marked.
  var hasPoints: Bool { self == .points || self == .lineAndPoints }
}

import Foundation
import Images

extension Drawing {
  /// The drawing as pixels on white, its edges smooth.
  ///
  /// - Parameter scale: the pixels of a point, above 0; 2 for screens that show two for one.
  /// - Returns: an image whose sides are rounded up to whole pixels.
  public func image(scale: Double = 2) -> ColorImage {
    precondition(scale > 0 && scale.isFinite, "a point is \(scale) pixels")
    let size = ImageSize(
      height: max(1, Int((height * scale).rounded(.up))),
      width: max(1, Int((width * scale).rounded(.up))))
    return image(on: ColorImage(size: size, filledWith: RGB(gray: 255)), scale: scale)
  }

  /// An image with the drawing over it, its top left corner on that of the image.
  func image(on background: ColorImage, scale: Double) -> ColorImage {
    var canvas = Canvas(scale: scale, image: background)
    for mark in marks { canvas.draw(mark) }
    return canvas.image
  }
}

/// Pixels that marks are drawn on.
private struct Canvas {
  let scale: Double
  var image: ColorImage

  mutating func draw(_ mark: Drawing.Mark) {
    switch mark {
    case .line(let places, let width, let color, let dash):
      let line = places.map(scaled)
      let lines = dash.isEmpty ? [line] : dashed(line, dash.map { $0 * scale })
      stroke(lines, width: width * scale, color: color)
    case .area(let places, let color):
      fill(places.map(scaled), color: color)
    case .disc(let center, let radius, let color):
      stroke([[scaled(center)]], width: 2 * radius * scale, color: color)
    case .text(let text, let place, let size, let color, let anchor, let isUpward):
      let strokes = Drawing.strokes(of: text, size: size, at: place, anchor, isUpward: isUpward)
      let pen = StrokeFont.penWidth * size / StrokeFont.unitsPerSize * scale
      stroke(strokes.map { $0.map(scaled) }, width: pen, color: color)
    case .image(let cells, let topLeft, let bottomRight):
      paint(cells, from: scaled(topLeft), to: scaled(bottomRight))
    }
  }

  private func scaled(_ place: Drawing.Place) -> Drawing.Place {
    // Far outside is as good as outside, and finite.
    func bounded(_ value: Double) -> Double { min(max(value * scale, -1e6), 1e6) }
    return Drawing.Place(bounded(place.x), bounded(place.y))
  }

  // MARK: - Lines

  /// Draws lines with a round pen. A pixel is covered by the share of it that lies within half a
  /// width of the nearest line, taken once however many lines come near.
  private mutating func stroke(_ lines: [[Drawing.Place]], width: Double, color: RGB) {
    let reach = max(width, 1) / 2
    // A pen thinner than a pixel is a pixel wide, and pale.
    let strength = min(width, 1)
    var cover = Cover(lines.joined(), margin: reach + 1, in: image)
    for line in lines {
      guard let first = line.first else { continue }
      for (start, end) in line.count == 1 ? [(first, first)] : Array(zip(line, line.dropFirst())) {
        cover.addSegment(start, end, reach: reach)
      }
    }
    blend(cover, color: color, strength: strength)
  }

  /// The strokes of a dashed line; an odd number of lengths is taken twice over, as SVG does.
  private func dashed(_ places: [Drawing.Place], _ dash: [Double]) -> [[Drawing.Place]] {
    var strokes: [[Drawing.Place]] = []
    var (part, left) = (0, max(dash[0], 0))
    var current = Array(places.prefix(1))
    for (start, end) in zip(places, places.dropFirst()) {
      let length = hypot(end.x - start.x, end.y - start.y)
      var done = 0.0
      while length - done > left {
        done += left
        let share = done / length
        let place = Drawing.Place(
          start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
        if part.isMultiple(of: 2) { strokes.append(current + [place]) }
        part += 1
        left = max(dash[part % dash.count], 0.5)
        current = [place]
      }
      left -= length - done
      current.append(end)
    }
    return part.isMultiple(of: 2) ? strokes + [current] : strokes
  }

  // MARK: - Areas

  /// Fills a polygon by the even-odd rule.
  ///
  /// Each row is cut at the polygon's corners and into quarters. In such a band an edge is straight,
  /// so the band's middle line has its mean length, and upright and level edges are exact.
  private mutating func fill(_ places: [Drawing.Place], color: RGB) {
    var cover = Cover(places[...], margin: 1, in: image)
    let edges = Array(zip(places, places.dropFirst() + places.prefix(1)))
    for row in cover.rows {
      let top = Double(row)
      let corners = places.map(\.y).filter { $0 > top && $0 < top + 1 }
      let heights = ([0, 0.25, 0.5, 0.75, 1].map { top + $0 } + corners).sorted()
      for (upper, lower) in zip(heights, heights.dropFirst()) where upper < lower {
        let y = (upper + lower) / 2
        let crossings = edges.compactMap { start, end -> Double? in
          guard (start.y <= y) != (end.y <= y) else { return nil }
          return start.x + (y - start.y) / (end.y - start.y) * (end.x - start.x)
        }.sorted()
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          cover.addSpan(
            row: row, crossings[pair]..<crossings[pair + 1], weight: lower - upper)
        }
      }
    }
    blend(cover, color: color, strength: 1)
  }

  private mutating func paint(_ cells: ColorImage, from start: Drawing.Place, to end: Drawing.Place)
  {
    guard end.x > start.x, end.y > start.y else { return }
    let rows =
      clamp(
        start.y.rounded(), image.height)..<max(
        clamp(start.y.rounded(), image.height), clamp(end.y.rounded(), image.height))
    let columns =
      clamp(
        start.x.rounded(), image.width)..<max(
        clamp(start.x.rounded(), image.width), clamp(end.x.rounded(), image.width))
    for row in rows {
      let share = (Double(row) + 0.5 - start.y) / (end.y - start.y)
      let cellRow = min(max(0, Int(share * Double(cells.height))), cells.height - 1)
      for column in columns {
        let share = (Double(column) + 0.5 - start.x) / (end.x - start.x)
        let cellColumn = min(max(0, Int(share * Double(cells.width))), cells.width - 1)
        image[row, column] = cells[cellRow, cellColumn]
      }
    }
  }

  // MARK: - Blending

  private mutating func blend(_ cover: Cover, color: RGB, strength: Double) {
    for row in cover.rows {
      for column in cover.columns {
        let share = min(1, cover[row, column]) * strength
        guard share > 0 else { continue }
        let under = image[row, column]
        func mix(_ under: UInt8, _ over: UInt8) -> UInt8 {
          UInt8((Double(under) + (Double(over) - Double(under)) * share).rounded())
        }
        image[row, column] = RGB(
          red: mix(under.red, color.red), green: mix(under.green, color.green),
          blue: mix(under.blue, color.blue))
      }
    }
  }
}

/// How much of each pixel of a rectangle a mark covers, from 0 to 1.
private struct Cover {
  let rows: Range<Int>
  let columns: Range<Int>
  private var shares: [Double]

  /// Room for places and a margin around them, as far as they lie in the image.
  init(_ places: some Sequence<Drawing.Place>, margin: Double, in image: ColorImage) {
    var (left, right, top, bottom) = (
      Double.infinity, -Double.infinity, Double.infinity, -Double.infinity
    )
    for place in places {
      left = min(left, place.x)
      right = max(right, place.x)
      top = min(top, place.y)
      bottom = max(bottom, place.y)
    }
    guard left <= right else {
      (rows, columns, shares) = (0..<0, 0..<0, [])
      return
    }
    func range(_ low: Double, _ high: Double, _ limit: Int) -> Range<Int> {
      let start = clamp((low - margin).rounded(.down), limit)
      return start..<max(start, clamp((high + margin).rounded(.up), limit))
    }
    rows = range(top, bottom, image.height)
    columns = range(left, right, image.width)
    shares = Array(repeating: 0, count: rows.count * columns.count)
  }

  subscript(row: Int, column: Int) -> Double {
    get { shares[(row - rows.lowerBound) * columns.count + column - columns.lowerBound] }
    set { shares[(row - rows.lowerBound) * columns.count + column - columns.lowerBound] = newValue }
  }

  /// Covers what lies within `reach` of a segment.
  mutating func addSegment(_ start: Drawing.Place, _ end: Drawing.Place, reach: Double) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let squared = dx * dx + dy * dy
    let far = reach + 1
    for row in overlap(min(start.y, end.y) - far, max(start.y, end.y) + far, rows) {
      let y = Double(row) + 0.5 - start.y
      // The part of the segment that a pixel of this row may be near to.
      func share(_ height: Double) -> Double { min(max(height / dy, 0), 1) }
      let (first, last) = dy == 0 ? (0, 1) : (share(y - far), share(y + far))
      let (left, right) = (start.x + first * dx, start.x + last * dx)
      for column in overlap(min(left, right) - far, max(left, right) + far, columns) {
        let x = Double(column) + 0.5 - start.x
        let along = squared > 0 ? min(max((x * dx + y * dy) / squared, 0), 1) : 0
        let (across, down) = (x - along * dx, y - along * dy)
        let share = min(max(reach + 0.5 - (across * across + down * down).squareRoot(), 0), 1)
        if share > self[row, column] { self[row, column] = share }
      }
    }
  }

  /// The pixels of a range that numbers from `low` to `high` touch.
  private func overlap(_ low: Double, _ high: Double, _ range: Range<Int>) -> Range<Int> {
    let first = max(range.lowerBound, clamp(low.rounded(.down), range.upperBound))
    return first..<max(first, clamp(high.rounded(.up), range.upperBound))
  }

  /// Covers part of a row.
  mutating func addSpan(row: Int, _ span: Range<Double>, weight: Double) {
    for column in overlap(span.lowerBound, span.upperBound, columns) {
      let share = min(span.upperBound, Double(column + 1)) - max(span.lowerBound, Double(column))
      self[row, column] += max(0, share) * weight
    }
  }
}

/// A whole number of 0…limit.
private func clamp(_ value: Double, _ limit: Int) -> Int { Int(min(max(value, 0), Double(limit))) }

/// A rectangle in points.
package struct Frame: Equatable {
  package var left: Double
  package var top: Double
  package var width: Double
  package var height: Double

  package init(left: Double, top: Double, width: Double, height: Double) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  package var right: Double { left + width }
  package var bottom: Double { top + height }
  package var center: Drawing.Place { Drawing.Place(left + width / 2, top + height / 2) }

  /// Whether a place lies in the rectangle, or so close that no eye sees it outside.
  package func contains(_ place: Drawing.Place) -> Bool {
    let slack = 0.01
    return place.x >= left - slack && place.x <= right + slack && place.y >= top - slack
      && place.y <= bottom + slack
  }

  /// The part of a segment in the rectangle (Liang, Barsky 1984); nil where it passes by.
  ///
  /// An end that lies inside stays what it is, to the bit.
  package func clipped(
    _ start: Drawing.Place, _ end: Drawing.Place
  ) -> (Drawing.Place, Drawing.Place)? {
    // Measured from the nearer end, as from a far one the sum below would round to nothing.
    if distance(start) > distance(end) { return clipped(end, start).map { ($1, $0) } }
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (0.0, 1.0)
    for (step, room) in [
      (-dx, start.x - left), (dx, right - start.x), (-dy, start.y - top), (dy, bottom - start.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    guard first <= last else { return nil }
    func along(_ share: Double) -> Drawing.Place {
      Drawing.Place(
        min(max(start.x + share * dx, left), right), min(max(start.y + share * dy, top), bottom))
    }
    return (first == 0 ? start : along(first), last == 1 ? end : along(last))
  }

  private func distance(_ place: Drawing.Place) -> Double {
    max(abs(place.x - center.x), abs(place.y - center.y))
  }
}

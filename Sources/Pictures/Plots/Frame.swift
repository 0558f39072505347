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
  /// An end that lies inside stays what it is, and one that is cut lies on the side that cuts it, to
  /// the bit.
  package func clipped(
    _ start: Drawing.Place, _ end: Drawing.Place
  ) -> (Drawing.Place, Drawing.Place)? {
    // Measured from the nearer end, as from a far one the sum below would round to nothing.
    if distance(start) > distance(end) { return clipped(end, start).map { ($1, $0) } }
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (Cut(share: 0), Cut(share: 1))
    for (step, room, x, y) in [
      (-dx, start.x - left, left, nil), (dx, right - start.x, right, nil),
      (-dy, start.y - top, nil, top), (dy, bottom - start.y, nil, bottom),
    ] as [(Double, Double, Double?, Double?)] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        if room / step > first.share { first = Cut(share: room / step, x: x, y: y) }
      } else if room / step < last.share {
        last = Cut(share: room / step, x: x, y: y)
      }
    }
    guard first.share <= last.share else { return nil }
    func place(_ cut: Cut) -> Drawing.Place {
      Drawing.Place(
        cut.x ?? min(max(start.x + cut.share * dx, left), right),
        cut.y ?? min(max(start.y + cut.share * dy, top), bottom))
    }
    return (first.share == 0 ? start : place(first), last.share == 1 ? end : place(last))
  }

  /// How far along a segment it is cut, and where the side is that cuts it.
  private struct Cut {
    let share: Double
    var x: Double?
    var y: Double?
  }

  private func distance(_ place: Drawing.Place) -> Double {
    max(abs(place.x - center.x), abs(place.y - center.y))
  }
}

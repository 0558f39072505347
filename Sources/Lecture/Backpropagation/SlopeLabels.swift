import Foundation
import Pictures

/// An upright rectangle of a drawing.
struct DrawnArea: Equatable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  func overlaps(_ other: DrawnArea) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  func contains(_ place: Drawing.Place) -> Bool {
    (left...right).contains(place.x) && (top...bottom).contains(place.y)
  }

  /// The parts of a line that lie outside.
  func cut(out line: [Drawing.Place]) -> [[Drawing.Place]] {
    // Steps of a point find the border; every sixth draws a smooth curve.
    var parts: [[Drawing.Place]] = [[]]
    for place in line.stepped(by: 1) {
      if contains(place) {
        if parts[parts.count - 1].count > 0 { parts.append([]) }
      } else {
        parts[parts.count - 1].append(place)
      }
    }
    return parts.filter { $0.count > 1 }.map { part in
      part.enumerated().filter { $0.offset.isMultiple(of: 6) || $0.offset == part.count - 1 }
        .map(\.element)
    }
  }
}

/// Where labels stand on the arrows of a graph: each on its own arrow, clear of boxes, of other
/// arrows and of other labels.
struct SlopeLabels {
  static let lineHeight = 15.0

  /// The area of each label, in the order of the arrows.
  private(set) var areas: [DrawnArea] = []

  /// Places for labels.
  ///
  /// - Parameters:
  ///   - labels: the lines of each arrow's label.
  ///   - curves: the way of each arrow.
  ///   - boxes: where the boxes are.
  init(_ labels: [[String]], on curves: [[Drawing.Place]], boxes: [DrawnArea]) {
    let paths = curves.map { $0.stepped(by: 3) }
    for (index, label) in labels.enumerated() {
      let width = label.map { Drawing.width(of: $0, size: GraphStyle.slopeSize) }.max() ?? 0
      let height = Double(label.count) * Self.lineHeight
      // Clear of both boxes and of the head.
      let (first, last) = (Int((width / 2 + 8) / 3), Int((width / 2 + 16) / 3))
      let path = paths[index]
      let free = path.count > first + last + 1 ? path.dropFirst(first).dropLast(last) : path[...]
      let candidates = free.map { place in
        DrawnArea(
          left: place.x - width / 2 - 3, top: place.y - height / 2, right: place.x + width / 2 + 3,
          bottom: place.y + height / 2)
      }
      // Best is what nothing crosses; among those, near the child.
      let wish = Double(candidates.count) - 4
      let costs = candidates.enumerated().map { position, area in
        let crossed = paths.enumerated().reduce(0) { count, path in
          count + (path.offset != index && path.element.contains(where: area.contains) ? 1 : 0)
        }
        return Double(boxes.count { $0.overlaps(area) }) * 1e6
          + Double(areas.count { $0.overlaps(area) }) * 1e6 + Double(crossed) * 1e4
          + abs(Double(position) - wish)
      }
      let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
      areas.append(candidates[best])
    }
  }
}

extension [Drawing.Place] {
  /// Places along the line, about so far apart.
  func stepped(by length: Double) -> [Drawing.Place] {
    guard let first else { return [] }
    return zip(self, dropFirst()).reduce(into: [first]) { places, ends in
      let (from, to) = ends
      let count = Swift.max(1, Int(hypot(to.x - from.x, to.y - from.y) / length))
      for step in 1...count {
        let t = Double(step) / Double(count)
        places.append(
          Drawing.Place(from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)))
      }
    }
  }
}

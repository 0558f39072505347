/// The lines along which a heat map has one value, by marching squares between the middles of its
/// cells (Lorensen, Cline 1987, in the plane). The value is taken to be linear between two middles.
package struct ContourLines {
  /// A place on a line, in the units of the axes.
  package typealias Point = (x: Double, y: Double)

  /// The lines, each as far as it goes; a closed one ends where it begins.
  package let lines: [[Point]]

  /// An edge between two neighbouring middles, by the lower or left one.
  private struct Edge: Hashable {
    let column: Int
    let row: Int
    let isUpward: Bool
  }

  /// The lines of one value.
  ///
  /// - Parameters:
  ///   - map: whose values that are not finite interrupt lines.
  ///   - level: the value.
  package init(_ map: HeatMap, level: Double) {
    var neighbours: [Edge: [Edge]] = [:]
    var order: [Edge] = []
    func link(_ a: Edge, _ b: Edge) {
      for edge in [a, b] where neighbours[edge] == nil { order.append(edge) }
      neighbours[a, default: []].append(b)
      neighbours[b, default: []].append(a)
    }
    for row in 0..<max(0, map.rows - 1) {
      for column in 0..<max(0, map.columns - 1) {
        Self.crossings(map, level, column, row).forEach { link($0, $1) }
      }
    }

    // From the open ends first; what is left then are closed lines.
    var lines: [[Edge]] = []
    for start in order.filter({ neighbours[$0]?.count == 1 }) + order {
      guard let first = neighbours[start]?.first else { continue }
      var line = [start]
      var next: Edge? = first
      while let edge = next, let last = line.last {
        remove(edge, from: last)
        remove(last, from: edge)
        line.append(edge)
        next = neighbours[edge]?.first
      }
      lines.append(line)
    }
    self.lines = lines.map { $0.map { Self.place($0, map, level) } }

    func remove(_ other: Edge, from edge: Edge) {
      neighbours[edge]?.removeAll { $0 == other }
    }
  }

  /// The pairs of edges that a line connects within the square above and right of a middle.
  private static func crossings(
    _ map: HeatMap, _ level: Double, _ column: Int, _ row: Int
  ) -> [(Edge, Edge)] {
    func value(_ right: Int, _ up: Int) -> Double {
      map.values[(row + up) * map.columns + column + right]
    }
    let corners = [value(0, 0), value(1, 0), value(1, 1), value(0, 1)]
    guard corners.allSatisfy(\.isFinite) else { return [] }
    let edges = [
      Edge(column: column, row: row, isUpward: false),
      Edge(column: column + 1, row: row, isUpward: true),
      Edge(column: column, row: row + 1, isUpward: false),
      Edge(column: column, row: row, isUpward: true),
    ]
    let isAbove = corners.map { $0 > level }
    let crossed = (0..<4).filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
    switch crossed.count {
    case 2: return [(edges[crossed[0]], edges[crossed[1]])]
    case 4:
      // A saddle: the middle tells which two corners belong together.
      let isMiddleAbove = corners.reduce(0) { $0 + $1 / 4 } > level
      return isMiddleAbove == isAbove[0]
        ? [(edges[0], edges[1]), (edges[2], edges[3])]
        : [(edges[3], edges[0]), (edges[1], edges[2])]
    default: return []
    }
  }

  private static func place(_ edge: Edge, _ map: HeatMap, _ level: Double) -> Point {
    let start = map.values[edge.row * map.columns + edge.column]
    let end = map.values[
      (edge.row + (edge.isUpward ? 1 : 0)) * map.columns + edge.column + (edge.isUpward ? 0 : 1)]
    let share = (level - start) / (end - start)
    func place(_ range: ClosedRange<Double>, _ cell: Double, of count: Int) -> Double {
      range.lowerBound + (cell + 0.5) / Double(count) * (range.upperBound - range.lowerBound)
    }
    return (
      x: place(
        map.horizontal, Double(edge.column) + (edge.isUpward ? 0 : share), of: map.columns),
      y: place(map.vertical, Double(edge.row) + (edge.isUpward ? share : 0), of: map.rows)
    )
  }
}

import Foundation
import Pictures
import Testing

@Suite struct ContourLinesTests {
  private func map(
    columns: Int = 40, rows: Int = 30, _ value: (Double, Double) -> Double
  ) -> HeatMap {
    let values = (0..<columns * rows).map { index in
      value(
        -2 + (Double(index % columns) + 0.5) / Double(columns) * 4,
        -1 + (Double(index / columns) + 0.5) / Double(rows) * 2)
    }
    return HeatMap(
      "f", values: values, columns: columns, rows: rows, horizontal: -2...2, vertical: -1...1)
  }

  /// Between two middles the value is taken to be linear, which a plane is.
  @Test func `the contour of a plane is the straight line where it has the value`() {
    let lines = ContourLines(map { 2 * $0 - 3 * $1 }, level: 0.7).lines
    #expect(lines.count == 1)
    for point in lines.joined() {
      #expect(abs(2 * point.x - 3 * point.y - 0.7) <= 20 * 7 * 0x1p-53)
    }
    let heights = lines[0].map(\.y)
    // From the lowest middles to the highest.
    #expect(abs((heights.min() ?? 0) + 1 - 1 / 30.0) < 1e-12)
    #expect(abs((heights.max() ?? 0) - 1 + 1 / 30.0) < 1e-12)
  }

  @Test func `a contour around a hill is closed and goes around it`() {
    let lines = ContourLines(map { $0 * $0 + $1 * $1 }, level: 0.5).lines
    #expect(lines.count == 1)
    let line = lines[0]
    #expect(line.first?.x == line.last?.x && line.first?.y == line.last?.y)
    // A cell of 0.1 bends the square by 0.1²/4 at most.
    #expect(line.allSatisfy { abs($0.x * $0.x + $0.y * $0.y - 0.5) <= 0.0025 + 1e-12 })
    for side in [(1.0, 1.0), (1, -1), (-1, 1), (-1, -1)] {
      #expect(line.contains { $0.x * side.0 > 0.2 && $0.y * side.1 > 0.2 })
    }
  }

  @Test func `two hills have a contour each, and a saddle none that crosses`() {
    #expect(
      ContourLines(map { ($0 * $0 - 1) * ($0 * $0 - 1) + $1 * $1 }, level: 0.2).lines.count == 2)
    let saddle = ContourLines(map(columns: 2, rows: 2) { $0 * $1 }, level: 0).lines
    #expect(saddle.count == 2 && saddle.allSatisfy { $0.count == 2 })
  }

  @Test func `no value, no line; no number, no line through it`() {
    #expect(ContourLines(map { x, _ in x }, level: 7).lines.isEmpty)
    #expect(ContourLines(map(columns: 1, rows: 1) { x, _ in x }, level: 0).lines.isEmpty)
    let broken = ContourLines(map { x, y in abs(y) < 0.1 ? .nan : x }, level: 0).lines
    #expect(broken.count == 2)
  }
}

import Foundation
import Pictures
import Testing

@Suite struct FrameTests {
  private let frame = Frame(left: -1, top: 2, width: 4, height: 3)

  @Test func `a segment inside stays as it is`() {
    let (start, end) = (Drawing.Place(-1, 2.1), Drawing.Place(2.9999, 5))
    let clipped = frame.clipped(start, end)
    #expect(clipped?.0 == start)
    #expect(clipped?.1 == end)
  }

  @Test func `a segment is cut where it leaves the frame`() {
    func expect(
      _ start: (Double, Double), _ end: (Double, Double), _ cut: [(Double, Double)]
    ) {
      let clipped = frame.clipped(Drawing.Place(start.0, start.1), Drawing.Place(end.0, end.1))
      let places = clipped.map { [$0.0, $0.1] } ?? []
      #expect(places == cut.map { Drawing.Place($0.0, $0.1) })
    }
    expect((0, 3), (8, 3), [(0, 3), (3, 3)])
    expect((8, 3), (0, 3), [(3, 3), (0, 3)])
    expect((-2, 3.5), (4, 3.5), [(-1, 3.5), (3, 3.5)])
    expect((1, 9), (1, -9), [(1, 5), (1, 2)])
    expect((-2, 3), (0, 1), [(-1, 2), (-1, 2)])
    expect((-3, 3), (0, 0), [])
    expect((4, 0), (4, 9), [])
    expect((5, 3), (9, 4), [])
    expect((1, 3), (1, 3), [(1, 3), (1, 3)])
    expect((4, 3), (4, 3), [])
  }

  /// Walks along the segment in small steps: what lies in the frame is what is kept.
  @Test func `the cut keeps just what lies inside`() {
    for number in 0..<400 {
      // Places on a grid of a golden angle around the frame, some of them inside.
      func place(_ seed: Double) -> Drawing.Place {
        let (angle, radius) = (
          seed * 2.399963, 5 * (seed * 0.618034).truncatingRemainder(dividingBy: 1)
        )
        return Drawing.Place(1 + radius * cos(angle), 3.5 + radius * sin(angle))
      }
      let (start, end) = (place(Double(number)), place(Double(number) * 1.7 + 3))
      let steps = 1000
      let inside = (0...steps).map { step in
        let share = Double(step) / Double(steps)
        return Drawing.Place(
          start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
      }.filter {
        $0.x >= frame.left && $0.x <= frame.right && $0.y >= frame.top && $0.y <= frame.bottom
      }
      let stride = hypot(end.x - start.x, end.y - start.y) / Double(steps)
      guard let (from, to) = frame.clipped(start, end) else {
        #expect(inside.isEmpty, "\(start) – \(end)")
        continue
      }
      if let first = inside.first, let last = inside.last {
        // The true cut lies within a step of the first and last ones that are inside.
        #expect(hypot(from.x - first.x, from.y - first.y) <= stride * 1.001, "\(start) – \(end)")
        #expect(hypot(to.x - last.x, to.y - last.y) <= stride * 1.001, "\(start) – \(end)")
      } else {
        #expect(hypot(from.x - to.x, from.y - to.y) <= stride, "\(start) – \(end)")
      }
    }
  }

  @Test func `a cut is exact from any distance`() {
    for distance in [1e3, 1e17, 1e60, 1e100] {
      // Straight up from (1, 3); from far away, the sum of the start and the way rounds to nothing.
      let up = frame.clipped(Drawing.Place(1, -distance), Drawing.Place(1, 3))
      #expect(up?.0 == Drawing.Place(1, 2))
      #expect(up?.1 == Drawing.Place(1, 3))
      // At half a right angle through the upper left corner's neighbourhood.
      let slanted = frame.clipped(Drawing.Place(0, 3), Drawing.Place(distance, 3 + distance))
      #expect(slanted?.0 == Drawing.Place(0, 3))
      #expect(slanted.map { abs($0.1.x - 2) < 1e-12 && $0.1.y == 5 } == true)
      let reversed = frame.clipped(Drawing.Place(distance, 3 + distance), Drawing.Place(0, 3))
      #expect(reversed?.0 == slanted?.1)
      #expect(reversed?.1 == slanted?.0)
      // Both ends are far away.
      let through = frame.clipped(
        Drawing.Place(1, -distance), Drawing.Place(1, distance))
      #expect(through?.0 == Drawing.Place(1, 2))
      #expect(through?.1 == Drawing.Place(1, 5))
      if let (from, to) = frame.clipped(
        Drawing.Place(-distance, -distance), Drawing.Place(distance, distance * 1.5))
      {
        #expect(frame.contains(from) && frame.contains(to))
      }
    }
  }
}

import Foundation
import Statistics
import Testing

@Suite struct PrincipalComponentsTests {
  /// Points on an ellipse with known axes: a turned grid.
  private func points(angle: Double, _ long: Double, _ short: Double) -> [[Double]] {
    (0..<60).map { step in
      let t = Double(step) / 60 * 2 * Double.pi
      let (u, v) = (long * cos(t), short * sin(t))
      return [3 + u * cos(angle) - v * sin(angle), -1 + u * sin(angle) + v * cos(angle), 7]
    }
  }

  @Test(arguments: [0, 0.3, 0.7, 1.2])
  func `the axes of an ellipse are its components`(angle: Double) {
    let components = PrincipalComponents(points(angle: angle, 5, 2), count: 2)
    #expect(zip(components.mean, [3, -1, 7]).allSatisfy { abs($0 - $1) < 1e-12 })
    let first = [cos(angle), sin(angle), 0]
    #expect(abs(abs(dot(components.directions[0], first)) - 1) < 1e-12)
    let second = [-sin(angle), cos(angle), 0]
    #expect(abs(abs(dot(components.directions[1], second)) - 1) < 1e-12)
    for direction in components.directions {
      #expect(abs(dot(direction, direction) - 1) < 1e-12)
      #expect((direction.max { abs($0) < abs($1) } ?? 0) > 0)
    }
  }

  @Test func `coordinates have the variances of the axes`() {
    let rows = points(angle: 0.4, 5, 2)
    let components = PrincipalComponents(rows, count: 2)
    let places = rows.map(components.coordinates)
    for (axis, size) in [(0, 5.0), (1, 2)] {
      // The mean of cos² is ½.
      let variance = places.reduce(0) { $0 + $1[axis] * $1[axis] } / 60
      #expect(abs(variance - size * size / 2) < 1e-10)
    }
    #expect(abs(places.reduce(0) { $0 + $1[0] * $1[1] } / 60) < 1e-10)
  }

  @Test func `points on a line have one direction`() {
    let rows = (0..<5).map { [Double($0), 2 * Double($0)] }
    let components = PrincipalComponents(rows, count: 2)
    #expect(abs(components.directions[0][0] - 1 / 5.0.squareRoot()) < 1e-12)
    #expect(rows.allSatisfy { abs(components.coordinates($0)[1]) < 1e-9 })
  }
}

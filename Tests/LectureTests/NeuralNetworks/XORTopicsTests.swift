import Foundation
import Lecture
import Reference
import Statistics
import Testing
import TestSupport

/// C8 and C9 against truth tables and formulas.
@Suite struct XORTopicsTests {
  @Test func `C8's network goes through or and and`() async throws {
    let lesson = try await lesson("C8")
    let table = try lesson.table("The network")
    #expect(try table.column("h₁") == [0, 1, 1, 1])
    #expect(try table.column("h₂") == [0, 0, 0, 1])
    #expect(try table.column("y") == [0, 1, 1, 0] && table.column("XOR") == [0, 1, 1, 0])
  }

  /// In the plane of h₁ and h₂ the two points of value 1 are one place, on its own side of a line.
  @Test func `C8's hidden layer is separable`() async throws {
    let plot = try #require(try await lesson("C8").figure?.plots.last)
    let places = plot.series.map { $0.points.map { [$0.x, $0.y] } }
    #expect(places == [[[0, 0], [1, 1]], [[1, 0], [1, 0]]])
    let map = try #require(plot.heatMap)
    for row in 0..<241 {
      for column in 0..<241 {
        let difference = (Double(column) - Double(row)) * 2 / 241
        #expect((map.values[row * 241 + column] == 1) == (difference > 0.5))
      }
    }
  }

  @Test func `C9 shows the hidden layer fold`() async throws {
    let lesson = try await lesson("C9")
    let table = try lesson.table("The hidden layer")
    let y = try table.column("y")
    #expect(zip(y, LogicFunction.xor.values).allSatisfy { ($0 > 0.5) == ($1 == 1) })
    let plots = try #require(lesson.figure?.plots)
    #expect(plots.count == 6)
    for (plot, columns) in [(3, ["h₁ at the start", "h₂"]), (4, ["h₁ at the end", "h₂ "])] {
      let places = zip(try table.column(columns[0]), try table.column(columns[1])).map { [$0, $1] }
      let drawn = plots[plot].series.filter { $0.style == .points }.map {
        $0.points.map { [$0.x, $0.y] }
      }
      #expect(drawn == [[places[0], places[3]], [places[1], places[2]]])
    }
    // The loss falls from that of not knowing.
    let losses = try lesson.points("2-2-1 network", ofPlot: 5).map(\.y)
    #expect(losses.count == 1000 && abs(losses[0] - log(2)) < 0.2 && (losses.last ?? 1) < 0.05)
  }

  /// Each cell of the decision regions, by the formulas of the course.
  @Test func `C8's regions are strips between two lines`() async throws {
    let plots = try #require(try await lesson("C8").figure?.plots)
    let maps = try plots.map { try #require($0.heatMap) }
    let cells = 241
    #expect(maps.allSatisfy { $0.columns == cells && $0.rows == cells })
    for row in 0..<cells {
      for column in 0..<cells {
        let sum = -1 + (Double(row) + Double(column) + 1) * 2 / Double(cells)
        // An odd number of cells has no middle on a border.
        let found = maps.prefix(3).map { $0.values[row * cells + column] }
        #expect(found == [sum > 0.5 ? 1 : 0, sum > 1.5 ? 1 : 0, sum > 0.5 && sum < 1.5 ? 1 : 0])
      }
    }
  }

  @Test func `C9's units go to the threshold as the formula says`() async throws {
    let lesson = try await lesson("C9")
    let table = try lesson.table("The unit")
    for (s, gap) in zip(try table.column("s"), try table.column("1 − σ(sx)")) {
      #expect(abs(gap - sigmoid(-s / 4)) <= 6 * roundoff)
    }
    for (s, other) in [(1, 5), (5, 20), (20, 100)] {
      let (flat, steep) = (try lesson.points("s = \(s)"), try lesson.points("s = \(other)"))
      for (a, b) in zip(flat, steep) where abs(a.x) > 1e-9 {
        // Nearer to the threshold everywhere, until both are there.
        let threshold = a.x > 0 ? 1.0 : 0
        #expect(abs(b.y - threshold) < abs(a.y - threshold) || abs(b.y - threshold) < roundoff)
        #expect(abs(a.y - sigmoid(Double(s) * a.x)) <= (6 + Double(s)) * roundoff)
      }
    }
  }

  @Test func `C9 tells rates with Wilson's intervals`() async throws {
    let lesson = try await lesson("C9")
    let table = try lesson.table("All four points")
    let successes = try table.column("successes")
    let points = try lesson.points("with 95 % intervals", ofPlot: 2)
    #expect(points.map(\.x) == [0, 2, 3, 4, 8])
    for (row, point) in points.enumerated() {
      let rate = Proportion(successes: Int(successes[row]), trials: 100)
      #expect(point.interval == rate.interval && point.y == rate.share)
      #expect(table.rows[row].dropFirst(2) == rate.cells[...])
    }
    #expect(successes[0] == 0)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.y <= $1.y + 0.02 })
  }

  @Test func `C9's learned network has the points on their sides`() async throws {
    let map = try #require(try await lesson("C9").figure?.plots[1].heatMap)
    // The cells around (0, 0), (0, 1), (1, 0) and (1, 1), which lie on corners of four.
    for (point, value) in zip(LogicFunction.points, LogicFunction.xor.values) {
      let (column, row) = (Int((point[0] + 0.5) * 40), Int((point[1] + 0.5) * 40))
      for (i, j) in [(0, 0), (-1, 0), (0, -1), (-1, -1)] {
        #expect((map.values[(row + i) * 80 + column + j] > 0.5) == (value == 1))
      }
    }
  }
}

import Foundation
import Lecture
import Reference
import Testing
import TestSupport

/// C6, C7 and C10: curves against closed forms.
@Suite struct CurveTopicsTests {
  @Test func `C6 falls to the line of least squares and not below`() async throws {
    let lesson = try await lesson("C6")
    let optimum = try #require(lesson.points("least squares").first?.y)
    let linear = try lesson.points("identity, 2-12-12-1").map(\.y)
    let curved = try lesson.points("tanh, 2-12-12-1").map(\.y)
    #expect(linear.count == 400 && curved.count == 400)
    // x₁x₂ on −1.5 … 1.5 has no linear part: least squares is left with about ½ · (1.5²/3)² = 0.28,
    // of 100 points up to five standard errors, ½ · 5 · 0.7/10, more or less.
    #expect(abs(optimum - 0.28) < 0.18)
    #expect(linear.allSatisfy { $0 > optimum * (1 - 40 * roundoff) })
    #expect((curved.last ?? 1) < optimum / 5)
    let table = try lesson.table("t = x₁x₂")
    let epochs = try table.column("epoch").map { Int($0) }
    #expect(try table.column("identity") == epochs.map { linear[$0 - 1] })
    #expect(try table.column("tanh") == epochs.map { curved[$0 - 1] })
  }

  /// The best line through sin 3x at ±x is odd: its slope is Σ x sin 3x / Σ x².
  @Test func `C7's best line is that of an odd function`() async throws {
    let x = (0..<512).map { -2 + 4 * (Double($0) + 0.5) / 512 }
    let slope =
      x.reduce(0) { $0 + $1 * sin(3 * $1) } / x.reduce(0) { $0 + $1 * $1 }
    let error = (x.reduce(0) { $0 + pow(sin(3 * $1) - slope * $1, 2) } / 512).squareRoot()
    let table = try await lesson("C7").table("Root mean square")
    for line in try table.column("best line") { #expect(abs(line - error) <= 512 * doubleRoundoff) }
    #expect(try table.column("hidden units") == [1, 2, 4, 8, 16, 32, 64])
  }

  @Test(arguments: ["threshold", "relu", "logistic"])
  func `C7's errors are those of the curves that it draws`(activation: String) async throws {
    let lesson = try await lesson("C7")
    let table = try lesson.table("Root mean square")
    let row = try #require(try table.column("hidden units").firstIndex(of: 8))
    for (plot, column) in [(0, "placed"), (1, "trained")] {
      let target = try lesson.points("target", ofPlot: plot)
      let squares = zip(try lesson.points(activation, ofPlot: plot), target).map {
        pow($0.y - $1.y, 2)
      }
      let drawn = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
      let shown = try table.column("\(activation), \(column)")[row]
      // The same curve at 201 places instead of 512, its ends included.
      #expect((0.7...1.4).contains(drawn / shown), "\(column): \(drawn), \(shown)")
    }
  }

  /// Nine steps and eight straight pieces.
  @Test func `C7's placed units step and bend where they are placed`() async throws {
    let lesson = try await lesson("C7")
    let steps = try lesson.points("threshold")
    let jumps = zip(steps, steps.dropFirst()).filter { abs($0.y - $1.y) > 1e-3 }.map(\.1.x)
    #expect(jumps.count == 8)
    for (unit, jump) in jumps.enumerated() {
      #expect(abs(jump - (-2 + 4 * Double(unit + 1) / 9)) < 0.021)
    }
    let chain = try lesson.points("relu")
    let bends = (1..<chain.count - 1).filter {
      abs(chain[$0 + 1].y - 2 * chain[$0].y + chain[$0 - 1].y) > 1e-4
    }.map { chain[$0].x }
    // At ±2 … in steps of ½, all on the places that are drawn.
    #expect(bends.allSatisfy { abs($0 * 2 - ($0 * 2).rounded()) < 1e-9 } && bends.count <= 7)
  }

  /// Through ten points goes one polynomial of degree 9: that of Lagrange.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `C10's degree 9 is Lagrange's polynomial`(seed: UInt64) async throws {
    let lesson = try await lesson("C10", seed: seed)
    let points = try #require(lesson.figure?.plots[0].series.first { $0.style == .points }?.points)
    #expect(points.count == 10)
    for place in try lesson.points("degree 9") {
      let terms = points.indices.map { i in
        points.indices.filter { $0 != i }.reduce(points[i].y) {
          $0 * (place.x - points[$1].x) / (points[i].x - points[$1].x)
        }
      }
      // The condition of the normal equations, 10⁵, and the sum of ten terms up to 100.
      let rounding = (1e5 * 10 * 3 + 100 * 100) * doubleRoundoff
      #expect(abs(place.y - terms.reduce(0, +)) <= rounding)
    }
  }

  @Test func `C10's degrees 0 and 1 are the mean and the regression`() async throws {
    let lesson = try await lesson("C10")
    let points = try #require(lesson.figure?.plots[0].series.first { $0.style == .points }?.points)
    let errors = try lesson.table("Polynomials").column("on the points")
    let (x, t) = (points.reduce(0) { $0 + $1.x } / 10, points.reduce(0) { $0 + $1.y } / 10)
    let spread = points.reduce(0) { $0 + pow($1.y - t, 2) } / 10
    let mixed = points.reduce(0) { $0 + ($1.x - x) * ($1.y - t) } / 10
    let variance = points.reduce(0) { $0 + pow($1.x - x, 2) } / 10
    #expect(abs(errors[0] - spread.squareRoot()) <= 100 * doubleRoundoff)
    #expect(
      abs(errors[1] - (spread - mixed * mixed / variance).squareRoot()) <= 200 * doubleRoundoff)
    // Each degree has the ones below it in it.
    #expect(zip(errors.prefix(6), errors.prefix(6).dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func `C10 draws training and validation with and without a penalty`() async throws {
    let lesson = try await lesson("C10")
    let training = try lesson.points("training", ofPlot: 3).map(\.y)
    let validation = try lesson.points("validation", ofPlot: 3).map(\.y)
    let decayed = try lesson.points("training, λ = 0.05", ofPlot: 3).map(\.y)
    #expect([training, validation, decayed].allSatisfy { $0.count == 120 })
    #expect((training.last ?? 1) < (decayed.last ?? 0))
    // Stopping early takes the same way as plain training until then.
    let stop = try #require(lesson.points("stopped early", ofPlot: 3).first)
    let best = try #require(validation.prefix(Int(stop.x)).min())
    #expect(stop.y == best && validation[Int(stop.x) - 1] == best)
    let table = try lesson.table("A 784-64-10")
    #expect(try table.column("training loss")[0] == training.last)
    #expect(try table.column("validation loss")[0] == validation.last)
    // Five epochs of patience.
    #expect(try table.column("epochs")[2] == stop.x + 5)
    // All losses of its row are those of the epoch whose weights it takes back.
    #expect(try table.column("weights of epoch") == [120, 120, stop.x])
    // A linear axis, on which the turn can be seen.
    #expect(lesson.figure?.plots[3].vertical.scale == .linear)
    #expect(try table.column("training loss")[2] == training[Int(stop.x) - 1])
    #expect(try table.column("validation loss")[2] == stop.y)
  }
}

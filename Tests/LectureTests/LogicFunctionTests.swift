import Foundation
import Lecture
import Networks
import Pictures
import Testing
import TestSupport
import Training

@Suite struct LogicFunctionTests {
  @Test func `the truth table of exclusive or`() {
    #expect(LogicFunction.points == [[0, 0], [0, 1], [1, 0], [1, 1]])
    for (point, value) in zip(LogicFunction.points, LogicFunction.xor.values) {
      #expect((value == 1) == ((point[0] == 1) != (point[1] == 1)))
    }
  }

  @Test func `samples are points with classes, seen through features`() {
    let and = LogicFunction(values: [0, 0, 0, 1])
    let plain = and.samples()
    #expect((0..<4).map { plain.row($0) } == [[0, 0], [0, 1], [1, 0], [1, 1]])
    #expect(plain.labels == [0, 0, 0, 1])
    let product = and.samples { [$0[0] * $0[1], 2, $0[1]] }
    #expect(product.inputWidth == 3)
    #expect((0..<4).map { product.row($0) } == [[0, 2, 0], [0, 2, 1], [0, 2, 0], [1, 2, 1]])
  }

  @Test(arguments: [[1, 1, -0.5], [0, 2, -1], [-3, 0.1, 0.7], [1, -1, 0]])
  func `a border is where the sum is 0`(weights: [Double]) {
    let line = borderLine("border", weights, color: 0)
    #expect(line.points.count == 3)
    for point in line.points {
      #expect(abs(weights[0] * point.x + weights[1] * point.y + weights[2]) < 1e-12)
    }
    let (a, b) = (line.points[0], line.points[2])
    #expect(abs((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) - 36) < 1e-9)
  }

  /// On ½x² with η at most 1, x shrinks by 1 − η a step: the bound is never below what comes out.
  @Test(arguments: [0.1, 0.5, 1])
  func `descent reaches the bound that is sure`(rate: Double) {
    for steps in [1, 3, 10, 100] {
      let end = 4 * pow(1 - rate, Double(steps))
      let bound = descentBound(lossAt: 0, distance: 4, learningRate: rate, steps: steps)
      #expect(end * end / 2 <= bound)
    }
  }

  @Test func `values other than 0 and 1 are refused`() async {
    await #expect(processExitsWith: .failure) { _ = LogicFunction(values: [0, 1, 1]) }
    await #expect(processExitsWith: .failure) { _ = LogicFunction(values: [0, 1, 1, 2]) }
  }

  @Test func `a plot shows the function where it is and the points by their value`() throws {
    let plot = LogicFunction.xor.plot("x₁ + 10x₂") { $0[0] + 10 * $0[1] }
    let map = try #require(plot.heatMap)
    #expect(map.horizontal == -0.5...1.5 && map.vertical == -0.5...1.5)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let x = -0.5 + (Double(column) + 0.5) * 2 / Double(map.columns)
        let y = -0.5 + (Double(row) + 0.5) * 2 / Double(map.rows)
        // A few roundings of numbers up to 16.
        let distance = abs(map.values[row * map.columns + column] - (x + 10 * y))
        #expect(distance <= 4 * 16 * doubleRoundoff)
      }
    }
    #expect(
      plot.series.map { $0.points.map { [$0.x, $0.y] } } == [
        [[0, 0], [1, 1]], [[0, 1], [1, 0]],
      ])
    #expect(plot.series.allSatisfy { $0.style == .points })
  }

  /// Which of the 16 functions a unit gets right in the end is no matter of chance.
  @Test(arguments: 0..<16)
  func `a unit learns all functions but exclusive or and its opposite`(bits: Int) throws {
    let function = LogicFunction(values: (0..<4).map { bits >> $0 & 1 })
    let isLinear = function.values != [0, 1, 1, 0] && function.values != [1, 0, 0, 1]
    for seed in 1...3 as ClosedRange<UInt64> {
      let unit = try trainedUnit(function.samples(), epochs: 2000, learningRate: 2, seed: seed)
      #expect((hits(unit, function.samples()) == 4) == isLinear, "\(function.values)")
    }
  }

  /// Full-batch descent on the mean cross-entropy in Double, from the trainer's own start.
  @Test func `a unit is trained by plain descent`() throws {
    let or = LogicFunction(values: [0, 1, 1, 1])
    let architecture = Architecture(
      inputs: 2, hidden: [], outputs: 1, loss: .logisticCrossEntropy)
    var w = Parameters(architecture, seed: 9).doubles
    for _ in 0..<50 {
      var gradient = [0.0, 0, 0]
      for (point, value) in zip(LogicFunction.points, or.values) {
        let x = point + [1]
        let error = sigmoid(w[0] * x[0] + w[1] * x[1] + w[2]) - Double(value)
        for j in 0..<3 { gradient[j] += error * x[j] / 4 }
      }
      for j in 0..<3 { w[j] -= 0.5 * gradient[j] }
    }
    let unit = try trainedUnit(or.samples(), epochs: 50, learningRate: 0.5, seed: 9)
    let found = unit.parameters.doubles
    // A step rounds some ten numbers up to 4, and descent on a convex function does not enlarge it.
    #expect(zip(found, w).allSatisfy { abs($0 - $1) <= 50 * 10 * 4 * 0x1p-24 }, "\(found) \(w)")
  }
}

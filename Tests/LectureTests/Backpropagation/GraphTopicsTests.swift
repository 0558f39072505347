import Foundation
import Lecture
import Testing
import TestSupport

/// D1 to D4: every value and error signal of the graphs, by formulas written out by hand.
@Suite struct GraphTopicsTests {
  /// Equal up to some ten roundings of numbers up to 16.
  private func expect(
    _ found: Double, _ expected: Double, _ what: String = "",
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(found - expected) <= 10 * 16 * doubleRoundoff, "\(what): \(found), \(expected)",
      sourceLocation: location)
  }

  private func expect(
    _ lesson: Lesson, _ nodes: [(name: String, value: Double, signal: Double)],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(lesson.graphs[0].count == nodes.count, sourceLocation: location)
    for node in nodes {
      let found = try lesson.node(node.name)
      expect(found.value.scalar, node.value, node.name, at: location)
      expect(found.errorSignal.scalar, node.signal, "error signal of \(node.name)", at: location)
    }
  }

  @Test func `D1's graph`() async throws {
    let lesson = try await lesson("D1")
    let (w, x, b, t) = (0.8, 1.5, -0.4, 1.0)
    let z = w * x + b
    let y = sigmoid(z)
    let zSignal = (y - t) * y * (1 - y)
    try expect(
      lesson,
      [
        ("x", x, zSignal * w), ("w", w, zSignal * x), ("b", b, zSignal), ("t", t, t - y),
        ("wx", w * x, zSignal), ("z", z, zSignal), ("y", y, y - t),
        ("L", (y - t) * (y - t) / 2, 1),
      ])
  }

  @Test func `D1's table, and the slope by differences`() async throws {
    let table = try await lesson("D1").table("dL/dw")
    for row in table.rows {
      let numbers = try row.map { try #require($0.number) }
      let (w, x, b, t) = (numbers[0], numbers[1], numbers[2], numbers[3])
      func loss(_ w: Double) -> Double { pow(sigmoid(w * x + b) - t, 2) / 2 }
      let h = 0x1p-16
      let difference = (loss(w + h) - loss(w - h)) / (2 * h)
      // h²/6 |L‴| with |x|³ ≤ 27 and derivatives of ½(σ − t)² below 1; a rounding of L over h.
      #expect(abs(numbers[4] - difference) <= h * h / 6 * 27 + doubleRoundoff / h)
      #expect(abs(numbers[5] - difference) <= h * h / 6 * 27 + doubleRoundoff / h)
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `D2's graph`(seed: UInt64) async throws {
    let lesson = try await lesson("D2", seed: seed)
    let (w1, w2) = (try lesson.node("w₁").value.scalar, try lesson.node("w₂").value.scalar)
    let (x, b, t) = (1.2, 0.3, 1.0)
    let (a, z) = (w1 * x, w1 * x + b)
    let h = sigmoid(z)
    let y = w2 * h + a
    let (yError, zError) = (y - t, (y - t) * w2 * h * (1 - h))
    try expect(
      lesson,
      [
        ("x", x, (yError + zError) * w1), ("w₁", w1, (yError + zError) * x), ("w₂", w2, yError * h),
        ("b", b, zError), ("t", t, -yError), ("unused", exp(w1), 0), ("a", a, yError + zError),
        ("z", z, zError), ("h", h, yError * w2), ("w₂h", w2 * h, yError), ("y", y, yError),
        ("L", yError * yError / 2, 1),
      ])
  }

  /// L, y, w₂h, h, z and a have their turns, and a gets a part of its error signal from y first.
  @Test func `D2's error signals walk backward`() async throws {
    let final = try await lesson("D2")
    let (y, z) = (try final.node("y").errorSignal, try final.node("z").errorSignal)
    for step in 0...6 {
      var topic = ComputationGraph()
      topic.step = step
      let lesson = Lesson(topic.demonstrate(in: classroom()))
      #expect(lesson.claims.allSatisfy { $0.holds })
      let a = try lesson.node("a").errorSignal.scalar
      // From y in step 2, from z in step 5.
      let expected = step < 2 ? 0 : step < 5 ? y.scalar : y.scalar + z.scalar
      #expect(a == expected)
      #expect(try lesson.node("w₁").errorSignal.scalar == (step == 6 ? 1.2 * a : 0))
      #expect(lesson.drawing.title.hasSuffix("after step \(step) of 6"))
    }
    let turns = try final.table("The backward pass")
    #expect(try turns.words("node") == ["L", "L", "y", "y", "w₂h", "w₂h", "h", "z", "z", "a", "a"])
  }

  @Test func `D3's graph`() async throws {
    let t = 0.7
    let (x, y) = (cos(t), t * t)
    let power = exp(x * y)
    let derivative = y * power * -sin(t) + (1 + x * power) * 2 * t
    try expect(
      await lesson("D3"),
      [
        ("t", t, derivative), ("x", x, y * power), ("y", y, 1 + x * power), ("xy", x * y, power),
        ("e^{xy}", power, 1), ("f", y + power, 1),
      ])
  }

  @Test func `D3's five derivatives`() async throws {
    let table = try await lesson("D3").table("df/dt")
    #expect(try table.column("t") == [-1.3, -0.4, 0, 0.7, 2.1])
    for (t, found) in zip(try table.column("t"), try table.column("backward pass")) {
      let power = exp(cos(t) * t * t)
      expect(found, t * t * power * -sin(t) + (1 + cos(t) * power) * 2 * t, "t = \(t)")
    }
  }

  @Test(arguments: [-20, -1.3, 0, 0.001, 2, 6.28, 20])
  func `D3 at other arguments`(t: Double) throws {
    var topic = ChainRule()
    topic.t = t
    #expect(topic.validationError == nil)
    let shown = topic.demonstrate(in: classroom())
    #expect(shown.holds && shown.leftOut.isEmpty, "\(shown.claims)")
  }

  @Test(arguments: [
    (-8.0, 1.5, -0.4, 1.0), (0, 0, 0, 0), (-1000, 50, 3, -7), (1e6, 1e6, -1e6, 1e6),
  ])
  func `D1 at other values`(w: Double, x: Double, b: Double, t: Double) throws {
    var topic = LogisticLeastSquares()
    (topic.w, topic.x, topic.b, topic.t) = (w, x, b, t)
    #expect(topic.validationError == nil)
    let lesson = Lesson(topic.demonstrate(in: classroom()))
    #expect(lesson.claims.allSatisfy { $0.holds }, "\(lesson.claims)")
    #expect(try lesson.node("w").value.scalar == w && lesson.node("t").value.scalar == t)
  }

  @Test(arguments: [0.0, 1, 1000])
  func `D4 with other penalties`(weightDecay: Double) throws {
    var topic = FanOut()
    topic.weightDecay = weightDecay
    let lesson = Lesson(topic.demonstrate(in: classroom()))
    #expect(lesson.claims.allSatisfy { $0.holds }, "\(lesson.claims)")
    let (w, z) = (try lesson.node("w"), try lesson.node("z"))
    expect(
      w.errorSignal.scalar / (1 + weightDecay),
      (z.errorSignal.scalar * 1.5 + weightDecay * w.value.scalar) / (1 + weightDecay))
  }

  @Test(arguments: 1...6)
  func `D5 with other widths`(width: Int) throws {
    var topic = TwoLayers()
    topic.width = width
    let lesson = Lesson(topic.demonstrate(in: classroom()))
    #expect(lesson.claims.allSatisfy { $0.holds }, "\(lesson.claims)")
    #expect(try lesson.table("The error signals").rows.count == 2 * width)
  }

  @Test func `parameters that cannot be shown are refused in words`() {
    var (d1, d2, d3) = (LogisticLeastSquares(), ComputationGraph(), ChainRule())
    var (d4, d5, d6) = (FanOut(), TwoLayers(), BackwardCost())
    #expect([d1.validationError, d2.validationError, d3.validationError].allSatisfy { $0 == nil })
    #expect([d4.validationError, d5.validationError, d6.validationError].allSatisfy { $0 == nil })
    d1.w = .nan
    d2.step = 7
    d3.t = .infinity
    d4.weightDecay = -0.1
    d5.width = 0
    d6.layers = 0
    for fault in [
      d1.validationError, d2.validationError, d3.validationError, d4.validationError,
      d5.validationError, d6.validationError,
    ] {
      #expect((fault?.count ?? 0) > 10)
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `D4's penalty`(seed: UInt64) async throws {
    let lesson = try await lesson("D4", seed: seed)
    let w = try lesson.node("w").value.scalar
    let (x, b, t, λ) = (1.5, -0.4, 1.0, 0.25)
    let z = w * x + b
    let y = sigmoid(z)
    let signal = (y - t) * y * (1 - y)
    let loss = (y - t) * (y - t) / 2
    try expect(
      lesson,
      [
        ("x", x, signal * w), ("w", w, signal * x + λ * w), ("b", b, signal), ("t", t, t - y),
        ("wx", w * x, signal), ("z", z, signal), ("y", y, y - t), ("L", loss, 1),
        ("0.5", 0.5, λ * w * w), ("w²", w * w, λ / 2), ("R", w * w / 2, λ), ("λ", λ, w * w / 2),
        ("λR", λ * w * w / 2, 1), ("L + λR", loss + λ * w * w / 2, 1),
      ])
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `D4's softmax regression`(seed: UInt64) async throws {
    let lesson = try await lesson("D4", seed: seed)
    let w = try lesson.node("W", ofGraph: 1).value
    let (x, b, t) = ([1.5, -0.5], [0.125, -0.25, 0.375], [0.0, 1, 0])
    let z = (0..<3).map { w[$0, 0] * x[0] + w[$0, 1] * x[1] + b[$0] }
    let total = z.reduce(0) { $0 + exp($1) }
    let errors = (0..<3).map { exp(z[$0]) / total - t[$0] }
    expect(try lesson.node("L", ofGraph: 1).value.scalar, log(total) - z[1])
    for k in 0..<3 {
      expect(try lesson.node("z", ofGraph: 1).value[0, k], z[k])
      expect(try lesson.node("z", ofGraph: 1).errorSignal[0, k], errors[k])
      expect(try lesson.node("b", ofGraph: 1).errorSignal[0, k], errors[k])
      for j in 0..<2 {
        expect(try lesson.node("W", ofGraph: 1).errorSignal[k, j], errors[k] * x[j])
      }
    }
    for j in 0..<2 {
      let expected = (0..<3).reduce(0) { $0 + errors[$1] * w[$1, j] }
      expect(try lesson.node("x", ofGraph: 1).errorSignal[0, j], expected)
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `D5's two layers, sum by sum`(seed: UInt64) async throws {
    let lesson = try await lesson("D5", seed: seed)
    func matrix(_ name: String) throws -> [[Double]] {
      let value = try lesson.node(name).value
      return (0..<value.rows).map { value.row($0) }
    }
    let (w1, b1) = (try matrix("W¹"), try matrix("b¹"))
    let (w2, b2) = (try matrix("W²"), try matrix("b²"))
    let (x, t) = ([0.5, -1.25], [1, -0.5])
    var (h, y) = ([0.0, 0, 0], [0.0, 0])
    for j in 0..<3 { h[j] = sigmoid(w1[j][0] * x[0] + w1[j][1] * x[1] + b1[j][0]) }
    for k in 0..<2 { y[k] = w2[k][0] * h[0] + w2[k][1] * h[1] + w2[k][2] * h[2] + b2[k][0] }
    let out = (0..<2).map { y[$0] - t[$0] }
    expect(try lesson.node("L").value.scalar, (out[0] * out[0] + out[1] * out[1]) / 2)
    for k in 0..<2 {
      expect(try lesson.node("y").errorSignal[k, 0], out[k])
      expect(try lesson.node("b²").errorSignal[k, 0], out[k])
      for j in 0..<3 { expect(try lesson.node("W²").errorSignal[k, j], out[k] * h[j]) }
    }
    let table = try lesson.table("The error signals")
    let byScalars = try table.column("scalar graph")
    for j in 0..<3 {
      let back = out[0] * w2[0][j] + out[1] * w2[1][j]
      expect(try lesson.node("h").errorSignal[j, 0], back)
      expect(try lesson.node("z").errorSignal[j, 0], back * h[j] * (1 - h[j]))
      expect(try lesson.node("b¹").errorSignal[j, 0], back * h[j] * (1 - h[j]))
      for i in 0..<2 {
        expect(try lesson.node("W¹").errorSignal[j, i], back * h[j] * (1 - h[j]) * x[i])
        expect(byScalars[2 * j + i], back * h[j] * (1 - h[j]) * x[i])
      }
    }
  }
}

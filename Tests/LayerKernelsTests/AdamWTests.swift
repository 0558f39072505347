import TestSupport
import Foundation
import Kernels
import KernelsTestSupport
import LayerKernels
import Testing

@Suite struct AdamWTests {
  static let rules = [
    NaiveAdamW(learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0),
    NaiveAdamW(learningRate: 0.3, beta1: 0.5, beta2: 0.75, epsilon: 1e-3, weightDecay: 0.1),
    NaiveAdamW(learningRate: 0.001, beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0.01),
  ]

  @Test(arguments: rules, [1, 64, 65, 150])
  func `three steps give the naive rule's bits`(rule: NaiveAdamW, samples: Int) {
    var state = State(inputs: 11, outputs: 35, samples: samples)
    for step in 1...3 {
      let gradient = naiveGradient(inputs: state.inputs, errors: state.errors)
      var expected = state
      rule.take(gradient, step: step, &expected)
      #expect(state.update(rule.step(step)) == nil)
      expectSameBits(state.weights, expected.weights)
      expectSameBits(state.first, expected.first)
      expectSameBits(state.second, expected.second)
    }
  }

  @Test func `parts in any order give the bits of the whole`() {
    var whole = State(inputs: 37, outputs: 75, samples: 150)
    var parts = whole
    let step = Self.rules[1].step(4)
    #expect(whole.update(step) == nil)
    for rows in [20..<37, 0..<1, 1..<20] {
      for columns in [48..<80, 0..<16, 16..<48] {
        #expect(parts.update(step, rows: rows, columns: columns) == nil)
      }
    }
    expectSameBits(parts.weights, whole.weights)
    expectSameBits(parts.second, whole.second)
  }

  /// A weight without a gradient still moves: by its moments and by its decay.
  @Test(arguments: [1, 64, 130])
  func `bytes that are mostly 0 take the step of their floats`(samples: Int) {
    var numbers = TestNumbers(seed: samples)
    let bytes = HeldBytes(rows: samples, columns: 37) { _, input in
      input % 3 == 0 && Bool.random(using: &numbers) ? .random(in: 1...255, using: &numbers) : 0
    }
    var dense = State(inputs: 37, outputs: 150, samples: samples)
    dense.inputs = bytes.scaled(by: 1 / 255)
    var sparse = dense
    for step in 1...2 {
      #expect(dense.update(Self.rules[1].step(step)) == nil)
      #expect(sparse.update(Self.rules[1].step(step), bytes: bytes) == nil)
      expectSameBits(sparse.weights, dense.weights)
      expectSameBits(sparse.first, dense.first)
      expectSameBits(sparse.second, dense.second)
    }
  }

  /// In its first step each weight moves by η, whatever the size of its gradient, if ε is nothing beside it.
  @Test func `the first step is a learning rate long`() {
    let start = State(inputs: 5, outputs: 9, samples: 70, hasMoments: false)
    var state = start
    #expect(state.update(Self.rules[0].step(1)) == nil)
    let gradient = naiveGradient(inputs: start.inputs, errors: start.errors)
    for row in 0..<5 {
      for column in 0..<9 where abs(gradient[row, column]) > 1e-4 {
        let moved = state.weights[row, column] - start.weights[row, column]
        #expect(abs(abs(moved) - 0.01) < 2e-6 && (moved < 0) == (gradient[row, column] > 0))
      }
    }
  }

  @Test func `parameters that do not decay take the same step otherwise`() {
    var rule = Self.rules[1]
    var found = State(inputs: 5, outputs: 9, samples: 70)
    var expected = found
    _ = found.update(rule.step(2).withoutWeightDecay)
    rule.weightDecay = 0
    _ = expected.update(rule.step(2))
    expectSameBits(found.weights, expected.weights)
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan])
  func `a gradient that is not finite is reported`(value: Float) {
    var state = State(inputs: 10, outputs: 35, samples: 130)
    state.errors[64, 34] = value
    #expect(state.update(Self.rules[0].step(1)) == .gradient)
  }

  /// Its square would be infinite for good, and the weight would never move again.
  @Test func `a second moment past all numbers is reported`() {
    var state = State(inputs: 1, outputs: 1, samples: 1)
    (state.inputs[0, 0], state.errors[0, 0]) = (1e20, 1)
    #expect(state.update(Self.rules[0].step(1)) == .weight)
  }
}

/// AdamW by the book, weight by weight.
struct NaiveAdamW {
  var learningRate: Double
  var beta1: Double
  var beta2: Double
  var epsilon: Double
  var weightDecay: Double

  func step(_ number: Int) -> UpdateStep {
    .adamW(
      AdamW(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, step: number))
  }

  fileprivate func take(_ gradient: Table, step: Int, _ state: inout State) {
    // Up to the third power there is one order to multiply in.
    func power(_ base: Double) -> Double {
      step == 1 ? base : step == 2 ? base * base : base * (base * base)
    }
    let rootFactor = Float(1 / (1 - power(beta2)).squareRoot())
    let stepSize = Float(learningRate / (1 - power(beta1)))
    for row in 0..<gradient.rows {
      for column in 0..<gradient.columns {
        let g = gradient[row, column]
        let m = state.first[row, column].addingProduct(
          Float(1 - beta1), g - state.first[row, column])
        let v = (Float(beta2) * state.second[row, column]).addingProduct(Float(1 - beta2), g * g)
        let divisor = Float(epsilon).addingProduct(v.squareRoot(), rootFactor)
        let kept = Float(1 - learningRate * weightDecay) * state.weights[row, column]
        state.first[row, column] = m
        state.second[row, column] = v
        state.weights[row, column] = kept.addingProduct(-stepSize, m / divisor)
      }
    }
  }
}

/// A layer in the course of training.
private struct State {
  var inputs: Table
  var errors: Table
  var weights: Table
  var first: Table
  var second: Table

  init(inputs: Int, outputs: Int, samples: Int, hasMoments: Bool = true) {
    var numbers = TestNumbers(seed: samples)
    self.inputs = Table(rows: samples, columns: inputs, random: &numbers)
    errors = Table(rows: samples, columns: outputs, random: &numbers)
    weights = Table(rows: inputs, columns: outputs, random: &numbers)
    let moments = Table(rows: inputs, columns: outputs, random: &numbers)
    first = Table(rows: inputs, columns: outputs) { hasMoments ? moments[$0, $1] : 0 }
    second = Table(rows: inputs, columns: outputs) {
      hasMoments ? moments[$0, $1] * moments[$0, $1] : 0
    }
  }

  /// One step of `applyGradient`, for some weights or all.
  mutating func update(
    _ step: UpdateStep, rows: Range<Int>? = nil, columns: Range<Int>? = nil,
    bytes: HeldBytes? = nil
  ) -> UpdateFailure? {
    let held = [weights, first, second].map { HeldMatrix($0, padding: 0) }
    let failure = withViews(
      HeldMatrix(inputs), HeldMatrix(errors, padding: 0)
    ) { views in
      withExtendedLifetime((held, bytes)) {
        applyGradient(
          bytes.map { GradientFactors(bytes: $0.matrix, scale: 1 / 255, errors: views[1]) }
            ?? GradientFactors(inputs: views[0], errors: views[1]),
          rows: rows ?? 0..<weights.rows,
          columns: columns ?? 0..<paddedToLanes(weights.columns), step: step,
          weights: held[0].matrix, state: StateSlots(held[1].matrix, held[2].matrix),
          squares: nil, squaresOffset: 0, scratch: GradientScratch(byteSamples: bytes?.rows ?? 0))
      }
    }
    for matrix in held {
      #expect(matrix.isMarginUntouched && matrix.padding.allSatisfy { $0 == 0 })
    }
    (weights, first, second) = (held[0].table, held[1].table, held[2].table)
    return failure
  }
}

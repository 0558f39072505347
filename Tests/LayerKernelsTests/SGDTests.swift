import TestSupport
import Kernels
import KernelsTestSupport
import LayerKernels
import Testing

@Suite struct SGDTests {
  static let rules = [
    NaiveSGD(learningRate: 0.1, momentum: 0, weightDecay: 0, isNesterov: false),
    NaiveSGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0, isNesterov: false),
    NaiveSGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0, isNesterov: true),
    NaiveSGD(learningRate: 0.03, momentum: 0, weightDecay: 0.01, isNesterov: false),
    NaiveSGD(learningRate: 0.03, momentum: 0.8, weightDecay: 0.01, isNesterov: false),
    NaiveSGD(learningRate: 0.03, momentum: 0.8, weightDecay: 0.01, isNesterov: true),
  ]

  @Test(arguments: rules, gradientSampleCounts)
  func `three steps give the naive rule's bits`(sgd: NaiveSGD, samples: Int) {
    var state = State(inputs: 11, outputs: 35, samples: samples, hasVelocity: sgd.momentum > 0)
    for _ in 0..<3 {
      let gradient = naiveGradient(inputs: state.inputs, errors: state.errors)
      var expected = (weights: state.weights, velocity: state.velocity)
      let squares = naiveSquares(sgd.decayed(gradient, weights: state.weights))
      sgd.take(gradient, weights: &expected.weights, velocity: &expected.velocity)
      let result = state.update(sgd.step)
      #expect(result.failure == nil)
      #expect(result.squares.map(\.bitPattern) == squares.map(\.bitPattern))
      expectSameBits(state.weights, expected.weights)
      if let velocity = state.velocity, let expected = expected.velocity {
        expectSameBits(velocity, expected)
      }
    }
  }

  @Test(arguments: rules)
  func `parts in any order give the bits of the whole`(sgd: NaiveSGD) {
    let start = State(inputs: 37, outputs: 75, samples: 150, hasVelocity: sgd.momentum > 0)
    var whole = start
    let all = whole.update(sgd.step)
    var parts = start
    var squares = [Double](repeating: 0, count: all.squares.count)
    for rows in [20..<37, 0..<1, 1..<20] {
      for columns in [48..<80, 0..<16, 16..<48] {
        let part = parts.update(sgd.step, rows: rows, columns: columns)
        // What a part does not own it leaves at 0.
        squares = zip(squares, part.squares).map(+)
      }
    }
    expectSameBits(parts.weights, whole.weights)
    if let velocity = parts.velocity, let expected = whole.velocity {
      expectSameBits(velocity, expected)
    }
    #expect(squares == all.squares)
  }

  /// Inputs that are 0 in all samples are passed over where that leaves their weights as they are.
  @Test(arguments: rules, [1, 64, 65, 200])
  func `bytes that are mostly 0 take the step of their floats`(
    sgd: NaiveSGD, samples: Int
  ) {
    var numbers = TestNumbers(seed: samples)
    for recordsSquares in [true, false] {
      let bytes = HeldBytes(rows: samples, columns: 37) { _, input in
        input % 3 == 0 && Bool.random(using: &numbers) ? .random(in: 1...255, using: &numbers) : 0
      }
      var dense = State(
        inputs: 37, outputs: 150, samples: samples, hasVelocity: sgd.momentum > 0)
      dense.inputs = bytes.scaled(by: 1 / 255)
      var sparse = dense
      for _ in 0..<2 {
        let expected = dense.update(sgd.step, recordsSquares: recordsSquares)
        let found = sparse.update(sgd.step, bytes: bytes, recordsSquares: recordsSquares)
        #expect(found.failure == nil && found.squares == expected.squares)
        expectSameBits(sparse.weights, dense.weights)
        if let velocity = sparse.velocity, let expected = dense.velocity {
          expectSameBits(velocity, expected)
        }
      }
    }
  }

  @Test func `without a velocity there is no momentum`() {
    let start = State(inputs: 5, outputs: 9, samples: 70, hasVelocity: false)
    var plain = start
    _ = plain.update(Self.rules[0].step)
    for index in [1, 2] {
      var other = start
      _ = other.update(Self.rules[index].step)
      expectSameBits(other.weights, plain.weights)
    }
  }

  @Test func `parameters that do not decay take the same step otherwise`() {
    let start = State(inputs: 5, outputs: 9, samples: 70, hasVelocity: true)
    var decay = Self.rules[5]
    var found = start
    _ = found.update(decay.step.withoutWeightDecay)
    decay.weightDecay = 0
    var expected = start
    _ = expected.update(decay.step)
    expectSameBits(found.weights, expected.weights)
  }

  @Test(arguments: rules, [Float.infinity, -.infinity, .nan])
  func `a gradient that is not finite is reported`(sgd: NaiveSGD, value: Float) {
    let start = State(inputs: 10, outputs: 35, samples: 130, hasVelocity: sgd.momentum > 0)
    for (sample, output) in [(0, 0), (63, 17), (64, 34), (129, 32)] {
      var state = start
      state.errors[sample, output] = value
      #expect(state.update(sgd.step).failure == .gradient)
      // Whoever owns other outputs sees nothing of it.
      let others = output < 16 ? 16..<48 : 0..<16
      var part = start
      part.errors[sample, output] = value
      #expect(part.update(sgd.step, columns: others).failure == nil)
    }
  }

  @Test func `a gradient that overflows in its sum is reported`() {
    var overflow = State(inputs: 1, outputs: 1, samples: 2, hasVelocity: false)
    for sample in 0..<2 {
      overflow.inputs[sample, 0] = .greatestFiniteMagnitude
      overflow.errors[sample, 0] = 1
    }
    var cancellation = overflow
    cancellation.errors[1, 0] = -1
    #expect(overflow.update(Self.rules[0].step).failure == .gradient)
    #expect(cancellation.update(Self.rules[0].step).failure == nil)
  }

  @Test(arguments: rules, [(0, 0), (4, 17), (9, 34)])
  func `a weight that a step moves past all numbers is reported`(
    sgd: NaiveSGD, place: (input: Int, output: Int)
  ) {
    var state = State(inputs: 10, outputs: 35, samples: 130, hasVelocity: sgd.momentum > 0)
    // The gradient falls: a step away from it takes the weight over the greatest number.
    state.weights[place.input, place.output] = .greatestFiniteMagnitude
    for sample in 0..<130 {
      state.inputs[sample, place.input] = 1
      state.errors[sample, place.output] = -1e34
    }
    var sgd = sgd
    sgd.learningRate = 1e4
    sgd.weightDecay = 0
    let others = place.output < 16 ? 16..<48 : 0..<16
    var part = state
    #expect(state.update(sgd.step).failure == .weight)
    #expect(part.update(sgd.step, columns: others).failure == nil)
  }
}

/// A layer in the course of training.
private struct State {
  var inputs: Table
  var errors: Table
  var weights: Table
  var velocity: Table?

  init(inputs: Int, outputs: Int, samples: Int, hasVelocity: Bool) {
    var numbers = TestNumbers(seed: samples)
    self.inputs = Table(rows: samples, columns: inputs, random: &numbers)
    errors = Table(rows: samples, columns: outputs, random: &numbers)
    weights = Table(rows: inputs, columns: outputs, random: &numbers)
    velocity = hasVelocity ? Table(rows: inputs, columns: outputs, random: &numbers) : nil
  }

  /// One step of `applyGradient`, for some weights or all.
  ///
  /// - Parameters:
  ///   - step: the rule with its factors.
  ///   - rows: which inputs; nil for all.
  ///   - columns: which outputs, from one multiple of `laneCount` to another; nil for all.
  ///   - bytes: takes the place of the inputs, zeros to be skipped.
  ///   - recordsSquares: whether the squared gradient is asked for.
  /// - Returns: the failure that the kernel reports, and the squared gradient of each vector of 16
  ///   weights.
  mutating func update(
    _ step: UpdateStep, rows: Range<Int>? = nil, columns: Range<Int>? = nil,
    bytes: HeldBytes? = nil, recordsSquares: Bool = true
  ) -> (failure: UpdateFailure?, squares: [Double]) {
    // The padding is +0 as in a network; with it the squares of a row's last vector are defined.
    let held = HeldMatrix(weights, padding: 0)
    let heldVelocity = velocity.map { HeldMatrix($0, padding: 0) }
    let vectors = weights.rows * paddedToLanes(weights.columns) / laneCount
    let offset = 3
    let squares = Block<Double>(count: vectors + 2 * offset)
    let failure = withViews(
      HeldMatrix(inputs), HeldMatrix(errors, padding: 0), held
    ) { views in
      withExtendedLifetime((heldVelocity, bytes)) {
        applyGradient(
          bytes.map { GradientFactors(bytes: $0.matrix, scale: 1 / 255, errors: views[1]) }
            ?? GradientFactors(inputs: views[0], errors: views[1]),
          rows: rows ?? 0..<weights.rows,
          columns: columns ?? 0..<paddedToLanes(weights.columns), step: step, weights: views[2],
          state: StateSlots(heldVelocity?.matrix), squares: recordsSquares ? squares : nil,
          squaresOffset: offset, scratch: GradientScratch(byteSamples: bytes?.rows ?? 0))
      }
    }
    #expect(held.isMarginUntouched && heldVelocity?.isMarginUntouched ?? true)
    #expect((0..<offset).allSatisfy { squares[$0] == 0 && squares[offset + vectors + $0] == 0 })
    #expect(held.padding.allSatisfy { $0 == 0 })
    weights = held.table
    velocity = heldVelocity?.table
    return (failure, (0..<vectors).map { squares[offset + $0] })
  }
}

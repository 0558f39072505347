import TestSupport
import Foundation
import Kernels
import KernelsTestSupport
import LayerKernels
import Testing

@Suite struct LossTests {
  static let counts = [1, 2, 10, 16, 17, 256]

  @Test(arguments: counts)
  func `softmax cross-entropy follows its formula`(count: Int) {
    for seed in 0..<20 {
      let (z, t) = logitsAndTargets(count, seed: seed, isOneHot: seed.isMultiple(of: 2))
      let found = run(.softmaxCrossEntropy, outputs: z, targets: t)
      let judge = SoftmaxJudge(logits: z, targets: t)
      #expect(abs(found.loss - judge.loss) <= judge.lossBound)
      for k in 0..<count {
        #expect(abs(Double(found.outputs[k]) - judge.y[k]) <= judge.yBound(k))
        #expect(abs(Double(found.errors[k]) - judge.error(k)) <= judge.errorBound(k))
      }
    }
  }

  @Test(arguments: counts)
  func `logistic cross-entropy follows its formula`(count: Int) {
    for seed in 0..<20 {
      let (z, t) = logitsAndTargets(count, seed: seed, isOneHot: seed.isMultiple(of: 2))
      let found = run(.logisticCrossEntropy, outputs: z, targets: t)
      var loss = 0.0
      for k in 0..<count {
        let (z, t) = (Double(z[k]), Double(t[k]))
        let y = 1 / (1 + exp(-z))
        loss += t * softplus(-z) + (1 - t) * softplus(z)
        // The logistic function is within 3 ulps, 6u.
        #expect(abs(Double(found.outputs[k]) - y) <= 6 * roundoff * y)
        #expect(abs(Double(found.errors[k]) - (y - t)) <= 6 * roundoff * y + roundoff * abs(y - t))
      }
      // All terms are positive: softplus within 6u, 1 − t, the two products and their sum round
      // 4 times; then come the chains of the lanes and 4 halvings.
      let roundings = 6 + 4 + paddedToLanes(count) / laneCount + 4
      #expect(abs(found.loss - loss) <= errorOfRoundings(roundings) * loss)
    }
  }

  @Test(arguments: counts)
  func `squared error follows its formula`(count: Int) {
    for seed in 0..<20 {
      var numbers = TestNumbers(seed: seed)
      let y = (0..<count).map { _ in numbers.float() }
      let t = (0..<count).map { _ in numbers.float() }
      let slopes = (0..<count).map { _ in numbers.float() }
      let found = run(.squaredError, outputs: y, targets: t, slopes: slopes)
      var loss = 0.0
      for k in 0..<count {
        let difference = Double(y[k]) - Double(t[k])
        loss += difference * difference / 2
        let error = difference * Double(slopes[k])
        #expect(abs(Double(found.errors[k]) - error) <= errorOfRoundings(2) * abs(error))
      }
      // Twice the difference's rounding, that of the square, the lanes' chains, 4 halvings.
      let roundings = 3 + paddedToLanes(count) / laneCount + 4
      #expect(abs(found.loss - loss) <= errorOfRoundings(roundings) * loss)
      #expect(found.outputs == y)
    }
  }

  @Test(arguments: Kind.allCases, counts)
  func `the padding of the error signals becomes +0 and reads nothing`(kind: Kind, count: Int) {
    let (z, t) = logitsAndTargets(count, seed: 1, isOneHot: true)
    for padding in [Float.nan, .infinity, -1e30] {
      let found = run(kind, outputs: z, targets: t, padding: padding)
      let clean = run(kind, outputs: z, targets: t, padding: 0)
      #expect(found.errorPadding.allSatisfy { $0.bitPattern == 0 })
      #expect(found.loss == clean.loss)
      #expect(found.outputs == clean.outputs)
      #expect(found.errors == clean.errors)
    }
  }

  @Test(arguments: Kind.allCases)
  func `without error signals loss and outputs are the same`(kind: Kind) {
    let (z, t) = logitsAndTargets(17, seed: 2, isOneHot: false)
    let whole = run(kind, outputs: z, targets: t)
    let short = run(kind, outputs: z, targets: t, needsErrors: false)
    #expect(short.loss == whole.loss)
    #expect(short.outputs == whole.outputs)
  }

  @Test func `a row's loss is its own`() {
    let (z, t) = logitsAndTargets(10, seed: 3, isOneHot: true)
    let outputs = HeldMatrix(Table(rows: 3, columns: 10) { $0 == 1 ? z[$1] : 9 })
    let targets = HeldMatrix(Table(rows: 3, columns: 10) { $0 == 1 ? t[$1] : 9 })
    let errors = HeldMatrix(rows: 3, columns: 10, repeating: 9)
    for kind in Kind.allCases {
      let loss = withViews(outputs, targets, errors) { views in
        views[0][1, 0] = z[0]
        return kind.apply(row: 1, outputs: views[0], targets: views[1], errors: views[2])
      }
      #expect(loss.isFinite)
      for row in [0, 2] {
        #expect(outputs.table.row(row).allSatisfy { $0 == 9 })
        #expect(errors.table.row(row).allSatisfy { $0 == 9 })
      }
    }
  }

  private func softplus(_ z: Double) -> Double { max(0, z) + log1p(exp(-abs(z))) }
}

// MARK: - Numbers at the limits

extension LossTests {
  @Test func `huge logits neither overflow nor lose the loss`() {
    let softmax = run(.softmaxCrossEntropy, outputs: [1e4, -1e4, 0], targets: [0, 1, 0])
    #expect(softmax.loss == 2e4)
    #expect(softmax.outputs == [1, 0, 0])
    #expect(softmax.errors == [1, -1, 0])
    let right = run(.softmaxCrossEntropy, outputs: [1e4, -1e4, 0], targets: [1, 0, 0])
    #expect(right.loss == 0)
    #expect(right.errors == [0, 0, 0])

    let logistic = run(.logisticCrossEntropy, outputs: [1e4, -1e4, 1e4], targets: [0, 1, 1])
    #expect(logistic.loss == 2e4)
    #expect(logistic.outputs == [1, 0, 1])
    #expect(logistic.errors == [1, -1, 0])
  }

  @Test(arguments: Kind.allCases, [Float.infinity, .nan])
  func `an output that is not finite shows in the loss`(kind: Kind, value: Float) {
    for count in Self.counts {
      for place in Set([0, count / 2, count - 1]) {
        for target in 0..<min(count, 3) {
          var outputs = [Float](repeating: 0.5, count: count)
          outputs[place] = value
          let targets = (0..<count).map { Float($0 == target ? 1 : 0) }
          #expect(!run(kind, outputs: outputs, targets: targets).loss.isFinite)
        }
      }
    }
  }

  @Test func `an output of −∞ shows in the loss, or its probability is rightly 0`() {
    for kind in [Kind.logisticCrossEntropy, .squaredError] {
      for targets: [Float] in [[1, 0], [0, 1]] {
        #expect(!run(kind, outputs: [-.infinity, 1], targets: targets).loss.isFinite)
      }
    }
    let wrong = run(.softmaxCrossEntropy, outputs: [-.infinity, 1], targets: [1, 0])
    #expect(wrong.loss == .infinity)
    let right = run(.softmaxCrossEntropy, outputs: [-.infinity, 1], targets: [0, 1])
    #expect(right.loss == 0)
    #expect(right.outputs == [0, 1])
    let none = run(.softmaxCrossEntropy, outputs: [-.infinity, -.infinity], targets: [0, 1])
    #expect(none.loss.isNaN)
  }

  @Test(arguments: Kind.allCases, [Float.infinity, -.infinity, .nan])
  func `a target that is not finite shows in the loss`(kind: Kind, value: Float) {
    #expect(!run(kind, outputs: [0.25, 0.5, -1], targets: [0, value, 0]).loss.isFinite)
  }
}

// MARK: - Running a loss

extension LossTests {
  enum Kind: CaseIterable {
    case softmaxCrossEntropy, logisticCrossEntropy, squaredError

    func apply(row: Int, outputs: Matrix, targets: Matrix, errors: Matrix?) -> Double {
      switch self {
      case .softmaxCrossEntropy:
        LayerKernels.softmaxCrossEntropy(
          row: row, logits: outputs, targets: targets, errors: errors)
      case .logisticCrossEntropy:
        LayerKernels.logisticCrossEntropy(
          row: row, logits: outputs, targets: targets, errors: errors)
      case .squaredError:
        LayerKernels.squaredError(row: row, outputs: outputs, targets: targets, slopes: errors)
      }
    }
  }

  struct Outcome {
    let loss: Double
    let outputs: [Float]
    let errors: [Float]
    let errorPadding: [Float]
  }

  private func run(
    _ kind: Kind, outputs: [Float], targets: [Float], slopes: [Float]? = nil,
    padding: Float = .nan, needsErrors: Bool = true
  ) -> Outcome {
    func held(_ values: [Float]) -> HeldMatrix {
      HeldMatrix(Table(rows: 1, columns: values.count) { values[$1] }, padding: padding)
    }
    let outputs = held(outputs)
    let errors = held(slopes ?? targets.map { _ in 1 })
    let loss = withViews(outputs, held(targets), errors) { views in
      kind.apply(
        row: 0, outputs: views[0], targets: views[1], errors: needsErrors ? views[2] : nil)
    }
    #expect(outputs.isMarginUntouched && errors.isMarginUntouched)
    return Outcome(
      loss: loss, outputs: outputs.table.elements, errors: errors.table.elements,
      errorPadding: errors.padding)
  }

  /// Logits in ±15, and targets that are a class or numbers in 0…1 whose sum is not 1.
  private func logitsAndTargets(
    _ count: Int, seed: Int, isOneHot: Bool
  ) -> (logits: [Float], targets: [Float]) {
    var numbers = TestNumbers(seed: seed)
    let logits = (0..<count).map { _ in numbers.float() * 15 }
    let targets = (0..<count).map { k in
      isOneHot ? Float(k == seed % count ? 1 : 0) : abs(numbers.float())
    }
    return (logits, targets)
  }
}

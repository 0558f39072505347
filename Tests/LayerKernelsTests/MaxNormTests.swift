import Kernels
import KernelsTestSupport
import LayerKernels
import TestSupport
import Testing

@Suite struct MaxNormTests {
  /// The documented norms, unit by unit.
  private func limited(_ weights: Table, to limit: Float) -> (Table, limited: Int) {
    let norms = (0..<weights.columns).map { output in
      (0..<weights.rows).reduce(Float(0)) {
        $0.addingProduct(weights[$1, output], weights[$1, output])
      }.squareRoot()
    }
    let table = Table(rows: weights.rows, columns: weights.columns) { input, output in
      let norm = norms[output]
      return norm > limit ? weights[input, output] * (limit / norm) : weights[input, output]
    }
    return (table, norms.count { $0 > limit })
  }

  @Test(arguments: uglySizes, uglySizes)
  func `norms are limited to the documented bits`(inputs: Int, outputs: Int) {
    var numbers = TestNumbers(seed: inputs * 1000 + outputs)
    // Weights of every other unit are small.
    let weights = Table(rows: inputs, columns: outputs) { _, output in
      numbers.float() * (output.isMultiple(of: 2) ? 1 : 0.01)
    }
    let limit = 0.3 * Float(max(inputs, 1)).squareRoot()
    let (expected, count) = limited(weights, to: limit)
    let held = HeldMatrix(weights, padding: 0)
    let found = withViews(held) {
      limitNorms(of: $0[0], columns: 0..<paddedToLanes(outputs), to: limit)
    }
    #expect(found == nil)
    expectSameBits(held.table, expected)
    #expect(held.isMarginUntouched)
    if inputs > 16 && outputs > 1 { #expect(count > 0 && count < outputs) }
  }

  @Test func `other units stay as they are`() {
    let weights = Table(rows: 3, columns: 48) { Float($0 + $1 + 1) }
    let held = HeldMatrix(weights, padding: 0)
    #expect(withViews(held) { limitNorms(of: $0[0], columns: 16..<32, to: 1) } == nil)
    for output in (0..<16).map({ $0 }) + (32..<48).map({ $0 }) {
      for input in 0..<3 { #expect(held.table[input, output] == weights[input, output]) }
    }
    #expect(held.table[0, 20] < 1)
  }

  @Test func `a norm at the limit stays, and an undefined one`() {
    let weights = Table(rows: 2, columns: 3) { [[3, 3, .nan], [4, 4.1, 1]][$0][$1] }
    let held = HeldMatrix(weights, padding: 0)
    #expect(withViews(held) { limitNorms(of: $0[0], columns: 0..<16, to: 5) } == .weight)
    #expect(held.table[0, 0] == 3 && held.table[1, 0] == 4)
    #expect(held.table[0, 1] < 3 && held.table[0, 2].isNaN && held.table[1, 2] == 1)
  }

  @Test(arguments: [1, 1e30] as [Float])
  func `a norm that overflows is a failure, and no weights of 0`(limit: Float) {
    for place in [0, 40, 63] {
      let weights = Table(rows: 2, columns: 64) { $1 == place ? 1e19 * Float($0 + 2) : 0.1 }
      let held = HeldMatrix(weights, padding: 0)
      #expect(withViews(held) { limitNorms(of: $0[0], columns: 0..<64, to: limit) } == .weight)
    }
  }
}

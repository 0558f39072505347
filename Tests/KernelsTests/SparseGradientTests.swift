import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct SparseGradientTests {
  @Test(arguments: [1, 2, 15, 16, 17, 63, 64, 65, 128, 129, 257, 448], [0, 0.05, 0.2, 1])
  func `skipping zeros gives the dense gradient's bits`(samples: Int, density: Double) {
    check(samples: samples, inputs: 50, outputs: 35, density: density)
  }

  @Test(arguments: [1, 15, 16, 17, 31, 32, 33, 64, 65], [1, 16, 17, 127, 128, 129, 144])
  func `every shape gives the dense gradient's bits`(inputs: Int, outputs: Int) {
    check(samples: 129, inputs: inputs, outputs: outputs, density: 0.2)
  }

  @Test(arguments: 0..<40)
  func `parts give the bits of the whole and leave the rest alone`(seed: Int) {
    var numbers = TestNumbers(seed: seed)
    let samples = Int.random(in: 1...200, using: &numbers)
    let bytes = HeldBytes(rows: samples, columns: 77, density: 0.2, using: &numbers)
    let errors = Table(rows: samples, columns: 75, random: &numbers)
    let whole = naiveGradient(inputs: bytes.scaled(by: 1 / 255), errors: errors)
    let first = Int.random(in: 0..<77, using: &numbers)
    let rows = first..<Int.random(in: first...77, using: &numbers)

    let result = HeldMatrix(rows: 77, columns: 75, repeating: 7)
    store(bytes, errors: errors, rows: rows, into: result, scratch(samples: samples))
    let expected = Table(rows: 77, columns: 75) { row, column in
      rows.contains(row) ? whole[row, column] : 7
    }
    expectSameUpToZeroSign(result.table, expected, "rows \(rows)")
    #expect(result.isMarginUntouched)
  }

  @Test func `samples of an earlier, larger mini-batch do not come back`() {
    var numbers = TestNumbers(seed: 8)
    let scratch = scratch(samples: 200)
    let held = HeldBytes(rows: 200, columns: 40, density: 1, using: &numbers)
    for samples in [200, 129, 70, 1] {
      let errors = Table(rows: samples, columns: 20, random: &numbers)
      let result = HeldMatrix(rows: 40, columns: 20, repeating: .nan)
      store(held, errors: errors, rows: 0..<40, into: result, scratch)
      let bytes = Table(rows: samples, columns: 40) { Float(held[$0, $1]) * (1 / 255) }
      expectSameUpToZeroSign(result.table, naiveGradient(inputs: bytes, errors: errors))
    }
  }

  private func check(samples: Int, inputs: Int, outputs: Int, density: Double) {
    var numbers = TestNumbers(seed: (samples * 100 + inputs) * 100 + outputs)
    let bytes = HeldBytes(rows: samples, columns: inputs, density: density, using: &numbers)
    let errors = Table(rows: samples, columns: outputs, random: &numbers)
    let result = HeldMatrix(rows: inputs, columns: outputs, repeating: .nan)
    store(bytes, errors: errors, rows: 0..<inputs, into: result, scratch(samples: samples))
    #expect(result.isMarginUntouched)
    expectSameUpToZeroSign(
      result.table, naiveGradient(inputs: bytes.scaled(by: 1 / 255), errors: errors))
  }

  private func scratch(samples: Int) -> GradientScratch { GradientScratch(byteSamples: samples) }

  private func store(
    _ bytes: HeldBytes, errors: Table, rows: Range<Int>, into result: HeldMatrix,
    _ scratch: GradientScratch
  ) {
    withViews(HeldMatrix(errors), result) { views in
      withExtendedLifetime(bytes) {
        storeGradient(
          GradientFactors(
            bytes: bytes.matrix[rows: 0..<errors.rows], scale: 1 / 255, errors: views[0]),
          rows: rows, columns: 0..<paddedToLanes(errors.columns), gradient: views[1],
          scratch: scratch)
      }
    }
  }
}

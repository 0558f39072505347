import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct GradientTests {
  @Test(arguments: gradientSampleCounts)
  func `leaves are chains and are added in a tree`(samples: Int) {
    check(samples: samples, inputs: 19, outputs: 35)
  }

  @Test(arguments: [1, 2, 3, 7, 8, 9, 15, 16, 17, 65], [1, 15, 16, 17, 31, 32, 33, 65])
  func `every shape gives the naive gradient's bits`(inputs: Int, outputs: Int) {
    check(samples: 129, inputs: inputs, outputs: outputs)
  }

  @Test func `leaves are kept apart where it matters`() {
    // 2^24 + 1 + … + 1 in one chain stays 2^24; a second leaf counts its ones for itself.
    let inputs = Table(rows: 128, columns: 1) { row, _ in row == 0 ? 0x1p24 : 1 }
    let ones = Table(rows: 128, columns: 1) { _, _ in 1 }
    #expect(gradient(inputs: inputs, errors: ones)[0, 0] == (0x1p24 + 64) / 128)
  }

  @Test func `the sum is multiplied with the rounded reciprocal`() {
    // 5 × fl(1/3) rounds to another number than 5/3.
    let inputs = Table(rows: 3, columns: 1) { _, _ in 1 }
    let errors = Table(rows: 3, columns: 1) { row, _ in [1, 2, 2][row] }
    let found = gradient(inputs: inputs, errors: errors)[0, 0]
    #expect(found == 5 * (1 / Float(3)))
    #expect(found != 5 / 3)
  }

  @Test(arguments: gradientSampleCounts)
  func `a bias is the weight of an input that is always 1`(samples: Int) {
    var numbers = TestNumbers(seed: samples)
    let errors = Table(rows: samples, columns: 21, random: &numbers)
    let one = Table(rows: samples, columns: 1) { _, _ in 1 }
    let result = HeldMatrix(rows: 1, columns: 21, repeating: .nan)
    withViews(HeldMatrix(rows: 1, columns: 1, repeating: 1), HeldMatrix(errors), result) { views in
      storeGradient(
        GradientFactors(one: views[0], errors: views[1]), rows: 0..<1, columns: 0..<32,
        gradient: views[2], scratch: GradientScratch())
    }
    expectSameBits(result.table, naiveGradient(inputs: one, errors: errors))
  }

  @Test(arguments: 0..<40)
  func `parts give the bits of the whole and leave the rest alone`(seed: Int) {
    var numbers = TestNumbers(seed: seed)
    let samples = Int.random(in: 1...200, using: &numbers)
    let inputs = Table(rows: samples, columns: 37, random: &numbers)
    let errors = Table(rows: samples, columns: 75, random: &numbers)
    let whole = naiveGradient(inputs: inputs, errors: errors)
    let first = Int.random(in: 0..<37, using: &numbers)
    let rows = first..<Int.random(in: first...37, using: &numbers)
    let firstColumn = Int.random(in: 0..<5, using: &numbers)
    let columns = firstColumn * 16..<Int.random(in: firstColumn...5, using: &numbers) * 16

    let result = HeldMatrix(rows: 37, columns: 75, repeating: 7)
    store(inputs: inputs, errors: errors, rows: rows, columns: columns, into: result)
    let expected = Table(rows: 37, columns: 75) { row, column in
      rows.contains(row) && columns.contains(column) ? whole[row, column] : 7
    }
    expectSameBits(result.table, expected, "rows \(rows), columns \(columns)")
    #expect(result.isMarginUntouched)
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan])
  func `what is not finite reaches the weights of its input and output only`(value: Float) {
    var numbers = TestNumbers(seed: 3)
    var inputs = Table(rows: 130, columns: 9, random: &numbers)
    let errors = Table(rows: 130, columns: 18, random: &numbers)
    inputs[129, 4] = value
    let found = gradient(inputs: inputs, errors: errors)
    expectSameBits(found, naiveGradient(inputs: inputs, errors: errors))
    for input in 0..<9 {
      #expect((0..<18).allSatisfy { found[input, $0].isFinite == (input != 4) })
    }
  }

  private func check(samples: Int, inputs: Int, outputs: Int) {
    var numbers = TestNumbers(seed: (samples * 100 + inputs) * 100 + outputs)
    let inputs = Table(rows: samples, columns: inputs, random: &numbers)
    let errors = Table(rows: samples, columns: outputs, random: &numbers)
    expectSameBits(
      gradient(inputs: inputs, errors: errors), naiveGradient(inputs: inputs, errors: errors))
  }

  private func gradient(inputs: Table, errors: Table) -> Table {
    let result = HeldMatrix(rows: inputs.columns, columns: errors.columns, repeating: .nan)
    store(
      inputs: inputs, errors: errors, rows: 0..<inputs.columns,
      columns: 0..<paddedToLanes(errors.columns), into: result)
    #expect(result.isMarginUntouched)
    return result.table
  }

  private func store(
    inputs: Table, errors: Table, rows: Range<Int>, columns: Range<Int>, into result: HeldMatrix
  ) {
    let scratch = GradientScratch()
    withViews(HeldMatrix(inputs), HeldMatrix(errors), result) { views in
      // Scratch memory need not be clean.
      let undefined = HeldMatrix(rows: errors.rows, columns: errors.columns, repeating: .nan)
      withViews(undefined) { undefined in
        storeGradient(
          GradientFactors(inputs: views[0], errors: undefined[0]), rows: rows, columns: columns,
          gradient: views[2], scratch: scratch)
      }
      storeGradient(
        GradientFactors(inputs: views[0], errors: views[1]), rows: rows, columns: columns,
        gradient: views[2], scratch: scratch)
    }
  }
}

import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct ProductTests {
  @Test(arguments: uglySizes, uglySizes)
  func `every output is one chain in ascending order`(rows: Int, depth: Int) {
    for columns in uglySizes {
      check(rows: rows, depth: depth, columns: columns)
    }
  }

  @Test(arguments: 0..<60)
  func `random extents give the naive product's bits`(seed: Int) {
    var numbers = TestNumbers(seed: seed)
    check(
      rows: .random(in: 0...90, using: &numbers), depth: .random(in: 0...300, using: &numbers),
      columns: .random(in: 0...140, using: &numbers))
  }

  @Test(arguments: [255, 511, 512, 513, 800, 1300])
  func `a deep product is one chain too`(depth: Int) {
    for (rows, columns) in [(1, 1), (5, 20), (20, 5), (13, 100)] {
      check(rows: rows, depth: depth, columns: columns)
    }
  }

  @Test func `terms that cancel are added in order too`() {
    // 2^24 swallows a 1 that comes after it, not one that comes before it has gone again.
    let left = Table(rows: 1, columns: 4) { [0x1p24, 1, -0x1p24, 1][$0 + $1] }
    let right = Table(rows: 4, columns: 1) { _, _ in 1 }
    #expect(product(left, right, bias: nil)[0, 0] == 1)
    #expect(product(left, right, bias: [1])[0, 0] == 1)
  }

  @Test func `a product is rounded once, with its sum`() {
    // (1 + 2^−12)² − 1 = 2^−11 + 2^−24, whose last part a rounded square would have lost.
    let factor: Float = 1 + 0x1p-12
    let left = Table(rows: 1, columns: 1) { _, _ in factor }
    #expect(product(left, left, bias: [-1])[0, 0] == 0x1p-11 + 0x1p-24)
  }

  @Test func `without a bias the chain starts from +0`() {
    // (−1) · 0 + +0 is +0; the product alone would be −0.
    let left = Table(rows: 1, columns: 1) { _, _ in -1 }
    let right = Table(rows: 1, columns: 17) { _, _ in 0 }
    #expect(product(left, right, bias: nil).elements.allSatisfy { $0.bitPattern == 0 })
    let zeros = [Float](repeating: -0.0, count: 17)
    #expect(product(left, right, bias: zeros).elements.allSatisfy { $0.bitPattern == 1 << 31 })
  }

  @Test(arguments: uglySizes)
  func `a product is multiplied with slopes, in their place or another`(columns: Int) {
    for (rows, depth) in [(1, 1), (7, 10), (17, 0), (64, 65)] {
      var numbers = TestNumbers(seed: columns * 100 + rows)
      let left = Table(rows: rows, columns: depth, random: &numbers)
      let right = Table(rows: depth, columns: columns, random: &numbers)
      let factors = Table(rows: rows, columns: columns, random: &numbers)
      let results = [
        HeldMatrix(factors), HeldMatrix(rows: rows, columns: columns, repeating: 7),
      ]
      withViews(HeldMatrix(left), HeldMatrix(right), results[0], results[1]) { views in
        multiply(views[0], views[1], times: views[2], into: views[3], stores: .nonTemporal)
        multiply(views[0], views[1], times: views[2], into: views[2])
      }
      let product = naiveProduct(left, right, bias: nil)
      let expected = Table(rows: rows, columns: columns) { factors[$0, $1] * product[$0, $1] }
      for result in results {
        expectSameBits(result.table, expected)
        #expect(result.padding.allSatisfy { $0.bitPattern == 0 } && result.isMarginUntouched)
      }
    }
  }

  @Test(arguments: uglySizes.dropFirst())
  func `an epilogue is the function of the whole product`(columns: Int) {
    for (rows, depth) in [(1, 1), (7, 10), (17, 3), (64, 65), (9, 600)] {
      var numbers = TestNumbers(seed: columns * 100 + rows)
      let left = Table(rows: rows, columns: depth, random: &numbers)
      let right = Table(rows: depth, columns: columns, random: &numbers)
      let product = HeldMatrix(naiveProduct(left, right, bias: nil), padding: 0)
      let results = (0..<5).map { _ in HeldMatrix(rows: rows, columns: columns, repeating: 7) }
      withViews(
        HeldMatrix(left), HeldMatrix(right, padding: 0), product, results[0], results[1],
        results[2], results[3], results[4]
      ) {
        square($0[2], $0[2], $0[3], .cached)
        multiply(
          $0[0], $0[1], bias: nil, into: $0[4],
          epilogue: Epilogue(square, slopes: $0[5]))
        // The slopes in the result's place, the values elsewhere.
        multiply(
          $0[0], $0[1], bias: nil, into: $0[6],
          epilogue: Epilogue(square, values: $0[7], slopes: $0[6], stores: .nonTemporal))
      }
      expectSameBits(results[1].table, product.table)
      expectSameBits(results[2].table, results[0].table)
      expectSameBits(results[3].table, results[0].table)
      expectSameBits(results[4].table, product.table)
      for result in results { #expect(result.isMarginUntouched) }
    }
  }

  @Test(arguments: [(0, 5), (3, 20), (7, 8), (13, 13)])
  func `a product of some rows leaves the others alone`(first: Int, end: Int) {
    var numbers = TestNumbers(seed: 5)
    let left = Table(rows: 20, columns: 33, random: &numbers)
    let right = Table(rows: 33, columns: 40, random: &numbers)
    let result = HeldMatrix(rows: 20, columns: 40, repeating: 7)
    withViews(HeldMatrix(left), HeldMatrix(right), result) { views in
      multiply(
        views[0][rows: first..<end], views[1], bias: nil, into: views[2][rows: first..<end])
    }
    let whole = naiveProduct(left, right, bias: nil)
    let expected = Table(rows: 20, columns: 40) { row, column in
      (first..<end).contains(row) ? whole[row, column] : 7
    }
    expectSameBits(result.table, expected)
    #expect(result.isMarginUntouched)
  }

  @Test(arguments: [Float.infinity, -.infinity, .nan])
  func `what is not finite stays in its row or column`(value: Float) {
    var numbers = TestNumbers(seed: 6)
    var left = Table(rows: 11, columns: 21, random: &numbers)
    var right = Table(rows: 21, columns: 37, random: &numbers)
    let finite = naiveProduct(left, right, bias: nil)
    left[4, 13] = value
    right[20, 19] = value
    let found = product(left, right, bias: nil)
    expectSameBits(found, naiveProduct(left, right, bias: nil))
    for row in 0..<11 {
      for column in 0..<37 where row != 4 && column != 19 {
        #expect(found[row, column].bitPattern == finite[row, column].bitPattern)
      }
    }
    #expect((0..<37).allSatisfy { !found[4, $0].isFinite })
    #expect((0..<11).allSatisfy { !found[$0, 19].isFinite })
  }

  @Test func `subnormal numbers are neither lost nor rounded away`() {
    let tiny = Table(rows: 3, columns: 1) { row, _ in Float(row + 1) * 0x1p-140 }
    let one = Table(rows: 1, columns: 18) { _, _ in 0.5 }
    let found = product(tiny, one, bias: nil)
    #expect((0..<3).allSatisfy { found[$0, 17] == Float($0 + 1) * 0x1p-141 })
  }

  private func check(rows: Int, depth: Int, columns: Int) {
    var numbers = TestNumbers(seed: (rows * 1000 + depth) * 1000 + columns)
    let left = Table(rows: rows, columns: depth, random: &numbers)
    let right = Table(rows: depth, columns: columns, random: &numbers)
    let bias = Table(rows: 1, columns: columns, random: &numbers)
    let hasBias = (rows + depth + columns) % 2 == 0
    let found = product(left, right, bias: hasBias ? bias.elements : nil)
    let expected = naiveProduct(left, right, bias: hasBias ? bias.elements : nil)
    expectSameBits(found, expected, "\(rows) × \(depth) × \(columns)")
  }

  /// The product, with undefined numbers in the padding of all that is read.
  private func product(_ left: Table, _ right: Table, bias: [Float]?) -> Table {
    let result = HeldMatrix(rows: left.rows, columns: right.columns, repeating: .nan)
    let bias = bias.map { bias in HeldMatrix(Table(rows: 1, columns: bias.count) { bias[$1] }) }
    withViews(HeldMatrix(left), HeldMatrix(right), result) { views in
      withExtendedLifetime(bias) {
        multiply(views[0], views[1], bias: bias?.matrix, into: views[2])
      }
    }
    #expect(result.isMarginUntouched)
    return result.table
  }

  private func naiveProduct(_ left: Table, _ right: Table, bias: [Float]?) -> Table {
    Table(rows: left.rows, columns: right.columns) { row, column in
      var sum = bias?[column] ?? 0
      for step in 0..<left.columns {
        sum = sum.addingProduct(left[row, step], right[step, column])
      }
      return sum
    }
  }
}

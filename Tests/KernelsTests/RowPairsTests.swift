import TestSupport
import Kernels
import KernelsTestSupport
import Testing

@Suite struct RowPairsTests {
  @Test(arguments: [0, 1, 2, 3, 17, 64], [1, 64, 65, 784])
  func `each row is in one pair`(rows: Int, columns: Int) {
    var numbers = TestNumbers(seed: rows)
    let bytes = HeldBytes(rows: rows, columns: columns, density: 0.2, using: &numbers)
    #expect(order(of: bytes).sorted() == Array(0..<rows))
  }

  /// Of each random row there are two copies somewhere; they differ in what is not 0, not in where.
  @Test(arguments: [2, 31, 32], [64, 100, 784, 5000])
  func `rows that are 0 in the same places make a pair`(pairs: Int, columns: Int) {
    var numbers = TestNumbers(seed: pairs)
    let places = HeldBytes(rows: pairs, columns: columns, density: 0.3, using: &numbers)
    let originals = (0..<2 * pairs).map { $0 % pairs }.shuffled(using: &numbers)
    let bytes = HeldBytes(rows: 2 * pairs, columns: columns) { row, column in
      places[originals[row], column] == 0 ? 0 : .random(in: 1...255, using: &numbers)
    }
    let order = order(of: bytes).map { originals[$0] }
    for pair in 0..<pairs { #expect(order[2 * pair] == order[2 * pair + 1]) }
  }

  @Test func `pairs are made anew for each matrix`() {
    var numbers = TestNumbers(seed: 1)
    let pairs = RowPairs(rows: 9, columns: 100)
    for (rows, columns) in [(9, 100), (4, 30), (9, 70)] {
      let bytes = HeldBytes(rows: rows, columns: columns, density: 0.3, using: &numbers)
      withExtendedLifetime(bytes) { pairs.pair(bytes.matrix) }
      let found = (0..<rows).map { Int(pairs.rows[$0]) }
      #expect(found.sorted() == Array(0..<rows))
    }
  }

  private func order(of bytes: HeldBytes) -> [Int] {
    let pairs = RowPairs(rows: bytes.rows, columns: bytes.columns)
    withExtendedLifetime(bytes) { pairs.pair(bytes.matrix) }
    return withExtendedLifetime(pairs) { (0..<bytes.rows).map { Int(pairs.rows[$0]) } }
  }
}

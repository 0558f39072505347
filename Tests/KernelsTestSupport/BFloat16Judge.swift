import Kernels

/// Pairs in memory of their own.
package final class HeldPairs {
  private let block: Block<UInt32>
  package let matrix: BFloat16PairMatrix

  package init(rows: Int, columns: Int, repeating pair: UInt32 = 0) {
    block = Block(count: BFloat16PairMatrix.count(rows: rows, columns: columns))
    for index in 0..<block.count { block[index] = pair }
    matrix = BFloat16PairMatrix(block, rows: rows, columns: columns)
  }

  /// A row of numbers that have no more than 8 significant bits, subnormal ones too.
  package convenience init(row: [Float]) {
    self.init(rows: 1, columns: (row.count + 1) / 2)
    for (index, number) in row.enumerated() {
      block[index / 2] |= (number.bitPattern >> 16) << (index % 2 == 0 ? 0 : 16)
    }
  }

  /// The same numbers as a column.
  package convenience init(column: [Float]) {
    self.init(rows: (column.count + 1) / 2, columns: 1)
    for (index, number) in column.enumerated() {
      block[index / 2 * matrix.stride] |=
        (number.bitPattern >> 16) << (index % 2 == 0 ? 0 : 16)
    }
  }
}

/// The nearest number with 8 significant bits, of two equally near ones the even one.
package func bfloat16(_ number: Float) -> Float {
  guard number.isFinite else { return number }
  let bits = number.bitPattern
  return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
}

/// A sum of products of bfloat16 numbers in the order of a unit (docs/arithmetic.md). The partner of an
/// odd last term is 0 · 0, which turns a sum of −0 into +0.
///
/// - Parameters:
///   - unit: whose order.
///   - start: the number to begin with.
///   - terms: the numbers of the terms.
///   - factors: the two factors of a term.
/// - Returns: the sum.
package func bfloat16Sum(
  _ unit: BFloat16Unit, from start: Float, _ terms: Range<Int>, _ factors: (Int) -> (Float, Float)
) -> Float {
  func adding(_ term: Int, to sum: Float) -> Float {
    let (left, right) = term < terms.upperBound ? factors(term) : (0, 0)
    return sum.addingProduct(bfloat16(left), bfloat16(right))
  }
  var sum = start
  guard unit.hasBlocks else {
    for first in stride(from: terms.lowerBound, to: terms.upperBound, by: 2) {
      sum = adding(first, to: adding(first + 1, to: sum))
    }
    return sum
  }
  for block in stride(from: terms.lowerBound, to: terms.upperBound, by: 32) {
    var (firsts, seconds): (Float, Float) = (0, 0)
    for pair in stride(from: block, to: block + 32, by: 2) {
      firsts = adding(pair, to: firsts)
      seconds = adding(pair + 1, to: seconds)
    }
    sum += firsts + seconds
  }
  return sum
}

/// A product by the book.
package func naiveProduct(
  _ left: Table, _ right: Table, bias: [Float]?, by unit: BFloat16Unit
) -> Table {
  Table(rows: left.rows, columns: right.columns) { row, column in
    bfloat16Sum(unit, from: bias?[column] ?? 0, 0..<left.columns) {
      (left[row, $0], right[$0, column])
    }
  }
}

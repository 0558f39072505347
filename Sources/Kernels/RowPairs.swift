import CProcessor

/// Pairs of rows of bytes that are 0 in mostly the same places, found greedily: the first row that is
/// left takes the one that is most like it.
///
/// Which rows make a pair cannot change a bit of a product; likeness saves it time.
package final class RowPairs {
  private let order: Block<Int32>
  /// For each place in the order some places of its row, a bit each: whether it is not 0 there.
  private let sketches: Block<UInt128>
  /// The places of each block that are looked at.
  private let masks: [UInt64]

  /// Room for up to `rows` rows of up to `columns` bytes.
  package init(rows: Int, columns: Int) {
    order = Block(count: rows)
    sketches = Block(count: rows)
    // A sketch has 128 places: of each block every `step`th one, an odd number, so that they do not
    // stand in columns of a picture.
    let blocks = blockCount(columns: columns)
    let step = (blocks + 1) / 2 | 1
    masks = (0..<blocks).map { block in
      stride(from: block / 2, to: listedBlock, by: step).reduce(0) { $0 | 1 << $1 }
    }
  }

  /// The rows of the pairs, one pair after the other; of an odd number the last one is alone.
  package var rows: UnsafePointer<Int32> { UnsafePointer(order.start) }

  /// Pairs the rows of a matrix.
  package func pair(_ matrix: ByteMatrix) {
    for row in 0..<matrix.rows {
      order[row] = Int32(row)
      sketches[row] = sketch(matrix.row(row), columns: matrix.columns)
    }
    for first in stride(from: 0, to: matrix.rows - 2, by: 2) {
      let partner = mostLike(first, of: matrix.rows)
      let row = order[first + 1]
      order[first + 1] = order[partner]
      order[partner] = row
      // That of the row which is paired is not needed any more.
      sketches[partner] = sketches[first + 1]
    }
  }

  private func sketch(_ row: UnsafePointer<UInt8>, columns: Int) -> UInt128 {
    let blocks = blockCount(columns: columns)
    let (even, odd) = (places(row, from: 0, to: blocks), places(row, from: 1, to: blocks))
    return UInt128(odd) << 64 | UInt128(even)
  }

  /// The places of every other block of a row that are not 0, as far as they are looked at.
  @inline(__always)
  private func places(_ row: UnsafePointer<UInt8>, from first: Int, to end: Int) -> UInt64 {
    var places: UInt64 = 0
    var block = first
    while block < end {
      places |= processor_nonzero_places(row + block * listedBlock) & masks[block]
      block += 2
    }
    return places
  }

  /// The place in the order, behind another one, of the row that is most like that one's.
  private func mostLike(_ place: Int, of count: Int) -> Int {
    let sketch = sketches[place]
    var (best, least) = (place + 1, Int.max)
    for candidate in place + 1..<count {
      let difference = (sketch ^ sketches[candidate]).nonzeroBitCount
      if difference < least { (best, least) = (candidate, difference) }
    }
    return best
  }
}

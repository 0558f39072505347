import CProcessor

/// Pairs of rows of bytes whose zeros are mostly in the same columns. They are found greedily: each
/// unpaired row in turn is paired with the unpaired row most similar to it.
///
/// The pairing cannot change a bit of a product; similar rows only make it faster.
package final class RowPairs {
  private let order: Block<Int32>
  /// For each row, in the current order, a sketch: one bit per sampled column, set where the row is
  /// not 0.
  private let sketches: Block<UInt128>
  /// The sampled columns of each block.
  private let masks: [UInt64]

  /// Room for up to `rows` rows of up to `columns` bytes.
  package init(rows: Int, columns: Int) {
    order = Block(count: rows)
    sketches = Block(count: rows)
    // A sketch samples up to 128 columns, every `step`th column of each block. The step is odd, so
    // that the samples do not line up in columns of the image.
    let blocks = blockCount(columns: columns)
    let step = (blocks + 1) / 2 | 1
    masks = (0..<blocks).map { block in
      stride(from: block / 2, to: sparseBlock, by: step).reduce(0) { $0 | 1 << $1 }
    }
  }

  /// The rows of the pairs, one pair after the other. If the number of rows is odd, the last row
  /// has no partner.
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
      // The sketch of the partner is no longer needed.
      sketches[partner] = sketches[first + 1]
    }
  }

  private func sketch(_ row: UnsafePointer<UInt8>, columns: Int) -> UInt128 {
    let blocks = blockCount(columns: columns)
    let (even, odd) = (places(row, from: 0, to: blocks), places(row, from: 1, to: blocks))
    return UInt128(odd) << 64 | UInt128(even)
  }

  /// The sampled non-zero columns of every other block of a row.
  @inline(__always)
  private func places(_ row: UnsafePointer<UInt8>, from first: Int, to end: Int) -> UInt64 {
    var places: UInt64 = 0
    var block = first
    while block < end {
      places |= processor_nonzero_places(row + block * sparseBlock) & masks[block]
      block += 2
    }
    return places
  }

  /// The index, after `place`, of the row most similar to the row at `place`.
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

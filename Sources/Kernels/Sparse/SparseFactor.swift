import CProcessor

/// A sparse left factor, given by its non-zero entries. Its rows form pairs. Each block of a pair
/// has a list of the positions at which at least one of the two rows is not 0, and of the bytes of
/// both rows at these positions.
@usableFromInline struct SparseFactor {
  @usableFromInline let positions: UnsafePointer<UInt8>
  @usableFromInline let bytes: UnsafePointer<UInt8>
  /// The begin and the end of each block's list, counted from the pair's first entry. The next
  /// block's list may begin at the end of this one.
  @usableFromInline let begins: UnsafePointer<Int32>
  @usableFromInline let ends: UnsafePointer<Int32>
  /// The input that each byte value stands for: the byte times the scale.
  @usableFromInline let values: UnsafePointer<Float>
  /// The stride from pair to pair, in blocks.
  @usableFromInline let pairBlocks: Int
  /// The distance from the bytes of a pair's first row to those of its second row.
  @usableFromInline let memberStride: Int
}

/// Runs the chains of a pair of rows, or of one row of it, over consecutive blocks in ascending
/// order. The blocks start a span, and their lists follow one another without gaps.
///
/// - Parameters:
///   - shape: the rows and vectors of the tile.
///   - left: the sparse factor.
///   - pair: the pair of rows.
///   - member: the row of the pair, 0 or 1, that is the tile's first row.
///   - blocks: the blocks of the pair, the first at the start of a span.
///   - right: the dense factor, a row for each column of the left one.
///   - firstColumn: the first column of the tile.
///   - ends: where the chains start from, and where their sums go.
@inlinable @inline(__always)
func runChains<let rows: Int, let vectors: Int>(
  _ shape: TileShape<rows, vectors>, _ left: SparseFactor, pair: Int, member: Int,
  blocks: Range<Int>, _ right: RightFactor<Float>, firstColumn: Int, ends: TileEnds
) {
  let first = pair * left.pairBlocks
  let firstLine = blocks.lowerBound / spanBlocks * spanBlocks * sparseBlock
  chains_run_sparse(
    Int32(rows), Int32(vectors),
    chains_sparse(
      positions: left.positions + first * sparseBlock,
      bytes: left.bytes + first * sparseBlock + member * left.memberStride,
      member_stride: Int64(left.memberStride), values: left.values,
      begin: left.begins[first + blocks.lowerBound],
      block_ends: left.ends + first + blocks.lowerBound, blocks: Int64(blocks.count),
      right: right.start + firstLine * right.stepStride + firstColumn,
      right_step: Int64(right.stepStride)),
    ends.ends)
}

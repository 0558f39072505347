import CProcessor

/// A left factor by what of it is not 0. Its rows make pairs: for each block of a pair there is a list of
/// the positions at which one of the two is not 0, and both rows' bytes there.
struct ListedFactor {
  let positions: UnsafePointer<UInt8>
  let bytes: UnsafePointer<UInt8>
  /// Where the list of each block begins among its pair's, and where it ends; that of the next block
  /// may begin right there.
  let begins: UnsafePointer<Int32>
  let ends: UnsafePointer<Int32>
  /// What each byte stands for.
  let values: UnsafePointer<Float>
  /// The blocks from one pair to the next.
  let pairBlocks: Int
  /// The bytes from those of a pair's first row to those of its second one.
  let memberStride: Int
}

/// Runs the chains of a pair of rows, or of one of them, over the products of some blocks, in ascending
/// order, from the beginning of a span on; their lists are without gaps.
///
/// - Parameter member: the pair's row that the tile's first row is, 0 or 1.
@inline(__always)
func runChains<let rows: Int, let vectors: Int>(
  _ shape: TileShape<rows, vectors>, _ left: ListedFactor, pair: Int, member: Int,
  blocks: Range<Int>, _ right: RightFactor<Float>, firstColumn: Int, ends: TileEnds
) {
  let first = pair * left.pairBlocks
  let firstLine = blocks.lowerBound / spanBlocks * spanBlocks * listedBlock
  chains_run_listed(
    Int32(rows), Int32(vectors),
    chains_listed(
      positions: left.positions + first * listedBlock,
      bytes: left.bytes + first * listedBlock + member * left.memberStride,
      member_stride: Int64(left.memberStride), values: left.values,
      begin: left.begins[first + blocks.lowerBound],
      block_ends: left.ends + first + blocks.lowerBound, blocks: Int64(blocks.count),
      right: right.start + firstLine * right.stepStride + firstColumn,
      right_step: Int64(right.stepStride)),
    ends.ends)
}

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

/// Continues the chains of a pair of rows, or of one of them, over the products of some blocks, in
/// ascending order: all of one span, their lists without gaps.
///
/// - Parameter member: the pair's row that the tile's first row is, 0 or 1.
@inline(__always)
func accumulate<let rows: Int, let vectors: Int>(
  _ left: ListedFactor, pair: Int, member: Int, blocks: Range<Int>, _ right: RightFactor<Float>,
  firstColumn: Int, onto start: Tile<rows, vectors>
) -> Tile<rows, vectors> {
  var sums = start
  let begin = left.begins[pair * left.pairBlocks + blocks.lowerBound]
  let end = left.ends[pair * left.pairBlocks + blocks.upperBound - 1]
  let first = pair * left.pairBlocks * listedBlock
  let positions = left.positions + first
  let bytes = left.bytes + first + member * left.memberStride
  let firstLine = blocks.lowerBound / spanBlocks * spanBlocks * listedBlock
  let lines = right.start + firstLine * right.stepStride + firstColumn
  for i in Int(begin)..<Int(end) {
    let factors = Panel<rows> {
      Vector(repeating: left.values[Int(bytes[i + $0 * left.memberStride])])
    }
    let line = lines + Int(positions[i]) * right.stepStride
    for vector in 0..<vectors {
      let column = load(line + vector * laneCount)
      for row in 0..<rows {
        sums[row][vector] = sums[row][vector].addingProduct(factors[row], column)
      }
    }
  }
  return sums
}

/// The sum of the first `count` elements in the order of docs/arithmetic.md: leaves of 64, each
/// added in order from 0, then a binary tree over the leaves by index. An odd leaf is carried up.
public func sumByLeaves(_ terms: Block<Double>, count: Int) -> Double {
  precondition(count <= terms.count, "\(count) terms of \(terms.count)")
  guard count > 0 else { return 0 }
  let leaves = leafCount(samples: count)
  return sum(ofLeaves: 0..<leaves) { leaf in
    var sum = 0.0
    for i in leaf * leafSampleCount..<min((leaf + 1) * leafSampleCount, count) {
      sum += terms.start[i]
    }
    return sum
  }
}

/// Adding neighbours level by level splits a range at the largest power of two below its length.
private func sum(ofLeaves leaves: Range<Int>, _ leaf: (Int) -> Double) -> Double {
  guard leaves.count > 1 else { return leaf(leaves.lowerBound) }
  let half = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
  let middle = leaves.lowerBound + half
  return sum(ofLeaves: leaves.lowerBound..<middle, leaf)
    + sum(ofLeaves: middle..<leaves.upperBound, leaf)
}

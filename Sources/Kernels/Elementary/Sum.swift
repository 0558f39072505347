/// The sum of the first `count` elements in the order of docs/arithmetic.md: leaves of 64, each
/// added in order from 0, then a binary tree over the leaves by index. An odd leaf is carried up.
public func sumByLeaves(_ terms: Block<Double>, count: Int) -> Double {
  precondition(count <= terms.count, "\(count) terms of \(terms.count)")
  guard count > 0 else { return 0 }
  let leaves = leafCount(samples: count)
  return sum(ofLeaves: 0..<leaves) { sum(ofLeaf: $0, terms, count: count) }
}

/// The sums of the leaves of the first `count` elements, from which `sumOfLeaves` makes that of
/// `sumByLeaves`.
public func leafSums(_ terms: Block<Double>, count: Int) -> [Double] {
  precondition(count <= terms.count, "\(count) terms of \(terms.count)")
  return (0..<leafCount(samples: count)).map { sum(ofLeaf: $0, terms, count: count) }
}

/// The sum of leaves in a binary tree by their index; 0 for none.
public func sumOfLeaves(_ sums: [Double]) -> Double {
  sums.isEmpty ? 0 : sum(ofLeaves: sums.indices) { sums[$0] }
}

/// Adds elements of a block to those of another: sums[first + i] ← sums[first + i] + terms[range[i]].
///
/// - Parameters:
///   - terms: what is added.
///   - range: which elements of it, in whole vectors.
///   - sums: what they are added to.
///   - first: the first element that something is added to.
public func add(
  _ terms: Block<Float>, _ range: Range<Int>, to sums: Block<Float>, at first: Int
) {
  precondition(range.count % laneCount == 0, "\(range.count) elements are no whole vectors")
  precondition(
    0 <= range.lowerBound && range.upperBound <= terms.count && 0 <= first
      && first + range.count <= sums.count,
    "elements \(range) of \(terms.count) added to \(sums.count) from \(first) on")
  let (source, target) = (terms.start + range.lowerBound, sums.start + first)
  for index in stride(from: 0, to: range.count, by: laneCount) {
    store(load(target + index) + load(source + index), target + index)
  }
}

private func sum(ofLeaf leaf: Int, _ terms: Block<Double>, count: Int) -> Double {
  var sum = 0.0
  for i in leaf * leafSampleCount..<min((leaf + 1) * leafSampleCount, count) {
    sum += terms.start[i]
  }
  return sum
}

/// Adding neighbours level by level splits a range at the largest power of two below its length.
private func sum(ofLeaves leaves: Range<Int>, _ leaf: (Int) -> Double) -> Double {
  guard leaves.count > 1 else { return leaf(leaves.lowerBound) }
  let half = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
  let middle = leaves.lowerBound + half
  return sum(ofLeaves: leaves.lowerBound..<middle, leaf)
    + sum(ofLeaves: middle..<leaves.upperBound, leaf)
}

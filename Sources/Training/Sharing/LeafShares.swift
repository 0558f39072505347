import Kernels
import Networks

/// The leaves of a mini-batch, shared out among the members of a group.
///
/// Each has consecutive leaves, as few at most as can be. They are cut into pieces that are subtrees of
/// the tree over all leaves, see docs/arithmetic.md, so that the sums over the pieces add up to its bits.
package struct LeafShares: Equatable {
  /// The leaves of each piece, by member.
  package let pieces: [[Range<Int>]]
  /// Whether there are 2ⁿ members with one piece each, which are the 2ⁿ subtrees of one level.
  package let areHalves: Bool
  private let sampleCount: Int

  /// Shares out the leaves of a mini-batch.
  ///
  /// - Parameters:
  ///   - samples: the size of the mini-batch, at least 1.
  ///   - members: the number of members.
  package init(samples: Int, members: Int) {
    sampleCount = samples
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    let most = Self.mostLeaves(samples: samples, members: members)
    // Blocks of a power of two are one piece each. Where they would leave a member more than an even
    // share, shares are even, and of more than one piece.
    let isAligned = most & (most - 1) == 0
    let shares = (0..<members).map { rank in
      isAligned
        ? min(rank * most, leaves)..<min((rank + 1) * most, leaves)
        : rank * leaves / members..<(rank + 1) * leaves / members
    }
    pieces = shares.map { Self.subtrees($0, of: leaves) }
    areHalves = isAligned && members & (members - 1) == 0 && !(shares.last?.isEmpty ?? true)
  }

  /// The most leaves that a member has.
  private static func mostLeaves(samples: Int, members: Int) -> Int {
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    return (leaves + members - 1) / members
  }

  /// The most samples that a member has of a mini-batch, or of a smaller one.
  package static func mostSamples(of samples: Int, members: Int) -> Int {
    min(mostLeaves(samples: samples, members: members) * leafSampleCount, samples)
  }

  /// The number of leaves of each member.
  package var leafCounts: [Int] { pieces.map { $0.reduce(0) { $0 + $1.count } } }

  /// The samples of a member.
  package func samples(ofMember rank: Int) -> Range<Int> {
    guard let first = pieces[rank].first, let last = pieces[rank].last else { return 0..<0 }
    return samples(first.lowerBound..<last.upperBound)
  }

  /// The samples of a member's pieces, counted from its first sample.
  package func rows(ofMember rank: Int) -> [Range<Int>] {
    let first = samples(ofMember: rank).lowerBound
    return pieces[rank].map {
      let samples = samples($0)
      return samples.lowerBound - first..<samples.upperBound - first
    }
  }

  private func samples(_ leaves: Range<Int>) -> Range<Int> {
    leaves.lowerBound * leafSampleCount..<min(leaves.upperBound * leafSampleCount, sampleCount)
  }

  /// The fewest subtrees of the tree over `count` leaves that some consecutive leaves consist of.
  private static func subtrees(_ leaves: Range<Int>, of count: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var first = leaves.lowerBound
    while first < leaves.upperBound {
      var size = first == 0 ? count : 1 << first.trailingZeroBitCount
      if first == 0, leaves.upperBound < count {
        size = 1 << (Int.bitWidth - 1 - leaves.upperBound.leadingZeroBitCount)
      }
      // The last subtree of a level may be smaller: there an odd one is carried up.
      while min(first + size, count) > leaves.upperBound { size /= 2 }
      let end = min(first + size, count)
      pieces.append(first..<end)
      first = end
    }
    return pieces
  }
}

extension TrainingSettings {
  /// What keeps a group from sharing the mini-batches, in words; nil where each member has leaves.
  ///
  /// - Parameters:
  ///   - sampleCount: the size of the training set, with the samples that the settings validate on.
  ///   - members: the number of members.
  /// - Returns: the fault as a clause.
  package func sharingError(sampleCount: Int, members: Int) -> String? {
    let samples = min(batchSize, sampleCount - validationCount)
    let leaves = (samples + leafSampleCount - 1) / leafSampleCount
    guard leaves < members else { return nil }
    let count = leaves == 1 ? "1 leaf" : "\(leaves) leaves"
    return
      "\(samples) samples of a mini-batch are \(count) of \(leafSampleCount), too few for \(members) ranks: take a --batch-size of "
      + "\(members * leafSampleCount) or more, and as many training images"
  }
}

/// An addition of the sum over one piece to that over another, both by their number among all pieces.
package struct PieceAddition: Equatable {
  package let target: Int
  package let source: Int
}

extension LeafShares {
  /// The additions that leave the sum over all leaves in the first piece, in the order of the tree.
  package var additions: [PieceAddition] {
    let all = pieces.flatMap(\.self)
    var additions: [PieceAddition] = []
    /// Adds up some pieces into the first of them.
    func add(_ numbers: Range<Int>) {
      guard numbers.count > 1 else { return }
      let first = all[numbers.lowerBound].lowerBound
      let count = all[numbers.upperBound - 1].upperBound - first
      let half = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
      let middle = numbers.first { all[$0].lowerBound == first + half } ?? numbers.upperBound
      add(numbers.lowerBound..<middle)
      add(middle..<numbers.upperBound)
      additions.append(PieceAddition(target: numbers.lowerBound, source: middle))
    }
    add(all.indices)
    return additions
  }
}

/// Adds sums by index in a binary tree, the right neighbour's to the left one's; the first one's then
/// hold the sum of all. An odd one is carried up.
package func sumInTree(_ sums: [ParameterMemory]) {
  var step = 1
  while step < sums.count {
    for index in stride(from: 0, to: sums.count - step, by: 2 * step) {
      sums[index].add(sums[index + step])
    }
    step *= 2
  }
}

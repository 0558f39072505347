import Communication
import Foundation
import Kernels
import Synchronization
import TestSupport
import Testing
import Training

/// How the leaves of a mini-batch are shared out and their sums added.
@Suite struct LeafSharesTests {
  /// The samples of a mini-batch with so many leaves, the last of them short.
  private func samples(_ leaves: Int) -> Int { leaves * leafSampleCount - 3 }

  @Test func `each leaf has one member, and none has more than an even share`() {
    for leaves in 1...40 {
      for members in 1...9 {
        let shares = LeafShares(samples: samples(leaves), members: members)
        #expect(shares.pieces.flatMap(\.self).flatMap(Array.init) == Array(0..<leaves))
        #expect(shares.leafCounts.max() == (leaves + members - 1) / members)
        let rows = (0..<members).map { shares.samples(ofMember: $0) }
        #expect(rows.flatMap(Array.init) == Array(0..<samples(leaves)))
        for (member, own) in zip(0..., rows) where !own.isEmpty {
          #expect(own.lowerBound % leafSampleCount == 0)
          #expect(shares.rows(ofMember: member).flatMap(Array.init) == Array(0..<own.count))
        }
        #expect(
          rows.allSatisfy {
            $0.count <= LeafShares.mostSamples(of: samples(leaves), members: members)
          })
      }
    }
  }

  @Test func `a power of two of leaves for each is one piece for each`() {
    for members in 1...9 {
      for size in [1, 2, 4, 8] {
        let shares = LeafShares(samples: samples(members * size), members: members)
        #expect(shares.pieces.allSatisfy { $0.count == 1 })
        #expect(shares.areHalves == [1, 2, 4, 8].contains(members))
      }
    }
    // Twelve leaves for four members are three each, of which two are a subtree.
    let uneven = LeafShares(samples: samples(12), members: 4)
    #expect(
      uneven.pieces == [[0..<2, 2..<3], [3..<4, 4..<6], [6..<8, 8..<9], [9..<10, 10..<12]])
    #expect(!uneven.areHalves)
  }

  @Test func `pieces are added in the tree over all leaves`() {
    for leaves in 1...70 {
      let numbers = (0..<leaves).map { 1 / Float($0 * $0 + 3) }
      for members in 1...9 {
        let shares = LeafShares(samples: samples(leaves), members: members)
        // The sum over a subtree, whose leaves are counted from its first.
        var sums = shares.pieces.flatMap(\.self).map { treeSum(Array(numbers[$0])) }
        for addition in shares.additions { sums[addition.target] += sums[addition.source] }
        #expect(sums[0] == treeSum(numbers), "\(leaves) leaves for \(members)")
      }
    }
  }

  @Test func `members exchange their sums, whatever their number`() {
    let count = 11 * laneCount
    for (members, leaves) in [
      (1, 3), (2, 2), (2, 7), (3, 3), (3, 8), (4, 4), (4, 12), (5, 2), (8, 8), (8, 30), (16, 16),
    ] {
      var random = TestNumbers(seed: 1)
      let numbers = (0..<leaves).map { _ in random.floats(count) }
      let shares = LeafShares(samples: samples(leaves), members: members)
      let group = LocalCommunicator.group(of: members)
      let totals = Mutex<[Int: [Float]]>([:])
      let done = DispatchSemaphore(value: 0)
      for rank in 0..<members {
        Thread.detachNewThread {
          let pieces = shares.pieces[rank].map { leaves in
            let block = Block<Float>(count: count)
            for index in 0..<count { block[index] = treeSum(numbers[leaves].map { $0[index] }) }
            return block
          }
          let total = pieces.first ?? Block<Float>(count: count)
          SumExchange(group[rank], shares, count: count).allReduce(pieces, into: total)
          totals.withLock { $0[rank] = (0..<count).map { total[$0] } }
          done.signal()
        }
      }
      for _ in 0..<members { done.wait() }
      let expected = (0..<count).map { index in treeSum(numbers.map { $0[index] }) }
      totals.withLock { totals in
        for rank in 0..<members {
          #expect(totals[rank] == expected, "rank \(rank) of \(members) with \(leaves) leaves")
        }
      }
    }
  }

  @Test func `a mini-batch of too few leaves for its members is refused`() {
    let settings = TrainingSettings(batchSize: 129, validationCount: 100)
    #expect(settings.sharingError(sampleCount: 1000, members: 3) == nil)
    #expect(settings.sharingError(sampleCount: 1000, members: 4)?.contains("256") == true)
    #expect(settings.sharingError(sampleCount: 228, members: 3)?.contains("2 leaves") == true)
  }
}

/// The sum of leaves as docs/arithmetic.md says: neighbours level by level, an odd one carried up.
func treeSum(_ leaves: [Float]) -> Float {
  guard leaves.count > 1 else { return leaves[0] }
  return treeSum(
    stride(from: 0, to: leaves.count, by: 2).map { index in
      index + 1 < leaves.count ? leaves[index] + leaves[index + 1] : leaves[index]
    })
}

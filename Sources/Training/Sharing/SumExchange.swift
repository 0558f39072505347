import Communication
import Kernels
import Networks

/// Adds up the gradient's sums of the members of a group, so that each has those over all leaves.
///
/// Each member adds up a slice of the parameters, in the tree of docs/arithmetic.md, and gives its sums to
/// all others. What a member sends and receives is twice the size of the gradient, for any number of
/// members, and more where members have several pieces.
package final class SumExchange {
  private let communicator: any Communicator
  private let shares: LeafShares
  private let additions: [PieceAddition]
  /// The sums of other members, on arrival.
  private let arrivals: Block<Float>
  private let count: Int

  /// An exchange for mini-batches that are shared out in one way.
  ///
  /// - Parameters:
  ///   - communicator: connects the members.
  ///   - shares: the leaves of the members.
  ///   - count: the number of floats of the gradient, whole vectors.
  package init(_ communicator: any Communicator, _ shares: LeafShares, count: Int) {
    self.communicator = communicator
    self.shares = shares
    self.count = count
    additions = shares.additions
    let vectors = count / laneCount
    let pieceCount = shares.pieces.reduce(0) { $0 + $1.count }
    let members = communicator.memberCount
    arrivals = Block(
      count: laneCount
        * (shares.areHalves ? (vectors + 1) / 2 : pieceCount * ((vectors + members - 1) / members)))
  }

  /// Adds up.
  ///
  /// - Parameters:
  ///   - pieces: the sums over the own pieces, which are spoilt.
  ///   - total: takes the sums over all leaves; may be the first piece.
  package func allReduce(_ pieces: [Block<Float>], into total: Block<Float>) {
    if shares.areHalves, let own = pieces.first {
      if own !== total { total.copy(from: own) }
      addByHalves(total)
    } else {
      addBySlices(pieces, into: total)
    }
  }

  // MARK: - 2ⁿ members with a subtree each

  /// Recursive halving and doubling (Thakur, Rabenseifner, Gropp 2005). Neighbours in the tree come first,
  /// so that after each exchange a member holds a part of the sums of a subtree.
  private func addByHalves(_ sums: Block<Float>) {
    let rank = communicator.rank
    var kept = 0..<count
    var given: [(peer: Int, range: Range<Int>, kept: Range<Int>)] = []
    var distance = 1
    while distance < communicator.memberCount {
      let middle = kept.lowerBound + kept.count / laneCount / 2 * laneCount
      let (lower, upper) = (kept.lowerBound..<middle, middle..<kept.upperBound)
      let isLeft = rank & distance == 0
      let (mine, others) = isLeft ? (lower, upper) : (upper, lower)
      let peer = rank ^ distance
      communicator.exchange([
        Transfer(.send, peer, sums, others),
        Transfer(.receive, peer, arrivals, 0..<mine.count),
      ])
      // Which of two is added to the other makes no difference to a sum.
      add(arrivals, 0..<mine.count, to: sums, at: mine.lowerBound)
      given.append((peer, others, mine))
      kept = mine
      distance *= 2
    }
    for (peer, range, kept) in given.reversed() {
      communicator.exchange([
        Transfer(.send, peer, sums, kept), Transfer(.receive, peer, sums, range),
      ])
    }
  }

  // MARK: - Any members

  /// Each member sends the slices of its pieces to those who add them up.
  private func addBySlices(_ pieces: [Block<Float>], into total: Block<Float>) {
    let rank = communicator.rank
    let own = slice(ofMember: rank)
    var transfers: [Transfer] = []
    var place = 0
    for peer in 0..<communicator.memberCount {
      if peer == rank {
        for piece in pieces {
          arrivals.copy(own, of: piece, to: place)
          place += own.count
        }
        continue
      }
      let others = slice(ofMember: peer)
      if !others.isEmpty { transfers += pieces.map { Transfer(.send, peer, $0, others) } }
      for _ in shares.pieces[peer] where !own.isEmpty {
        transfers.append(Transfer(.receive, peer, arrivals, place..<place + own.count))
        place += own.count
      }
    }
    communicator.exchange(transfers)
    for addition in additions {
      let source = addition.source * own.count
      add(
        arrivals, source..<source + own.count, to: arrivals, at: addition.target * own.count)
    }
    total.copy(0..<own.count, of: arrivals, to: own.lowerBound)
    communicator.exchange(
      (0..<communicator.memberCount).filter { $0 != rank }.flatMap { peer in
        let others = slice(ofMember: peer)
        return (own.isEmpty ? [] : [Transfer(.send, peer, total, own)])
          + (others.isEmpty ? [] : [Transfer(.receive, peer, total, others)])
      })
  }

  /// The parameters whose sums a member adds up.
  private func slice(ofMember rank: Int) -> Range<Int> {
    let (vectors, members) = (count / laneCount, communicator.memberCount)
    return rank * vectors / members * laneCount..<(rank + 1) * vectors / members * laneCount
  }
}

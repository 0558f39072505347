import Kernels

/// Connects the members of a group that trains together: processes, maybe on several machines, or
/// threads of one process.
///
/// All members make the same calls in the same order. A member calls from one thread at a time.
package protocol Communicator: Sendable {
  /// The number of this member, 0 ..< `memberCount`.
  var rank: Int { get }
  /// The number of members.
  var memberCount: Int { get }

  /// Sends numbers to other members and receives some from them, all at the same time.
  ///
  /// It returns when everything has arrived and what was sent may be changed. Transfers between the same
  /// two members arrive in the order in which they are sent.
  ///
  /// - Parameter transfers: what is sent and received. The sender and the receiver of a transfer give the
  ///   same count.
  func exchange(_ transfers: [Transfer])

  /// Collects some bytes of each member.
  ///
  /// - Parameter bytes: those of this member, as many as it likes.
  /// - Returns: those of all members by rank.
  func gather(_ bytes: [UInt8]) -> [[UInt8]]

  /// Collects some bytes of each member where all know how many.
  ///
  /// - Parameters:
  ///   - bytes: those of this member.
  ///   - counts: the number of bytes of each, by rank.
  /// - Returns: those of all members by rank.
  func gather(_ bytes: [UInt8], counts: [Int]) -> [[UInt8]]

  /// Hands the bytes of the member of rank 0 to all.
  ///
  /// - Parameter bytes: of no account but for rank 0.
  /// - Returns: the bytes of rank 0.
  func broadcast(_ bytes: [UInt8]) -> [UInt8]

  /// Ends the group where it cannot go on.
  func end(_ failure: GroupFailure) -> Never
}

/// Numbers on their way between two members.
package struct Transfer {
  /// Which way they go.
  package enum Direction: Sendable {
    case send, receive
  }

  package let direction: Direction
  /// The rank of the other member.
  package let peer: Int
  /// Where the numbers are, or will be.
  package let block: Block<Float>
  /// Which part of the block.
  package let range: Range<Int>

  /// A transfer of the numbers of a part of a block.
  package init(_ direction: Direction, _ peer: Int, _ block: Block<Float>, _ range: Range<Int>) {
    precondition(
      0 <= range.lowerBound && range.upperBound <= block.count,
      "a transfer of \(range) from a block of \(block.count)")
    self.direction = direction
    self.peer = peer
    self.block = block
    self.range = range
  }
}

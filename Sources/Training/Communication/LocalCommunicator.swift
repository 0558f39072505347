import Foundation
import Networks

/// Connects trainers of one process. They wait for each other, so each runs on a thread of its own,
/// not on one of Dispatch's.
package final class LocalCommunicator: Communicator {
  package let rank: Int
  package var memberCount: Int { meeting.memberCount }
  private let meeting: Meeting

  private init(rank: Int, meeting: Meeting) {
    self.rank = rank
    self.meeting = meeting
  }

  /// Communicators for so many trainers.
  package static func group(of memberCount: Int, _ architecture: Architecture)
    -> [LocalCommunicator]
  {
    let meeting = Meeting(memberCount: memberCount, architecture)
    return (0..<memberCount).map { LocalCommunicator(rank: $0, meeting: meeting) }
  }

  package func allReduce(_ sums: StepSums, contributors: Int) {
    meeting.hold(sums, rank: rank, contributors: contributors)
  }
}

/// A meeting of all members in each step. The last one to come adds the sums.
private final class Meeting: @unchecked Sendable {
  let memberCount: Int
  private let condition = NSCondition()
  // All below is read and written under the condition's lock.
  private let sums: [StepSums]
  private var arrived = 0
  private var number = 0
  private let total: StepSums

  init(memberCount: Int, _ architecture: Architecture) {
    precondition(memberCount >= 1, "a group of \(memberCount) trainers")
    self.memberCount = memberCount
    sums = (0..<memberCount).map { _ in StepSums(architecture) }
    total = StepSums(architecture)
  }

  func hold(_ own: StepSums, rank: Int, contributors: Int) {
    condition.lock()
    defer { condition.unlock() }
    sums[rank].copy(from: own)
    arrived += 1
    let meeting = number
    if arrived == memberCount {
      sumInTree(Array(sums.prefix(contributors)))
      total.copy(from: sums[0])
      arrived = 0
      number += 1
      condition.broadcast()
    } else {
      while number == meeting { condition.wait() }
    }
    own.copy(from: total)
  }
}

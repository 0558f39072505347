import Foundation
import Kernels

/// Connects members in one process. They wait for each other, so each needs a thread of its own, not one
/// of Dispatch's.
package final class LocalCommunicator: Communicator {
  package let rank: Int
  package var memberCount: Int { mail.memberCount }
  private let mail: Mail

  private init(rank: Int, mail: Mail) {
    self.rank = rank
    self.mail = mail
  }

  /// The communicators of a group of so many members.
  package static func group(of memberCount: Int) -> [LocalCommunicator] {
    precondition(memberCount >= 1, "a group of \(memberCount) members")
    let mail = Mail(memberCount: memberCount)
    return (0..<memberCount).map { LocalCommunicator(rank: $0, mail: mail) }
  }

  package func exchange(_ transfers: [Transfer]) {
    for transfer in transfers where transfer.direction == .send {
      mail.send(
        .numbers(transfer.range.map { transfer.block[$0] }), from: rank, to: transfer.peer)
    }
    for transfer in transfers where transfer.direction == .receive {
      guard case .numbers(let numbers) = mail.receive(from: transfer.peer, to: rank),
        numbers.count == transfer.range.count
      else { preconditionFailure("rank \(transfer.peer) sent something else than \(rank) expects") }
      for (index, number) in zip(transfer.range, numbers) { transfer.block[index] = number }
    }
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    for peer in 0..<memberCount { mail.send(.bytes(bytes), from: rank, to: peer) }
    return (0..<memberCount).map { peer in
      guard case .bytes(let bytes) = mail.receive(from: peer, to: rank) else {
        preconditionFailure("rank \(peer) sent something else than \(rank) expects")
      }
      return bytes
    }
  }

  package func gather(_ bytes: [UInt8], counts: [Int]) -> [[UInt8]] {
    let all = gather(bytes)
    precondition(all.map(\.count) == counts, "\(counts) bytes are expected of the members")
    return all
  }

  package func broadcast(_ bytes: [UInt8]) -> [UInt8] { gather(rank == 0 ? bytes : [])[0] }

  package func end(_ failure: GroupFailure) -> Never { fatalError(failure.description) }
}

/// What members have sent to each other and not received yet.
private final class Mail: @unchecked Sendable {
  enum Letter {
    case numbers([Float])
    case bytes([UInt8])
  }

  let memberCount: Int
  private let condition = NSCondition()
  /// By sender and receiver; read and written under the condition's lock.
  private var letters: [[Letter]]

  init(memberCount: Int) {
    self.memberCount = memberCount
    letters = Array(repeating: [], count: memberCount * memberCount)
  }

  func send(_ letter: Letter, from sender: Int, to receiver: Int) {
    condition.withLock {
      letters[sender * memberCount + receiver].append(letter)
      condition.broadcast()
    }
  }

  func receive(from sender: Int, to receiver: Int) -> Letter {
    condition.withLock {
      let place = sender * memberCount + receiver
      while letters[place].isEmpty { condition.wait() }
      return letters[place].removeFirst()
    }
  }
}

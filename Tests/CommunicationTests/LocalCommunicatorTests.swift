import Communication
import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct LocalCommunicatorTests {
  /// What each member of a group does, on a thread of its own, by rank.
  private func results<Value: Sendable>(
    _ members: Int, _ body: @escaping @Sendable (LocalCommunicator) -> Value
  ) -> [Value] {
    let group = LocalCommunicator.group(of: members)
    let values = Mutex<[Int: Value]>([:])
    let done = DispatchSemaphore(value: 0)
    for member in group {
      Thread.detachNewThread {
        let value = body(member)
        values.withLock { $0[member.rank] = value }
        done.signal()
      }
    }
    for _ in 0..<members { done.wait() }
    return values.withLock { values in (0..<members).compactMap { values[$0] } }
  }

  @Test func `bytes of all members come to all, by rank`() {
    for bytes in results(4, { $0.gather(Array(repeating: UInt8($0.rank), count: $0.rank)) }) {
      #expect(bytes == [[], [1], [2, 2], [3, 3, 3]])
    }
  }

  @Test func `bytes of rank 0 come to all`() {
    #expect(results(3) { $0.broadcast([UInt8($0.rank), 7]) } == [[0, 7], [0, 7], [0, 7]])
  }

  @Test func `numbers arrive in the order in which they were sent`() {
    let received = results(3) { member -> [Float] in
      let numbers = Block<Float>(count: 4)
      for index in 0..<2 { numbers[index] = Float(10 * member.rank + index) }
      let (next, last) = ((member.rank + 1) % 3, (member.rank + 2) % 3)
      member.exchange([
        Transfer(.send, next, numbers, 0..<1), Transfer(.send, next, numbers, 1..<2),
        Transfer(.receive, last, numbers, 3..<4), Transfer(.receive, last, numbers, 2..<3),
      ])
      return (0..<4).map { numbers[$0] }
    }
    #expect(received == [[0, 1, 21, 20], [10, 11, 1, 0], [20, 21, 11, 10]])
  }
}

#if MPI
  import CMPI
  import Foundation
  import Synchronization

  /// What MPI cannot do, with its words.
  package struct MPIProblem: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// A problem with its sentence.
    package init(description: String) { self.description = description }
  }

  /// The calls of MPI, one at a time: two threads make them, the trainer's and the watch.
  final class MPICalls: Sendable {
    /// The group of the trainer.
    let numbers: mpi_group
    /// The group of the watch.
    let beats: mpi_group
    let rank: Int
    let count: Int
    private let lock = Mutex(())

    /// Starts MPI.
    init() throws(MPIProblem) {
      var (numbers, beats) = (mpi_group(), mpi_group())
      var (isThreadSafe, rank, count) = (Int32(0), Int32(0), Int32(0))
      let code = unsafe mpi_start(&isThreadSafe, &numbers, &beats, &rank, &count)
      guard code == MPI_SUCCESS else {
        throw MPIProblem(description: "MPI does not start: \(Self.words(code))")
      }
      guard isThreadSafe != 0 else {
        throw MPIProblem(
          description: "this MPI takes calls from one thread alone; build it with thread support")
      }
      self.numbers = numbers
      self.beats = beats
      self.rank = Int(rank)
      self.count = Int(count)
    }

    /// Makes calls while no other thread does.
    func perform<Result>(_ calls: () -> Result) -> Result { lock.withLock { _ in calls() } }

    /// Waits until requests are done.
    ///
    /// - Returns: MPI's error code.
    func wait(for requests: inout [mpi_request]) -> Int32 {
      guard !requests.isEmpty else { return MPI_SUCCESS }
      let begin = ContinuousClock.now
      while true {
        var areDone: Int32 = 0
        let code = perform {
          unsafe requests.withUnsafeMutableBufferPointer { buffer in
            unsafe mpi_test(Int32(buffer.count), buffer.baseAddress, &areDone)
          }
        }
        if code != MPI_SUCCESS || areDone != 0 { return code }
        // Others may need this processor, and after a while surely have time to use it.
        if ContinuousClock.now - begin < .milliseconds(1) { sched_yield() } else { usleep(50) }
      }
    }

    /// Collects bytes of all ranks, one after the other.
    ///
    /// - Parameters:
    ///   - bytes: those of this rank.
    ///   - counts: the number of bytes of each.
    /// - Returns: the bytes, and MPI's error code.
    func gather(_ bytes: [UInt8], counts: [Int]) -> (all: [UInt8], code: Int32) {
      var all = [UInt8](repeating: 0, count: counts.reduce(0, +))
      let places = counts.indices.map { Int32(counts[..<$0].reduce(0, +)) }
      let counts = counts.map(Int32.init)
      var requests = [mpi_no_request()]
      let code = unsafe bytes.withUnsafeBytes { own in
        unsafe all.withUnsafeMutableBytes { all in
          unsafe counts.withUnsafeBufferPointer { counts in
            unsafe places.withUnsafeBufferPointer { places in
              let code = perform {
                unsafe mpi_gather(
                  numbers, own.baseAddress, Int32(own.count), all.baseAddress, counts.baseAddress,
                  places.baseAddress, &requests[0])
              }
              return code == MPI_SUCCESS ? wait(for: &requests) : code
            }
          }
        }
      }
      return (all, code)
    }

    /// Collects bytes of all ranks, however many.
    ///
    /// - Returns: the bytes by rank, and MPI's error code.
    func gather(_ bytes: [UInt8]) -> (all: [[UInt8]], code: Int32) {
      let own = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
      let (sizes, code) = gather(own, counts: Array(repeating: 8, count: count))
      guard code == MPI_SUCCESS else { return ([], code) }
      let counts = (0..<count).map { rank in
        (0..<8).reduce(0) { $0 | Int(sizes[8 * rank + $1]) << (8 * $1) }
      }
      let (all, secondCode) = gather(bytes, counts: counts)
      return (divided(all, counts: counts), secondCode)
    }

    /// The bytes of rank 0, in the memory of all.
    ///
    /// - Returns: MPI's error code.
    func broadcast(_ bytes: inout [UInt8]) -> Int32 {
      unsafe bytes.withUnsafeMutableBytes { buffer in
        for start in stride(from: 0, to: buffer.count, by: Self.longestMessage) {
          var requests = [mpi_no_request()]
          let count = min(Self.longestMessage, buffer.count - start)
          var code = perform {
            unsafe mpi_broadcast(
              numbers, buffer.baseAddress?.advanced(by: start), Int32(count), &requests[0])
          }
          if code == MPI_SUCCESS { code = wait(for: &requests) }
          if code != MPI_SUCCESS { return code }
        }
        return MPI_SUCCESS
      }
    }

    /// The most elements of a message: MPI counts them in 32 bits.
    static let longestMessage = 1 << 30

    /// The words for an error code.
    static func words(_ code: Int32) -> String {
      unsafe text(capacity: Int(mpi_words_length)) { unsafe mpi_words(code, $0) }
    }

    /// The name of this machine.
    static var machine: String {
      unsafe text(capacity: Int(mpi_name_length)) { unsafe mpi_machine($0) }
    }

    private static func text(
      capacity: Int, _ write: (UnsafeMutablePointer<CChar>) -> Int32
    ) -> String {
      unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity + 1) { buffer in
        unsafe buffer.initialize(repeating: 0)
        guard let start = buffer.baseAddress else { return "" }
        _ = unsafe write(start)
        return unsafe String(cString: start)
      }
    }
  }

  /// Bytes of all ranks, divided by rank.
  func divided(_ all: [UInt8], counts: [Int]) -> [[UInt8]] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return Array(all[first..<first + count])
    }
  }
#endif

#if MPI
  import CMPI
  import Communication
  import Files
  import Foundation
  import Kernels

  /// Connects the processes that mpirun has started, or srun, by MPI.
  ///
  /// A member that is lost ends the process, and so does an error of MPI's, which cannot go on after one.
  package final class MPICommunicator: Communicator {
    package var rank: Int { calls.rank }
    package var memberCount: Int { calls.count }
    /// The names of the members' machines, by rank.
    package var machines: [String] { watch.members.map(\.machine) }
    /// The number of members on this member's machine.
    package var membersHere: Int {
      watch.members.count { $0.system == watch.members[rank].system }
    }

    private let calls: MPICalls
    private let watch: Watch
    private let end: Watch.End

    /// Starts MPI and joins the group of all processes. It is called once.
    ///
    /// - Parameters:
    ///   - isAskedToEnd: whether a signal asked this process to end.
    ///   - end: ends the process because the group cannot go on. One member tells why, the others do not.
    /// - Throws: what MPI says.
    package init(
      isAskedToEnd: @escaping @Sendable () -> Bool,
      end: @escaping @Sendable (_ failure: GroupFailure, _ tells: Bool) -> Never
    ) throws(MPIProblem) {
      calls = try MPICalls()
      self.end = end
      let own = Member.current(machine: MPICalls.machine)
      let (texts, code) = calls.gather(Array(jsonText(own, isPretty: false).utf8))
      guard code == MPI_SUCCESS else {
        throw MPIProblem(
          description: "the processes do not reach each other: \(MPICalls.words(code))")
      }
      let members = texts.map {
        (try? decodedJSON(Member.self, String(decoding: $0, as: UTF8.self))) ?? own
      }
      watch = Watch(calls, members: members, isAskedToEnd: isAskedToEnd, end: end)
      watch.begin()
    }

    /// Leaves the group; every member calls it at its end. It waits until all do.
    package func leave() {
      _ = gather([])
      watch.stop()
      _ = calls.perform { mpi_finish() }
    }

    package func exchange(_ transfers: [Transfer]) {
      var requests: [mpi_request] = []
      for transfer in transfers {
        let peer = Int32(transfer.peer)
        let (range, limit) = (transfer.range, MPICalls.longestMessage)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: limit) {
          let count = Int32(min(limit, range.upperBound - first))
          var request = mpi_no_request()
          let code = calls.perform {
            let start = unsafe transfer.block.start + first
            return switch transfer.direction {
            case .send: unsafe mpi_send_floats(calls.numbers, start, count, peer, &request)
            case .receive: unsafe mpi_receive_floats(calls.numbers, start, count, peer, &request)
            }
          }
          if code != MPI_SUCCESS { watch.lose(transfer.peer, .unreachable) }
          requests.append(request)
        }
      }
      if calls.wait(for: &requests) != MPI_SUCCESS { watch.lose(watch.suspect, .unreachable) }
    }

    package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
      let (all, code) = calls.gather(bytes)
      if code != MPI_SUCCESS { watch.lose(watch.suspect, .unreachable) }
      return all
    }

    package func gather(_ bytes: [UInt8], counts: [Int]) -> [[UInt8]] {
      let (all, code) = calls.gather(bytes, counts: counts)
      if code != MPI_SUCCESS { watch.lose(watch.suspect, .unreachable) }
      return divided(all, counts: counts)
    }

    package func broadcast(_ bytes: [UInt8]) -> [UInt8] {
      let own = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
      var size = own
      var code = calls.broadcast(&size)
      var content = bytes
      if rank > 0 {
        let count = (0..<8).reduce(0) { $0 | Int(size[$1]) << (8 * $1) }
        content = [UInt8](repeating: 0, count: count)
      }
      if code == MPI_SUCCESS { code = calls.broadcast(&content) }
      if code != MPI_SUCCESS { watch.lose(watch.suspect, .unreachable) }
      return content
    }

    package func end(_ failure: GroupFailure) -> Never { end(failure, rank == 0) }
  }
#endif

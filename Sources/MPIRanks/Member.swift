#if MPI
  import Foundation

  /// A process of the group, as it says itself.
  struct Member: Codable, Equatable, Sendable {
    /// The name of its machine.
    let machine: String
    /// The system that numbers its processes.
    let system: String
    /// Its number in that system.
    let process: Int32

    /// This process.
    static func current(machine: String) -> Member {
      let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
      let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
      return Member(
        machine: machine,
        system: boot.map { "\($0.trimmingCharacters(in: .newlines)) \(space ?? "")" } ?? machine,
        process: getpid())
    }

    /// Whether a process of this system is gone, or is dead and waits for its parent.
    var isGone: Bool {
      if kill(process, 0) != 0 && errno == ESRCH { return true }
      guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first
      else { return false }
      return state == "Z" || state == "X"
    }
  }
#endif

import CProcessor
import Synchronization

/// The choice of the processors that the threads of a region run on.
public enum ThreadPlacement: Sendable {
  /// The system's choice.
  case bySystem
  /// Each participant begins on a processor of its own. One that finds itself on another's moves,
  /// within its affinity, if some processor is idle. After that the system may move it as any thread.
  ///
  /// For the first tenths of a second of a process, some systems run two threads on one processor
  /// while another is idle. Where all processors are busy, threads that wait for each other are
  /// better off on one. Nothing is moved where affinity or a quota leave fewer processors than there
  /// are participants.
  case apart
}

/// The processors that the participants of a region have begun on.
package struct OccupiedProcessors: ~Copyable, Sendable {
  /// The limits of this process; nil where the system chooses.
  private let available: AvailableProcessors?
  private let root: String
  private let numbers = Mutex<[Int32]>([])

  /// The processors of a region that nobody has entered.
  ///
  /// - Parameters:
  ///   - participants: the number of threads that may enter.
  ///   - placement: the choice of their processors.
  ///   - available: the limits of this process; nil takes those of its first region, since to read
  ///     them takes as long as a short region.
  ///   - root: the folder that holds `proc`.
  package init(
    for participants: Int, _ placement: ThreadPlacement, available: AvailableProcessors? = nil,
    root: String = "/"
  ) {
    self.root = root
    let available = placement == .apart && participants > 1 ? available ?? availableAtFirst : nil
    self.available = available.flatMap { participants <= $0.dedicated ? $0 : nil }
  }

  /// Registers the calling thread, moved to a processor of its own if need be.
  ///
  /// - Returns: the number of the processor that it begins on; nil where the system chooses.
  @discardableResult
  package func enter() -> Int32? {
    guard let available else { return nil }
    return numbers.withLock { numbers in
      var number = processor_number()
      if numbers.contains(number), hasIdleProcessor(of: available) {
        let moved = unsafe numbers.withUnsafeBufferPointer {
          unsafe processor_avoid($0.baseAddress, Int64($0.count))
        }
        if moved >= 0 { number = moved }
      }
      numbers.append(number)
      return number
    }
  }

  /// Whether fewer threads want to run than there are processors; two of them are known to share one.
  private func hasIdleProcessor(of available: AvailableProcessors) -> Bool {
    // Three averages, then the number of threads that run or want to, a slash and that of all.
    let fields = (text(of: "proc/loadavg", root: root) ?? "").split(separator: " ")
    guard fields.count > 3, let running = fields[3].split(separator: "/").first.flatMap({ Int($0) })
    else { return false }
    return running <= min(available.online, available.affinity ?? available.online)
  }
}

private let availableAtFirst = AvailableProcessors.read()

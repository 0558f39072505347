import Communication
import Files
import Foundation
import Lockstep
import Synchronization
import Training

#if MPI
  import MPIRanks
#endif

/// The processes that train together, where mpirun or srun has started several. Rank 0 leads: it prints and
/// writes.
final class RankGroup {
  let communicator: any Communicator
  /// The machine of each rank.
  let machines: [String]
  /// The number of ranks on this machine.
  let ranksHere: Int
  private let onLeaving: () -> Void

  /// What a launcher says of this process; nil where there is none, or it has started one process.
  static let launched = LaunchedRank(environment: ProcessInfo.processInfo.environment)
  /// Whether this process prints: the others of a group leave that to rank 0.
  static var speaks: Bool { (launched?.rank ?? 0) == 0 }
  /// The command that goes on from the last checkpoint, once there is one.
  private static let resumption = Mutex<String?>(nil)

  init(
    _ communicator: any Communicator, machines: [String], ranksHere: Int,
    onLeaving: @escaping () -> Void
  ) {
    self.communicator = communicator
    self.machines = machines
    self.ranksHere = ranksHere
    self.onLeaving = onLeaving
  }

  var isLeader: Bool { communicator.rank == 0 }
  var count: Int { communicator.memberCount }

  /// Joins the group of the processes that were started together.
  ///
  /// - Throws: what keeps them from it.
  /// - Returns: nil for a process that was started alone.
  static func joined() throws(UsageProblem) -> RankGroup? {
    guard let launched else { return nil }
    #if MPI
      do throws(MPIProblem) {
        let group = try MPICommunicator(
          isAskedToEnd: { SignalHandling.signal != nil }, end: endGroup)
        guard group.memberCount == launched.count else {
          throw MPIProblem(
            description: "\(launched.count) processes were started and MPI connects "
              + "\(group.memberCount) of them: the launcher belongs to another MPI than this binary"
          )
        }
        return RankGroup(
          group, machines: group.machines, ranksHere: group.membersHere, onLeaving: group.leave)
      } catch {
        throw UsageProblem(error.description)
      }
    #else
      throw UsageProblem(
        "this process is one of \(launched.count) that were started together, and this binary was built "
          + "without MPI: build it with tools/train-mpi, or swift build -c release --traits MPI")
    #endif
  }

  /// Leaves the group; it waits until all do.
  func leave() { onLeaving() }

  // MARK: - What all do

  /// Does what may fail on some of the ranks. Where it does, all throw.
  ///
  /// - Parameter body: what each rank does.
  /// - Throws: the problem of the first rank that has one.
  /// - Returns: what this rank's body did.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    var report = ""
    if case .failure(let error) = result {
      let ending = Ending(of: error)
      report = "\(ending.status) \(ending.message)"
    }
    let reports = communicator.gather(Array(report.utf8))
      .map { String(decoding: $0, as: UTF8.self) }
    guard let failed = reports.firstIndex(where: { !$0.isEmpty }) else { return try result.get() }
    let words = reports[failed].split(
      separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let message = words.last.map(String.init) ?? ""
    throw RankProblem(
      status: words.first.flatMap { Int32($0) } ?? 1,
      message: failed == 0 ? message : "\(name(failed)): \(message)")
  }

  /// Refuses to begin where the ranks do not have the same.
  ///
  /// - Parameter facts: what has to be the same, each with its name.
  /// - Throws: the first rank that has something else.
  func compare(_ facts: [(name: String, value: String)]) throws(RankProblem) {
    for (name, value) in facts {
      let values = communicator.gather(Array(value.utf8))
      guard let other = ranksThatDiffer(values).first else { continue }
      throw RankProblem(status: 65, message: "\(self.name(other)) has other \(name) than the rest")
    }
  }

  /// The signal that asks some rank to end, of the lowest one.
  func signal(_ own: Int32?) -> Int32? {
    let signals = communicator.gather([UInt8(own ?? 0)], counts: Array(repeating: 1, count: count))
    return signals.compactMap(\.first).first { $0 > 0 }.map(Int32.init)
  }

  /// Hands the words of rank 0 to all.
  func words(ofLeader words: String) -> String {
    String(decoding: communicator.broadcast(Array(words.utf8)), as: UTF8.self)
  }

  /// Notes how to go on where the group ends too early.
  static func noteResumption(_ command: String) { resumption.withLock { $0 = command } }

  // MARK: - In words

  /// `4 on 2 machines: 3 on first, 1 on second`.
  var inWords: String {
    var names: [String] = []
    for machine in machines where !names.contains(machine) { names.append(machine) }
    guard names.count > 1 else { return "\(count) on \(names.first ?? "this machine")" }
    let shares = names.map { name in "\(machines.count { $0 == name }) on \(name)" }
    return "\(count) on \(names.count) machines: \(shares.joined(separator: ", "))"
  }

  private func name(_ rank: Int) -> String { "rank \(rank) on \(machines[rank])" }
}

/// A problem of one rank or of several, which ends all.
struct RankProblem: Error {
  let status: Int32
  let message: String
}

/// The exit status where a rank is lost: to be tried again.
private let lostStatus: Int32 = 75

/// Ends this process because the group cannot go on.
@Sendable private func endGroup(_ failure: GroupFailure, tells: Bool) -> Never {
  if tells {
    let advice = RankGroup.resumptionInWords
    writeToStandardError("\nlockstep: \(visible(failure.description)); \(visible(advice))\n")
  }
  // What waits for other ranks at an ordinary exit would wait for ever.
  fflush(nil)
  _exit(lostStatus)
}

extension RankGroup {
  fileprivate static var resumptionInWords: String {
    resumption.withLock { $0 }.map { "go on from the last checkpoint with: \($0)" }
      ?? "no step was taken yet"
  }
}

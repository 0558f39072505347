#if MPI
  import CMPI
  import Communication
  import Foundation
  import Kernels
  import Synchronization

  /// Watches over the members: a thread of each sends beats to rank 0, and rank 0 to all. A member whose beats
  /// stay away is lost; so is one whose process is gone, which its neighbour on the same machine sees at once.
  ///
  /// Rank 0 tells of a loss, and rank 1 of that of rank 0; the others end without a word.
  final class Watch: @unchecked Sendable {
    /// How a member was lost.
    enum Cause: Int32 {
      case gone, silent, unreachable
    }

    /// Ends the process, after it has told of the loss or not.
    typealias End = @Sendable (_ failure: GroupFailure, _ tells: Bool) -> Never

    /// The time from beat to beat.
    private static let period = Duration.milliseconds(100)
    /// The time without a beat after which a member counts as lost.
    private static let patience = Duration.seconds(15)
    /// The same once the process was asked to end: a launcher asks so after it has lost a member.
    private static let patienceAtEnd = Duration.milliseconds(900)
    /// The time between two beats from which on it is this process that was stopped.
    private static let longestPause = Duration.seconds(5)
    /// The time that those who do not tell wait for the one who does.
    private static let farewell = Duration.seconds(5)

    private enum Kind: Int32 {
      /// The sender lives.
      case beat
      /// The sender has seen a loss that rank 0 does not know of.
      case loss
      /// A loss has been told, and the receiver ends.
      case told
    }

    /// A member that sends beats here and receives some.
    private final class Peer {
      let rank: Int
      let sent = Block<Int32>(count: 3)
      let received = Block<Int32>(count: 3)
      var sending = mpi_no_request()
      var receiving = mpi_no_request()
      var lastHeard = ContinuousClock.now

      init(rank: Int) { self.rank = rank }
    }

    let members: [Member]
    private let calls: MPICalls
    private let end: End
    private let isAskedToEnd: @Sendable () -> Bool
    // Read and written by whoever makes calls of MPI.
    private let peers: [Peer]
    private let neighbour: Int?
    private var isStopped = false
    private var isEnding = false
    private var lastBeat = ContinuousClock.now
    /// When this process last went on after it had been stopped.
    private var lastPause: ContinuousClock.Instant?
    /// The last messages, which MPI may read until the process ends.
    private var farewells: [Block<Int32>] = []
    private var toldLoss: (rank: Int, cause: Cause)?

    init(
      _ calls: MPICalls, members: [Member], isAskedToEnd: @escaping @Sendable () -> Bool,
      end: @escaping End
    ) {
      self.calls = calls
      self.members = members
      self.isAskedToEnd = isAskedToEnd
      self.end = end
      peers = (calls.rank == 0 ? Array(1..<members.count) : [0]).map(Peer.init)
      let near = members.indices.filter { members[$0].system == members[calls.rank].system }
      neighbour =
        near.count == 1 ? nil : near.first { $0 > calls.rank } ?? near[0]
    }

    /// Begins to send beats and to listen.
    func begin() {
      calls.perform { for peer in peers { listen(to: peer) } }
      Thread.detachNewThread { [self] in
        while beat() { Thread.sleep(forTimeInterval: 0.1) }
      }
    }

    /// Ends the watch, when all members are about to leave.
    func stop() { calls.perform { isStopped = true } }

    // MARK: - Beats

    /// Sends beats, hears those of others and looks after the neighbour.
    ///
    /// - Returns: whether the watch goes on.
    private func beat() -> Bool {
      let loss: (rank: Int, cause: Cause)? = calls.perform {
        guard !isStopped else { return nil }
        if let loss = exchangeBeats() { return loss }
        notePause()
        let patience = isAskedToEnd() ? Self.patienceAtEnd : Self.patience
        let now = ContinuousClock.now
        return peers.first { now - $0.lastHeard > patience }.map { ($0.rank, .silent) }
      }
      if let loss { lose(loss.rank, loss.cause) }
      if calls.perform({ isStopped }) { return false }
      if let neighbour, members[neighbour].isGone { lose(neighbour, .gone) }
      return true
    }

    /// Notes whether this process was stopped since its last beat: then it is no wonder that it has heard nothing.
    private func notePause() {
      let now = ContinuousClock.now
      if now - lastBeat > Self.longestPause {
        for peer in peers { peer.lastHeard = now }
        lastPause = now
      }
      lastBeat = now
    }

    /// Hears what has come and sends a beat to each peer that has taken the last one.
    ///
    /// - Returns: a loss that somebody reports.
    private func exchangeBeats() -> (rank: Int, cause: Cause)? {
      for peer in peers {
        while isDone(&peer.receiving) {
          peer.lastHeard = .now
          let message = (peer.received[0], peer.received[1], peer.received[2])
          listen(to: peer)
          guard let kind = Kind(rawValue: message.0), kind != .beat else { continue }
          let loss = (rank: Int(message.1), cause: Cause(rawValue: message.2) ?? .unreachable)
          if kind == .told { toldLoss = loss }
          return loss
        }
        if isDone(&peer.sending) {
          peer.sending = send([Kind.beat.rawValue, 0, 0], to: peer.rank, from: peer.sent)
        }
      }
      return nil
    }

    private func listen(to peer: Peer) {
      _ = unsafe mpi_receive_words(
        calls.beats, peer.received.start, 3, Int32(peer.rank), &peer.receiving)
    }

    private func send(
      _ words: [Int32], to rank: Int, from memory: Block<Int32>
    ) -> mpi_request {
      for (index, word) in words.enumerated() { memory[index] = word }
      var request = mpi_no_request()
      _ = unsafe mpi_send_words(calls.beats, memory.start, 3, Int32(rank), &request)
      return request
    }

    private func isDone(_ request: inout mpi_request) -> Bool {
      var isDone: Int32 = 0
      return unsafe mpi_test(1, &request, &isDone) == MPI_SUCCESS && isDone != 0
    }

    // MARK: - Losses

    /// The member that an error in a call with all of them is most likely the fault of.
    var suspect: Int {
      let near = members.indices.filter {
        $0 != calls.rank && members[$0].system == members[calls.rank].system
      }
      if let gone = near.first(where: { members[$0].isGone }) { return gone }
      return calls.perform { peers.min { $0.lastHeard < $1.lastHeard }?.rank ?? 0 }
    }

    /// Ends the process because a member is lost.
    func lose(_ lost: Int, _ cause: Cause) -> Never {
      let failure = GroupFailure.lost(
        rank: lost, machine: members[lost].machine, reason: reason(cause, of: lost))
      let isFirst = calls.perform {
        defer { isEnding = true }
        return !isEnding
      }
      // The other thread has seen it, too, and ends the process.
      while !isFirst { sleep(1) }
      // Where this process was stopped, it is the one that the others have lost, and told of.
      let told = calls.perform {
        notePause()
        return toldLoss != nil || lastPause.map { .now - $0 < Self.farewell } ?? false
      }
      let tells =
        !told && (calls.rank == 0 || lost == 0 && (calls.rank == 1 || cause == .gone))
      if tells {
        spread([Kind.told.rawValue, Int32(lost), cause.rawValue], to: members.indices, lost: lost)
      } else if !told {
        spread([Kind.loss.rawValue, Int32(lost), cause.rawValue], to: 0..<1, lost: lost)
        waitToBeTold()
      }
      end(failure, tells)
    }

    /// Sends a message to members, as far as it goes in half a second.
    private func spread(_ words: [Int32], to ranks: Range<Int>, lost: Int) {
      var requests = ranks.filter { $0 != calls.rank && $0 != lost }.map { rank in
        calls.perform {
          let memory = Block<Int32>(count: 3)
          farewells.append(memory)
          return send(words, to: rank, from: memory)
        }
      }
      let deadline = ContinuousClock.now + .milliseconds(500)
      while ContinuousClock.now < deadline {
        let left = requests.indices.filter { index in
          calls.perform { !isDone(&requests[index]) }
        }
        if left.isEmpty { return }
        usleep(1000)
      }
    }

    private func waitToBeTold() {
      let deadline = ContinuousClock.now + Self.farewell
      while ContinuousClock.now < deadline {
        let isTold = calls.perform {
          _ = exchangeBeats()
          return toldLoss != nil
        }
        if isTold { return }
        usleep(10_000)
      }
    }

    private func reason(_ cause: Cause, of lost: Int) -> String {
      switch cause {
      case .gone: "is gone: its process \(members[lost].process) has ended"
      case .silent:
        isAskedToEnd()
          ? "does not answer any more"
          : "has not answered for \(Self.patience.components.seconds) seconds"
      case .unreachable: "cannot be reached any more"
      }
    }
  }
#endif

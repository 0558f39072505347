#if os(Linux)
  import Foundation
  import TestSupport
  import Testing
  import Workers

  private let processors = AvailableProcessors.read()
  /// The processors that the calling thread may run on, as the system writes them.
  private var affinity: String? {
    let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
    return status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
      .map(String.init)
  }

  /// One thread takes the place of all participants, since it then begins where the one before did.
  @Suite(.enabled(if: processors.dedicated >= 2, "needs two processors"))
  struct ThreadPlacementTests {
    /// A root for a system with this number of threads that run or want to.
    private func system(running: Int) throws -> TemporaryFolder {
      let folder = try TemporaryFolder()
      try folder.write("2.50 1.00 0.75 \(running)/300 12345\n", to: "proc/loadavg")
      return folder
    }

    private func enter(
      _ count: Int, of participants: Int? = nil, _ placement: ThreadPlacement = .apart,
      available: AvailableProcessors = processors, running: Int = 2
    ) throws -> [Int32?] {
      let system = try system(running: running)
      let occupied = OccupiedProcessors(
        for: participants ?? count, placement, available: available, root: system.path)
      return (0..<count).map { _ in occupied.enter() }
    }

    @Test func `a participant that begins on another's processor moves to its own`() throws {
      let before = affinity
      let places = try enter(processors.dedicated)
      #expect(Set(places).count == processors.dedicated)
      #expect(!places.contains(nil) && !places.contains(-1))
      #expect(affinity == before)
    }

    @Test func `the system chooses where it is told to, and where there are too few processors`()
      throws
    {
      let count = processors.dedicated
      #expect(try enter(count, .bySystem) == Array(repeating: nil, count: count))
      #expect(try enter(count, of: count + 1) == Array(repeating: nil, count: count))
      let throttled = AvailableProcessors(online: count, affinity: nil, quota: Double(count) - 0.5)
      #expect(try enter(count, available: throttled) == Array(repeating: nil, count: count))
      #expect(try enter(1) == [nil])
    }

    /// In a process of its own, whose only busy thread the system has no reason to move.
    @Test func `nobody moves while all processors are busy or none is left`() async {
      await #expect(processExitsWith: .success) {
        let tests = ThreadPlacementTests()
        let busy = try (0..<20).map { _ in
          try tests.enter(2, running: processors.dedicated + 1)
        }
        try #require(busy.contains { $0[0] == $0[1] })
      }
    }

    @Test func `nobody leaves the affinity of the thread`() async {
      await #expect(processExitsWith: .success) {
        let available = AvailableProcessors(online: 2, affinity: nil, quota: nil)
        try bindToOneProcessor()
        let bound = affinity
        let places = try ThreadPlacementTests().enter(2, available: available)
        try #require(places[0] == places[1] && places[0] != nil)
        try #require(affinity == bound)
      }
    }

    @Test(arguments: [ThreadPlacement.apart, .bySystem])
    func `a region leaves the affinity of its threads as it was`(placement: ThreadPlacement) async {
      let before = affinity
      let runs = Cells(count: processors.dedicated * Cells.line)
      performInLockstep(
        workers: processors.dedicated, steps: 500, phases: [processors.dedicated],
        placement: placement
      ) { work in
        runs[work.item * Cells.line] += affinity == before ? 1 : 0
      }
      #expect((0..<processors.dedicated).allSatisfy { runs[$0 * Cells.line] == 500 })
      #expect(affinity == before)
    }
  }
#endif

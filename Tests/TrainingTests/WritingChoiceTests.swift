import Kernels
import Testing
import Training

@Suite struct WritingChoiceTests {
  /// The ways that are chosen on a machine where streamed and cached steps take these times.
  private func turns(_ count: Int, streamed: Int, cached: Int, _ choice: inout WritingChoice)
    -> [Writing]
  {
    (0..<count).map { _ in
      let writing = choice.next
      choice.note(.microseconds(writing == .streamed ? streamed : cached))
      return writing
    }
  }

  @Test func `both ways are tried once, then the faster one is kept`() {
    for (streamed, cached) in [(10, 20), (20, 10)] {
      var choice = WritingChoice()
      let found = turns(WritingChoice.period, streamed: streamed, cached: cached, &choice)
      #expect(found[0] == .cached)
      #expect(Array(found[1...2]) == [.streamed, .cached])
      #expect(found[3...].allSatisfy { $0 == (streamed < cached ? .streamed : .cached) })
    }
  }

  @Test func `a machine that changes is followed within a period`() {
    var choice = WritingChoice()
    _ = turns(WritingChoice.period, streamed: 20, cached: 10, &choice)
    let found = turns(WritingChoice.period, streamed: 10, cached: 20, &choice)
    #expect(found.first == .cached && found.last == .streamed)
  }

  @Test func `a slow first turn decides nothing`() {
    var choice = WritingChoice()
    choice.note(.seconds(1))
    #expect(turns(3, streamed: 20, cached: 10, &choice).last == .cached)
  }
}

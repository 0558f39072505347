import Testing
import Workers

@Suite struct StartableThreadsTests {
  @Test func `a few threads can be started anywhere`() {
    for count in [1, 2, 5, 3, 1] { #expect(startableThreads(upTo: count) == count) }
  }
}

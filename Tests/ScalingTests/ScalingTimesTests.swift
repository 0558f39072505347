import Scaling
import Statistics
import Testing

@Suite struct ScalingTimesTests {
  private let times = ScalingTimes(
    workers: [1, 2, 4], rounds: [[8, 4, 4], [16, 8, 2], [8, 5, 2]])

  @Test func `speed-ups are compared within their rounds`() throws {
    #expect(try #require(times.speedUp(workers: 2)) == MedianInterval([2, 2, 1.6]))
    #expect(try #require(times.speedUp(workers: 4)) == MedianInterval([2, 8, 4]))
    #expect(try #require(times.speedUp(workers: 1)) == MedianInterval([1, 1, 1]))
    #expect(times.speedUp(workers: 3) == nil)
  }

  @Test func `over-subscribed numbers of workers can be left out`() {
    #expect(times.upTo(workers: 3).workers == [1, 2])
    #expect(times.upTo(workers: 3).rounds == [[8, 4], [16, 8], [8, 5]])
    #expect(times.upTo(workers: 100) == times)
  }
}

import Lecture
import Testing

@Suite struct BackwardCostTests {
  @Test func `D6 counts 256² multiply-adds a layer, and no error signals of the inputs`()
    async throws
  {
    let lesson = try await lesson("D6")
    let table = try lesson.table("A sample's")
    #expect(try table.column("layers") == [1, 2, 3, 4, 5, 6])
    #expect(try table.column("forward") == (1...6).map { Double($0) * 65536 })
    #expect(try table.column("backward") == (1...6).map { Double(2 * $0 - 1) * 65536 })
    #expect(try table.column("ratio") == (1...6).map { Double(2 * $0 - 1) / Double($0) })
  }

  /// The classroom's clock says that a forward pass takes a second and a backward pass 1.7.
  @Test func `D6 takes its times from the clock`() async throws {
    let lesson = try await lesson("D6")
    let table = try lesson.table("A sample's")
    // The clock adds up a few hundred numbers.
    for (column, expected) in [("forward (ms)", 1000.0), ("backward (ms)", 1700), ("ratio ", 1.7)] {
      for found in try table.column(column) { #expect(abs(found / expected - 1) <= 1e-9) }
    }
    for point in try lesson.points("time, median and quartiles") {
      let interval = try #require(point.interval)
      #expect(interval.contains(point.y) && interval.upperBound - interval.lowerBound <= 1e-9)
    }
  }

  @Test(arguments: [
    (0.5, false), (0.95, false), (1.3, true), (2.2, true), (2.8, false), (9, false),
  ])
  func `D6 claims what it measures`(seconds: Double, holds: Bool) throws {
    let topic = try #require(topics.first { $0.number == "D6" })
    let lesson = Lesson(try topic.init().demonstrate(in: classroom(backwardSeconds: seconds)))
    #expect(try lesson.claim("the trainer's fastest passes").holds == holds)
    #expect(try lesson.claim("counted").holds)
  }

  @Test func `D6 with other networks`() throws {
    var topic = BackwardCost()
    (topic.width, topic.layers) = (16, 3)
    let shown = topic.demonstrate(in: classroom())
    #expect(shown.holds && shown.claims.count == 1 && shown.leftOut.count == 1)
    #expect(try Lesson(shown).table("A sample's").column("forward") == [256, 512, 768])
    (topic.width, topic.layers) = (128, 1)
    #expect(topic.demonstrate(in: classroom()).leftOut.first?.reason == "there is one layer")
    (topic.width, topic.layers) = (128, 2)
    #expect(topic.demonstrate(in: classroom()).leftOut.isEmpty)
  }
}

import Foundation
import Lecture
import Networks
import Pictures
import Reference
import Testing
import Training

/// A8 against sums of the tests' own.
@Suite struct DataParallelTopicTests {
  private func topic(_ batchSize: Int, _ shards: Int, _ workers: [Int] = [1, 2])
    -> DataParallelTopic
  {
    var topic = DataParallelTopic()
    topic.batchSize = batchSize
    topic.shardCount = shards
    topic.workerCounts = workers
    return topic
  }

  /// The gradients' norms by a computation graph, in double precision.
  @Test func `the shards' gradients are those of a graph`() throws {
    let train = try classroomDigits().train
    let order = epochOrder(of: (0..<4000).map { Int32($0) }, seed: 1, epoch: 0)
    let parameters = Parameters(
      Architecture(inputs: 784, hidden: [32], activation: .logistic, outputs: 10), seed: 1)
    let table = try Lesson(topic(30, 4).demonstrate(in: classroom())).table("A mini-batch")
    let (rows, norms) = (try table.words("rows"), try table.column("‖∇Eₖ‖"))
    #expect(rows == ["0–6", "7–14", "15–21", "22–29", "all"])
    #expect(try table.column("nₖ/n").dropLast().reduce(0, +).rounded() == 1)
    for (range, norm) in zip([0..<7, 7..<15, 15..<22, 22..<30, 0..<30], norms) {
      let samples = order[range].map { Int($0) }
      let graph = NetworkGraph(
        parameters, Batch(inputs: samples.map(train.row), targets: samples.map(train.target)))
      let expected = graph.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // 800 roundings of sums in single precision.
      #expect(abs(norm / expected - 1) < 800 * 0x1p-24)
    }
  }

  @Test(arguments: [
    (1, 1, 2), (32, 4, 1), (64, 2, 2), (65, 3, 0), (250, 7, 0), (1000, 16, 0), (256, 2, 2),
  ])
  func `claims follow from the sizes or are left out`(
    batchSize: Int, shards: Int, leftOut: Int
  ) throws {
    let topic = topic(batchSize, shards)
    #expect(topic.validationError == nil)
    let shown = try topic.demonstrate(in: classroom())
    #expect(shown.holds, "\(shown.claims.filter { !$0.holds })")
    #expect(shown.leftOut.count == leftOut)
  }

  @Test func `sizes that make no sense are refused`() {
    for topic in [
      topic(0, 1), topic(2000, 1), topic(10, 0), topic(10, 11), topic(100, 17),
      topic(10, 2, []), topic(10, 2, [2, 4]), topic(10, 2, [1, 1]), topic(10, 2, [1, 65]),
    ] {
      #expect(topic.validationError != nil)
    }
  }

  /// The clock of the classroom gives times of 1, 1.7 and 0.3 seconds in turn.
  @Test func `the speed-up is that of the times`() async throws {
    let table = try await lesson("A8").table("Steps of")
    let (workers, speedUps) = (try table.column("workers"), try table.column("speed-up"))
    #expect(workers == [1, 2] && speedUps[0] == 1)
    // Of three ratios in turn, the medians of seven rounds.
    let ratios: [Double] = [1 / 0.3, 1.7, 0.3 / 1.7, 1 / 1.7, 1.7 / 0.3, 0.3]
    let nearest = ratios.map { abs($0 - speedUps[1]) }.min() ?? 1
    #expect(nearest < 1e-9, "\(speedUps)")
  }

  @Test func `the picture has a box for each shard and leaf, and a plus for each addition`()
    async throws
  {
    let drawing = try await lesson("A8").drawing
    let words = drawing.marks.compactMap { mark in
      if case .text(let words, _, _, _, _, _) = mark { words } else { nil }
    }
    #expect(words.count { $0.hasPrefix("worker ") } == 4)
    #expect(
      words.filter { $0.hasPrefix("rows ") } == [
        "rows 0–63", "rows 64–127", "rows 128–191", "rows 192–249",
      ])
    #expect(words.count { $0 == "+" } == 3)
    let images = drawing.marks.count { if case .image = $0 { true } else { false } }
    #expect(images == 12)
  }
}

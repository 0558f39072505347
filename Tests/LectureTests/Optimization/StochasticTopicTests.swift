import Foundation
import Lecture
import Networks
import Reference
import Testing

@Suite struct StochasticTopicTests {
  /// Of independent draws from n gradients with the mean square distance σ² from their mean, the
  /// mean of |S| lies σ²/|S| away on average: no draw is needed to know that.
  @Test(arguments: 1...2 as ClosedRange<UInt64>)
  func `A6 finds the noise that follows from all single gradients`(seed: UInt64) async throws {
    let table = try await lesson("A6", seed: seed).table("Mini-batch gradients")
    let train = try classroomDigits().train
    let parameters = Parameters(
      Architecture(inputs: 784, hidden: [], outputs: 10), seed: seed)
    let gradients = (0..<200).map { index in
      let sample = index * (train.count / 200)
      return parameters.gradient(
        Batch(inputs: [train.row(sample)], targets: [train.target(sample)]))
    }
    var mean = Array(repeating: 0.0, count: parameters.architecture.parameterCount)
    for gradient in gradients { for (j, g) in gradient.enumerated() { mean[j] += Double(g) / 200 } }
    let squares = gradients.map { gradient in
      zip(gradient, mean).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    }
    let variance = squares.reduce(0, +) / 200
    // The mean of 400 draws of a single one has a standard error of the squares' deviation/√400;
    // that of mini-batches, relative to its size, is smaller.
    let deviation = (squares.reduce(0) { $0 + ($1 - variance) * ($1 - variance) } / 200)
      .squareRoot()
    for scaled in try table.column("times |S|") {
      #expect(abs(scaled - variance) <= 5 * deviation / 20, "\(scaled), expected \(variance)")
    }
  }

  @Test func `A6 runs the sizes that it is given`() throws {
    var topic = StochasticTopic()
    topic.batchSizes = [64, 9000]
    topic.epochs = 2
    let shown = Lesson(try topic.demonstrate(in: classroom()))
    let table = try shown.table("Softmax regression")
    #expect(try table.column("|S|") == [64, 4000])
    #expect(try table.column("steps") == [126, 2])
    #expect(shown.claims.allSatisfy { $0.holds })
    topic.batchSizes = [256]
    let alone = try topic.demonstrate(in: classroom())
    #expect(alone.holds && alone.leftOut.count == 1)
    for sizes in [[], [0], [-1], [32, 32], [1, 2, 3, 4, 5, 6, 7]] {
      topic.batchSizes = sizes
      #expect(topic.validationError != nil, "\(sizes)")
    }
  }

  /// What a reader works out from the digits' order alone: unshuffled, the last class is all that a
  /// step has seen for 400 steps.
  @Test func `A6 finds that order matters, and that the trainer's does not depend on the set's`()
    async throws
  {
    let lesson = try await lesson("A6")
    let inTurn = try lesson.claim("taken class by class").found
    let loss = try #require(Double(inTurn.split(separator: " ").last ?? ""))
    // Guessing has a loss of log 10; to be sure of the wrong class is worse.
    #expect(loss > log(10.0))
  }

  @Test func `A6 counts examples and steps, and time goes on`() async throws {
    let lesson = try await lesson("A6")
    let table = try lesson.table("Softmax regression")
    #expect(try table.column("|S|") == [1, 32, 4000])
    #expect(try table.column("steps") == [32_000, 1000, 8])
    let starts = try table.column("start")
    #expect(Set(starts).count == 1)
    for (row, size) in ["1", "32", "4,000"].enumerated() {
      let byExamples = try lesson.points("|S| = \(size)", ofPlot: 0)
      let byTime = try lesson.points("|S| = \(size)", ofPlot: 1)
      #expect(byExamples.map(\.x) == (0...8).map { Double($0) * 4000 })
      #expect(byExamples.map(\.y) == byTime.map(\.y))
      #expect(byTime[0].x == 0)
      #expect(zip(byTime, byTime.dropFirst()).allSatisfy { $0.x < $1.x })
      #expect(byExamples[0].y == starts[row])
      #expect(byExamples[8].y == (try table.column("after 8 N"))[row])
    }
  }
}

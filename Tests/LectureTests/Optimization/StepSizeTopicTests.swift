import Foundation
import Lecture
import Networks
import Testing
import Training

/// A4 against formulas and descents of the tests' own.
@Suite struct StepSizeTopicTests {
  /// 300 samples are 300 steps of one, 16 epochs 4,800; the last one begins after 4,799.
  @Test func `rates at both ends are those of the formulas`() async throws {
    let table = try await lesson("A4").table("Least squares by")
    let (first, last) = (try table.column("first η"), try table.column("last η"))
    let names = try table.words("schedule")
    let end = 4799.0 / 4800
    let expected: [String: (Double, Double)] = [
      "constant": (0.2, 0.2), "step": (0.2, 0.2 * 0.3 * 0.3 * 0.3),
      "exponential": (0.2, 0.2 * pow(0.8, 15)), "1/t": (0.2, 0.2 / (1 + 0.5 * 4799 / 300)),
      "cosine": (0.2, 0.1 * (1 + cos(.pi * end))),
      "one-cycle": (
        0.008, 0.2 / 250_000 + 0.1 * (1 - 1 / 250_000.0) * (1 + cos(.pi * (end - 0.3) / 0.7))
      ),
    ]
    for (row, name) in names.enumerated() where name != "plateau" {
      let (start, finish) = try #require(expected[name])
      #expect(abs(first[row] - start) <= 1e-12 && abs(last[row] - finish) <= 1e-12, "\(name)")
    }
  }

  /// The rates are the means of an epoch, as the weights show them.
  @Test func `the picture shows the rates of the trainer`() async throws {
    let lesson = try await lesson("A4")
    let exponential = try lesson.points("exponential", ofPlot: 1)
    #expect(exponential.count == 16)
    for (epoch, point) in exponential.enumerated() {
      // A rate is known to a thousandth of η₀ or better.
      #expect(abs(point.y - pow(0.8, Double(epoch))) < 1e-3)
    }
    let plateau = try lesson.points("plateau", ofPlot: 1).map(\.y)
    for (rate, next) in zip(plateau, plateau.dropFirst()) {
      #expect(abs(next - rate) < 1e-3 || abs(next - rate / 2) < 1e-3)
    }
    #expect(plateau[15] < plateau[0] / 4)
  }

  /// Backtracking by a loop of the test's own, which takes the trainer's gradient and judges the loss
  /// by a set's evaluation.
  @Test func `halving until the loss falls leads where it is said to`() async throws {
    let table = try await lesson("A4").table("Batch descent")
    let train = try classroomDigits().train.thinned(to: 300)
    let architecture = Architecture(inputs: 784, hidden: [], outputs: 10)
    var parameters = Parameters(architecture, seed: 1)
    var loss = parameters.evaluate(on: train, workers: 1).loss
    var evaluations = 0
    for step in 1...10 {
      var rate = 8.0
      while true {
        let trainer = Trainer(
          from: parameters, training: train,
          settings: TrainingSettings(
            epochs: 1, batchSize: 300, learningRate: rate, schedule: .constant,
            optimizer: .plainSGD, seed: 9), workers: 2)
        try trainer.run()
        evaluations += 1
        let next = trainer.parameters.evaluate(on: train, workers: 1).loss
        if next < loss {
          (parameters, loss) = (trainer.parameters, next)
          break
        }
        rate /= 2
        try #require(rate > 1e-6, "no step of step \(step) decreases the loss")
      }
    }
    // Another seed shuffles the batch: sums of 300 in another order, over ten steps.
    #expect(abs(loss - (try table.column("10 steps")[0])) < 1e-4)
    let costs = try table.column("evaluations")
    #expect(costs[0] >= Double(evaluations) && costs[0] > 100)
    #expect(costs.dropFirst().allSatisfy { $0 == 50 })
    let (steps, same) = (try table.column("50 steps"), try table.column("50 evaluations"))
    #expect(zip(steps, same).dropFirst().allSatisfy { $0 == $1 } && steps[0] < same[0])
  }

  @Test(arguments: [0.05, 0.6])
  func `what does not follow from a rate is left out`(rate: Double) throws {
    var topic = StepSizeTopic()
    topic.learningRate = rate
    topic.startRate = 0.5
    let shown = try topic.demonstrate(in: classroom())
    #expect(shown.holds)
    #expect(shown.leftOut.count == (rate < 0.1 ? 4 : 3))
  }

  @Test func `rates out of reach are refused`() {
    var topic = StepSizeTopic()
    #expect(topic.validationError == nil)
    for rate in [0, -1, 2, .nan, .infinity] {
      topic.learningRate = rate
      #expect(topic.validationError?.contains("learning rate") == true)
    }
    topic.learningRate = 0.2
    topic.startRate = .nan
    #expect(topic.validationError != nil)
  }
}

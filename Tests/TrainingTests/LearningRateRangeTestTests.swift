import Foundation
import Networks
import Testing
import TestSupport
import Training

@Suite struct LearningRateRangeTestTests {
  private func rangeTest(
    _ settings: TrainingSettings = TrainingSettings(), rates: ClosedRange<Double> = 1e-5...10,
    stepsPerDecade: Int = 25, workers: Int = 2
  ) throws -> LearningRateRangeTest {
    LearningRateRangeTest(
      from: Parameters(.digits, seed: settings.seed),
      training: SampleSet(try embeddedDigits().train, prefix: 4000), settings: settings,
      rates: rates, stepsPerDecade: stepsPerDecade, workers: workers)
  }

  @Test func `the rate rises by the same factor in every step, from one end to the other`() throws {
    let test = try rangeTest(rates: 1e-5...1e-3)
    #expect(test.end == .highestRate && test.divergingRate == nil)
    #expect(test.steps.count == 51)
    #expect(test.steps.first?.rate == 1e-5 && test.steps.last?.rate == 1e-3)
    for (step, next) in zip(test.steps, test.steps.dropFirst()) {
      #expect(abs(next.rate / step.rate / pow(10, 0.04) - 1) < 1e-12)
    }
  }

  @Test(arguments: [
    Optimizer.sgd(momentum: 0.9, weightDecay: 0.002), .plainSGD, .adamW(),
  ])
  func `the suggestion lies where the loss is lowest, well below where it diverges`(
    optimizer: Optimizer
  ) throws {
    let test = try rangeTest(TrainingSettings(optimizer: optimizer))
    let (suggestion, diverging) = (
      try #require(test.suggestedRate), try #require(test.divergingRate)
    )
    let lowest = try #require(test.lowest)
    #expect(test.end == .diverged || test.end == .notFinite)
    #expect(suggestion <= diverging / 10 * 1.05)
    #expect(abs(suggestion / min(lowest.rate, diverging / 10) - 1) < 0.05)
    #expect(lowest.smoothedLoss < 0.8 * test.steps[0].smoothedLoss)
    #expect(!test.isStillFalling)
  }

  @Test func `the losses are those of a training at these rates, step by step`() throws {
    let settings = TrainingSettings(batchSize: 96, optimizer: .plainSGD)
    let test = try rangeTest(settings, rates: 0.1...0.4, stepsPerDecade: 80)
    #expect(test.steps.count == 50)
    // 42 steps an epoch, the last one of 64 samples.
    let samples = SampleSet(try embeddedDigits().train, prefix: 4000)
    var constant = settings
    constant.schedule = .constant
    constant.learningRate = 0.1
    let trainer = Trainer(.digits, training: samples, settings: constant, workers: 1)
    guard case .progress(let first) = try trainer.next(stepLimit: 1) else { return }
    #expect(test.steps[0].loss == first.loss)
    guard case .progress(let second) = try trainer.next(stepLimit: 1) else { return }
    // The first step was taken at 0.1 in both; the mean of two losses rounds.
    #expect(abs((test.steps[0].loss + test.steps[1].loss) / 2 - second.loss) < 1e-12)
    #expect(Set(test.steps.map(\.loss)).count == test.steps.count)
  }

  @Test func `the curve has the same bits for any number of workers`() throws {
    let settings = TrainingSettings(
      batchSize: 100, optimizer: .adamW(),
      regularization: Regularization(dropout: 0.2, inputDropout: 0.1))
    let expected = try rangeTest(settings, workers: 1)
    for workers in [2, 3, 7] {
      let test = try rangeTest(settings, workers: workers)
      #expect(test.steps == expected.steps && test.end == expected.end)
      #expect(test.divergingRate == expected.divergingRate)
    }
  }

  @Test func `a schedule, epochs, an average and stopping rules have no part in it`() throws {
    let plain = TrainingSettings(batchSize: 64, validationCount: 300)
    var other = plain
    (other.schedule, other.epochs, other.patience) = (.oneCycle, 1, 1)
    (other.learningRate, other.gradientNormThreshold, other.averageDecay) = (3, 1e9, 0.9)
    #expect(try rangeTest(other).steps == rangeTest(plain).steps)
    var without = plain
    without.validationCount = 0
    #expect(try rangeTest(without).steps != rangeTest(plain).steps)
  }

  @Test func `a loss that falls at no rate gives no suggestion`() throws {
    let test = try rangeTest(rates: 1e-9...1e-7)
    #expect(test.end == .highestRate && test.suggestedRate == nil)
  }

  @Test func `a loss that still falls at the highest rate is told`() throws {
    let test = try rangeTest(rates: 1e-4...0.02)
    #expect(test.end == .highestRate && test.isStillFalling)
    #expect(try #require(test.suggestedRate) > 0.01)
  }

  @Test func `numbers that overflow end the test at their step`() throws {
    let test = try rangeTest(TrainingSettings(optimizer: .plainSGD), rates: 1e30...1e32)
    #expect(test.end == .notFinite && test.suggestedRate == nil)
    let last = try #require(test.steps.last)
    #expect(try #require(test.divergingRate) > last.rate)
    #expect(test.steps.allSatisfy { $0.loss.isFinite })
  }

  @Test func `a step counts more for the smoothed loss around it the nearer it is`() throws {
    let test = try rangeTest(rates: 1e-5...1e-2)
    let losses = test.steps.map(\.loss)
    for (step, point) in test.steps.enumerated() {
      var (sum, weights) = (0.0, 0.0)
      for (other, loss) in losses.enumerated() where abs(other - step) <= 7 {
        sum += Double(8 - abs(other - step)) * loss
        weights += Double(8 - abs(other - step))
      }
      // The sums have the same terms in the same order.
      #expect(point.smoothedLoss == sum / weights)
    }
  }
}

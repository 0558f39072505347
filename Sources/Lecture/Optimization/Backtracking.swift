import Networks
import Training

/// Batch descent on softmax regression by steps of the trainer, with the loss after each.
struct BatchDescent {
  /// The loss at the start and after each step.
  private(set) var losses: [Double]
  /// η of each step.
  private(set) var rates: [Double] = []
  /// How often the loss was evaluated: until each step, and in all. A step of constant η needs it
  /// once, for its gradient; where a trial has decreased it, its evaluation serves the next step.
  private(set) var evaluations = [0]
  /// The largest difference of an evaluated loss from what the trainer's next step reports for the
  /// same weights, as a share.
  private(set) var largestDisagreement = 0.0

  private let samples: SampleSet
  private let workers: Int
  private var parameters: Parameters

  /// A descent at its start.
  init(_ samples: SampleSet, seed: UInt64, workers: Int) {
    self.samples = samples
    self.workers = workers
    parameters = Parameters(
      Architecture(inputs: samples.inputWidth, hidden: [], outputs: samples.targetWidth),
      seed: seed)
    losses = [parameters.evaluate(on: samples, workers: workers).loss]
  }

  /// The mean of the steps' η.
  var meanRate: Double { rates.reduce(0, +) / Double(max(1, rates.count)) }

  /// The loss where so many evaluations have led.
  func loss(afterEvaluations count: Int) -> Double {
    losses[(evaluations.lastIndex { $0 <= count }) ?? 0]
  }

  /// Steps with one η.
  mutating func descend(steps: Int, rate: Double) {
    for _ in 0..<steps {
      let (moved, loss) = trial(rate)
      accept(moved, loss, rate: rate, evaluations: 1)
    }
  }

  /// Steps that try η, η/2, η/4 … until the loss falls.
  mutating func backtrack(steps: Int, from start: Double) {
    for _ in 0..<steps {
      var (rate, count) = (start, 1)
      var (moved, loss) = trial(rate)
      while !(loss < losses[losses.count - 1]), rate > 1e-6 {
        rate /= 2
        count += 1
        (moved, loss) = trial(rate)
      }
      accept(moved, loss, rate: rate, evaluations: count)
    }
  }

  private mutating func accept(
    _ moved: Parameters, _ loss: Double, rate: Double, evaluations count: Int
  ) {
    parameters = moved
    losses.append(loss)
    rates.append(rate)
    evaluations.append(evaluations[evaluations.count - 1] + count)
  }

  /// Where the trainer's step with all samples leads, and the loss there.
  private mutating func trial(_ rate: Double) -> (Parameters, loss: Double) {
    let trainer = Trainer(
      from: parameters, training: samples,
      settings: TrainingSettings(
        epochs: 1, batchSize: samples.count, learningRate: rate, schedule: .constant,
        optimizer: .plainSGD), workers: workers)
    // A step that overflows has no loss.
    guard let report = try? trainer.run().first else { return (parameters, .infinity) }
    let known = losses[losses.count - 1]
    largestDisagreement = maximum(
      of: [largestDisagreement, abs(report.training.loss / known - 1)])
    return (
      trainer.parameters, trainer.parameters.evaluate(on: samples, workers: workers).loss
    )
  }
}

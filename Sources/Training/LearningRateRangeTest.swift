import Foundation
import Kernels
import Networks

/// The learning-rate range test (Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017): a
/// short training whose rate rises from step to step. The loss falls, and rises again where the rate
/// is too high.
///
/// The rate rises by the same factor in every step, since good rates of different networks lie powers
/// of ten apart. The result is the same for any number of workers.
public struct LearningRateRangeTest: Sendable {
  /// A step of the test.
  public struct Step: Codable, Equatable, Sendable {
    /// The learning rate of the step.
    public let rate: Double
    /// The mean loss of the step's mini-batch, before the weights change.
    public let loss: Double
    /// The mean loss of the steps around it, nearer ones counting more.
    public let smoothedLoss: Double
  }

  /// Why the test ended.
  public enum End: String, Codable, Sendable {
    /// The highest rate is reached.
    case highestRate
    /// The loss has lost half of what it had gained, or is twice what it was.
    case diverged
    /// A loss, gradient or weight was not finite.
    case notFinite
  }

  /// The number of steps in which the rate rises tenfold: fewer see too few mini-batches, and with more
  /// of them the network learns on the way, so that the loss falls at lower rates.
  public static let usualStepsPerDecade = 25

  /// The steps, from the lowest rate up to the last finite loss.
  public let steps: [Step]
  /// Why there are no more.
  public let end: End
  /// The rate at which the loss diverged; nil where it did not.
  public let divergingRate: Double?

  /// Runs the test.
  ///
  /// - Parameters:
  ///   - parameters: the weights and biases to begin with, which stay as they are.
  ///   - training: the samples to train on.
  ///   - settings: those of the training; schedule, learning rate and epochs have no part in the test.
  ///   - rates: the rates of the first and the last step, above 0.
  ///   - stepsPerDecade: the number of steps in which the rate rises tenfold.
  ///   - workers: the maximum number of threads; it never changes a result.
  /// - Precondition: the samples fit the network and the settings are valid.
  public init(
    from parameters: Parameters, training: SampleSet, settings: TrainingSettings,
    rates: ClosedRange<Double>, stepsPerDecade: Int = usualStepsPerDecade, workers: Int
  ) {
    let ratio = rates.upperBound / rates.lowerBound
    precondition(rates.lowerBound > 0 && ratio > 1 && ratio.isFinite, "rates of \(rates)")
    precondition(stepsPerDecade >= 1, "\(stepsPerDecade) steps per decade")
    let count = Int((log10(ratio) * Double(stepsPerDecade)).rounded(.up))
    func rate(_ step: Int) -> Double {
      geometricInterpolation(
        from: rates.lowerBound, to: rates.upperBound, at: Double(step) / Double(count))
    }
    let trainer = Trainer(
      from: parameters, training: training, settings: settings.forRangeTest, workers: workers)
    trainer.learningRateOfStep = rate
    var curve = LossCurve(halfWidth: max(1, 7 * stepsPerDecade / 25))
    var end = End.highestRate
    do {
      while curve.losses.count <= count, end == .highestRate {
        guard let loss = try trainer.lossOfNextStep() else { continue }
        curve.losses.append(loss)
        if curve.hasDiverged() { end = .diverged }
      }
    } catch {
      end = .notFinite
    }
    steps = zip(curve.losses, curve.smoothed).enumerated().map { step, losses in
      Step(rate: rate(step), loss: losses.0, smoothedLoss: losses.1)
    }
    self.end = end
    divergingRate =
      switch end {
      case .highestRate: nil
      case .diverged: steps.last?.rate
      case .notFinite: rate(steps.count)
      }
  }
}

extension LearningRateRangeTest {
  /// The step with the lowest smoothed loss; nil where the first loss was not finite.
  public var lowest: Step? { steps.min { $0.smoothedLoss < $1.smoothedLoss } }

  /// The rate to begin a training with whose schedule lowers it: that of the lowest smoothed loss, which is
  /// Smith's upper bound, but at most a tenth of the one at which the loss diverged. It has two
  /// significant digits, more than it is worth. Nil where the loss did not fall by a tenth.
  public var suggestedRate: Double? {
    guard let first = steps.first, let lowest, lowest.smoothedLoss < 0.9 * first.smoothedLoss
    else { return nil }
    let rate = min(lowest.rate, (divergingRate ?? .infinity) / 10)
    return Double(String(format: "%.2g", rate))
  }

  /// Whether the loss still fell at the highest rate, so that a higher one may be better.
  public var isStillFalling: Bool {
    guard end == .highestRate, let lowest, let last = steps.last else { return false }
    return last.rate < 2 * lowest.rate
  }
}

/// The losses of a test so far.
private struct LossCurve {
  var losses: [Double] = []
  /// The number of steps on each side that a loss is smoothed over.
  let halfWidth: Int

  private var first: Double?
  private var lowest = Double.infinity

  init(halfWidth: Int) { self.halfWidth = halfWidth }

  /// The losses as means over their neighbours, whose weights fall linearly to both sides.
  var smoothed: [Double] {
    losses.indices.map { step in
      var (sum, weights) = (0.0, 0.0)
      for other in max(0, step - halfWidth)...min(losses.count - 1, step + halfWidth) {
        let weight = Double(halfWidth + 1 - abs(other - step))
        sum += weight * losses[other]
        weights += weight
      }
      return sum / weights
    }
  }

  /// Whether the mean of the last losses, the newest included, shows that they diverge. Call it once for
  /// each loss.
  mutating func hasDiverged() -> Bool {
    guard losses.count > halfWidth else { return false }
    let mean = losses.suffix(halfWidth + 1).reduce(0, +) / Double(halfWidth + 1)
    let first = first ?? mean
    self.first = first
    lowest = min(lowest, mean)
    return mean > 2 * first || (lowest < 0.8 * first && mean > (first + lowest) / 2)
  }
}

extension Trainer {
  /// Takes a step, or ends the epoch.
  ///
  /// - Returns: the mean loss of the step; nil at the end of an epoch.
  fileprivate func lossOfNextStep() throws(TrainingFailure) -> Double? {
    let (samples, sum) = (state.samplesSeen, state.lossSum)
    guard case .progress = try next(stepLimit: 1) else { return nil }
    return (state.lossSum - sum) / Double(state.samplesSeen - samples)
  }
}

extension TrainingSettings {
  /// The settings without what would end the training or has no part in its loss.
  fileprivate var forRangeTest: TrainingSettings {
    var settings = self
    settings.epochs = Self.epochLimit
    settings.schedule = .constant
    settings.averageDecay = nil
    (settings.patience, settings.gradientNormThreshold) = (nil, nil)
    return settings
  }
}

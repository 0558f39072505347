import Foundation
import Networks
import Statistics
import Training

/// The schedules of A4.
let courseSchedules: [(name: String, schedule: LearningRateSchedule)] = [
  ("constant", .constant), ("step", .step(epochs: 4, factor: 0.3)),
  ("exponential", .exponential(factor: 0.8)), ("1/t", .inverseTime(decay: 0.5)),
  ("cosine", .cosine), ("one-cycle", .oneCycle),
  ("plateau", .onPlateau(factor: 0.5, patience: 1)),
]

/// Least squares by the trainer with one sample a step, by a schedule. As the order of the samples is
/// known, and so is the gradient of each, every step's learning rate is read from the change of the
/// weights.
struct ScheduledDescent {
  static let epochs = 16

  let stepsPerEpoch: Int
  /// The rate of each step by the formula of the lecture.
  let formula: [Double]
  /// The rate of each step as the weights show it.
  let rates: [Double]
  /// How far rounding may keep the one from the other.
  let allowed: [Double]
  /// E − E_min after each step.
  let excesses: [Double]

  init(
    _ points: LinePoints, _ schedule: LearningRateSchedule, rate: Double, seed: UInt64
  ) throws {
    let trainer = Trainer(
      LinePoints.architecture, training: points.samples, validation: points.samples,
      settings: TrainingSettings(
        epochs: Self.epochs, batchSize: 1, learningRate: rate, schedule: schedule,
        optimizer: .plainSGD, seed: seed), workers: 1)
    let all = (0..<points.x.count).map { Int32($0) }
    let closed = points.closedForm
    let hessian = points.hessian
    var (rates, allowed, excesses): ([Double], [Double], [Double]) = ([], [], [])
    for epoch in 0..<Self.epochs {
      for sample in epochOrder(of: all, seed: seed, epoch: epoch) {
        let before = trainer.parameters.inOrder
        _ = try trainer.next(stepLimit: 1)
        let after = trainer.parameters.inOrder
        let step = RateOfStep(
          before, after, x: points.x[Int(sample)], t: points.t[Int(sample)], base: rate)
        rates.append(step.rate)
        allowed.append(step.allowed)
        let (w, b) = (after[0] - closed[0], after[1] - closed[1])
        excesses.append(
          (hessian.xx * w * w + 2 * hessian.x * w * b + b * b) / 2)
      }
      // The evaluation that ends the epoch.
      _ = try trainer.next()
    }
    self.rates = rates
    self.allowed = allowed
    self.excesses = excesses
    stepsPerEpoch = trainer.stepsPerEpoch
    let validation = trainer.reports.compactMap(\.validation?.loss)
    formula = rates.indices.map {
      Self.formula(
        schedule, rate: rate, step: $0, steps: points.x.count, validation: validation)
    }
  }

  /// The steps whose rate is not that of the formula, rounding allowed for.
  var wrongSteps: Int {
    zip(zip(rates, formula), allowed).count { !(abs($0.0 - $0.1) <= $1) }
  }

  /// The mean of E − E_min over the last epochs.
  func floor(epochs: Int) -> Double {
    let last = excesses.suffix(epochs * stepsPerEpoch)
    return last.reduce(0, +) / Double(last.count)
  }

  /// The schedules as a book writes them; for the plateau by the validation losses so far.
  private static func formula(
    _ schedule: LearningRateSchedule, rate: Double, step: Int, steps: Int, validation: [Double]
  ) -> Double {
    let epoch = Double(step / steps)
    let share = Double(step) / Double(steps * epochs)
    func half(_ t: Double) -> Double { (1 + Foundation.cos(.pi * t)) / 2 }
    switch schedule {
    case .constant: return rate
    case .step(let every, let factor): return rate * pow(factor, Double(step / steps / every))
    case .exponential(let factor): return rate * pow(factor, epoch)
    case .inverseTime(let decay): return rate / (1 + decay * Double(step) / Double(steps))
    case .cosine: return rate * half(share)
    case .oneCycle:
      return share < 0.3
        ? rate / 25 + (rate - rate / 25) * half(1 - share / 0.3)
        : rate / 250_000 + (rate - rate / 250_000) * half((share - 0.3) / 0.7)
    case .onPlateau(let factor, let patience):
      var (best, waited, reductions) = (Double.infinity, 0, 0.0)
      for loss in validation.prefix(step / steps) {
        waited = loss < best ? 0 : waited + 1
        best = min(best, loss)
        if waited > 0, waited % patience == 0 { reductions += 1 }
      }
      return rate * pow(factor, reductions)
    }
  }
}

/// The learning rate η of a step w − ηg on one sample, from the weights before and after it.
private struct RateOfStep {
  let rate: Double
  /// How far single precision may keep the rate from η.
  let allowed: Double

  /// - Parameters:
  ///   - before: (w, b).
  ///   - after: the same after the step.
  ///   - x: the sample's input.
  ///   - t: its target.
  ///   - base: the largest η of the schedule.
  init(_ before: [Double], _ after: [Double], x: Double, t: Double, base: Double) {
    let y = before[0] * x + before[1]
    let gradient = [(y - t) * x, y - t]
    let change = zip(before, after).map { $0 - $1 }
    let square = dot(gradient, gradient)
    rate = dot(change, gradient) / square
    // y − t is rounded twice on the way, its product with x and the rate once each, each weight
    // once.
    let weights = norm(after)
    let error = base * ((abs(y) + abs(t)) * (1 + abs(x)) * 4 + 2 * norm(gradient))
    allowed = 0x1p-24 * (weights + error) / square.squareRoot()
  }
}

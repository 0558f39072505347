import Foundation
import Graphs
import Networks
import Pictures
import Training

/// A4: how large a step should be.
struct StepSizeTopic: Topic {
  static let number = "A4"
  static let name = "step-size"
  static let title = "Step size: backtracking and schedules"
  static let explanation = """
    Backtracking starts every step big and halves η until the function decreases, so no η has to be \
    known beforehand. Training on mini-batches cannot afford that and follows a schedule instead: \
    constant, step, exponential, 1/t, cosine, one-cycle, or smaller on a plateau.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let backtracking = ExponentialValley().descend(steps: 60) { valley, w, gradient in
      valley.halvedRate(from: 1, at: w, gradient)
    }
    let constant = [0.02, 0.1, 1].map { rate in
      (rate: rate, path: ExponentialValley().descend(steps: 60) { _, _, _ in rate })
    }
    let digits = try classroom.digits()
    let trainings = try Self.schedules.map { try ScheduledTraining($0, $1, digits, classroom) }

    var shown = Demonstration(.figure(figure(backtracking, constant, trainings)))
    var table = NumberTable(
      "60 steps on e^{w₁+3w₂−0.1} + e^{w₁−3w₂−0.1} + e^{−w₁−0.1}, above its minimum 2√2 e^{−0.1}",
      columns: ["step size", "after 1 step", "after 10", "after 60"])
    func add(_ name: String, _ path: [Double]) {
      func excess(_ step: Int) -> NumberTable.Cell {
        .number(path[step] - ExponentialValley.minimum, digits: 3)
      }
      table.add(.text(name), excess(1), excess(10), excess(60))
    }
    add("backtracking from 1", backtracking)
    for run in constant { add("constant \(run.rate)", run.path) }
    shown.show(table)
    var second = NumberTable(
      "Softmax regression on the digits, \(ScheduledTraining.epochs) epochs",
      columns: ["schedule", "first rate", "last rate", "training loss", "test accuracy"])
    for training in trainings {
      second.add(
        .text(training.name), .number(training.rates.first ?? 0, digits: 3),
        .number(training.rates.last ?? 0, digits: 2), .number(training.loss),
        .text("\(significant(training.accuracy * 100, 3)) %"))
    }
    shown.show(second)

    shown.claim(
      "backtracking decreases the function in every step until rounding ends it",
      found: "down to \(significant((backtracking.last ?? 0) - ExponentialValley.minimum, 2)) "
        + "above the minimum",
      // At the minimum no step decreases f any more; f ≈ 2.6 is rounded to 4e-16.
      holds: zip(backtracking, backtracking.dropFirst()).allSatisfy {
        $1 < $0 || $0 - ExponentialValley.minimum < 1e-14
      } && (backtracking.last ?? 1) - ExponentialValley.minimum < 1e-9)
    shown.claim(
      "the constant step that backtracking starts with diverges",
      found: "f = \(significant(constant[2].path.last ?? 0, 2)) after 60 steps",
      holds: !((constant[2].path.last ?? 0) < constant[2].path[0]))
    let deviation = maximum(of: trainings.map(\.deviation))
    shown.claim(
      "every step of the trainer has the rate of its schedule's formula",
      found: "largest relative difference \(significant(deviation, 2))",
      // A cosine by polynomial and a few products: less than ten roundings of double precision,
      // which a factor near 0 at the end enlarges by up to 1/(1 − cos) ≤ 1e6.
      holds: deviation <= 1e-9)
    let start = log(10.0)
    shown.claim(
      "with each schedule the loss falls below half of log 10, where guessing starts",
      found: trainings.map { significant($0.loss, 3) }.joined(separator: ", "),
      holds: trainings.allSatisfy { $0.loss < start / 2 })
    return shown
  }

  private static let schedules: [(String, LearningRateSchedule)] = [
    ("constant", .constant), ("step", .step(epochs: 4, factor: 0.3)),
    ("exponential", .exponential(factor: 0.8)), ("1/t", .inverseTime(decay: 0.5)),
    ("cosine", .cosine), ("one-cycle", .oneCycle),
    ("plateau", .onPlateau(factor: 0.5, patience: 1)),
  ]

  private func figure(
    _ backtracking: [Double], _ constant: [(rate: Double, path: [Double])],
    _ trainings: [ScheduledTraining]
  ) -> Figure {
    func points(_ path: [Double]) -> [Series.Point] {
      path.enumerated().map { Series.Point(Double($0), $1 - ExponentialValley.minimum) }
    }
    return Figure(
      title: "How large a step",
      plots: [
        Plot(
          title: "Backtracking and constant steps", horizontal: Axis("step"),
          vertical: Axis("above the minimum", scale: .logarithmic, range: 1e-13...1e6),
          series: [Series("backtracking from 1", points(backtracking))]
            + constant.map { Series("constant \($0.rate)", points($0.path)) }),
        Plot(
          title: "Schedules, η = \(ScheduledTraining.rate)",
          horizontal: Axis("epoch", range: 0...Double(ScheduledTraining.epochs)),
          vertical: Axis("learning rate", range: 0...1.1 * ScheduledTraining.rate),
          series: trainings.map { training in
            // Every tenth step, and both sides of an epoch's end, where rates jump.
            let steps = training.rates.indices.filter {
              $0.isMultiple(of: 10) || ($0 + 1) % training.stepsPerEpoch < 2
            }
            return Series(
              training.name,
              steps.map {
                Series.Point(Double($0) / Double(training.stepsPerEpoch), training.rates[$0])
              })
          }),
      ])
  }
}

/// f(w) = e^{w₁+3w₂−0.1} + e^{w₁−3w₂−0.1} + e^{−w₁−0.1}, a smooth convex function with a steep and
/// a flat direction (Boyd, Vandenberghe 2004, section 9.3.2), by its computation graph.
private struct ExponentialValley {
  /// At w₁ = −½ log 2, w₂ = 0.
  static let minimum = 2 * 2.0.squareRoot() * Foundation.exp(-0.1)

  private let graph = Graph()
  private let w: [Node]
  private let f: Node

  init() {
    w = [graph.input("w₁", -1), graph.input("w₂", 0.7)]
    let steep = 3 * w[1]
    f = exp(w[0] + steep - 0.1) + exp(w[0] - steep - 0.1) + exp(-w[0] - 0.1)
  }

  private func value(_ weights: [Double]) -> Double {
    for (node, weight) in zip(w, weights) { graph.set(node, to: RealMatrix(weight)) }
    graph.forward()
    return f.value.scalar
  }

  /// The values on the way of a descent from (−1, 0.7).
  func descend(
    steps: Int, rate: (ExponentialValley, [Double], [Double]) -> Double
  ) -> [Double] {
    var weights = [-1, 0.7]
    var path = [value(weights)]
    for _ in 0..<steps {
      _ = value(weights)
      graph.backward(from: f)
      let gradient = w.map(\.errorSignal.scalar)
      let eta = rate(self, weights, gradient)
      weights = zip(weights, gradient).map { $0 - eta * $1 }
      path.append(value(weights))
    }
    return path
  }

  /// The first of η, η/2, η/4 … that decreases f; 0 where none does, at the minimum.
  func halvedRate(from start: Double, at weights: [Double], _ gradient: [Double]) -> Double {
    let before = value(weights)
    var rate = start
    while rate > 1e-12 {
      if value(zip(weights, gradient).map { $0 - rate * $1 }) < before { return rate }
      rate /= 2
    }
    return 0
  }
}

/// Softmax regression with a schedule, and the rates by the formulas of the lecture.
private struct ScheduledTraining {
  static let epochs = 12
  static let rate = 0.2

  let name: String
  let stepsPerEpoch: Int
  /// The rate of each step.
  let rates: [Double]
  let loss: Double
  let accuracy: Double
  /// The largest relative difference between the rates of reports and the formula.
  let deviation: Double

  init(
    _ name: String, _ schedule: LearningRateSchedule, _ digits: Classroom.Digits,
    _ classroom: Classroom
  ) throws {
    self.name = name
    let trainer = Trainer(
      Architecture(inputs: digits.train.inputWidth, hidden: [], outputs: 10),
      training: digits.train,
      settings: TrainingSettings(
        epochs: Self.epochs, batchSize: 32, learningRate: Self.rate, schedule: schedule,
        optimizer: .plainSGD, seed: classroom.seed, validationCount: 500),
      workers: classroom.workers)
    let reports = try trainer.run()
    let steps = trainer.stepsPerEpoch
    stepsPerEpoch = steps
    loss = reports.last?.training.loss ?? .infinity
    accuracy =
      trainer.parameters.evaluate(on: digits.test, workers: classroom.workers).evaluation.accuracy
      ?? 0
    let validation = reports.compactMap(\.validation?.loss)
    rates = (0..<steps * Self.epochs).map {
      Self.formula(schedule, step: $0, steps: steps, validation: validation)
    }
    deviation = maximum(
      of: reports.map { report in
        let expected = Self.formula(
          schedule, step: report.epoch * steps - 1, steps: steps, validation: validation)
        return abs(report.learningRate - expected) / expected
      })
  }

  /// The schedules as a book writes them; for the plateau by the validation losses so far.
  private static func formula(
    _ schedule: LearningRateSchedule, step: Int, steps: Int, validation: [Double]
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
        if waited >= patience { (waited, reductions) = (0, reductions + 1) }
      }
      return rate * pow(factor, reductions)
    }
  }
}

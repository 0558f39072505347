import Foundation
import Networks
import Pictures
import Randomness
import Statistics
import Training

/// C10: fitting the noise, and what helps.
struct OverfittingTopic: Topic {
  static let number = "C10"
  static let name = "overfitting"
  static let title = "Over-fitting, L² and early stopping"
  static let explanation = """
    A polynomial of degree 9 passes through all of 10 noisy points and is far off between them: it \
    has learned the noise. A penalty ½λ‖w‖² tames it. A network with few digits does the same: its \
    training loss goes to 0 while the loss on other digits turns up again. L² and stopping early \
    answer it.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let noisy = NoisySine(using: &chance)
    let degrees = (0...9).map { (degree: $0, errors: noisy.errors(noisy.fit(degree: $0))) }
    let ridges = (-24...4).map { exponent in
      let ridge = pow(10, Double(exponent) / 2)
      return (ridge: ridge, errors: noisy.errors(noisy.fit(degree: 9, ridge: ridge)))
    }
    let digits = try classroom.digits()
    let plain = try FewDigits(digits, weightDecay: 0, patience: nil, classroom)
    let decayed = try FewDigits(digits, weightDecay: 0.05, patience: nil, classroom)
    let stopped = try FewDigits(digits, weightDecay: 0, patience: 5, classroom)

    var shown = Demonstration(.figure(figure(noisy, degrees, ridges, plain, decayed, stopped)))
    var table = NumberTable(
      "Polynomials through 10 points of sin 2πx + noise, root mean square errors",
      columns: ["degree", "on the points", "on sin 2πx"])
    for (degree, errors) in degrees where [0, 1, 3, 5, 7, 9].contains(degree) {
      table.add(
        .whole(degree), .number(errors.training, digits: 3), .number(errors.test, digits: 3))
    }
    let best = ridges.min { $0.errors.test < $1.errors.test } ?? ridges[0]
    table.add(
      .text("9, λ = \(significant(best.ridge, 1))"), .number(best.errors.training, digits: 3),
      .number(best.errors.test, digits: 3))
    shown.show(table)
    var second = NumberTable(
      "A 784-64-10 network on \(FewDigits.count - FewDigits.heldOut) digits, "
        + "\(FewDigits.heldOut) to validate",
      columns: [
        "", "epochs", "weights of epoch", "training loss", "validation loss", "test loss",
      ])
    for (name, run) in [("plain", plain), ("λ = 0.05", decayed), ("stopped early", stopped)] {
      second.add(
        .text(name), .whole(run.training.count), .whole(run.keptEpoch),
        .number(run.training[run.keptEpoch - 1], digits: 3),
        .number(run.validation[run.keptEpoch - 1], digits: 3), .number(run.test, digits: 3))
    }
    shown.show(second)

    shown.claim(
      "degree 9 passes through all points",
      found: significant(degrees[9].errors.training, 2),
      // Legendre polynomials at 10 even places have a condition below 10⁵ in the normal equations.
      holds: degrees[9].errors.training <= 1e5 * 100 * 0x1p-53)
    let bestDegree = degrees.min { $0.errors.test < $1.errors.test } ?? degrees[0]
    shown.claim(
      "and is farther from the sine than a lower degree",
      found: "\(significant(degrees[9].errors.test, 2)) against "
        + "\(significant(bestDegree.errors.test, 2)) of degree \(bestDegree.degree)",
      holds: bestDegree.degree < 9 && degrees[9].errors.test > bestDegree.errors.test)
    shown.claim(
      "with the right λ degree 9 is nearer than without, and too large a λ is worse again",
      found: "\(significant(best.errors.test, 2)) at λ = \(significant(best.ridge, 1)), "
        + "\(significant(ridges[28].errors.test, 2)) at λ = 100",
      holds: best.errors.test < degrees[9].errors.test
        && best.errors.test < ridges[28].errors.test)
    let (low, end) = (plain.validation.min() ?? 0, plain.validation.last ?? 0)
    shown.claim(
      "the network's training loss goes on falling while its validation loss turns up",
      found: "training \(significant(plain.training.last ?? 0, 2)), validation "
        + "\(significant(low, 3)) and then \(significant(end, 3))",
      holds: (plain.training.last ?? 1) < 0.01 && end > low * 1.02)
    shown.claim(
      "L² ends with a lower loss on the test digits than none",
      found: "\(significant(decayed.test, 3)) against \(significant(plain.test, 3))",
      holds: decayed.test < plain.test)
    shown.claim(
      "so does stopping early, which takes back the weights of the curve's lowest point",
      found: "\(significant(stopped.test, 3)) from epoch \(stopped.keptEpoch) of "
        + "\(stopped.training.count)",
      holds: stopped.test < plain.test && stopped.training.count < plain.training.count)
    return shown
  }

  private typealias Errors = (training: Double, test: Double)

  private func figure(
    _ noisy: NoisySine, _ degrees: [(degree: Int, errors: Errors)],
    _ ridges: [(ridge: Double, errors: Errors)], _ plain: FewDigits, _ decayed: FewDigits,
    _ stopped: FewDigits
  ) -> Figure {
    let x = stride(from: 0.0, through: 1.0001, by: 0.005)
    func curve(_ coefficients: [Double]) -> [Series.Point] {
      x.map { Series.Point($0, NoisySine.value(coefficients, $0)) }
    }
    func points(_ losses: [Double]) -> [Series.Point] {
      losses.enumerated().map { Series.Point(Double($0 + 1), $1) }
    }
    let best = ridges.min { $0.errors.test < $1.errors.test }?.ridge ?? 1
    return Figure(
      title: "Over-fitting and two answers",
      plots: [
        Plot(
          title: "Polynomials", horizontal: Axis("x", range: 0...1),
          vertical: Axis("t", range: -2...2),
          series: [
            Series("sin 2πx", x.map { Series.Point($0, sin(2 * .pi * $0)) }, color: 6),
            Series("degree 9", curve(noisy.fit(degree: 9)), color: 1),
            Series(
              "degree 9, λ = \(significant(best, 1))", curve(noisy.fit(degree: 9, ridge: best)),
              color: 0),
            Series(
              nil, zip(noisy.x, noisy.t).map { Series.Point($0, $1) }, style: .points, color: 4),
          ]),
        Plot(
          title: "By degree", horizontal: Axis("degree"),
          vertical: Axis("error", range: 0...1.2),
          series: [
            Series(
              "on the points", degrees.map { Series.Point(Double($0.degree), $0.errors.training) },
              style: .lineAndPoints),
            Series(
              "on sin 2πx", degrees.map { Series.Point(Double($0.degree), $0.errors.test) },
              style: .lineAndPoints),
          ]),
        Plot(
          title: "Degree 9 by λ", horizontal: Axis("λ", scale: .logarithmic),
          vertical: Axis("error", range: 0...1.2),
          series: [
            Series("on the points", ridges.map { Series.Point($0.ridge, $0.errors.training) }),
            Series("on sin 2πx", ridges.map { Series.Point($0.ridge, $0.errors.test) }),
          ]),
        Plot(
          title: "A network on few digits", horizontal: Axis("epoch"),
          vertical: Axis("loss", scale: .logarithmic, range: 0.001...3),
          series: [
            Series("training", points(plain.training)),
            Series("validation", points(plain.validation)),
            Series("training, λ = 0.05", points(decayed.training), style: .dashedLine, color: 0),
            Series(
              "validation, λ = 0.05", points(decayed.validation), style: .dashedLine, color: 1),
            Series(
              "stopped early",
              [
                Series.Point(Double(stopped.keptEpoch), stopped.validation[stopped.keptEpoch - 1])
              ],
              style: .points, color: 3),
          ]),
      ])
  }
}

/// Ten points of a sine with noise, and polynomials through them.
private struct NoisySine {
  let x: [Double]
  let t: [Double]

  init(using chance: inout Chance) {
    x = (0..<10).map { Double($0) / 9 }
    t = x.map { sin(2 * .pi * $0) + 0.3 * chance.normal() }
  }

  /// The Legendre polynomials of degree 0 … M at x in 0…1 (Abramowitz, Stegun 22.7.10), which make
  /// normal equations of a moderate condition.
  private static func basis(_ degree: Int, _ x: Double) -> [Double] {
    let z = 2 * x - 1
    var values = [1, z]
    for n in 1..<max(degree, 2) {
      values.append((Double(2 * n + 1) * z * values[n] - Double(n) * values[n - 1]) / Double(n + 1))
    }
    return Array(values.prefix(degree + 1))
  }

  /// The coefficients of the polynomial of a degree with the least squares.
  func fit(degree: Int, ridge: Double = 0) -> [Double] {
    LeastSquares(x.map { Self.basis(degree, $0) }, targets: t, ridge: ridge).weights
  }

  static func value(_ coefficients: [Double], _ x: Double) -> Double {
    dot(coefficients, basis(coefficients.count - 1, x))
  }

  /// Root mean square errors on the points and on the sine between them.
  func errors(_ coefficients: [Double]) -> (training: Double, test: Double) {
    func rootMeanSquare(_ errors: [Double]) -> Double {
      (dot(errors, errors) / Double(errors.count)).squareRoot()
    }
    let between = (0...200).map { Double($0) / 200 }
    return (
      rootMeanSquare(zip(x, t).map { Self.value(coefficients, $0) - $1 }),
      rootMeanSquare(between.map { Self.value(coefficients, $0) - sin(2 * .pi * $0) })
    )
  }
}

/// A network that learns from too few digits.
private struct FewDigits {
  static let count = 400
  static let heldOut = 250

  /// The losses of each epoch.
  let training: [Double]
  let validation: [Double]
  /// The epoch whose weights the training ends with: the last one, with patience the best one.
  let keptEpoch: Int
  /// The loss of these weights on the test digits.
  let test: Double

  init(
    _ digits: Classroom.Digits, weightDecay: Double, patience: Int?, _ classroom: Classroom
  ) throws {
    let trainer = Trainer(
      Architecture(inputs: digits.train.inputWidth, hidden: [64], outputs: 10),
      training: digits.train.thinned(to: Self.count),
      settings: TrainingSettings(
        epochs: 120, batchSize: 25, learningRate: 0.05, schedule: .constant,
        optimizer: .sgd(momentum: 0.9, weightDecay: weightDecay), seed: classroom.seed,
        validationCount: Self.heldOut,
        patience: patience), workers: classroom.workers)
    let reports = try trainer.run()
    training = reports.map(\.training.loss)
    validation = reports.compactMap { $0.validation?.loss }
    let best = (validation.firstIndex(of: validation.min() ?? 0) ?? 0) + 1
    keptEpoch = patience == nil ? reports.count : best
    test =
      trainer.parameters.evaluate(on: digits.test, workers: classroom.workers).evaluation.loss
  }
}

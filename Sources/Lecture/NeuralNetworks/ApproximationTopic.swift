import Foundation
import Networks
import Pictures
import Reference
import Statistics
import Training

/// C7: one hidden layer approximates any continuous function.
struct ApproximationTopic: Topic {
  static let number = "C7"
  static let name = "approximation"
  static let title = "Universal approximation: error against width"
  static let explanation = """
    With a non-linear activation one hidden layer can come as near to any continuous function on an \
    interval as one likes, given enough units (Cybenko 1989; Hornik 1991). The target here is \
    f(x) = sin 3x on −2 … 2. With the identity instead, more units change nothing.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    let widths = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    let seeds = classroom.seeds(Fit.tries)
    let fits = try widths.map { try Fit(.relu, width: $0, seeds: seeds) }
    let linear = try [1, 16, 256].map { try Fit(.identity, width: $0, seeds: seeds) }
    let optimum = Fit.linearOptimum

    var shown = Demonstration(.figure(figure(fits, linear)))
    var table = NumberTable(
      "Root mean square error on \(Fit.count) points, the better of \(Fit.tries) seeds",
      columns: ["hidden units", "ReLU", "identity", "best line"])
    for fit in fits {
      let other = linear.first { $0.width == fit.width }
      table.add(
        .whole(fit.width), .number(fit.error, digits: 3),
        other.map { .number($0.error, digits: 3) } ?? "", .number(optimum, digits: 3))
    }
    shown.show(table)
    shown.claim(
      "256 units come more than twenty times as near as one",
      found: "\(significant(fits[0].error, 2)) and \(significant(fits[8].error, 2))",
      holds: fits[8].error < fits[0].error / 20)
    shown.claim(
      "eight times the units, up to 64, give a smaller error each time",
      found: [0, 3, 6].map { significant(fits[$0].error, 2) }.joined(separator: ", "),
      // Between neighbouring widths a bad minimum of the training may turn the order round.
      holds: [0, 3].allSatisfy { fits[$0 + 3].error < fits[$0].error })
    shown.claim(
      "with the identity no width does better than the best line",
      found: linear.map { significant($0.error, 4) }.joined(separator: ", ")
        + ", line \(significant(optimum, 4))",
      // The mean is of errors rounded to single precision.
      holds: linear.allSatisfy { $0.error >= optimum * (1 - 64 * roundoff) })
    return shown
  }

  private func figure(_ fits: [Fit], _ linear: [Fit]) -> Figure {
    let x = stride(from: -2.0, through: 2.0001, by: 0.02)
    return Figure(
      title: "Universal approximation",
      plots: [
        Plot(
          title: "sin 3x and its fits", horizontal: Axis("x"), vertical: Axis("y"),
          series: [Series("target", x.map { Series.Point($0, Fit.target($0)) }, color: 6)]
            + [(1, 4), (3, 1), (6, 0)].map { index, color in
              Series(
                "\(fits[index].width) units",
                x.map { Series.Point($0, fits[index].parameters.output(Fit.inputs($0))) },
                style: color == 0 ? .dashedLine : .line, color: color)
            }),
        Plot(
          title: "Error by width", horizontal: Axis("hidden units", scale: .logarithmic),
          vertical: Axis("root mean square error", scale: .logarithmic),
          series: [
            Series(
              "ReLU", fits.map { Series.Point(Double($0.width), $0.error) }, style: .lineAndPoints),
            Series(
              "identity", linear.map { Series.Point(Double($0.width), $0.error) },
              style: .lineAndPoints),
          ]),
      ])
  }
}

/// A network with one hidden layer, fitted to the target.
private struct Fit {
  static let count = 128
  static let tries = 2

  let width: Int
  let parameters: Parameters
  /// Root mean square over the points.
  let error: Double

  static func target(_ x: Double) -> Double { sin(3 * x) }

  /// x, and a constant whose random weights let the units bend in different places from the start.
  static func inputs(_ x: Double) -> [Float] { [Float(x), 1] }

  private static let points = (0..<count).map {
    Double(Float(-2 + 4 * (Double($0) + 0.5) / Double(count)))
  }

  init(_ activation: Activation, width: Int, seeds: [UInt64]) throws {
    self.width = width
    let samples = SampleSet(
      inputs: .floats(Self.points.flatMap(Self.inputs)), inputWidth: 2,
      targets: .vectors(Self.points.map { Float(Self.target($0)) }, width: 1), count: Self.count)
    let fits = try seeds.map { seed in
      let trainer = Trainer(
        Architecture(
          inputs: 2, hidden: [width], activation: activation, outputs: 1, loss: .squaredError),
        training: samples,
        settings: TrainingSettings(
          epochs: 6000, batchSize: 32, learningRate: 0.1 / Double(width).squareRoot(),
          schedule: .oneCycle, optimizer: .sgd(momentum: 0.9), seed: seed),
        workers: 1)
      try trainer.run()
      let loss = trainer.parameters.evaluate(on: samples, workers: 1).evaluation.loss
      return (parameters: trainer.parameters, error: (2 * loss).squareRoot())
    }
    let best = fits.min { $0.error < $1.error } ?? fits[0]
    parameters = best.parameters
    error = best.error
  }

  /// The error of the best line.
  static var linearOptimum: Double {
    let line = LeastSquares(points.map { [$0, 1] }, targets: points.map(target))
    let squares = points.map { line.prediction([$0, 1]) - target($0) }.map { $0 * $0 }
    return (squares.reduce(0, +) / Double(count)).squareRoot()
  }
}

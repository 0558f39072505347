import Networks
import Pictures
import Randomness
import Reference
import Statistics
import Training

/// C1: one unit, which is logistic regression.
struct UnitTopic: Topic {
  static let number = "C1"
  static let name = "unit"
  static let title = "A unit with logistic φ is logistic regression"
  static let explanation = """
    A unit computes y = φ(wᵀx + b). With the logistic φ and the cross-entropy, training it is \
    logistic regression: a convex problem, which Newton's method solves to the last digit. With an \
    L² penalty on the weights the solution is unique, and the trainer has to find the same one.
    """

  func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let clouds = Clouds(using: &chance)
    let regression = LogisticRegression(clouds, penalty: Self.penalty)
    let trainer = Trainer(
      Architecture(inputs: 2, hidden: [], outputs: 1, loss: .logisticCrossEntropy),
      training: clouds.samples,
      settings: TrainingSettings(
        epochs: 800, batchSize: clouds.batch.count, learningRate: 1, schedule: .constant,
        optimizer: .sgd(momentum: 0.9, weightDecay: Self.penalty), seed: classroom.seed), workers: 1
    )
    try trainer.run()
    let found = trainer.parameters.inOrder

    var shown = Demonstration(.figure(figure(clouds, trainer.parameters)))
    var table = NumberTable("Weights and bias", columns: ["", "w₁", "w₂", "b"])
    for (name, w) in [("trained unit", found), ("Newton's method", regression.weights)] {
      table.add(
        .text(name), .number(w[0], digits: 8), .number(w[1], digits: 8), .number(w[2], digits: 8))
    }
    shown.show(table)
    let reach = regression.reach(of: trainer.parameters, clouds.batch)
    shown.claim(
      "the trained unit is the logistic regression",
      found: "distance \(significant(distance(found, regression.weights), 2)), single precision "
        + "allows \(significant(reach, 2))", holds: distance(found, regression.weights) <= reach)
    // Three roundings of numbers up to 20 in single precision, through a slope of at most ¼.
    let largest = maximum(
      of: clouds.batch.inputs.map { input in
        let z = dot(found, input.map(Double.init) + [1])
        return abs(Double(trainer.parameters.outputs(for: input)[0]) - logistic(z))
      })
    let allowed = (3 * 20 / 4 + 6) * roundoff
    shown.claim(
      "its output is σ(wᵀx + b)",
      found: "largest difference \(significant(largest, 2)), \(significant(allowed, 2)) allowed",
      holds: largest <= allowed)
    return shown
  }

  private static let penalty = 0.03125

  private func figure(_ clouds: Clouds, _ parameters: Parameters) -> Figure {
    Figure(
      title: "A logistic unit",
      plots: [
        Plot(
          horizontal: Axis("x₁"), vertical: Axis("x₂"),
          heatMap: HeatMap(
            "probability of class 1", cells: 70, horizontal: -4...4, vertical: -4...4, range: 0...1
          ) { parameters.output($0) },
          series: [0, 1].map { label in
            Series(
              "class \(label)",
              zip(clouds.batch.inputs, clouds.labels).filter { $0.1 == label }.map {
                Series.Point(Double($0.0[0]), Double($0.0[1]))
              }, style: .points, color: label == 0 ? 2 : 1)
          })
      ])
  }
}

/// Two overlapping clouds of points, one for each class.
private struct Clouds {
  let batch: Batch
  let labels: [UInt8]

  init(using chance: inout Chance) {
    var batch = Batch(inputs: [], targets: [])
    labels = (0..<120).map { UInt8($0 % 2) }
    for label in labels {
      let center = label == 1 ? (0.9, 0.5) : (-0.9, -0.5)
      batch.inputs.append(
        [center.0, center.1].map { Float(min(max($0 + chance.normal(), -4), 4)) })
      batch.targets.append([Float(label)])
    }
    self.batch = batch
  }

  var samples: SampleSet {
    SampleSet(
      inputs: .floats(Array(batch.inputs.joined())), inputWidth: 2,
      targets: .classes(labels, count: 2), count: labels.count)
  }
}

/// The minimum of mean cross-entropy + ½λ(w₁² + w₂²) by Newton's method in double precision.
private struct LogisticRegression {
  private(set) var weights = [0.0, 0, 0]
  private let rows: [[Double]]
  private let targets: [Double]
  private let penalty: Double

  init(_ clouds: Clouds, penalty: Double) {
    rows = clouds.batch.inputs.map { $0.map(Double.init) + [1] }
    targets = clouds.labels.map { Double($0) }
    self.penalty = penalty
    for _ in 0..<30 {
      weights = zip(weights, LeastSquares.solve(hessian, gradient)).map { $0 - $1 }
    }
  }

  private var probabilities: [Double] { rows.map { logistic(dot(weights, $0)) } }

  /// (1/n) Σ (pₙ − tₙ) xₙ, and λw of the weights.
  private var gradient: [Double] {
    let errors = zip(probabilities, targets).map { $0 - $1 }
    return (0..<3).map { j in
      zip(rows, errors).reduce(j < 2 ? penalty * weights[j] : 0) {
        $0 + $1.0[j] * $1.1 / Double(rows.count)
      }
    }
  }

  /// (1/n) Σ pₙ(1 − pₙ) xₙxₙᵀ, and λ on the diagonal of the weights.
  private var hessian: [[Double]] {
    let factors = probabilities.map { $0 * (1 - $0) / Double(rows.count) }
    return (0..<3).map { i in
      (0..<3).map { j in
        zip(rows, factors).reduce(i == j && i < 2 ? penalty : 0) {
          $0 + $1.0[i] * $1.0[j] * $1.1
        }
      }
    }
  }

  /// How far single precision may keep the trainer from here: the rounding of its gradient and of
  /// its steps, divided by the least curvature.
  func reach(of parameters: Parameters, _ batch: Batch) -> Double {
    let errors = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder.map(\.error)
    // A velocity loses a rounding a step and remembers ten steps; a weight one a step of η = 1.
    let stall = 12 * norm(weights) * 2 * roundoff
    return (norm(errors) + stall) / leastCurvature
  }

  /// The smallest eigenvalue of the Hessian, by power iteration on its inverse.
  private var leastCurvature: Double {
    var direction = [1.0, 1, 1]
    var curvature = 1.0
    for _ in 0..<100 {
      let next = LeastSquares.solve(hessian, direction)
      curvature = norm(direction) / norm(next)
      direction = next.map { $0 / norm(next) }
    }
    return curvature
  }
}

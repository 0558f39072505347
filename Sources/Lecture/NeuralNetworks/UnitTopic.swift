import Foundation
import Networks
import Pictures
import Randomness
import Reference
import Statistics
import Training

/// C1: one unit, which is logistic regression.
package struct UnitTopic: Topic {
  package static let number = "C1"
  package static let name = "unit"
  package static let title = "A unit with logistic φ is logistic regression"
  package static let explanation = """
    A unit computes y = φ(wᵀx + b). With the logistic φ and the cross-entropy, training it is \
    logistic regression: a convex problem, which Newton's method solves to the last digit. With an \
    L² penalty on the weights the solution is unique, and the trainer, which takes batches of all \
    points here, has to find the same one.
    """
  package static let formula =
    #"y = \varphi(w^\top x + b), \qquad \varphi(z) = \frac{1}{1 + e^{-z}}"#
  package static let question = Question(
    "The lines of equal probability in the picture are straight. What does a larger penalty do to them?",
    answer: """
      It shrinks w and so pushes them apart: the probability changes more slowly from one cloud to \
      the other. The middle one, where y = ½, hardly moves.
      """)
  package static let exercise = """
    Compare a large penalty with a small one: `lockstep lecture unit --weight-decay 0.5 --plot \
    c1.svg`, then 0.005.
    """

  /// λ of the penalty ½λ‖w‖² on the weights, without the bias.
  package var weightDecay = 0.03125
  /// Steps of descent with momentum, each on all points.
  package var epochs = 800

  package init() {}

  package var validationError: String? {
    epochError(epochs, limit: 20000) ?? weightDecayError(weightDecay, limit: 1)
  }

  package func demonstrate(in classroom: Classroom) throws -> Demonstration {
    var chance = classroom.chance()
    let clouds = Clouds(using: &chance)
    let penalty = Double(Float(weightDecay))
    let regression = LogisticRegression(clouds, penalty: penalty)
    let architecture = Architecture(
      inputs: 2, hidden: [], outputs: 1, loss: .logisticCrossEntropy)
    let trainer = Trainer(
      architecture, training: clouds.samples,
      settings: TrainingSettings(
        epochs: epochs, batchSize: clouds.batch.count, learningRate: 1, schedule: .constant,
        optimizer: .sgd(momentum: Self.momentum, weightDecay: penalty), seed: classroom.seed),
      workers: 1)
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
    let gap = distance(found, regression.weights)
    let statement = "the trained unit is the logistic regression"
    if regression.isReached(in: epochs, momentum: Self.momentum, to: reach) {
      shown.claim(
        statement,
        found: "distance \(significant(gap, 2)), single precision allows \(significant(reach, 2))",
        holds: gap <= reach)
    } else {
      shown.leaveOut(
        statement,
        because: "\(epochs) steps are too few to be there; the distance is \(significant(gap, 2))")
    }
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
    claimSlope(found, clouds.batch, &shown)
    return shown
  }

  private static let momentum = 0.9

  /// How the output changes with the weights, by the trainer's backward pass.
  private func claimSlope(
    _ weights: [Double], _ batch: Batch, _ shown: inout Demonstration
  ) {
    let unit = Parameters.unit(.logistic, weights: [weights[0], weights[1]], bias: weights[2])
    let shares = batch.inputs.flatMap { input in
      let y = unit.outputs(for: input)
      // With the squared error the gradient is (y − t) ∂y/∂w, and here y − t is 1 up to rounding.
      let targets = y.map { $0 - 1 }
      let gradient = unit.gradient(Batch(inputs: [input], targets: [targets]))
      let x = input.map { Double($0) } + [1]
      let z = dot(weights, x)
      let slope = logistic(z) * logistic(-z)
      return zip(gradient, x).map { abs(Double($0) / Double(y[0] - targets[0]) - slope * $1) / 4 }
    }
    // y as above, in y(1 − y) of slope 1 or less, and three more roundings; of x up to 4.
    let bound = (3 * 20 / 4 + 6 + 6) * roundoff
    shown.claim(
      "the slope of its output is ∂y/∂wⱼ = y(1 − y) xⱼ by the trainer's backward pass",
      found: "largest difference \(significant(4 * maximum(of: shares), 2)), "
        + "\(significant(4 * bound, 2)) allowed",
      holds: maximum(of: shares) <= bound)
  }

  private func figure(_ clouds: Clouds, _ parameters: Parameters) -> Figure {
    let weights = parameters.inOrder
    func line(_ probability: Double, _ name: String, _ color: Int) -> Series {
      let shifted = [weights[0], weights[1], weights[2] - log(probability / (1 - probability))]
      return borderLine(name, shifted, reach: 12, color: color)
    }
    return Figure(
      title: "A logistic unit",
      plots: [
        Plot(
          horizontal: Axis("x₁", range: -4...4), vertical: Axis("x₂", range: -4...4),
          hasEqualAxes: true,
          heatMap: HeatMap(
            "probability of class 1", cells: 70, horizontal: -4...4, vertical: -4...4, range: 0...1
          ) { parameters.output($0) },
          series: [line(0.1, "y = 0.1", 3), line(0.5, "y = 0.5", 6), line(0.9, "y = 0.9", 4)]
            + [0, 1].map { label in
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

  /// Whether descent with η = 1 and momentum from some weights of size 1 has come so near.
  ///
  /// Along an axis of curvature λ the distance follows z² = (1 + β − λ)z − β, and is multiplied by
  /// the larger root with every step, or by √β where the roots are complex.
  func isReached(in steps: Int, momentum: Double, to reach: Double) -> Bool {
    let half = (1 + momentum - leastCurvature) / 2
    let discriminant = half * half - momentum
    let root = discriminant > 0 ? half + discriminant.squareRoot() : momentum.squareRoot()
    // Where the roots are nearly one, it takes a few steps more.
    return pow(root, Double(steps)) * Double(steps) * (1 + norm(weights)) < reach
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

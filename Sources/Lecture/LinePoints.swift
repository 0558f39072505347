import Networks
import Randomness
import Reference
import Statistics
import Training

/// Points near a line, for the demonstrations of least squares: t = 0.5 + 1.5 x + noise.
package struct LinePoints {
  package let x: [Double]
  package let t: [Double]
  /// A linear unit with a bias: what learns the line.
  package static let architecture = Architecture(
    inputs: 1, hidden: [], outputs: 1, loss: .squaredError)

  /// Points of random x in −1…1 whose distances to the line have a standard deviation of `noise`.
  package init(count: Int, noise: Double = 0.3, using chance: inout Chance) {
    // The judge has to see what the trainer sees: numbers of single precision.
    x = (0..<count).map { _ in Double(Float(chance.uniform(-1...1))) }
    t = x.map { Double(Float(0.5 + 1.5 * $0 + noise * chance.normal())) }
  }

  /// The points as samples of one input and one target.
  package var samples: SampleSet {
    SampleSet(
      inputs: .floats(x.map { Float($0) }), inputWidth: 1,
      targets: .vectors(t.map { Float($0) }, width: 1), count: x.count)
  }

  package var batch: Batch {
    Batch(inputs: x.map { [Float($0)] }, targets: t.map { [Float($0)] })
  }

  /// [x, 1] of each point, in the order of the unit's weight and bias.
  package var design: [[Double]] { x.map { [$0, 1] } }

  /// The weight and bias of the closed form.
  package var closedForm: [Double] { LeastSquares(design, targets: t).weights }

  /// E(w) = (1/N) Σ ½ (wᵀx − t)².
  package func loss(_ w: [Double]) -> Double {
    zip(design, t).reduce(0) { $0 + (dot(w, $1.0) - $1.1) * (dot(w, $1.0) - $1.1) / 2 }
      / Double(t.count)
  }

  /// ∇E of the mean.
  package func gradient(_ w: [Double]) -> [Double] {
    let errors = zip(design, t).map { dot(w, $0) - $1 }
    return (0..<2).map { j in
      zip(design, errors).reduce(0) { $0 + $1.0[j] * $1.1 } / Double(t.count)
    }
  }

  /// The means of x² and x: the Hessian (1/N) XᵀX is [[xx, x], [x, 1]].
  package var hessian: (xx: Double, x: Double) {
    (dot(x, x) / Double(x.count), x.reduce(0, +) / Double(x.count))
  }

  /// The eigenvalues of the Hessian (1/N) XᵀX, the smaller one first.
  package var curvatures: (smallest: Double, largest: Double) {
    let (a, b) = hessian
    let root = ((a - 1) * (a - 1) / 4 + b * b).squareRoot()
    return ((a + 1) / 2 - root, (a + 1) / 2 + root)
  }

  /// The direction of the largest curvature, of length 1.
  package var steepAxis: [Double] {
    let (a, b) = hessian
    // An eigenvector of [[a, b], [b, 1]]; the axes themselves where b is 0.
    let v = b == 0 ? [a > 1 ? 1 : 0, a > 1 ? 0 : 1] : [b, curvatures.largest - a]
    return v.map { $0 / norm(v) }
  }

  /// How far single precision may keep a descent with learning rate η from the closed form: it
  /// stands still where the gradient is lost in its own rounding, or its step in that of a weight;
  /// a gradient g means a distance of at most ‖g‖/μ, μ being the smallest curvature.
  package func reach(at parameters: Parameters, learningRate: Double) -> Double {
    let errors = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder.map(\.error)
    let stall = norm(parameters.inOrder) * 2 * roundoff / learningRate
    return (norm(errors) + stall) / curvatures.smallest
  }

  /// A trainer of full-batch descent on the mean loss.
  package func descent(learningRate: Double, steps: Int, seed: UInt64) -> Trainer {
    Trainer(
      Self.architecture, training: samples,
      settings: TrainingSettings(
        epochs: steps, batchSize: x.count, learningRate: learningRate, schedule: .constant,
        optimizer: .plainSGD, seed: seed), workers: 1)
  }
}

extension Trainer {
  /// Trains to the end and notes the parameters at the start and after each epoch.
  package func path() throws -> [[Double]] {
    var path = [parameters.inOrder]
    while let event = try next() {
      if case .epoch = event { path.append(parameters.inOrder) }
    }
    return path
  }
}

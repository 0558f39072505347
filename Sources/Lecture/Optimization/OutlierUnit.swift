import Foundation
import Kernels
import Networks
import Reference
import Training

/// The loss of a logistic unit with squared error on 28 samples that ask for w > 0 and 4 outliers far
/// out that ask for w < 0: E(w, b) = (1/N) Σ ½(σ(wxₙ + b) − tₙ)² + ½λw². It has a bad minimum, where
/// the unit obeys the outliers, and a good one, where it gives them up.
///
/// Samples lie symmetrically, so minima and saddle are on the line b = 0.
enum OutlierUnit {
  static let architecture = Architecture(
    inputs: 1, hidden: [], outputs: 1, outputActivation: .logistic, loss: .squaredError)
  /// λ, which keeps the good minimum from lying at infinity.
  static let penalty = Double(Float(0.002))
  /// Where every run begins: in the bad minimum's basin.
  static let start = [-1.0, 0.6]

  /// [−1, 1] in equal steps with 1 on the right, and two outliers on each side with the opposite.
  static let samples: [(x: Float, t: Float)] =
    (0..<28).map { index in
      let x = Float(2 * index - 27) / 27
      return (x, x > 0 ? 1 : 0)
    } + [(4, 0), (4, 0), (-4, 1), (-4, 1)]

  static var set: SampleSet {
    SampleSet(
      inputs: .floats(samples.map(\.x)), inputWidth: 1,
      targets: .vectors(samples.map(\.t), width: 1), count: samples.count)
  }

  /// E.
  static func value(_ w: [Double]) -> Double {
    penalty * w[0] * w[0] / 2 + samples.reduce(0) { sum, sample in
      let error = 1 / (1 + exp(-(w[0] * Double(sample.x) + w[1]))) - Double(sample.t)
      return sum + error * error / 2
    } / Double(samples.count)
  }

  /// dE/dw at b = 0.
  static func slope(_ w: Double) -> Double {
    penalty * w + samples.reduce(0) { sum, sample in
      let y = 1 / (1 + exp(-w * Double(sample.x)))
      return sum + (y - Double(sample.t)) * y * (1 - y) * Double(sample.x)
    } / Double(samples.count)
  }

  /// The norm of the trainer's gradient at (w, 0) with the penalty's, and what single precision
  /// allows where the gradient is 0.
  static func trainerGradient(_ w: Double) -> (norm: Double, bound: Double) {
    var parameters = Parameters(architecture)
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = Float(w)
    let batch = Batch(
      inputs: samples.map { [$0.x] }, targets: samples.map { [$0.t] })
    var gradient = parameters.gradient(batch).map(Double.init)
    gradient[0] += penalty * Double(Float(w))
    let errors = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder.map(\.error)
    // The curvature is below ½, and w is rounded.
    return (
      Lecture.norm(gradient), Lecture.norm(errors) + 0.5 * abs(w - Double(Float(w))) + 1e-12
    )
  }

  /// w of the bad minimum, of the saddle between the two, and of the good minimum.
  static let badMinimum = zero(of: slope, -0.5...0.2)
  static let saddle = zero(of: slope, 0.2...1.5)
  static let goodMinimum = zero(of: slope, 1.5...8)

  /// Where a function changes its sign.
  private static func zero(of f: (Double) -> Double, _ range: ClosedRange<Double>) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1e-12 {
      let middle = (low + high) / 2
      if (f(middle) < 0) == (f(low) < 0) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// A training of `steps` steps whose learning rate falls to 0 along half a cosine.
  static func trainer(batchSize: Int, steps: Int, learningRate: Double, seed: UInt64) -> Trainer {
    var parameters = Parameters(architecture)
    parameters.mutableMemory.weights(ofLayer: 0)[0, 0] = Float(start[0])
    parameters.mutableMemory.biases(ofLayer: 0)[0, 0] = Float(start[1])
    return Trainer(
      from: parameters, training: set,
      settings: TrainingSettings(
        epochs: steps * batchSize / samples.count, batchSize: batchSize,
        learningRate: learningRate, schedule: .cosine, optimizer: .sgd(weightDecay: penalty),
        seed: seed),
      workers: 1)
  }
}

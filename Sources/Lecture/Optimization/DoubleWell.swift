import Kernels
import Networks
import Training

/// The loss of a chain of two linear units, y = w₂w₁x, on the samples (1, 1) and (−1, −1) with the L²
/// penalty λ: E(w) = ½(w₁w₂ − 1)² + ½λ(w₁² + w₂²). Its minima are at w₁ = w₂ = ±√(1 − λ), a saddle is
/// at 0, and the ridge between the minima is w₁ = −w₂.
///
/// The units have biases, too. They stay exactly 0, as the gradients of the two samples cancel.
struct DoubleWell {
  /// λ, in 0…1 without its ends.
  let penalty: Double

  /// E.
  func value(_ w: [Double]) -> Double {
    let error = w[0] * w[1] - 1
    return error * error / 2 + penalty * (w[0] * w[0] + w[1] * w[1]) / 2
  }

  /// ∇E.
  func gradient(_ w: [Double]) -> [Double] {
    let error = w[0] * w[1] - 1
    return [error * w[1] + penalty * w[0], error * w[0] + penalty * w[1]]
  }

  /// The smaller eigenvalue of the Hessian [[w₂² + λ, 2w₁w₂ − 1], [2w₁w₂ − 1, w₁² + λ]].
  func smallestCurvature(_ w: [Double]) -> Double {
    let (a, b, c) = (w[1] * w[1] + penalty, 2 * w[0] * w[1] - 1, w[0] * w[0] + penalty)
    return (a + c) / 2 - ((a - c) * (a - c) / 4 + b * b).squareRoot()
  }

  /// The minimum with w₁ > 0; the other one is its opposite.
  var minimum: [Double] { Array(repeating: (1 - penalty).squareRoot(), count: 2) }

  /// The trainer's descent from a place until the gradient's norm is below a threshold.
  func descend(from start: [Double], threshold: Double) throws -> WellRun {
    let architecture = Architecture(
      inputs: 1, hidden: [1], activation: .identity, outputs: 1, loss: .squaredError)
    var parameters = Parameters(architecture)
    for layer in 0..<2 {
      parameters.mutableMemory.weights(ofLayer: layer)[0, 0] = Float(start[layer])
    }
    let trainer = Trainer(
      from: parameters,
      training: SampleSet(
        inputs: .floats([1, -1]), inputWidth: 1, targets: .vectors([1, -1], width: 1), count: 2),
      settings: TrainingSettings(
        epochs: 5000, batchSize: 2, learningRate: 0.2, schedule: .constant,
        optimizer: .sgd(weightDecay: penalty), gradientNormThreshold: threshold), workers: 1)
    let path = try trainer.path()
    return WellRun(
      start: start, path: path.map { [$0[0], $0[2]] },
      largestBias: path.map { max(abs($0[1]), abs($0[3])) }.max() ?? 0,
      norms: trainer.reports.compactMap(\.gradientNorm), stopReason: trainer.stopReason)
  }
}

/// A descent on the double well.
struct WellRun {
  let start: [Double]
  /// (w₁, w₂) at the start and after each step.
  let path: [[Double]]
  let largestBias: Double
  /// ‖∇E‖ of each step.
  let norms: [Double]
  let stopReason: StopReason?

  var end: [Double] { path[path.count - 1] }
}

import Kernels

/// The schedule of the learning rate η over the training (lecture A4).
///
/// Epochs and steps count from 0. Every formula is made of basic operations, so that the rate, and
/// with it the weights, are the same to the bit on every system.
public enum LearningRateSchedule: Codable, Equatable, Sendable {
  /// η.
  case constant
  /// η · factor^⌊epoch / epochs⌋.
  case step(epochs: Int, factor: Double)
  /// η · factor^epoch.
  case exponential(factor: Double)
  /// η / (1 + decay · t), t in epochs, growing with every step.
  case inverseTime(decay: Double)
  /// η · ½ (1 + cos π t), t from 0 at the first step towards 1 after the last one (Loshchilov,
  /// Hutter 2017, without restarts).
  case cosine
  /// From η/25 up to η in the first 30 % of the steps and down to η/250000 in the rest, both along
  /// half a cosine (Smith, Topin 2018).
  case oneCycle
  /// η · factor^n, where n grows by one when the validation loss has not improved for `patience`
  /// epochs.
  case onPlateau(factor: Double, patience: Int)

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - base: η.
  ///   - step: the step since the start of training.
  ///   - stepsPerEpoch: the steps of an epoch.
  ///   - epochs: the epochs of the whole training.
  ///   - reductions: n of `onPlateau`.
  /// - Returns: η at this step.
  public func rate(
    base: Double, step: Int, stepsPerEpoch: Int, epochs: Int, reductions: Int = 0
  ) -> Double {
    let epoch = step / stepsPerEpoch
    let progress = Double(step) / Double(max(1, stepsPerEpoch * epochs))
    switch self {
    case .constant: return base
    case .step(let epochs, let factor): return base * power(factor, epoch / epochs)
    case .exponential(let factor): return base * power(factor, epoch)
    case .inverseTime(let decay):
      return base / (1 + decay * Double(step) / Double(stepsPerEpoch))
    case .cosine: return base * halfCosine(min(progress, 1))
    case .oneCycle:
      let rise = 0.3
      let low = base / 25
      let end = low / 10_000
      return progress < rise
        ? base + (low - base) * halfCosine(progress / rise)
        : end + (base - end) * halfCosine(min((progress - rise) / (1 - rise), 1))
    case .onPlateau(let factor, _): return base * power(factor, reductions)
    }
  }
}

/// From 1 at t = 0 down to 0 at t = 1, along half a cosine.
private func halfCosine(_ t: Double) -> Double { (1 + cosine(ofPi: t)) / 2 }

/// base^exponent by repeated multiplication.
private func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<max(0, exponent)).reduce(1.0) { product, _ in product * base }
}

extension LearningRateSchedule {
  /// Whether the rate of a step depends on the number of epochs of the whole training.
  public var dependsOnEpochs: Bool {
    switch self {
    case .cosine, .oneCycle: true
    case .constant, .step, .exponential, .inverseTime, .onPlateau: false
    }
  }
}

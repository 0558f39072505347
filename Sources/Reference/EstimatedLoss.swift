import Foundation
import Kernels
import Networks

extension Loss {
  /// The loss of one sample and the error signals of the output layer's weighted sums.
  package func estimate(
    outputs: [EstimatedUnit], targets: [Float]
  ) -> (loss: BoundedValue, errors: [BoundedValue]) {
    switch self {
    case .softmaxCrossEntropy: softmax(logits: outputs.map(\.value), targets: targets)
    case .logisticCrossEntropy: logistic(logits: outputs.map(\.value), targets: targets)
    case .squaredError: squared(outputs: outputs, targets: targets)
    }
  }

  /// The roundings of a sum over outputs: the lanes' chains and four halvings.
  private func sumRoundings(_ count: Int) -> Int { paddedToLanes(count) / laneCount + 4 }

  /// A logit that is off by δ changes every power by e^±2δ at most, as the largest logit, which is
  /// subtracted, may be off too; the argument's rounding and the ulp of a power are added.
  private func softmax(
    logits: [BoundedValue], targets: [Float]
  ) -> (loss: BoundedValue, errors: [BoundedValue]) {
    let delta = logits.map(\.error).max() ?? 0
    let largest = logits.map(\.value).max() ?? 0
    let t = targets.map { Double($0) }
    let targetSum = t.reduce(0, +)
    let sumError = errorOfRoundings(sumRoundings(targets.count))

    let shifted = logits.map { $0.value - largest }
    let powers = shifted.map { exp($0) }
    let powerErrors = shifted.map { exp(2 * delta + abs($0) * roundoff) * (1 + 2 * roundoff) - 1 }
    let sum = powers.reduce(0, +)
    let powerSumError = zip(powers, powerErrors).reduce(0) { $0 + $1.0 * $1.1 } / sum + sumError

    let cross = zip(t, shifted).reduce(0) { $0 + $1.0 * -$1.1 }
    // Where logits are all but unknown, the sum is only known by the factors of its powers.
    let isVague = powerSumError >= 0.5
    let farthest = shifted.map { abs($0) }.max() ?? 0
    let relativeError =
      isVague
      ? 2 * delta + (farthest + 4) * roundoff + 2 * sumError
      : powerSumError / (1 - powerSumError)
    let logError = relativeError + (2 * roundoff + sumError) * log(sum)
    let crossError =
      targetSum * 2 * delta + (cross + targetSum * 2 * delta) * (errorOfRoundings(2) + sumError)
    let loss = BoundedValue(
      targetSum * log(sum) + cross, error: targetSum * logError + crossError * (1 + sumError))

    let errors = t.indices.map { k in
      let y = powers[k] / sum
      let yError =
        isVague ? 1 : y * ((1 + powerErrors[k]) / (1 - powerSumError) * (1 + roundoff) - 1)
      let product =
        (BoundedValue(y, error: yError) * BoundedValue(targetSum, error: targetSum * sumError))
        .rounded
      return (product - BoundedValue(targets[k])).rounded
    }
    return (loss, errors)
  }

  /// The loss has a slope of at most 1 in each logit; its terms are positive and round ten times.
  private func logistic(
    logits: [BoundedValue], targets: [Float]
  ) -> (loss: BoundedValue, errors: [BoundedValue]) {
    var loss = BoundedValue(0.0)
    let errors = zip(logits, targets).map { z, target in
      let t = Double(target)
      let softplus = { (z: Double) in max(z, 0) + log1p(exp(-abs(z))) }
      let term = t * softplus(-z.value) + (1 - t) * softplus(z.value)
      loss = loss + BoundedValue(term, error: z.error)
      return (Activation.logistic.estimate(z).value - BoundedValue(target)).rounded
    }
    let roundings = 10 + sumRoundings(targets.count)
    loss.error += errorOfRoundings(roundings) * loss.magnitude
    return (loss, errors)
  }

  private func squared(
    outputs: [EstimatedUnit], targets: [Float]
  ) -> (loss: BoundedValue, errors: [BoundedValue]) {
    var loss = BoundedValue(0.0)
    let errors = zip(outputs, targets).map { output, target in
      let difference = (output.value - BoundedValue(target)).rounded
      let half = difference * BoundedValue(0.5)
      loss = loss + half * difference
      return (difference * output.slope).rounded
    }
    loss.error += errorOfRoundings(1 + sumRoundings(targets.count)) * loss.magnitude
    return (loss, errors)
  }
}

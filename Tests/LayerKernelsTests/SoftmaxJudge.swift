import Foundation
import Kernels
import KernelsTestSupport

/// Softmax cross-entropy in Double, with bounds on the error of its computation in Float.
struct SoftmaxJudge {
  let y: [Double]
  let loss: Double
  let lossBound: Double
  private let targets: [Double]
  private let targetSum: Double
  private let shifted: [Double]
  private let sumBound: Double
  private let laneSum: Double

  init(logits: [Float], targets: [Float]) {
    let largest = Double(logits.max() ?? 0)
    let shifted = logits.map { Double($0) - largest }
    let targets = targets.map { Double($0) }
    let powers = shifted.map { exp($0) }
    let sum = powers.reduce(0, +)
    // The lanes' chains and 4 halvings.
    let laneSum = errorOfRoundings(paddedToLanes(logits.count) / laneCount + 4)
    let powerErrors = zip(powers, shifted).map { $0 * Self.powerBound($1) }
    let sumBound = powerErrors.reduce(0, +) / sum + laneSum

    self.shifted = shifted
    self.targets = targets
    self.laneSum = laneSum
    self.sumBound = sumBound
    targetSum = targets.reduce(0, +)
    y = powers.map { $0 / sum }
    let cross = zip(targets, shifted).reduce(0) { $0 + $1.0 * -$1.1 }
    loss = targetSum * log(sum) + cross
    // log passes the relative error of the sum on and adds an ulp, 2u; t (z − max z) rounds twice.
    lossBound =
      targetSum * (laneSum * log(sum) + sumBound / (1 - sumBound) + 2 * roundoff * log(sum))
      + cross * (errorOfRoundings(2) + laneSum) * (1 + laneSum)
  }

  /// The relative error of a power: that of its argument z − max z, which rounds once, and an ulp.
  private static func powerBound(_ shifted: Double) -> Double {
    exp(abs(shifted) * roundoff) * (1 + 2 * roundoff) - 1
  }

  func error(_ k: Int) -> Double { y[k] * targetSum - targets[k] }

  func yBound(_ k: Int) -> Double {
    let relative = (1 + Self.powerBound(shifted[k])) / (1 - sumBound) * (1 + roundoff) - 1
    return y[k] * relative + Double(Float.leastNonzeroMagnitude)
  }

  func errorBound(_ k: Int) -> Double {
    let product = (y[k] + yBound(k)) * targetSum * (1 + laneSum) * (1 + roundoff)
    let productBound = product - y[k] * targetSum
    return productBound + roundoff * (abs(error(k)) + productBound)
  }
}

import Graphs
import Kernels
import Networks
import Randomness
import Reference

/// The mean logistic loss of some random samples, as a function of two weights.
struct LogisticLoss {
  static let samples = 30
  /// h of central differences.
  static let difference = 0x1p-16
  /// Truncation h²/6 |f‴| with |f‴| below ¹⁄₁₀ |x|³ for |x| ≤ 2.2, and rounding: the terms are up
  /// to 13, with some 20 roundings.
  static let allowedByDifferences =
    difference * difference / 6 * 1.1 + 20 * 13 * 0x1p-53 / difference

  private let graph = Graph()
  private let w: Node
  private let loss: Node
  private let batch: Batch

  init(using chance: inout Chance) {
    // Numbers of single precision, so that the trainer sees the same.
    batch = Batch(
      inputs: (0..<Self.samples).map { _ in
        (0..<2).map { _ in Float(chance.uniform(-1.5...1.5)) }
      },
      targets: (0..<Self.samples).map { _ in [Bool.random(using: &chance) ? 1 : 0] })
    w = graph.input("w", RealMatrix([[0.0], [0.0]]))
    let inputs = graph.input("X", RealMatrix(batch.inputs.map { $0.map(Double.init) }))
    let targets = graph.input("t", RealMatrix(batch.targets.map { $0.map(Double.init) }))
    loss = mean(logisticCrossEntropy(matrixProduct(inputs, w), targets: targets))
  }

  func value(_ weights: [Double]) -> Double {
    graph.set(w, to: RealMatrix(weights.map { [$0] }))
    graph.forward()
    return loss.value.scalar
  }

  func gradient(_ weights: [Double]) -> [Double] {
    _ = value(weights)
    graph.backward(from: loss)
    return w.errorSignal.values
  }

  /// The gradient by central differences.
  func differences(_ weights: [Double]) -> [Double] {
    weights.indices.map { index in
      var (up, down) = (weights, weights)
      up[index] += Self.difference
      down[index] -= Self.difference
      return (value(up) - value(down)) / (2 * Self.difference)
    }
  }

  /// The gradient by the trainer's own passes over a logistic unit without a bias, and how far single
  /// precision may keep each of its numbers from that in double precision.
  func trainerGradient(_ weights: [Double]) -> (gradient: [Double], bounds: [Double]) {
    var parameters = Parameters(
      Architecture(inputs: 2, hidden: [], outputs: 1, loss: .logisticCrossEntropy))
    for (index, weight) in weights.enumerated() {
      parameters.mutableMemory.weights(ofLayer: 0)[index, 0] = Float(weight)
    }
    let estimate = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder
    // The weights are rounded, too: with |x| ≤ 1.5 and σ′ ≤ ¼, to 1.1 times what they lose.
    let lost = weights.map { abs($0 - Double(Float($0))) }.reduce(0, +) * 1.1
    return (
      parameters.gradient(batch).prefix(2).map(Double.init),
      estimate.prefix(2).map { $0.error + lost }
    )
  }
}

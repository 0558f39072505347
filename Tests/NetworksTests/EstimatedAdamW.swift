import LayerKernels
import Reference

/// AdamW as PyTorch defines it, with bounds on what Float may make of it.
struct EstimatedAdamW {
  // The numbers of `Fixtures/make_gradients.py`.
  static let learningRate = 0.05
  private static let (beta1, beta2, epsilon, weightDecay) = (0.75, 0.875, 0.125, 0.5)

  private(set) var network: EstimatedNetwork
  private var firstMoments: EstimatedNetwork
  private var secondMoments: EstimatedNetwork

  /// The trainer's factors of a step, counted from 1.
  static func factors(step: Int) -> AdamW {
    AdamW(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay, step: step)
  }

  init(_ network: EstimatedNetwork) {
    self.network = network
    firstMoments = network.mapped { _ in BoundedValue(0.0) }
    secondMoments = firstMoments
  }

  mutating func update(_ gradient: EstimatedNetwork, step: Int) {
    var (correction1, correction2) = (1.0, 1.0)
    for _ in 0..<step {
      correction1 *= Self.beta1
      correction2 *= Self.beta2
    }
    func update(
      _ w: inout BoundedValue, _ m: inout BoundedValue, _ v: inout BoundedValue, _ g: BoundedValue,
      decay: Double
    ) {
      m = (m + BoundedValue(1 - Self.beta1) * (g - m).rounded).rounded
      v =
        ((BoundedValue(Self.beta2) * v).rounded + BoundedValue(1 - Self.beta2) * (g * g).rounded)
        .rounded
      // The factors are rounded once, too.
      let rootFactor = BoundedValue(1 / (1 - correction2).squareRoot()).rounded
      let divisor = (v.squareRoot.rounded * rootFactor + BoundedValue(Self.epsilon)).rounded
      let kept = (BoundedValue(1 - Self.learningRate * decay).rounded * w).rounded
      let size = BoundedValue(Self.learningRate / (1 - correction1)).rounded
      w = (kept - size * m.divided(by: divisor).rounded).rounded
    }
    for layer in network.weights.indices {
      for output in network.biases[layer].indices {
        for input in network.weights[layer].indices {
          update(
            &network.weights[layer][input][output], &firstMoments.weights[layer][input][output],
            &secondMoments.weights[layer][input][output], gradient.weights[layer][input][output],
            decay: Self.weightDecay)
        }
        update(
          &network.biases[layer][output], &firstMoments.biases[layer][output],
          &secondMoments.biases[layer][output], gradient.biases[layer][output], decay: 0)
      }
    }
  }
}

extension EstimatedNetwork {
  fileprivate func mapped(_ number: (BoundedValue) -> BoundedValue) -> EstimatedNetwork {
    var other = self
    for layer in weights.indices {
      other.weights[layer] = weights[layer].map { $0.map(number) }
      other.biases[layer] = biases[layer].map(number)
    }
    return other
  }
}

extension BoundedValue {
  /// √a of a number that is not negative: |√a − √b| = |a − b| / (√a + √b).
  fileprivate var squareRoot: BoundedValue {
    let root = max(value, 0).squareRoot()
    let lowest = max(value - error, 0).squareRoot()
    return BoundedValue(root, error: error > 0 ? error / max(root + lowest, error.squareRoot()) : 0)
  }

  /// A quotient whose divisor is away from 0.
  fileprivate func divided(by other: BoundedValue) -> BoundedValue {
    let quotient = value / other.value
    return BoundedValue(
      quotient, error: (error + abs(quotient) * other.error) / (abs(other.value) - other.error))
  }
}

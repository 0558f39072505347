import CProcessor
import Kernels

/// Adam with decoupled weight decay, in PyTorch's arrangement:
/// m ← m + (1 − β₁)(g − m); v ← β₂v + (1 − β₂)g²; w ← (1 − ηλ)w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
/// in step t = 1, 2, …
///
/// The slots of its state are m and v. The factors are computed in Double and rounded once;
/// docs/arithmetic.md has the order of the rest.
///
/// Sources: Kingma, Ba, Adam, ICLR 2015; Loshchilov, Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
public struct AdamW: UpdateRule {
  private let firstShare: Float
  private let secondKept: Float
  private let secondShare: Float
  private let stepSize: Float
  private let rootFactor: Float
  private let epsilon: Float
  private let weightKept: Float

  var gradientDecay: Float { 0 }

  /// The factors of one step.
  ///
  /// - Parameters:
  ///   - learningRate: η.
  ///   - beta1: the share of the first moment that is kept, in 0 ..< 1.
  ///   - beta2: that of the second moment, in 0 ..< 1.
  ///   - epsilon: ε.
  ///   - weightDecay: λ.
  ///   - step: t, from 1.
  public init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    step: Int
  ) {
    precondition(step >= 1, "steps are counted from 1, not \(step)")
    firstShare = Float(1 - beta1)
    secondKept = Float(beta2)
    secondShare = Float(1 - beta2)
    stepSize = Float(learningRate / (1 - power(beta1, step)))
    rootFactor = Float(1 / (1 - power(beta2, step)).squareRoot())
    self.epsilon = Float(epsilon)
    weightKept = Float(1 - learningRate * weightDecay)
  }

  private init(_ other: AdamW, weightKept: Float) {
    firstShare = other.firstShare
    secondKept = other.secondKept
    secondShare = other.secondShare
    stepSize = other.stepSize
    rootFactor = other.rootFactor
    epsilon = other.epsilon
    self.weightKept = weightKept
  }

  var withoutWeightDecay: AdamW { AdamW(self, weightKept: 1) }

  func movesWithoutGradient(hasState: Bool) -> Bool { true }

  @inline(__always)
  func updated(
    _ weight: Vector, gradient: Vector, state: StateVectors, check: inout FiniteCheck
  ) -> Vector {
    guard let first = state.first, let second = state.second else { return weight }
    let mean = load(first)
    let nextMean = mean.addingProduct(Vector(repeating: firstShare), gradient - mean)
    store(nextMean, first)
    let kept = Vector(repeating: secondKept) * load(second)
    let nextSquare = kept.addingProduct(Vector(repeating: secondShare), gradient * gradient)
    store(nextSquare, second)
    // An infinite square would stop the weight without a sign of it.
    check.add(nextSquare)
    let root = processor_square_root(nextSquare)
    let divisor = Vector(repeating: epsilon).addingProduct(root, Vector(repeating: rootFactor))
    return (Vector(repeating: weightKept) * weight)
      .addingProduct(Vector(repeating: -stepSize), nextMean / divisor)
  }
}

/// base^exponent by repeated squaring, from the exponent's lowest bit up: the system's `pow` differs from
/// system to system.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, bits) = (1.0, base, exponent)
  while bits > 0 {
    if bits & 1 == 1 { result *= square }
    square *= square
    bits >>= 1
  }
  return result
}

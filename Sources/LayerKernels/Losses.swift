import Kernels

// Each loss works on one sample: it reads the outputs and the targets of a row, writes the error
// signals of the outputs' weighted sums and returns the loss. All matrices are [samples × outputs];
// in the padding of the rows the error signals become +0.

/// Softmax cross-entropy: y = softmax(z), L = −Σ tₖ log yₖ, z̄ = y Σ t − t.
///
/// Computed from z − max z, so that no logit overflows. With Σ t = 1, as for classes, z̄ = y − t.
///
/// - Parameters:
///   - row: the sample.
///   - logits: weighted sums; replaced by the probabilities y.
///   - targets: probabilities of the classes.
///   - errors: receives z̄; nil computes only the loss.
/// - Returns: the loss L of the sample.
public func softmaxCrossEntropy(
  row: Int, logits: Matrix, targets: Matrix, errors: Matrix?
) -> Double {
  let count = logits.columns
  let (logits, targets, errors) = (logits.row(row), targets.row(row), errors?.row(row))
  var largest = -Float.infinity
  // An undefined logit never compares as larger; it makes the loss undefined by its exponential.
  for k in 0..<count { largest = logits[k] > largest ? logits[k] : largest }
  var sums = Vector(repeating: 0)
  var loss = Vector(repeating: 0)
  var targetSums = Vector(repeating: 0)
  forEachVector(count) { k, isReal in
    let shifted = load(logits + k) - largest
    let power = exponential(shifted).replacing(with: 0, where: .!isReal)
    let target = load(targets + k).replacing(with: 0, where: .!isReal)
    let term = (target * shifted).replacing(with: 0, where: target .== Vector(repeating: 0))
    sums += power
    loss -= term
    targetSums += target
    store(power, logits + k)
  }
  let sum = sumOfLanes(sums)
  let targetSum = sumOfLanes(targetSums)
  forEachVector(count) { k, isReal in
    let y = load(logits + k) / sum
    store(y, logits + k)
    if let errors {
      let error = y * targetSum - load(targets + k)
      store(error.replacing(with: 0, where: .!isReal), errors + k)
    }
  }
  let logarithm = naturalLogarithm(Vector(repeating: sum))[0]
  return Double(targetSum) * Double(logarithm) + Double(sumOfLanes(loss))
}

/// Logistic (binary) cross-entropy, summed over the outputs: y = σ(z),
/// L = Σ −tₖ log yₖ − (1 − tₖ) log(1 − yₖ) = Σ softplus(zₖ) − tₖ zₖ, z̄ = y − t.
///
/// - Parameters:
///   - row: the sample.
///   - logits: weighted sums; replaced by the probabilities y.
///   - targets: in 0…1.
///   - errors: receives z̄; nil computes only the loss.
/// - Returns: the loss L of the sample.
public func logisticCrossEntropy(
  row: Int, logits: Matrix, targets: Matrix, errors: Matrix?
) -> Double {
  let count = logits.columns
  let (logits, targets, errors) = (logits.row(row), targets.row(row), errors?.row(row))
  var loss = Vector(repeating: 0)
  forEachVector(count) { k, isReal in
    let z = load(logits + k)
    let target = load(targets + k)
    let y = logistic(z)
    // softplus(z) − t z without cancellation: t softplus(−z) + (1 − t) softplus(z).
    let term = target * softplus(-z) + (1 - target) * softplus(z)
    loss += term.replacing(with: 0, where: .!isReal)
    store(y, logits + k)
    if let errors {
      store((y - target).replacing(with: 0, where: .!isReal), errors + k)
    }
  }
  return Double(sumOfLanes(loss))
}

/// Squared error: L = ½ Σ (yₖ − tₖ)², z̄ = (y − t) φ′(z).
///
/// - Parameters:
///   - row: the sample.
///   - outputs: the outputs y = φ(z).
///   - targets: t.
///   - slopes: φ′(z), replaced by the error signals; nil computes only the loss.
/// - Returns: the loss L of the sample.
public func squaredError(
  row: Int, outputs: Matrix, targets: Matrix, slopes: Matrix?
) -> Double {
  let count = outputs.columns
  let (outputs, targets, slopes) = (outputs.row(row), targets.row(row), slopes?.row(row))
  var loss = Vector(repeating: 0)
  forEachVector(count) { k, isReal in
    let difference = (load(outputs + k) - load(targets + k)).replacing(with: 0, where: .!isReal)
    loss += difference * difference
    if let slopes {
      let error = difference * load(slopes + k)
      store(error.replacing(with: 0, where: .!isReal), slopes + k)
    }
  }
  return Double(sumOfLanes(loss)) / 2
}

/// Calls `body` for each vector of a padded row, with the mask of the lanes that are no padding.
@inline(__always)
private func forEachVector(_ count: Int, _ body: (Int, SIMDMask<SIMD16<Int32>>) -> Void) {
  for k in stride(from: 0, to: count, by: laneCount) { body(k, lanesBelow(count - k)) }
}

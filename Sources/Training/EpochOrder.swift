import Randomness

extension Purpose {
  /// The order of the samples in an epoch.
  package static let shuffle = Purpose(rawValue: 0)
  /// The choice of the validation samples.
  package static let validationSplit = Purpose(rawValue: 2)
}

/// The split of a training set into training and validation samples, as indices into the set.
struct ValidationSplit {
  let training: [Int32]
  let validation: [Int32]

  /// Draws `validationCount` of `count` samples; both parts stay in the order of the set.
  init(count: Int, validationCount: Int, seed: UInt64) {
    let random = Philox(seed: seed, purpose: .validationSplit, epoch: 0)
    let drawn =
      validationCount == 0
      ? [] : shuffledIndices(count: count, using: random).prefix(validationCount)
    let isValidation = drawn.reduce(into: [Bool](repeating: false, count: count)) { mask, index in
      mask[Int(index)] = true
    }
    let all = (0..<count).map { Int32($0) }
    training = all.filter { !isValidation[Int($0)] }
    validation = all.filter { isValidation[Int($0)] }
  }
}

/// The order of the samples in an epoch: a shuffle that depends only on seed and epoch, so that a
/// resumed training has the same order.
package func epochOrder(of samples: [Int32], seed: UInt64, epoch: Int) -> [Int32] {
  let random = Philox(seed: seed, purpose: .shuffle, epoch: UInt32(epoch))
  return shuffledIndices(count: samples.count, using: random).map { samples[Int($0)] }
}

import Digits
import Foundation
import Networks
import Randomness
import Testing
import Training

// What the tests train on: real digits, and small sets whose answers are known.

/// Why a test on full MNIST was skipped.
let needsDatasets: Comment = "needs full MNIST: LOCKSTEP_DATASETS names a folder with mnist/"

extension SampleSet {
  /// The first `count` images of a set, or all.
  init(_ digits: DigitSet, prefix count: Int? = nil) {
    let count = count ?? digits.count
    self.init(
      images: Array(digits.images.prefix(count * digits.pixelsPerImage)),
      labels: Array(digits.labels.prefix(count)), imageSize: digits.imageSize, classCount: 10)
  }

  /// Rows of floats with rows of floats to answer.
  init(rows: [[Float]], targets: [[Float]]) {
    self.init(
      inputs: .floats(Array(rows.joined())), inputWidth: rows.first?.count ?? 0,
      targets: .vectors(Array(targets.joined()), width: targets.first?.count ?? 0),
      count: rows.count)
  }

  /// Rows of floats with a class each.
  init(rows: [[Float]], classes: [UInt8], classCount: Int) {
    self.init(
      inputs: .floats(Array(rows.joined())), inputWidth: rows.first?.count ?? 0,
      targets: .classes(classes, count: classCount), count: rows.count)
  }

  /// The four rows of exclusive or, which no network without a hidden layer learns.
  static let xor = SampleSet(
    rows: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]])

  /// Sample i is row i of the unit matrix, so that sample i alone moves row i of the weights.
  static func unitRows(_ count: Int, classes: Int = 2) -> SampleSet {
    SampleSet(
      rows: (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } },
      classes: (0..<count).map { UInt8($0 % classes) }, classCount: classes)
  }

  /// Random inputs with random classes: there is nothing to learn but the samples themselves.
  static func noise(_ count: Int, inputs: Int, classes: Int, seed: UInt64 = 1) -> SampleSet {
    let random = Philox(seed: seed, purpose: .shuffle, epoch: 0)
    return SampleSet(
      rows: (0..<count).map { row in
        (0..<inputs).map { random.uniform(UInt64(row * inputs + $0)) * 2 - 1 }
      },
      classes: (0..<count).map {
        UInt8(random.uniform(UInt64(count * inputs + $0)) * Float(classes))
      }, classCount: classes)
  }
}

/// The samples that are set aside to validate on, in the order of the set, as documented: the
/// first of a shuffle with a purpose of its own.
func validationSamples(count: Int, validationCount: Int, seed: UInt64) -> [Int32] {
  let random = Philox(seed: seed, purpose: .validationSplit, epoch: 0)
  return shuffledIndices(count: count, using: random).prefix(validationCount).sorted()
}

extension Architecture {
  /// The smallest network that learns exclusive or with ease.
  static let xor = Architecture(
    inputs: 2, hidden: [4], activation: .tanh, outputs: 1, loss: .logisticCrossEntropy)

  /// Two hidden layers of a width that fills no vector, on images of 28 × 28 pixels.
  static let digits = Architecture(inputs: 784, hidden: [33, 33], outputs: 10)
}

import Foundation
import Images
import Networks
import Training

// What topic C4 trains besides the ten classes.

/// The regression head: how slanted a digit is.
struct SlantRegression {
  /// Of the test digits.
  let targets: [Double]
  let predictions: [Double]
  /// The mean squared error, by the evaluation of the trainer.
  let loss: Double

  /// The mean of −log N(t; y, 1).
  var negativeLogLikelihood: Double {
    zip(targets, predictions).reduce(0) { sum, pair in
      let density = exp(-(pair.0 - pair.1) * (pair.0 - pair.1) / 2) / (2 * Double.pi).squareRoot()
      return sum - log(density)
    } / Double(targets.count)
  }

  init(_ digits: Classroom.Digits, _ topic: OutputsTopic, _ classroom: Classroom) throws {
    func slanted(_ set: SampleSet) -> SampleSet {
      set.replacingTargets(.vectors(Self.slants(set, digits.imageSize), width: 1))
    }
    let trainer = try topic.train(
      Architecture(
        inputs: digits.train.inputWidth, hidden: [topic.hidden], outputs: 1, loss: .squaredError),
      slanted(digits.train), classroom)
    loss =
      trainer.parameters.evaluate(
        on: slanted(digits.test), workers: classroom.workers
      ).evaluation.loss
    targets = Self.slants(digits.test, digits.imageSize).map { Double($0) }
    predictions = (0..<digits.test.count).map {
      Double(trainer.parameters.outputs(for: digits.test.row($0))[0])
    }
  }

  /// R² = 1 − Σ(y − t)²/Σ(t − t̄)².
  var determination: Double {
    let mean = targets.reduce(0, +) / Double(targets.count)
    let rest = zip(predictions, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - rest / targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// −μ₁₁/μ₀₂ of each image's ink: how far its strokes move to the right on their way up.
  private static func slants(_ set: SampleSet, _ size: ImageSize) -> [Float] {
    (0..<set.count).map { index in
      let ink = set.row(index).map { Double($0) }
      let places = ink.indices.map { (x: Double($0 % size.width), y: Double($0 / size.width)) }
      let mass = max(ink.reduce(0, +), 1e-9)
      let x = zip(ink, places).reduce(0) { $0 + $1.0 * $1.1.x } / mass
      let y = zip(ink, places).reduce(0) { $0 + $1.0 * $1.1.y } / mass
      let mixed = zip(ink, places).reduce(0) { $0 + $1.0 * ($1.1.x - x) * ($1.1.y - y) }
      let height = zip(ink, places).reduce(0) { $0 + $1.0 * ($1.1.y - y) * ($1.1.y - y) }
      return Float(-mixed / max(height, 1e-9))
    }
  }
}

/// The binary head: is it a 3?
struct BinaryHead {
  private let outputs: [Double]
  private let isThree: [Bool]
  /// The mean cross-entropy, by the evaluation of the trainer.
  let loss: Double

  /// The mean of −log of the probability that the right answer got.
  var negativeLogLikelihood: Double {
    zip(outputs, isThree).reduce(0) { $0 - log(max($1.1 ? $1.0 : 1 - $1.0, 1e-45)) }
      / Double(outputs.count)
  }

  init(_ digits: Classroom.Digits, _ topic: OutputsTopic, _ classroom: Classroom) throws {
    func threes(_ set: SampleSet) -> SampleSet {
      set.replacingTargets(.classes(set.labels.map { $0 == 3 ? 1 : 0 }, count: 2))
    }
    let trainer = try topic.train(
      Architecture(
        inputs: digits.train.inputWidth, hidden: [topic.hidden], outputs: 1,
        loss: .logisticCrossEntropy),
      threes(digits.train), classroom)
    loss =
      trainer.parameters.evaluate(
        on: threes(digits.test), workers: classroom.workers
      ).evaluation.loss
    outputs = (0..<digits.test.count).map { trainer.parameters.output(digits.test.row($0)) }
    isThree = digits.test.labels.map { $0 == 3 }
  }

  /// The mean of 1 over the probability that the right answer got.
  var meanInverseProbability: Double {
    zip(outputs, isThree).reduce(0) { $0 + 1 / max($1.1 ? $1.0 : 1 - $1.0, 1e-45) }
      / Double(outputs.count)
  }

  func outputs(ofThrees: Bool) -> [Double] {
    zip(outputs, isThree).filter { $0.1 == ofThrees }.map(\.0)
  }

  private func count(_ matches: (_ says: Bool, _ isThree: Bool) -> Bool) -> Double {
    Double(zip(outputs, isThree).count { matches($0 > 0.5, $1) })
  }

  var accuracy: Double { count { $0 == $1 } / Double(outputs.count) }
  var majority: Double { count { _, isThree in !isThree } / Double(outputs.count) }
  var recall: Double { count { $0 && $1 } / max(1, count { _, isThree in isThree }) }
  var precision: Double { count { $0 && $1 } / max(1, count { says, _ in says }) }
}

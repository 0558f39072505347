import Foundation
import Networks
import Randomness
import Reference
import Training

// What A6 runs and measures.

/// Softmax regression with one size of mini-batches, watched after each epoch.
struct StochasticRun {
  let batchSize: Int
  let learningRate: Double
  let sampleCount: Int
  let steps: Int
  /// The test loss at the start and after each epoch.
  let losses: [Double]
  /// The seconds of training until then.
  let seconds: [Double]

  init(
    batchSize: Int, epochs: Int, _ digits: Classroom.Digits, _ classroom: Classroom
  ) throws {
    self.batchSize = min(batchSize, digits.train.count)
    learningRate = Self.learningRate(batchSize: batchSize)
    sampleCount = digits.train.count
    let trainer = Trainer(
      Architecture(inputs: digits.train.inputWidth, hidden: [], outputs: 10),
      training: digits.train,
      settings: TrainingSettings(
        epochs: epochs, batchSize: batchSize, learningRate: learningRate, schedule: .constant,
        optimizer: .plainSGD, seed: classroom.seed), workers: classroom.workers)
    func testLoss() -> Double {
      trainer.parameters.evaluate(on: digits.test, workers: classroom.workers).evaluation.loss
    }
    var losses = [testLoss()]
    var seconds = [0.0]
    var spent = 0.0
    while true {
      let before = classroom.elapsedSeconds()
      guard let event = try trainer.next() else { break }
      spent += classroom.elapsedSeconds() - before
      if case .epoch = event {
        losses.append(testLoss())
        seconds.append(spent)
      }
    }
    self.losses = losses
    self.seconds = seconds
    steps = epochs * trainer.stepsPerEpoch
  }

  /// η that suits a mini-batch: what is less noisy may take longer steps, up to a limit.
  static func learningRate(batchSize: Int) -> Double {
    min(0.5, 0.01 * pow(Double(batchSize), 2.0 / 3))
  }
}

/// What the order of the samples does to SGD.
struct OrderOfSamples {
  /// The samples, class after class.
  let sorted: SampleSet
  private let classes: [SampleSet]

  init(_ set: SampleSet) {
    let order = (0..<set.count).sorted { (set.labels[$0], $0) < (set.labels[$1], $1) }
    sorted = set.selecting(order)
    classes = (0..<set.targetWidth).map { label in
      set.selecting((0..<set.count).filter { set.labels[$0] == label })
    }.filter { $0.count > 0 }
  }

  /// The test loss after some epochs on a set, from one start whatever the set's order.
  func losses(
    of set: SampleSet, epochs: Int, _ test: SampleSet, _ classroom: Classroom
  ) throws -> Double {
    let trainer = Self.trainer(
      Parameters(Self.architecture(set), seed: classroom.seed), set, epochs: epochs, classroom)
    try trainer.run()
    return trainer.parameters.evaluate(on: test, workers: classroom.workers).loss
  }

  /// The test loss after two epochs that take all of one class before the next: a training on each.
  func lossClassByClass(_ test: SampleSet, _ classroom: Classroom) throws -> Double {
    var parameters = Parameters(Self.architecture(sorted), seed: classroom.seed)
    for set in classes + classes {
      let trainer = Self.trainer(parameters, set, epochs: 1, classroom)
      try trainer.run()
      parameters = trainer.parameters
    }
    return parameters.evaluate(on: test, workers: classroom.workers).loss
  }

  private static func architecture(_ set: SampleSet) -> Architecture {
    Architecture(inputs: set.inputWidth, hidden: [], outputs: set.targetWidth)
  }

  private static func trainer(
    _ parameters: Parameters, _ set: SampleSet, epochs: Int, _ classroom: Classroom
  ) -> Trainer {
    Trainer(
      from: parameters, training: set,
      settings: TrainingSettings(
        epochs: epochs, batchSize: 4, learningRate: StochasticRun.learningRate(batchSize: 4),
        schedule: .constant, optimizer: .plainSGD, seed: classroom.seed),
      workers: classroom.workers)
  }
}

/// How mini-batch gradients scatter around the gradient of all samples.
struct GradientNoise {
  static let samples = 200

  let variances: [(size: Int, variance: Double)]
  /// The distance between the mean of single gradients and the batch gradient, and what rounding
  /// allows.
  let bias: Double
  let biasBound: Double

  init(_ set: SampleSet, seed: UInt64, using chance: inout Chance) {
    let architecture = Architecture(inputs: set.inputWidth, hidden: [], outputs: 10)
    let parameters = Parameters(architecture, seed: seed)
    // Every 20th image, so that all classes are there.
    let batch = Batch(set, samples: (0..<Self.samples).map { $0 * (set.count / Self.samples) })
    let singles = (0..<batch.count).map { index in
      parameters.gradient(
        Batch(inputs: [batch.inputs[index]], targets: [batch.targets[index]])
      ).map(Double.init)
    }
    func mean(_ indices: [Int]) -> [Double] {
      var sum = Array(repeating: 0.0, count: singles[0].count)
      for index in indices {
        for parameter in sum.indices { sum[parameter] += singles[index][parameter] }
      }
      return sum.map { $0 / Double(indices.count) }
    }
    let whole = mean(Array(singles.indices))
    bias = distance(whole, parameters.gradient(batch).map(Double.init))
    // Both are within the bound of the error analysis of the gradient itself.
    let errors = EstimatedNetwork(parameters).gradient(batch).gradient.inOrder.map(\.error)
    biasBound = 2 * norm(errors)
    variances = [1, 4, 16, 64].map { size in
      let squares = (0..<400).map { _ in
        let drawn = (0..<size).map { _ in Int.random(in: singles.indices, using: &chance) }
        let difference = distance(mean(drawn), whole)
        return difference * difference
      }
      return (size, squares.reduce(0, +) / Double(squares.count))
    }
  }

  /// p where the variance goes as |S|ᵖ.
  var exponent: Double { slope(variances.map { (log(Double($0.size)), log($0.variance)) }) }
}

extension Batch {
  /// Some samples of a set as the trainer sees them.
  init(_ set: SampleSet, samples: [Int]) {
    self.init(inputs: samples.map(set.row), targets: samples.map(set.target))
  }
}

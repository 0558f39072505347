import Networks
import Testing
import Training

/// The trainer's weights are those of the arithmetic that is documented, to the bit.
@Suite struct DocumentedArithmeticTests {
  /// Widths that fill no vector, and in the middle one that is more than a vector.
  static let architecture = Architecture(
    inputs: 5, hidden: [20, 18], outputs: 3, loss: .squaredError)

  /// Of 333 samples the mini-batches are of whole leaves (128, rest 77), of an odd number of them
  /// (150: three, rest 33), of five (320, rest 13), of less than one (33, rest 3), and of all six.
  @Test(arguments: Descent.allCases, [128, 150, 320, 33, 333])
  func `weights and losses agree to the bit with the documented arithmetic`(
    descent: Descent, batchSize: Int
  ) throws {
    let settings = TrainingSettings.plain(epochs: 2, batchSize: batchSize, learningRate: 0.05)
      .with(descent.apply)
    let (inputs, targets) = Self.samples(333)
    var documented = DocumentedTrainer(Self.architecture, settings: settings)
    let losses = (0..<settings.epochs).map {
      documented.trainEpoch($0, inputs: inputs, targets: targets)
    }
    for workers in [1, 3] {
      let trainer = Trainer(
        Self.architecture, training: SampleSet(rows: inputs, targets: targets),
        settings: settings, workers: workers)
      let outcome = trainer.finish()
      #expect(trainer.parameters.tensors().flatMap(\.values) == documented.values)
      #expect(outcome.reports.map(\.training.loss) == losses)
    }
  }

  /// What is drawn for a sample and what is done to weights after a step; the last mini-batch is shorter.
  @Test(arguments: [128, 33], regularizations)
  func `regularization agrees to the bit with the documented arithmetic`(
    batchSize: Int, regularization: Regularization
  ) throws {
    let settings = TrainingSettings.plain(
      epochs: 2, batchSize: batchSize, learningRate: 0.05, seed: 0x1_2345_6789
    ).with {
      $0.optimizer = .sgd(momentum: 0.9, weightDecay: 0.01)
      $0.regularization = regularization
    }
    // More units and inputs than one group of 64.
    let architecture = Architecture(
      inputs: 70, hidden: [81, 18], outputs: 3, loss: .squaredError)
    guard case .floats(let values) = SampleSet.noise(150, inputs: 70, classes: 2).inputs else {
      return
    }
    let inputs = (0..<150).map { Array(values[70 * $0..<70 * $0 + 70]) }
    let targets = inputs.map { [$0[0] * $0[1], $0[2] - $0[3], $0[4] * $0[4]] }
    var documented = DocumentedTrainer(architecture, settings: settings)
    let losses = (0..<settings.epochs).map {
      documented.trainEpoch($0, inputs: inputs, targets: targets)
    }
    for workers in [1, 3] {
      let trainer = Trainer(
        architecture, training: SampleSet(rows: inputs, targets: targets), settings: settings,
        workers: workers)
      let outcome = trainer.finish()
      #expect(trainer.parameters.tensors().flatMap(\.values) == documented.values)
      #expect(outcome.reports.map(\.training.loss) == losses)
    }
  }

  static let regularizations = [
    Regularization(dropout: 0.5), Regularization(inputDropout: 0.2),
    Regularization(dropout: 0.3, inputDropout: 0.1), Regularization(maxNorm: 0.9),
    Regularization(dropout: 0.5, inputDropout: 0.2, maxNorm: 0.6),
  ]

  /// Rows of fewer than 16 outputs, of more, and of 128, behind which memory has room.
  @Test(arguments: [Descent.plain, .momentum, .all, .adamW], [(128, 0.2), (33, 1.5), (57, 1e-4)])
  func `clipping and averaging agree to the bit with the documented arithmetic`(
    descent: Descent, batch: (size: Int, clipNorm: Double)
  ) throws {
    let architecture = Architecture(
      inputs: 5, hidden: [128, 18], outputs: 3, loss: .squaredError)
    let settings = TrainingSettings.plain(epochs: 2, batchSize: batch.size, learningRate: 0.05)
      .with(descent.apply).with {
        $0.clipNorm = batch.clipNorm
        $0.averageDecay = 0.7
        $0.regularization.maxNorm = 0.8
      }
    let (inputs, targets) = Self.samples(150)
    var documented = DocumentedTrainer(architecture, settings: settings)
    let losses = (0..<settings.epochs).map {
      documented.trainEpoch($0, inputs: inputs, targets: targets)
    }
    for workers in [1, 3] {
      let trainer = Trainer(
        architecture, training: SampleSet(rows: inputs, targets: targets), settings: settings,
        workers: workers)
      let outcome = trainer.finish()
      #expect(trainer.parameters.tensors().flatMap(\.values) == documented.values)
      #expect(outcome.reports.map(\.training.loss) == losses)
    }
  }

  /// Losses of such different sizes that the order of their sum shows in its bits, though it is
  /// taken in Double.
  @Test(arguments: [333, 200])
  func `losses of all sizes are added in the documented order`(batchSize: Int) throws {
    let settings = TrainingSettings.plain(epochs: 1, batchSize: batchSize, learningRate: 1e-9)
    let (inputs, targets) = Self.samples(333)
    let scales = (0..<333).map { Float(UInt64(1) << (5 * ($0 % 9))) }
    let scaled = zip(targets, scales).map { target, scale in target.map { $0 * scale } }
    var documented = DocumentedTrainer(Self.architecture, settings: settings)
    let loss = documented.trainEpoch(0, inputs: inputs, targets: scaled)
    for workers in [1, 3] {
      let outcome = train(
        Self.architecture, on: SampleSet(rows: inputs, targets: scaled), settings,
        workers: workers)
      #expect(outcome.reports.map(\.training.loss) == [loss])
    }
  }

  /// A curve in five dimensions, made of basic operations.
  private static func samples(_ count: Int) -> (inputs: [[Float]], targets: [[Float]]) {
    guard case .floats(let values) = SampleSet.noise(count, inputs: 5, classes: 2).inputs else {
      return ([], [])
    }
    let inputs = (0..<count).map { Array(values[5 * $0..<5 * $0 + 5]) }
    return (inputs, inputs.map { [$0[0] * $0[1], $0[2] - $0[3], $0[4] * $0[4]] })
  }
}

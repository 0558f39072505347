import Lecture
import Networks
import Randomness
import Reference
import Testing
import Training

/// One step of the real trainer against the gradient of the computation graph.
@Suite struct TrainerAgainstGraphTests {
  /// A network, samples for it and how to take the step, all drawn at random.
  struct Trial {
    let architecture: Architecture
    let batch: Batch
    let weightDecay: Float
    let workers: Int
    let seed: UInt64

    init(_ number: Int) {
      var chance = Chance(seed: UInt64(number), stream: 0)
      let loss = Loss.allCases[number % 3]
      let hidden = (0..<Int.random(in: 0...3, using: &chance)).map { _ in
        Architecture.Layer(
          outputs: Int.random(in: 1...40, using: &chance),
          activation: Activation.allCases.randomElement(using: &chance) ?? .relu)
      }
      let last = Architecture.Layer(
        outputs: Int.random(in: 1...20, using: &chance),
        activation: loss.takesLogits
          ? .identity : Activation.allCases.randomElement(using: &chance) ?? .identity)
      architecture = Architecture(
        inputs: Int.random(in: 1...40, using: &chance), layers: hidden + [last], loss: loss)
      weightDecay = [0, 0.125, 0.5].randomElement(using: &chance) ?? 0
      workers = Int.random(in: 1...4, using: &chance)
      seed = chance.next()
      let count = Int.random(in: 1...140, using: &chance)
      var batch = Batch(inputs: [], targets: [])
      for _ in 0..<count {
        batch.inputs.append(
          (0..<architecture.inputs).map { _ in Float(chance.uniform(-1...1)) })
        let range = loss.takesLogits ? 0.0...1.0 : -1.0...1.0
        batch.targets.append(
          (0..<architecture.outputs).map { _ in Float(chance.uniform(range)) })
      }
      self.batch = batch
    }

    /// The parameters after one step with a learning rate of 1.
    func trained() throws -> Parameters {
      let trainer = Trainer(
        architecture,
        training: SampleSet(
          inputs: .floats(Array(batch.inputs.joined())), inputWidth: architecture.inputs,
          targets: .vectors(Array(batch.targets.joined()), width: architecture.outputs),
          count: batch.count),
        settings: TrainingSettings(
          epochs: 1, batchSize: batch.count, learningRate: 1, schedule: .constant,
          optimizer: .sgd(weightDecay: Double(weightDecay)), seed: seed),
        workers: workers)
      while try trainer.next() != nil {}
      return trainer.parameters
    }
  }

  /// w − ∇L within the running error analysis of each parameter; the graph's own rounding is less
  /// than 2⁻²⁸ of that.
  @Test(arguments: 0..<15)
  func `a step of the trainer is a step along the graph's gradient`(block: Int) throws {
    for number in block * 20..<(block + 1) * 20 {
      let trial = Trial(number)
      let start = Parameters(trial.architecture, seed: trial.seed)
      let graph = NetworkGraph(start, trial.batch, weightDecay: Double(trial.weightDecay))
      let expected = zip(start.inOrder, graph.gradient).map { Double($0) - $1 }

      var estimate = EstimatedNetwork(start)
      var velocity = EstimatedNetwork(Parameters(trial.architecture))
      estimate.descend(
        estimate.gradient(trial.batch).gradient, velocity: &velocity, learningRate: 1, momentum: 0,
        weightDecay: trial.weightDecay, isNesterov: false)
      let bounds = estimate.inOrder.map(\.error)

      let found = try trial.trained().inOrder
      try #require(found.count == expected.count && found.count == bounds.count)
      let wrong = found.indices.filter {
        abs(Double(found[$0]) - expected[$0]) > bounds[$0] * (1 + 0x1p-28)
      }
      #expect(
        wrong.count == 0,
        "network \(number), \(trial.architecture), \(trial.architecture.loss), first \(wrong.first ?? 0)"
      )
    }
  }

  /// Bounds that allow everything would check nothing.
  @Test func `the bounds are narrow beside the gradients`() {
    let isNarrow = (0..<100).map { number in
      let trial = Trial(number)
      let gradient = EstimatedNetwork(Parameters(trial.architecture, seed: trial.seed))
        .gradient(trial.batch).gradient.inOrder
      let largest = gradient.map { abs($0.value) }.max() ?? 0
      return gradient.count { $0.error > largest / 1000 } * 10 < gradient.count
    }
    // The others have a threshold or a rectifier near its bend.
    #expect(isNarrow.count { $0 } > 80, "\(isNarrow.count { $0 })")
  }
}

extension Parameters {
  fileprivate var inOrder: [Float] { tensors().flatMap(\.values) }
}

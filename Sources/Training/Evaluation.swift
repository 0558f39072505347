import Kernels
import Networks
import Statistics
import Workers

/// The loss and the accuracy of a network on a set of samples.
public struct Evaluation: Codable, Equatable, Sendable {
  /// The number of samples.
  public let count: Int
  /// The mean loss.
  public let loss: Double
  /// The number of correct predictions; nil where targets are no classes.
  public let correctCount: Int?

  /// An evaluation that was computed elsewhere.
  ///
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - loss: the mean loss.
  ///   - correctCount: the number of correct predictions; nil where targets are no classes.
  package init(count: Int, loss: Double, correctCount: Int?) {
    self.count = count
    self.loss = loss
    self.correctCount = correctCount
  }

  /// The share of correct predictions.
  public var accuracy: Double? { correctCount.map { Double($0) / Double(count) } }

  /// The standard error √(p(1 − p)/n) of the accuracy, as an estimate for the population of the
  /// samples.
  public var standardError: Double? {
    correctCount.map { Proportion(successes: $0, trials: count).standardError }
  }

  private enum CodingKeys: String, CodingKey {
    case count, loss
    case correctCount = "hits"
  }
}

/// The predictions of a network for a set of samples, with their evaluation.
public struct EvaluationResult: Sendable {
  /// Loss and accuracy.
  public let evaluation: Evaluation
  /// The predicted class of each sample.
  public let predictions: [Int32]

  /// A result that was computed elsewhere.
  package init(evaluation: Evaluation, predictions: [Int32]) {
    self.evaluation = evaluation
    self.predictions = predictions
  }

  /// The mean loss.
  public var loss: Double { evaluation.loss }

  /// The share of correct predictions; nil where targets are no classes.
  public var accuracy: Double? { evaluation.accuracy }
}

extension Parameters {
  /// Evaluates the network on samples. The result is the same for any number of workers.
  ///
  /// - Parameters:
  ///   - samples: a set that fits the architecture.
  ///   - selection: which samples, by number; nil for all.
  ///   - workers: the number of threads.
  /// - Returns: mean loss and accuracy, and the predicted class of each sample.
  public func evaluate(
    on samples: SampleSet, selection: [Int32]? = nil, workers: Int
  ) -> EvaluationResult {
    let outcome = outcomes(on: samples, selection: selection, workers: workers)
    let count = outcome.losses.count
    let evaluation = Evaluation(
      count: count, loss: sumByLeaves(outcome.losses, count: count) / Double(count),
      correctCount: samples.hasClasses ? outcome.correctCount : nil)
    return EvaluationResult(
      evaluation: evaluation, predictions: (0..<count).map { outcome.predictions[$0] })
  }

  /// The loss and the predicted class of each sample, and the number of those that are right.
  func outcomes(
    on samples: SampleSet, selection: [Int32]?, workers: Int
  ) -> (losses: Block<Double>, predictions: Block<Int32>, correctCount: Int) {
    let count = selection?.count ?? samples.count
    precondition(count > 0, "an evaluation of \(count) samples")
    let losses = Block<Double>(count: count)
    let predictions = Block<Int32>(count: count)
    let isCorrect = Block<Int32>(count: count)
    forEachSample(samples, selection, workers: workers) { memory, row, sample, _ in
      losses[sample] = memory.losses[row]
      predictions[sample] = memory.predictions[row]
      isCorrect[sample] = memory.predictions[row] == memory.classes[row] ? 1 : 0
    }
    return (losses, predictions, (0..<count).count { isCorrect[$0] == 1 })
  }

  /// The outputs for samples: probabilities where the loss takes logits, else activations.
  ///
  /// - Parameters:
  ///   - samples: a set whose inputs and targets fit the architecture; their values do not matter.
  ///   - workers: the number of threads; it never changes a result.
  /// - Returns: [samples × outputs].
  public func outputs(for samples: SampleSet, workers: Int) -> [[Float]] {
    let width = architecture.outputs
    let outputs = Block<Float>(count: samples.count * width)
    let layer = architecture.layers.count - 1
    forEachSample(samples, nil, workers: workers) { memory, row, sample, _ in
      for output in 0..<width {
        outputs[sample * width + output] = memory.values[layer][row, output]
      }
    }
    return (0..<samples.count).map { sample in
      (0..<width).map { outputs[sample * width + $0] }
    }
  }

  /// Runs the forward pass and the loss on samples, and hands each one's row of the memory on, with the
  /// number of the worker, 0 ..< `workers`; several at the same time.
  func forEachSample(
    _ samples: SampleSet, _ selection: [Int32]?, workers: Int,
    _ take: (_ memory: BatchMemory, _ row: Int, _ sample: Int, _ worker: Int) -> Void
  ) {
    samples.requireFit(to: architecture)
    let count = selection?.count ?? samples.count
    let rowsPerItem = max(1, min(count, 128))
    let items = (count + rowsPerItem - 1) / rowsPerItem
    let memories = (0..<max(1, min(workers, items))).map { _ in
      BatchMemory(
        architecture, capacity: rowsPerItem, byteScale: samples.skippingScale,
        isForTraining: false)
    }
    let parameters = memory
    let scratches = memories.map { WorkerScratch($0, shardCapacity: rowsPerItem) }
    performInLockstep(workers: memories.count, phases: [items]) { work in
      let memory = memories[work.participant]
      let first = work.item * rowsPerItem
      let rows = 0..<min(rowsPerItem, count - first)
      samples.fill(rows: rows, of: memory) { row in
        selection.map { Int($0[first + row]) } ?? first + row
      }
      parameters.forward(memory, rows: rows, scratch: scratches[work.participant])
      _ = parameters.computeLoss(memory, rows: rows)
      for row in rows { take(memory, row, first + row, work.participant) }
    }
  }

  /// The outputs for one sample: probabilities where the loss takes logits, else activations.
  ///
  /// - Parameter inputs: [inputs], already scaled.
  /// - Returns: [outputs].
  public func outputs(for inputs: [Float]) -> [Float] {
    precondition(
      inputs.count == architecture.inputs,
      "\(inputs.count) inputs for a network of \(architecture.inputs)")
    let samples = SampleSet(
      inputs: .floats(inputs), inputWidth: inputs.count,
      targets: .vectors(
        [Float](repeating: 0, count: architecture.outputs), width: architecture.outputs), count: 1)
    let memory = BatchMemory(architecture, capacity: 1, isForTraining: false)
    samples.fill(rows: 0..<1, of: memory) { $0 }
    self.memory.forward(memory, rows: 0..<1, scratch: WorkerScratch(memory, shardCapacity: 1))
    _ = self.memory.computeLoss(memory, rows: 0..<1)
    let outputs = memory.values[architecture.layers.count - 1]
    return (0..<architecture.outputs).map { outputs[0, $0] }
  }
}

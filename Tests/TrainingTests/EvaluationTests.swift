import Networks
import Testing
import TestSupport
import Training

@Suite struct EvaluationTests {
  /// Counts around a vector, a leaf and the rows that are worked on at a time.
  static let counts = [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 257, 300]

  static let architectures = [
    Architecture(inputs: 7, hidden: [19, 5], activation: .tanh, outputs: 3),
    Architecture(
      inputs: 7, hidden: [6], activation: .softplus, outputs: 1, loss: .logisticCrossEntropy),
    Architecture(
      inputs: 7, hidden: [4], activation: .logistic, outputs: 17, outputActivation: .logistic,
      loss: .squaredError),
    Architecture(inputs: 7, hidden: [], outputs: 2, loss: .logisticCrossEntropy),
  ]

  @Test(arguments: architectures, counts)
  func `losses, hits and predictions agree with a forward pass in Double`(
    architecture: Architecture, count: Int
  ) {
    let classCount = architecture.outputs == 1 ? 2 : architecture.outputs
    let samples = SampleSet.noise(count, inputs: 7, classes: classCount)
    let parameters = Parameters(architecture, seed: 5)
    let reference = ReferenceTrainer(architecture, from: parameters)
    let answers = parameters.evaluate(on: samples, workers: 2)
    var loss = 0.0
    var hits = 0
    for sample in 0..<count {
      let outputs = reference.outputs(samples.referenceInputs(sample))
      let targets = samples.referenceTargets(sample, outputs: architecture.outputs)
      loss += reference.loss(samples.referenceInputs(sample), targets) / Double(count)
      let named = predictedClass(outputs)
      #expect(answers.predictions[sample] == named)
      hits += samples.targetClass(sample) == named ? 1 : 0
    }
    #expect(answers.evaluation.count == count)
    #expect(answers.evaluation.correctCount == hits)
    #expect(answers.evaluation.accuracy == Double(hits) / Double(count))
    // A loss is a sum over 17 outputs or fewer of numbers below 4, each with fewer than 60
    // roundings of 2^−24 of it on its way through two layers; the mean adds none in Double.
    #expect(abs(answers.evaluation.loss - loss) < 17 * 4 * 60 * 0x1p-24)
  }

  @Test func `targets that are no classes have a loss and no hits`() {
    let parameters = Parameters(
      Architecture(inputs: 2, hidden: [], outputs: 1, loss: .squaredError), seed: 1)
    let evaluation = parameters.evaluate(on: .xor, workers: 2).evaluation
    #expect(evaluation.correctCount == nil)
    #expect(evaluation.accuracy == nil)
    #expect(evaluation.standardError == nil)
    let w = parameters.firstLayerWeights.map { Double($0) }
    let differences = [0, w[1] - 1, w[0] - 1, w[0] + w[1]]
    let loss = differences.reduce(0) { $0 + $1 * $1 } / 8
    // Four losses of a few roundings each, all below 8.
    #expect(abs(evaluation.loss - loss) < 4 * 8 * 0x1p-24)
  }

  @Test func `a selection is evaluated in its own order, repetitions included`() throws {
    let samples = SampleSet(try embeddedDigits().test, prefix: 300)
    let parameters = Parameters(.digits, seed: 2)
    let all = parameters.evaluate(on: samples, workers: 1)
    let selection = (0..<200).map { Int32(($0 * 71 + 13) % 300) } + [0, 0, 299]
    for workers in [1, 2, 7] {
      let answers = parameters.evaluate(on: samples, selection: selection, workers: workers)
      #expect(answers.predictions == selection.map { all.predictions[Int($0)] })
      #expect(answers.evaluation.count == 203)
      let hits = selection.count { samples.targetClass(Int($0)) == all.predictions[Int($0)] }
      #expect(answers.evaluation.correctCount == hits)
    }
    let everything = (0..<300).map { Int32($0) }
    #expect(
      parameters.evaluate(on: samples, selection: everything, workers: 2).evaluation
        == all.evaluation)
  }

  @Test func `the standard error is that of a share`() {
    let parameters = Parameters(.xor, seed: 1)
    let rows = (0..<100).map { [Float($0 % 2), Float($0 / 50)] }
    let samples = SampleSet(rows: rows, classes: (0..<100).map { UInt8($0 % 3 % 2) }, classCount: 2)
    let evaluation = parameters.evaluate(on: samples, workers: 1).evaluation
    let p = Double(evaluation.correctCount ?? 0) / 100
    #expect(p > 0 && p < 1)
    #expect(evaluation.standardError == (p * (1 - p) / 100).squareRoot())
  }

  @Test func `whoever knows all has no standard error`() {
    let architecture = Architecture(inputs: 3, hidden: [], outputs: 1)
    let samples = SampleSet.unitRows(3, classes: 1)
    let evaluation = Parameters(architecture, seed: 1).evaluate(on: samples, workers: 3).evaluation
    #expect(evaluation.accuracy == 1)
    #expect(evaluation.standardError == 0)
  }

  @Test(arguments: architectures)
  func `the outputs for one sample are those of a forward pass in Double`(
    architecture: Architecture
  ) {
    let samples = SampleSet.noise(20, inputs: 7, classes: 2)
    let parameters = Parameters(architecture, seed: 6)
    let reference = ReferenceTrainer(architecture, from: parameters)
    for sample in 0..<20 {
      let inputs = samples.referenceInputs(sample)
      let outputs = parameters.outputs(for: inputs.map { Float($0) })
      #expect(outputs.count == architecture.outputs)
      // Fewer than 60 roundings of numbers below 4 on the way, as above.
      for (output, expected) in zip(outputs, reference.outputs(inputs)) {
        #expect(abs(Double(output) - expected) < 4 * 60 * 0x1p-24)
      }
      if architecture.loss == .softmaxCrossEntropy {
        #expect(abs(outputs.reduce(0, +) - 1) <= Float(outputs.count) * 0x1p-23)
      }
    }
  }

  private func predictedClass(_ outputs: [Double]) -> Int32 {
    guard outputs.count > 1 else { return outputs[0] > 0.5 ? 1 : 0 }
    return Int32(outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0)
  }
}

extension SampleSet {
  fileprivate func targetClass(_ sample: Int) -> Int32? {
    guard case .classes(let classes, _) = targets else { return nil }
    return Int32(classes[sample])
  }
}

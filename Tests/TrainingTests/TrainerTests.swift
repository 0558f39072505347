import Networks
import Testing
import TestSupport
import Training

@Suite struct TrainerTests {
  // MARK: - It learns

  @Test(arguments: [1, 3, 4])
  func `exclusive or is learnt from floats and vectors`(batchSize: Int) throws {
    let settings = TrainingSettings.plain(epochs: 2000, batchSize: batchSize, learningRate: 0.5)
    let trainer = Trainer(.xor, training: .xor, settings: settings, workers: 2)
    let reports = trainer.finish().reports
    let rows: [[Float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    for (inputs, answer) in zip(rows, [Float(0), 1, 1, 0]) {
      #expect(abs(trainer.parameters.outputs(for: inputs)[0] - answer) < 0.5)
    }
    // Whoever always answers ½ has a loss of log 2: the network knows better from the data alone.
    #expect(reports.last.map { $0.training.loss < 0.1 * 0.693 } == true)
    #expect(reports.allSatisfy { $0.training.correctCount == nil && $0.training.accuracy == nil })
  }

  @Test(arguments: [
    (Loss.logisticCrossEntropy, 1), (.logisticCrossEntropy, 2), (.softmaxCrossEntropy, 2),
    (.squaredError, 1), (.squaredError, 2),
  ])
  func `exclusive or is learnt as two classes, by one output or two`(
    loss: Loss, outputs: Int
  ) throws {
    let samples = SampleSet(
      rows: [[0, 0], [0, 1], [1, 0], [1, 1]], classes: [0, 1, 1, 0], classCount: 2)
    let architecture = Architecture(
      inputs: 2, hidden: [6], activation: .tanh, outputs: outputs, loss: loss)
    let settings = TrainingSettings.plain(epochs: 2000, batchSize: 4, learningRate: 0.3)
    let outcome = train(architecture, on: samples, settings, workers: 2)
    #expect(outcome.reports.last?.training.correctCount == 4)
  }

  @Test func `a curve is learnt by regression`() throws {
    // x² on −1…1 is even, so the best straight line is a constant and leaves half the variance as
    // loss. Less than a hundredth of that takes a curve.
    let x = (0..<41).map { Float($0 - 20) / 20 }
    let y = x.map { $0 * $0 }
    let mean = y.reduce(0, +) / Float(y.count)
    let lineLoss = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(y.count) / 2
    let architecture = Architecture(
      inputs: 1, hidden: [8], activation: .tanh, outputs: 1, loss: .squaredError)
    let outcome = train(
      architecture, on: SampleSet(rows: x.map { [$0] }, targets: y.map { [$0] }),
      TrainingSettings(
        epochs: 500, batchSize: 8, learningRate: 0.1, optimizer: .sgd(momentum: 0.9)), workers: 2)
    let loss = try #require(outcome.reports.last?.training.loss)
    #expect(loss < Double(lineLoss) / 100)
  }

  @Test func `a linear model separates what a line can separate`() throws {
    let centers: [[Float]] = [[1, 0], [0, 1], [-1, -1]]
    let rows = (0..<60).map { index in
      let angle = Float(index / 3) / 20 - 0.5
      return [centers[index % 3][0] + angle * 0.6, centers[index % 3][1] - angle * 0.6]
    }
    let samples = SampleSet(rows: rows, classes: (0..<60).map { UInt8($0 % 3) }, classCount: 3)
    let linear = Architecture(inputs: 2, hidden: [], outputs: 3)
    let outcome = train(
      linear, on: samples, .plain(epochs: 100, batchSize: 7, learningRate: 0.5), workers: 2)
    #expect(outcome.reports.last?.training.correctCount == 60)
  }

  // MARK: - What it says on the way

  @Test(arguments: [(10, 3, 4), (9, 3, 3), (10, 10, 1), (10, 99, 1), (10, 1, 10), (1, 1, 1)])
  func `an epoch is its progress, then its report`(
    count: Int, batchSize: Int, stepsPerEpoch: Int
  ) throws {
    let trainer = Trainer(
      Architecture(inputs: count, hidden: [], outputs: 2), training: .unitRows(count),
      settings: .plain(epochs: 3, batchSize: batchSize), workers: 2)
    #expect(trainer.stepsPerEpoch == stepsPerEpoch)
    for epoch in 1...3 {
      var parts: [Trainer.Progress] = []
      var report: EpochReport?
      while report == nil {
        #expect(trainer.stopReason == nil)
        switch try #require(try trainer.next()) {
        case .progress(let progress):
          #expect(progress.samplesSeen == trainer.samplesSeenInEpoch)
          parts.append(progress)
        case .epoch(let end): report = end
        }
      }
      let seen = parts.map(\.samplesSeen)
      #expect(seen == Set(seen).sorted() && seen.last == count)
      #expect(parts.allSatisfy { $0.epoch == epoch && $0.samplesPerEpoch == count })
      #expect(parts.allSatisfy { (1...2).contains($0.threads.count) })
      #expect(report?.epoch == epoch)
      #expect(report?.steps == epoch * stepsPerEpoch)
      #expect(report?.learningRate == 0.1)
      #expect(report?.training.count == count)
      #expect(report?.training.loss == parts.last?.loss)
      #expect(report?.training.accuracy == parts.last?.accuracy)
      #expect(trainer.reports.count == epoch)
      #expect(trainer.reports.last == report)
      #expect(trainer.samplesSeenInEpoch == 0)
    }
    #expect(trainer.stopReason == .epochs)
    #expect(try trainer.next() == nil)
    #expect(try trainer.next() == nil)
    #expect(trainer.reports.count == 3)
  }

  @Test func `long epochs report their progress in between`() throws {
    // Ten steps of 400 images are more work than is done at a time.
    let samples = SampleSet(try embeddedDigits().train)
    let architecture = Architecture(inputs: 784, hidden: [512, 512], outputs: 10)
    let trainer = Trainer(
      architecture, training: samples, settings: .plain(epochs: 1, batchSize: 400), workers: 2)
    var seen: [Int] = []
    while case .progress(let progress)? = try trainer.next() { seen.append(progress.samplesSeen) }
    #expect(seen.count > 1)
    #expect(seen == seen.sorted() && seen.last == 4000)
    #expect(seen.dropLast().allSatisfy { $0 % 400 == 0 })
  }

  @Test func `progress comes after the same steps whatever the number of workers`() throws {
    // As many epochs as it takes to try more than one way to compute steps.
    func seen(workers: Int) throws -> [Int] {
      let trainer = Trainer(
        .digits, training: SampleSet(try embeddedDigits().train, prefix: 1_500),
        settings: .plain(epochs: 12, batchSize: 10), workers: workers)
      var seen: [Int] = []
      while let event = try trainer.next() {
        if case .progress(let progress) = event { seen.append(progress.samplesSeen) }
      }
      return seen
    }
    #expect(try seen(workers: 3) == seen(workers: 1))
  }

  @Test func `without a test set nothing is held out`() {
    let outcome = train(.xor, on: .xor, .plain(epochs: 2, batchSize: 4), workers: 1)
    #expect(outcome.reports.allSatisfy { $0.test == nil && $0.validation == nil })
    #expect(outcome.reports.allSatisfy { $0.heldOut == nil && $0.gradientNorm == nil })
  }

  @Test func `the test set is evaluated with the weights of the epoch's end`() throws {
    let digits = try embeddedDigits()
    let test = SampleSet(digits.test, prefix: 200)
    let trainer = Trainer(
      .digits, training: SampleSet(digits.train, prefix: 300), test: test,
      settings: .plain(epochs: 2, batchSize: 50), workers: 2)
    while let report = try trainer.nextReport() {
      #expect(report.test == trainer.parameters.evaluate(on: test, workers: 1).evaluation)
      #expect(report.heldOut == report.test)
    }
  }

  // MARK: - Sets at the edge

  @Test func `one image is learnt by heart`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 1)
    let reports = train(.digits, on: samples, .plain(epochs: 20, batchSize: 32), workers: 7).reports
    #expect(reports.count == 20)
    // Its probability passes ½, from which on it is the answer.
    #expect(try #require(reports.last).training.loss < 0.693)
    #expect(reports.last?.training.correctCount == 1)
  }

  @Test(arguments: Loss.allCases)
  func `a set of one class is named rightly`(loss: Loss) {
    let samples = SampleSet.unitRows(6, classes: 1)
    let architecture = Architecture(inputs: 6, hidden: [3], outputs: 1, loss: loss)
    let outcome = train(
      architecture, on: samples, test: samples, .plain(epochs: 60, batchSize: 2), workers: 2)
    #expect(outcome.failure == nil)
    #expect(outcome.reports.last?.test?.correctCount == 6)
  }

  @Test func `a learning rate of 0 changes nothing`() {
    let start = Parameters(.xor, seed: 1).fingerprint
    let settings = TrainingSettings.plain(epochs: 2, batchSize: 3, learningRate: 0)
    #expect(train(.xor, on: .xor, settings, workers: 2).fingerprint == start)
  }
}

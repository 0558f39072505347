import Foundation
import Lockstep
import Testing

/// The checkpoints that a run keeps, and what comes of each.
@Suite struct KeptCheckpointsTests {
  private static let network = Architecture(inputs: 64, hidden: [12], outputs: 3)

  /// Trainings with everything that a checkpoint has to hold: 120 images in 4 steps an epoch.
  private static let trainings: [TrainingSettings] = {
    let schedules: [LearningRateSchedule] = [
      .constant, .cosine, .oneCycle, .step(epochs: 2, factor: 0.3), .exponential(factor: 0.8),
      .inverseTime(decay: 0.5), .onPlateau(factor: 0.5, patience: 1),
    ]
    let optimizers: [Optimizer] = [
      .plainSGD, .sgd(momentum: 0.9, isNesterov: true, weightDecay: 0.01),
      .adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1),
    ]
    var trainings = schedules.map { schedule in
      TrainingSettings(epochs: 3, batchSize: 32, schedule: schedule, validationCount: 20)
    }
    trainings += optimizers.map { optimizer in
      TrainingSettings(epochs: 3, batchSize: 32, optimizer: optimizer)
    }
    trainings.append(
      TrainingSettings(
        epochs: 3, batchSize: 32,
        regularization: Regularization(
          dropout: 0.5, inputDropout: 0.2, maxNorm: 0.8, labelSmoothing: 0.1)))
    // Learns too fast, so that validation gets worse and the best weights come back.
    trainings.append(
      TrainingSettings(
        epochs: 8, batchSize: 32, learningRate: 2, schedule: .constant, validationCount: 20,
        patience: 2))
    trainings.append(TrainingSettings(epochs: 3, batchSize: 32, gradientNormThreshold: 0.5))
    return trainings
  }()

  private func run(_ path: String, _ settings: TrainingSettings) throws -> TrainingRun {
    try TrainingRun(
      FrontDoorTests.digits, from: "nowhere", Self.network, settings: settings, in: path,
      workers: 2)
  }

  private func finish(_ run: TrainingRun) throws -> String? {
    while let event = try run.next() {
      if case .warning(let problem) = event { Issue.record("\(problem)") }
    }
    let result = run.finish()
    #expect(result.problems.isEmpty)
    return result.record.fingerprint
  }

  private func resumed(_ path: String, workers: Int = 1) throws -> TrainingRun {
    try TrainingRun(
      resuming: RunCheckpoint(ofRun: path), with: FrontDoorTests.digits, workers: workers)
  }

  @Test(arguments: trainings)
  func `a run goes on from each of its steps to the same bits`(
    settings: TrainingSettings
  ) throws {
    let place = Place()
    let expected = try finish(run(place("whole"), settings))
    let steps: Int
    do {
      let kept = try run(place("kept"), settings)
      kept.checkpointInterval = .steps(1)
      kept.keptCheckpointCount = 1000
      #expect(try finish(kept) == expected)
      steps = kept.trainer.stepsDone
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: place("kept/checkpoints"))
      .filter { $0.hasPrefix("step-") }
    // The last one stands in the run's folder.
    #expect(names.count == steps && steps >= 8)
    // From the latest back: going on from one removes those after it.
    for name in names.sorted().reversed() {
      let path = place("kept/checkpoints/\(name)")
      #expect(try finish(resumed(path)) == expected, "from \(name)")
    }
  }

  @Test func `a checkpoint that cannot be written is said once, until it can`() throws {
    let place = Place()
    let run = try run(place("run"), TrainingSettings(epochs: 6, batchSize: 32))
    run.checkpointInterval = .steps(2)
    let files = FileManager.default
    try files.removeItem(atPath: run.folder.checkpoint)
    try files.createDirectory(
      atPath: run.folder.checkpoint, withIntermediateDirectories: false)
    func warnings(untilEpoch epoch: Int) throws -> Int {
      var count = 0
      while run.trainer.reports.count < epoch, let event = try run.next() {
        if case .warning = event { count += 1 }
      }
      return count
    }
    #expect(try warnings(untilEpoch: 3) == 1)
    try files.removeItem(atPath: run.folder.checkpoint)
    #expect(try warnings(untilEpoch: 6) == 0)
    #expect(files.fileExists(atPath: run.folder.checkpoint))
  }

  @Test func `the last ones and the best are kept`() throws {
    let place = Place()
    let settings = TrainingSettings(
      epochs: 6, batchSize: 32, learningRate: 2, schedule: .constant, validationCount: 20)
    let run = try run(place("run"), settings)
    run.checkpointInterval = .steps(3)
    run.keptCheckpointCount = 3
    _ = try finish(run)
    let losses = run.trainer.reports.compactMap { $0.validation?.loss }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] }) + 1
    #expect(best < 6, "no test of a best epoch before the last: \(losses)")
    let kept = run.folder.keptCheckpoints
    let bestName = "best-step-\(String(format: "%08d", best * 4)).safetensors"
    #expect(kept.best?.hasSuffix(bestName) == true, "\(kept.best ?? "none")")
    // 24 steps: the last checkpoint is after 24, and the two before it are kept.
    #expect(
      kept.recent.map { $0.suffix(20) } == ["00000018.safetensors", "00000021.safetensors"])
    let model = try Model(contentsOfRunOrFile: #require(kept.best))
    let validation = try Checkpoint(contentsOf: #require(kept.best)).reports.last?.validation
    #expect(validation?.loss == losses[best - 1])
    #expect(model.classNames == FrontDoorTests.digits.classNames && model.run?.data.folder == nil)
  }

  @Test func `going on from an earlier one leaves no later one`() throws {
    let place = Place()
    let settings = TrainingSettings(epochs: 3, batchSize: 32, validationCount: 20)
    do {
      let run = try run(place("run"), settings)
      run.checkpointInterval = .steps(2)
      run.keptCheckpointCount = 10
      _ = try finish(run)
    }
    let folder = RunFolder(existing: place("run"))
    let early = try #require(folder.keptCheckpoints.recent.first { $0.contains("step-00000004") })
    let run = try resumed(early)
    #expect(run.trainer.stepsDone == 4)
    #expect(folder.keptCheckpoints.recent.last == early)
    // Killed now, it goes on from there.
    #expect(
      try Checkpoint(contentsOf: folder.checkpoint).reports.count == run.trainer.reports.count)
  }

  @Test func `what killed processes left behind goes`() throws {
    let place = Place()
    let settings = TrainingSettings(epochs: 1, batchSize: 32)
    do {
      let run = try run(place("run"), settings)
      run.checkpointInterval = .steps(2)
      run.keptCheckpointCount = 10
      _ = try finish(run)
    }
    let leftovers = [
      "model.safetensors.tmp-123-4", "checkpoint.safetensors.tmp-1-2", "run.json.tmp-99-0",
      "report.html.tmp-7-8",
      "checkpoints/step-00000002.safetensors.tmp-5-6",
    ]
    let others = ["notes.tmp-1-2", "model.safetensors.tmp-old", "model.safetensors.mine"]
    for name in leftovers + others {
      try Data([1]).write(to: URL(fileURLWithPath: place("run/\(name)")))
    }
    _ = try resumed(place("run"))
    for name in leftovers {
      #expect(!FileManager.default.fileExists(atPath: place("run/\(name)")), "\(name)")
    }
    for name in others {
      #expect(FileManager.default.fileExists(atPath: place("run/\(name)")), "\(name)")
    }
  }

  @Test func `a run without a model yet is used as it was at its checkpoint`() throws {
    let place = Place()
    let settings = TrainingSettings(epochs: 3, batchSize: 32)
    do {
      let run = try run(place("run"), settings)
      while run.trainer.reports.isEmpty { _ = try run.next() }
      #expect(run.suspend().isEmpty)
      let model = try Model(contentsOfRunOrFile: place("run"))
      #expect(model.parameters.fingerprint == run.trainer.parameters.fingerprint)
      #expect(model.imageSize == FrontDoorTests.digits.train.imageSize)
    }
    let fingerprint = try finish(resumed(place("run")))
    #expect(
      try Model(contentsOfRunOrFile: place("run")).parameters.fingerprint == fingerprint)
  }
}

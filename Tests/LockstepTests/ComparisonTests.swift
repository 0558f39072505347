import Files
import Foundation
import Lockstep
import Statistics
import Testing

/// Runs on crosses side by side.
@Suite struct ComparisonTests {
  private static let digits = FrontDoorTests.digits
  private let place = Place()

  /// Trains a run.
  private func train(
    _ name: String, hidden: [Int] = [12], epochs: Int = 3, stopAfter: Int? = nil, seed: UInt64 = 1,
    validationCount: Int = 0
  ) throws {
    let run = try TrainingRun(
      Self.digits, from: place("data"), Architecture(inputs: 64, hidden: hidden, outputs: 3),
      settings: TrainingSettings(
        epochs: epochs, learningRate: 0.02, schedule: .constant, seed: seed,
        validationCount: validationCount), in: place(name), workers: 2)
    while try run.next() != nil {
      if let stopAfter, run.trainer.reports.count >= stopAfter {
        #expect(run.suspend().isEmpty)
        return
      }
    }
    #expect(run.finish().problems.isEmpty)
  }

  /// Reads runs and asks them about their test images, or about others.
  private func compared(
    _ names: [String], testSets: [DigitDataset] = [], sources: [String] = []
  ) throws -> Comparison {
    let runs = try names.enumerated().map { index, name in
      var run = try ComparedRun(contentsOf: place(name))
      let digits = index < testSets.count ? testSets[index] : Self.digits
      try run.evaluate(
        on: digits, digests: digits.contentDigests(workers: 1),
        from: index < sources.count ? sources[index] : place("data"), workers: 1)
      return run
    }
    return Comparison(runs)
  }

  private func row(_ rows: [Comparison.Row], _ name: String) -> [String?]? {
    rows.first { $0.name == name }?.values
  }

  @Test func `only settings that differ are rows, and the others are named once`() throws {
    try train("a")
    try train("b", hidden: [6, 5], seed: 7)
    let comparison = try compared(["a", "b"])
    #expect(comparison.names == ["a", "b"])
    #expect(comparison.differences.map(\.name) == ["network", "parameters", "seed"])
    #expect(row(comparison.differences, "network") == ["64-12-3", "64-6-5-3"])
    #expect(row(comparison.differences, "seed") == ["1", "7"])
    let same = Dictionary(uniqueKeysWithValues: comparison.same.map { ($0.name, $0.value) })
    #expect(same["data"] == "crosses" && same["batch size"] == "32" && same["momentum"] == "0.9")
    #expect(same["network"] == nil)
  }

  @Test func `a setting that one run does not have differs`() throws {
    try train("a", validationCount: 20)
    let run = try TrainingRun(
      Self.digits, from: place("data"), Architecture(inputs: 64, hidden: [], outputs: 3),
      settings: TrainingSettings(epochs: 1, optimizer: .adamW()), in: place("b"), workers: 2)
    while try run.next() != nil {}
    #expect(run.finish().problems.isEmpty)
    let comparison = try compared(["a", "b"])
    #expect(row(comparison.differences, "momentum") == ["0.9", nil])
    #expect(row(comparison.differences, "beta1") == [nil, "0.9"])
    #expect(row(comparison.differences, "activation") == ["relu", nil])
    #expect(row(comparison.differences, "validation images") == ["20", "0"])
    let best = try #require(row(comparison.results, "best validation loss"))
    #expect(best[0]?.contains(" in epoch ") == true && best[1] == nil)
  }

  @Test func `counts, p-value and images are those of the predictions`() throws {
    try train("a", epochs: 1)
    try train("b", epochs: 1, seed: 2)
    let comparison = try compared(["a", "b"])
    let models = try ["a", "b"].map { try Model(contentsOf: place("\($0)/model.safetensors")) }
    let test = Self.digits.test
    let named = models.map { model in
      (0..<test.count).map { model.predict(test.pixels(ofImage: $0)).classIndex }
    }
    let right = named.map { zip($0, test.labels).map { $0 == Int($1) } }
    let (onlyFirst, onlySecond) = (
      zip(right[0], right[1]).count { $0 && !$1 }, zip(right[0], right[1]).count { !$0 && $1 }
    )
    try #require(onlyFirst + onlySecond > 0, "the runs are too alike to test anything")
    let pair = try #require(comparison.pairs.first)
    guard case .tested(let found, let bothRight, let bothWrong) = pair.outcome else {
      Issue.record("\(pair)")
      return
    }
    #expect(found == McNemarTest(onlyFirst: onlyFirst, onlySecond: onlySecond))
    #expect(bothRight == zip(right[0], right[1]).count { $0 && $1 })
    #expect(bothRight + bothWrong + onlyFirst + onlySecond == test.count)
    let names = Self.digits.classNames
    let differ = (0..<test.count).filter { named[0][$0] != named[1][$0] }
    let disagreements = try #require(comparison.testSets.first).disagreements
    #expect(disagreements.map(\.image) == differ)
    for found in disagreements {
      #expect(found.truth == names[Int(test.labels[found.image])])
      #expect(found.predictions == named.map { names[$0[found.image]] })
    }
    #expect(row(comparison.results, "test accuracy")?.compactMap(\.self).count == 2)
    #expect(comparison.runs.map(\.test?.correctCount) == right.map { $0.count { $0 } })
  }

  @Test func `three runs are tested in pairs, four against the first`() throws {
    for (index, name) in ["a", "b", "c", "d"].enumerated() {
      try train(name, epochs: 1, seed: UInt64(index))
    }
    let three = try compared(["a", "b", "c"]).pairs.map { [$0.first, $0.second] }
    #expect(three == [[0, 1], [0, 2], [1, 2]])
    let four = try compared(["a", "b", "c", "d"]).pairs.map { [$0.first, $0.second] }
    #expect(four == [[0, 1], [0, 2], [0, 3]])
  }

  @Test func `different test images are not tested, and the rest is shown`() throws {
    try train("a")
    try train("b", seed: 2)
    let other = DigitDataset(
      name: "others", train: Self.digits.test, test: Self.digits.train,
      classNames: Self.digits.classNames)
    let comparison = try compared(
      ["a", "b"], testSets: [Self.digits, other], sources: ["one", "other"])
    guard case .refused(let reason) = try #require(comparison.pairs.first).outcome else {
      Issue.record("tested on different images")
      return
    }
    #expect(reason.contains("different images") && reason.contains("others"))
    #expect(comparison.testSets.map(\.runs) == [[0], [1]])
    #expect(row(comparison.results, "test accuracy")?.compactMap(\.self).count == 2)
    #expect(comparison.runs[1].notes.contains { $0.contains("not the data of its training") })
    // The same digests at two places are the same images.
    let moved = try compared(["a", "b"], sources: ["one", "other"])
    #expect(moved.testSets.map(\.runs) == [[0, 1]])
  }

  @Test func `runs that are not finished are shown with their status`() throws {
    try train("whole")
    try train("part", epochs: 5, stopAfter: 2)
    let comparison = try compared(["whole", "part"])
    #expect(row(comparison.results, "status") == ["finished", "interrupted"])
    #expect(row(comparison.results, "epochs") == ["3", "2 of 5"])
    #expect(comparison.runs[1].log.map(\.epoch) == [1, 2])
  }

  @Test func `a model file is its run as far as the model's epoch`() throws {
    try train("run")
    let byFile = try ComparedRun(contentsOf: place("run/model.safetensors"))
    #expect(byFile.log.count == 3 && byFile.record?.status == .finished)
    // Passed on, it has its record and no log, also in the folder of another run.
    try train("other", seed: 2)
    try FileManager.default.copyItem(
      atPath: place("run/model.safetensors"), toPath: place("other/copy.safetensors"))
    let copy = try ComparedRun(contentsOf: place("other/copy.safetensors"))
    #expect(copy.log.isEmpty && copy.record?.settings.seed == 1)
    // An earlier checkpoint, of a run that went on.
    try train("part", epochs: 4, stopAfter: 2)
    try FileManager.default.copyItem(
      atPath: place("part/checkpoint.safetensors"), toPath: place("part/early.safetensors"))
    do {
      let resumed = try TrainingRun(
        resuming: RunCheckpoint(ofRun: place("part")), with: Self.digits, workers: 1)
      while try resumed.next() != nil {}
      #expect(resumed.finish().problems.isEmpty)
    }
    #expect(
      try ComparedRun(contentsOf: place("part/early.safetensors")).log.map(\.epoch) == [1, 2])
    #expect(try ComparedRun(contentsOf: place("part")).log.count == 4)
    let checkpoint = try ComparedRun(contentsOf: place("run/checkpoint.safetensors"))
    #expect(checkpoint.log.count == checkpoint.record?.epochs)
    #expect(Comparison.names(of: [byFile, copy]) == ["run", "copy"])
    #expect(Comparison.names(of: [byFile, byFile]) == ["run 1", "run 2"])
  }

  @Test func `curves are overlaid, with the training's for a few runs`() throws {
    let lines = (1...3).map { epoch in
      """
      {"epoch":\(epoch),"steps":\(epoch),"learning_rate":0.1,"train_loss":\(1.0 / Double(epoch)),\
      "test_loss":0.5,"test_accuracy":0.9,"train_accuracy":0.8}
      """
    }
    let log = try lines.map { try decodedJSON(LogLine.self, $0) }
    func figure(_ count: Int, _ metrics: [RunCurves.Metric]) -> Figure? {
      RunCurves((0..<count).map { ("run \($0)", log) }).figure(metrics)
    }
    let two = try #require(figure(2, [.loss, .accuracy, .gradientNorm]))
    #expect(two.plots.count == 2)
    #expect(two.plots[0].series.map(\.name) == [nil, "run 0", nil, "run 1"])
    #expect(two.plots[0].series.map(\.color) == [0, 0, 1, 1])
    #expect(two.plots[1].series[1].points.map(\.y) == [90, 90, 90])
    let nine = try #require(figure(9, [.loss]))
    #expect(nine.plots[0].series.count == 9)
    #expect(
      nine.plots[0].series.map(\.style) == .init(repeating: .line, count: 7)
        + [.lineAndPoints, .lineAndPoints])
    #expect(figure(2, [.gradientNorm]) == nil)
  }
}

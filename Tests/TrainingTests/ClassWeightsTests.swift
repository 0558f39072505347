import Networks
import TestSupport
import Testing
import Training

/// Samples of some classes count more than others in training.
@Suite struct ClassWeightsTests {
  private static let settings = TrainingSettings.plain(epochs: 2, batchSize: 30)

  /// 10, 20 and 30 samples of three classes; none of a fourth.
  private static let uneven = SampleSet(
    inputs: SampleSet.noise(60, inputs: 10, classes: 3).inputs, inputWidth: 10,
    targets: .classes((0..<60).map { (index: Int) in [1, 2, 2, 0, 1, 2][index % 6] }, count: 4),
    count: 60)
  private static let architecture = Architecture(inputs: 10, hidden: [17], outputs: 4)

  @Test func `weights of 1 change no bit`() {
    let plain = train(Self.architecture, on: Self.uneven, Self.settings, workers: 2)
    let weighted = Self.settings.with { $0.classWeights = .given([1, 1, 1, 1]) }
    #expect(train(Self.architecture, on: Self.uneven, weighted, workers: 2) == plain)
  }

  /// A factor of 2 rounds nothing.
  @Test func `doubled weights are a doubled learning rate`() {
    let plain = train(
      Self.architecture, on: Self.uneven, Self.settings.with { $0.learningRate = 0.2 }, workers: 1)
    let weighted = train(
      Self.architecture, on: Self.uneven,
      Self.settings.with { $0.classWeights = .given([2, 2, 2, 2]) }, workers: 1)
    #expect(weighted.fingerprint == plain.fingerprint)
    #expect(
      weighted.reports.map(\.training.loss) == plain.reports.map { 2 * $0.training.loss })
  }

  @Test func `balanced weights give each class that occurs the same sum`() {
    let balanced = Self.settings.with { $0.classWeights = .balanced }
    let weights: [Double] = [60 / 30, 60 / 60, 60 / 90, 7]
    let given = Self.settings.with { $0.classWeights = .given(weights) }
    #expect(
      train(Self.architecture, on: Self.uneven, balanced, workers: 2)
        == train(Self.architecture, on: Self.uneven, given, workers: 2))
  }

  @Test func `samples that are set aside have no say in the balance`() {
    let settings = Self.settings.with { ($0.classWeights, $0.validationCount) = (.balanced, 25) }
    let aside = Set(validationSamples(count: 60, validationCount: 25, seed: settings.seed))
    guard case .classes(let classes, _) = Self.uneven.targets else { return }
    let counts = (0..<4).map { name in
      (0..<60).count { !aside.contains(Int32($0)) && classes[$0] == name }
    }
    #expect(counts[0] * 2 != counts[1] || counts[0] * 3 != counts[2])
    let given = settings.with {
      $0.classWeights = .given(counts.map { $0 == 0 ? 1 : 35 / Double(3 * $0) })
    }
    #expect(
      train(Self.architecture, on: Self.uneven, settings, workers: 2)
        == train(Self.architecture, on: Self.uneven, given, workers: 2))
  }

  @Test func `evaluations weigh nothing`() throws {
    let test = SampleSet.noise(20, inputs: 10, classes: 4, seed: 2)
    let trainer = Trainer(
      Self.architecture, training: Self.uneven, test: test,
      settings: Self.settings.with { $0.classWeights = .given([9, 0, 1, 1]) }, workers: 2)
    let report = try #require(try trainer.nextReport())
    #expect(report.test == trainer.parameters.evaluate(on: test, workers: 1).evaluation)
  }

  @Test func `a class of weight 0 teaches nothing`() {
    let some = Self.uneven.selecting((0..<60).filter { $0 % 6 != 3 })
    let settings = Self.settings.with { ($0.batchSize, $0.epochs) = (60, 1) }
    let without = Trainer(Self.architecture, training: some, settings: settings, workers: 1)
    let weighted = Trainer(
      Self.architecture, training: Self.uneven,
      settings: settings.with { $0.classWeights = .given([0, 1.2, 1.2, 1]) }, workers: 1)
    _ = (without.finish(), weighted.finish())
    // 50 of 60 samples: the sums differ by roundings of at most 50 terms below 4.
    for (one, other) in zip(
      without.parameters.tensors().flatMap(\.values),
      weighted.parameters.tensors().flatMap(\.values))
    {
      #expect(abs(one - other) < 50 * 4 * 0x1p-24)
    }
  }

  @Test func `weights that make no sense are named`() {
    func fault(_ weights: [Double]) -> String? {
      let settings = Self.settings.with { $0.classWeights = .given(weights) }
      return settings.validationError(sampleCount: 60)
        ?? settings.validationError(for: Self.architecture, hasClasses: true)
    }
    #expect(fault([1, 2, 3, 4]) == nil)
    #expect(fault([1, 2, 3]) == "3 class weights for 4 classes")
    #expect(fault([1, -1, 3, 4]) == "a class weight of -1.0 is not a number from 0 up")
    #expect(fault([1, .nan, 3, 4]) == "a class weight of nan is not a number from 0 up")
    #expect(fault([0, 0, 0, 0]) == "no class weight is above 0")
    #expect(
      Self.settings.with { $0.classWeights = .balanced }
        .validationError(for: Self.architecture, hasClasses: false) == "class weights need classes")
  }
}

import Networks
import TestSupport
import Testing
import Training

/// The trained network is an average of the weights over the steps.
@Suite struct WeightAverageTests {
  private static let settings = TrainingSettings(
    epochs: 3, batchSize: 50, learningRate: 0.1, averageDecay: 0.9)

  @Test func `the steps go on from the weights, not from their average`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let averaged = train(.digits, on: samples, Self.settings, workers: 2)
    let plain = train(
      .digits, on: samples, Self.settings.with { $0.averageDecay = nil }, workers: 2)
    #expect(averaged.reports.map(\.training) == plain.reports.map(\.training))
    #expect(averaged.fingerprint != plain.fingerprint)
  }

  /// 1 − 0/(0 + 9) … : with a decay of 0 each step takes all of the weights.
  @Test func `a decay of 0 keeps the last weights`() throws {
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let none = train(.digits, on: samples, Self.settings.with { $0.averageDecay = 0 }, workers: 2)
    let plain = Trainer(
      .digits, training: samples, settings: Self.settings.with { $0.averageDecay = nil },
      workers: 2)
    #expect(plain.finish().reports == none.reports)
    // a + (w − a) may round.
    let averaged = Trainer(
      .digits, training: samples, settings: Self.settings.with { $0.averageDecay = 0 }, workers: 2)
    _ = averaged.finish()
    for (one, other) in zip(
      averaged.parameters.tensors().flatMap(\.values), plain.parameters.tensors().flatMap(\.values))
    {
      #expect(abs(one - other) <= 0x1p-23)
    }
  }

  @Test func `evaluations and the end take the average`() throws {
    let digits = try embeddedDigits()
    let samples = SampleSet(digits.train, prefix: 500)
    let test = SampleSet(digits.test, prefix: 200)
    let trainer = Trainer(
      .digits, training: samples, test: test, settings: Self.settings, workers: 2)
    while let report = try trainer.nextReport() {
      #expect(report.test == trainer.parameters.evaluate(on: test, workers: 1).evaluation)
    }
    #expect(trainer.model().parameters.fingerprint == trainer.parameters.fingerprint)
  }

  @Test func `after an overflow the average of the last epoch's end is left`() throws {
    // The second epoch's rate makes numbers overflow.
    let samples = SampleSet(try embeddedDigits().train, prefix: 500)
    let settings = Self.settings.with {
      ($0.learningRate, $0.schedule) = (1e-3, .exponential(factor: 1))
    }
    let calm = Trainer(
      .digits, training: samples, settings: settings.with { $0.epochs = 1 }, workers: 2)
    _ = calm.finish()
    let wild = Trainer(
      .digits, training: samples, settings: settings.with { $0.learningRate = 1e20 }, workers: 2)
    let outcome = wild.finish()
    #expect(outcome.failure?.epoch == 1)
    #expect(
      outcome.fingerprint == Parameters(.digits, seed: settings.seed).fingerprint)
  }
}

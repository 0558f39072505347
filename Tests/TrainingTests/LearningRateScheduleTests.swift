import Foundation
import Networks
import Testing
import Training

@Suite struct LearningRateScheduleTests {
  /// The rate of each step of 10 epochs of 8 steps, from a base of 0.1.
  private func rates(_ schedule: LearningRateSchedule) -> [Double] {
    (0..<80).map { schedule.rate(base: 0.1, step: $0, stepsPerEpoch: 8, epochs: 10) }
  }

  /// Some products, quotients and sums of numbers up to the base round by half an ulp of it each,
  /// and the cosine, which is at most 1, errs by 2.3 · 10⁻¹⁶, about its ulp.
  private let tolerance = 4 * 0.1.ulp

  @Test func `a constant rate is the base`() {
    #expect(rates(.constant).allSatisfy { $0 == 0.1 })
  }

  @Test func `a step schedule multiplies at every so many epochs`() {
    let rates = rates(.step(epochs: 3, factor: 0.5))
    let expected = [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125]
    #expect(rates == expected.flatMap { Array(repeating: $0, count: 8) })
  }

  @Test func `an exponential schedule multiplies every epoch`() {
    let rates = rates(.exponential(factor: 0.5))
    #expect(rates == (0..<10).flatMap { Array(repeating: 0.1 / Double(1 << $0), count: 8) })
  }

  @Test func `an inverse-time schedule falls with every step`() {
    let rates = rates(.inverseTime(decay: 0.5))
    #expect(rates[0] == 0.1)
    #expect(isFalling(rates))
    // After 2 epochs 1 + 0.5 · 2 = 2; after 5 epochs and a half 3.75.
    #expect(abs(rates[16] - 0.05) <= tolerance)
    #expect(abs(rates[44] - 0.1 / 3.75) <= tolerance)
    #expect(Set(self.rates(.inverseTime(decay: 0))) == [0.1])
  }

  @Test func `a cosine schedule falls from the base towards 0`() {
    let rates = rates(.cosine)
    #expect(rates[0] == 0.1)
    #expect(isFalling(rates))
    #expect(rates[40] == 0.05)
    for (step, rate) in rates.enumerated() {
      #expect(abs(rate - 0.05 * (1 + cos(.pi * Double(step) / 80))) <= tolerance)
    }
    #expect(LearningRateSchedule.cosine.rate(base: 1, step: 80, stepsPerEpoch: 8, epochs: 10) == 0)
    #expect(LearningRateSchedule.cosine.rate(base: 1, step: 99, stepsPerEpoch: 8, epochs: 10) == 0)
  }

  @Test func `a one-cycle schedule rises for three tenths and then falls`() {
    let rates = rates(.oneCycle)
    #expect(abs(rates[0] - 0.1 / 25) <= tolerance)
    #expect(isFalling(rates[...24].reversed()))
    #expect(abs(rates[12] - (0.1 + 0.1 / 25) / 2) <= tolerance)
    #expect(abs(rates[24] - 0.1) <= tolerance)
    #expect(isFalling(Array(rates[24...])))
    #expect(abs(rates[52] - (0.1 + 0.1 / 250_000) / 2) <= tolerance)
    let end = LearningRateSchedule.oneCycle.rate(base: 0.1, step: 80, stepsPerEpoch: 8, epochs: 10)
    #expect(abs(end - 0.1 / 250_000) <= tolerance)
  }

  @Test func `a plateau schedule multiplies at every reduction`() {
    for reductions in 0..<5 {
      let rate = LearningRateSchedule.onPlateau(factor: 0.5, patience: 3).rate(
        base: 0.1, step: 70, stepsPerEpoch: 8, epochs: 10, reductions: reductions)
      #expect(rate == 0.1 / Double(1 << reductions))
    }
  }

  @Test(arguments: [
    LearningRateSchedule.constant, .step(epochs: 2, factor: 0.1), .exponential(factor: 0.9),
    .inverseTime(decay: 1), .cosine, .oneCycle,
  ])
  func `the rate of an epoch's report is that of its last step`(schedule: LearningRateSchedule) {
    let settings = TrainingSettings.plain(epochs: 5, batchSize: 1).with { $0.schedule = schedule }
    let reports = train(.xor, on: .xor, settings, workers: 1).reports
    #expect(
      reports.map(\.learningRate)
        == (1...5).map {
          schedule.rate(base: 0.1, step: 4 * $0 - 1, stepsPerEpoch: 4, epochs: 5)
        })
  }

  @Test func `a set of one step trains at the base`() {
    for schedule in [LearningRateSchedule.constant, .step(epochs: 1, factor: 0.1), .cosine] {
      #expect(schedule.rate(base: 0.1, step: 0, stepsPerEpoch: 1, epochs: 1) == 0.1)
    }
  }

  private func isFalling(_ rates: [Double]) -> Bool {
    zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 }
  }
}

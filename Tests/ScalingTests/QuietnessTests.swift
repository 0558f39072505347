import Scaling
import Testing
import Workers

@Suite struct QuietnessTests {
  private func sample(
    workers: Int = 2, batchSize: Int = 128, speed: Double = 1000, peak: Double = 100,
    stolen: Double = 0, others: Double? = 0, switches: Int = 0, throttled: Double? = nil
  ) -> Quietness.Sample {
    Quietness.Sample(
      workers: workers, batchSize: batchSize, imagesPerSecond: speed, peakGigaflops: peak,
      load: MachineLoad(
        seconds: 1, stolenSeconds: stolen, otherSeconds: others, involuntarySwitches: switches,
        throttledSeconds: throttled, megahertz: 3000))
  }

  private func disturbances(
    _ samples: Quietness.Sample..., processors: Int = 2, online: Int = 2
  ) -> [Quietness.Disturbance] {
    Quietness(samples, processors: processors, online: online).disturbances
  }

  @Test func `samples that agree, with nothing beside them, are quiet`() {
    #expect(disturbances(sample(), sample(speed: 1050, peak: 105, switches: 150)).isEmpty)
    #expect(disturbances(sample(stolen: 0.02, others: 0.02)).isEmpty, "two ticks of the clock")
    // Half the speed with one worker is what one worker is.
    #expect(disturbances(sample(), sample(workers: 1, speed: 500, peak: 50)).isEmpty)
  }

  @Test func `what takes time from the workers is named with its largest share`() {
    let found = disturbances(
      sample(stolen: 0.1, others: 0.5), sample(others: 0.2, switches: 1000), sample())
    #expect(found.map(\.kind) == [.otherPrograms, .stolen, .involuntarySwitches])
    #expect(found.map(\.most) == [0.25, 0.05, 500])
  }

  @Test func `others may use what the workers leave`() {
    #expect(disturbances(sample(workers: 1, others: 0.9)).isEmpty)
    let found = disturbances(sample(workers: 1, others: 1.5))
    #expect(found.map(\.kind) == [.otherPrograms] && found.map(\.most) == [0.5])
    #expect(disturbances(sample(workers: 2, others: 5), online: 8).isEmpty)
  }

  /// More workers than a quota grants are held up by it: that is what they are there to show.
  @Test func `a quota disturbs only as many workers as it grants`() {
    let throttled = [sample(workers: 1, throttled: 0.3), sample(workers: 2, throttled: 0.6)]
    #expect(disturbances(throttled[1], processors: 1).isEmpty)
    let found = disturbances(throttled[0], throttled[1], processors: 1)
    #expect(found.map(\.kind) == [.throttled] && found.map(\.most) == [0.3])
    #expect(disturbances(sample(workers: 4, switches: 100_000)).isEmpty, "over-subscribed")
  }

  @Test func `rounds that disagree are named`() {
    let found = disturbances(sample(), sample(speed: 2600, peak: 125))
    #expect(found.map(\.kind) == [.peak, .speed] && found.map(\.most) == [1.25, 2.6])
    #expect(disturbances(sample(), sample(batchSize: 256, speed: 2600)).isEmpty, "other steps")
    let many = [sample(workers: 4), sample(workers: 4, speed: 2600, peak: 500)]
    #expect(disturbances(many[0], many[1]).isEmpty, "over-subscribed")
  }

  @Test func `a system that tells nothing is not called quiet`() {
    #expect(Quietness([sample()], processors: 2, online: 2).isKnown)
    #expect(!Quietness([sample(others: nil)], processors: 2, online: 2).isKnown)
  }
}

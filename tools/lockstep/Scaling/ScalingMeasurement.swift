import Foundation
import Kernels
import Networks
import Scaling
import Statistics
import Training
import Workers

/// Times training steps with different numbers of workers.
struct ScalingMeasurement {
  let architecture: Architecture
  let samples: SampleSet
  let precision: Precision
  let placement: ThreadPlacement

  private let clock = ContinuousClock()

  init(
    architecture: Architecture, samples: SampleSet, precision: Precision,
    placement: ThreadPlacement
  ) {
    self.architecture = architecture
    self.samples = samples
    self.precision = precision
    self.placement = placement
  }

  /// Trains for a while, to warm up processors and memory.
  ///
  /// - Returns: the images per second of one worker.
  func warmUp(batchSize: Int, workers: Int) throws -> Double {
    var images = batchSize
    while true {
      let steps = try train(workers: 1, batchSize: batchSize, images: images, epochs: 1000)
      if steps.seconds >= 0.3 {
        _ = try train(workers: workers, batchSize: batchSize, images: images, epochs: 1000)
        return Double(steps.images) / steps.seconds
      }
      // A small set is at its end before long.
      if steps.images < images { return Double(steps.images) / steps.seconds }
      images *= 2
    }
  }

  /// One training from the start, its steps timed, next to the machine's peak at that moment.
  ///
  /// - Throws: `Interrupted` where the user asks the command to end.
  func sample(_ plan: ScalingPlan, _ mode: ScalingPlan.Mode, workers: Int, round: Int) throws
    -> ScalingSample
  {
    let batchSize = plan.batchSize(mode, workers: workers)
    let before = LoadCounters.read()
    let run = try train(
      workers: workers, batchSize: batchSize, images: plan.images,
      epochs: plan.epochs(batchSize: batchSize))
    let load = LoadCounters.read().load(since: before)
    let operations = 2 * Double(architecture.multiplyAddsPerSample) * Double(run.images)
    return ScalingSample(
      mode: mode, round: round, workers: workers, batchSize: batchSize, images: run.images,
      seconds: run.seconds, threads: run.threads, gigaflops: operations / run.seconds / 1e9,
      peakGigaflops: measurePeakGigaflops(workers: workers), fingerprint: run.fingerprint,
      load: load)
  }

  /// Measures the costs of the parts of a step.
  func phaseSample(_ plan: ScalingPlan, workers: Int, round: Int) throws -> PhaseSample {
    let run = try train(
      workers: workers, batchSize: plan.batchSize, images: plan.images,
      epochs: plan.epochs(batchSize: plan.batchSize), takesPhaseTimes: true)
    let steps = Double(run.images / plan.batchSize)
    let step = WorkPartition(architecture, batchSize: plan.batchSize, workers: workers)
    return PhaseSample(
      round: round, workers: workers, stepSeconds: run.seconds / steps,
      phaseSeconds: run.phaseSeconds.map { $0 / steps },
      stepsPerRegion: steps / Double(run.regions),
      handOverSeconds: handOverSeconds(
        workers: step.participants, items: step.phases.map(\.count)),
      startSeconds: startSeconds(workers: step.participants))
  }

  // MARK: - Steps

  /// A training and the time of its steps.
  private struct TimedSteps {
    var images = 0
    var seconds = 0.0
    var regions = 0
    /// The largest number of distinct threads in a region.
    var threads = 0
    var phaseSeconds: [Double] = []
    var fingerprint = ""
  }

  /// Trains from the start until `images` have been seen, or all epochs are over.
  private func train(
    workers: Int, batchSize: Int, images: Int, epochs: Int, takesPhaseTimes: Bool = false
  ) throws -> TimedSteps {
    // A small constant rate keeps every network and mini-batch away from overflow.
    let settings = TrainingSettings(
      epochs: epochs, batchSize: batchSize, learningRate: 0.01, schedule: .constant,
      precision: precision)
    let trainer = Trainer(
      parameters: Parameters(architecture, seed: settings.seed), training: samples, test: nil,
      settings: settings, workers: workers, usesAllWorkers: true)
    trainer.placement = placement
    if takesPhaseTimes {
      let (clock, start) = (clock, clock.now)
      trainer.clock = { clock.now - start }
    }
    var steps = TimedSteps()
    var seen = 0
    while steps.images < images {
      if let signal = SignalHandling.signal { throw Interrupted(signal: signal) }
      let before = clock.now
      guard let event = try trainer.next() else { break }
      let time = clock.now - before
      guard case .progress(let progress) = event else {
        seen = 0
        continue
      }
      let count = progress.samplesSeen - seen
      seen = progress.samplesSeen
      // The last, shorter mini-batch of an epoch is not comparable with the others.
      guard count % batchSize == 0 else { continue }
      steps.images += count
      steps.seconds += time.seconds
      steps.regions += 1
      steps.threads = max(steps.threads, progress.stepsByWorkers.keys.max() ?? 0)
      let phases = progress.phaseTimes.map(\.seconds)
      steps.phaseSeconds =
        steps.phaseSeconds.isEmpty ? phases : zip(steps.phaseSeconds, phases).map(+)
    }
    // A clock may stand still over a very short time.
    steps.seconds = max(steps.seconds, 1e-9)
    steps.fingerprint = trainer.parameters.fingerprint
    return steps
  }

  // MARK: - Overheads

  /// Measures the hand-overs and the meeting of a phase: the time of phases whose items are empty.
  private func handOverSeconds(workers: Int, items: [Int]) -> Double {
    let steps = 10_000
    let time = seconds {
      performInLockstep(
        workers: workers, steps: steps, phases: items, placement: placement
      ) { _ in }
    }
    return time / Double(steps * items.count)
  }

  /// Measures the cost of waking the workers of a region: the time of a region in which each worker
  /// has a millisecond of work in small items, less the time of one worker for its own millisecond.
  private func startSeconds(workers: Int) -> Double {
    guard workers > 1 else { return 0 }
    let item = Duration.microseconds(5)
    func region(_ workers: Int) -> Double {
      let times = (0..<11).map { _ in
        seconds {
          performInLockstep(
            workers: workers, phases: [200 * workers], placement: placement
          ) { _ in
            let end = clock.now + item
            while clock.now < end {}
          }
        }
      }
      return MedianInterval(times).median
    }
    return max(0, region(workers) - region(1))
  }

  private func seconds(_ work: () -> Void) -> Double {
    let before = clock.now
    work()
    return (clock.now - before).seconds
  }
}

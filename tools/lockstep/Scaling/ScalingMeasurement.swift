import Foundation
import Kernels
import Networks
import Training
import Workers

/// Trains the same steps again and again with different numbers of workers, and takes the time.
struct ScalingMeasurement {
  let architecture: Architecture
  let samples: SampleSet
  let settings: TrainingSettings

  private let clock = ContinuousClock()

  init(architecture: Architecture, samples: SampleSet, settings: TrainingSettings) {
    self.architecture = architecture
    self.samples = samples
    self.settings = settings
  }

  /// One training from the start, its steps timed, next to the machine's peak at that moment.
  func sample(workers: Int) -> ScalingSample {
    let trainer = Trainer(
      architecture, training: samples, settings: settings, workers: workers)
    var threads = 0
    var time = Duration.zero
    var images = 0
    while true {
      let before = clock.now
      guard let event = try? trainer.next() else { break }
      switch event {
      case .progress(let progress):
        time += clock.now - before
        threads = max(threads, Set(progress.threads).count)
      case .epoch(let report):
        images += report.training.count
      }
    }
    let operations = 2 * Double(architecture.multiplyAddsPerSample) * Double(images)
    return ScalingSample(
      workers: workers, images: images, seconds: time.seconds, threads: threads,
      gigaflops: operations / time.seconds / 1e9, peakGigaflops: peakGigaflops(workers: workers),
      fingerprint: trainer.parameters.fingerprint)
  }

  /// What `workers` threads can do at once when all they do is multiply and add.
  private func peakGigaflops(workers: Int) -> Double {
    let repetitions = 1_000_000
    let before = clock.now
    performInLockstep(workers: workers, phases: [workers]) { _ in
      _ = runMultiplyAddChains(repetitions: repetitions)
    }
    let seconds = (clock.now - before).seconds
    let operations = Double(repetitions) * runMultiplyAddChains(repetitions: 1).operations
    return Double(workers) * operations / seconds / 1e9
  }
}

/// One training and its time.
struct ScalingSample: Codable {
  let workers: Int
  let images: Int
  /// The time of the steps, in seconds.
  let seconds: Double
  /// The most distinct threads that took part in one region.
  let threads: Int
  /// 10⁹ floating-point operations a second, two a multiply-add of the dense network.
  let gigaflops: Double
  let peakGigaflops: Double
  let fingerprint: String

  var imagesPerSecond: Double { Double(images) / seconds }
}

/// All samples and what they come to.
struct ScalingReport: Encodable {
  let lockstep = lockstepVersion
  let machine = Machine.current()
  let data: String
  let network: String
  let settings: TrainingSettings
  let samples: [ScalingSample]

  init(data: String, network: String, settings: TrainingSettings, samples: [ScalingSample]) {
    self.data = data
    self.network = network
    self.settings = settings
    self.samples = samples
  }

  var isSameForAll: Bool { Set(samples.map(\.fingerprint)).count == 1 }

  /// The lines of the table, one a number of workers, medians of its samples.
  var table: [String] {
    var table = Table([
      "workers", "images/s", "speed-up", "efficiency", "threads", "GFLOP/s", "of peak",
      "fingerprint",
    ])
    let counts = samples.map(\.workers).reduce(into: [Int]()) { counts, count in
      if !counts.contains(count) { counts.append(count) }
    }
    let base = counts.min().map { (workers: $0, speed: speed(workers: $0)) }
    for count in counts {
      let own = samples.filter { $0.workers == count }
      let speedUp = base.map { Double($0.workers) * speed(workers: count) / $0.speed } ?? 1
      table.add([
        "\(count)", grouped(Int(speed(workers: count))), fixed(speedUp, 2),
        percent(speedUp / Double(count), decimals: 0), "\(own.map(\.threads).max() ?? 0)",
        fixed(median(own.map(\.gigaflops)), 0),
        percent(median(own.map { $0.gigaflops / $0.peakGigaflops }), decimals: 0),
        String(own[0].fingerprint.prefix(16)),
      ])
    }
    return table.lines
  }

  /// A line a sample.
  var csv: String {
    let header =
      "workers,images,seconds,images_per_second,threads,gigaflops,peak_gigaflops,fingerprint\n"
    return samples.reduce(into: header) { text, sample in
      text += "\(sample.workers),\(sample.images),\(sample.seconds),\(sample.imagesPerSecond),"
      text += "\(sample.threads),\(sample.gigaflops),\(sample.peakGigaflops),"
      text += "\(sample.fingerprint)\n"
    }
  }

  private func speed(workers: Int) -> Double {
    median(samples.filter { $0.workers == workers }.map(\.imagesPerSecond))
  }
}

/// The middle of some values, the mean of the two middle ones of an even number.
private func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

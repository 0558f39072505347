import Workers

/// The judgement whether the machine was quiet: whether anything but the number of workers can
/// explain a difference between samples.
public struct Quietness: Codable, Equatable, Sendable {
  /// A sample, as far as it shows whether the machine was quiet.
  public struct Sample: Sendable {
    /// The number of workers.
    public let workers: Int
    /// The mini-batch size: only samples of equal batch size and number of workers are comparable.
    public let batchSize: Int
    /// The speed of the training.
    public let imagesPerSecond: Double
    /// The peak that was measured beside it, in 10⁹ operations a second.
    public let peakGigaflops: Double
    /// The load of the machine meanwhile.
    public let load: MachineLoad

    /// A sample.
    public init(
      workers: Int, batchSize: Int, imagesPerSecond: Double, peakGigaflops: Double,
      load: MachineLoad
    ) {
      self.workers = workers
      self.batchSize = batchSize
      self.imagesPerSecond = imagesPerSecond
      self.peakGigaflops = peakGigaflops
      self.load = load
    }
  }

  /// What can disturb a measurement.
  public enum Kind: String, Codable, Sendable {
    /// Other programs used processors that the workers wanted.
    case otherPrograms
    /// The hypervisor gave processors to other machines.
    case stolen
    /// The quota of the control group throttled workers that have a processor each all the time.
    case throttled
    /// Threads were taken from their processors.
    case involuntarySwitches
    /// The peak differed between samples of the same kind.
    case peak
    /// The speed of training differed between samples of the same kind.
    case speed
  }

  /// A disturbance that was seen.
  public struct Disturbance: Codable, Equatable, Sendable {
    /// What it was.
    public let kind: Kind
    /// The largest value. For the first three kinds it is a share of the processor time that a
    /// sample wanted, for switches the number per second and worker, for peak and speed the ratio
    /// of the highest to the lowest.
    public let most: Double
  }

  /// What disturbed the samples; empty where the machine was quiet.
  public let disturbances: [Disturbance]
  /// Whether the system tells what else used the processors.
  public let isKnown: Bool

  /// Looks at samples.
  ///
  /// - Parameters:
  ///   - samples: the measurements with the load of the machine.
  ///   - processors: the workers that can have a processor each all the time; more than these
  ///     disturb each other, which counts as no disturbance.
  ///   - online: the machine's processors.
  public init(_ samples: [Sample], processors: Int, online: Int) {
    isKnown = samples.contains { $0.load.otherSeconds != nil }
    let own = samples.filter { $0.workers <= processors }
    func most(_ kind: Kind, of samples: [Sample], _ value: (Sample) -> Double?) -> Disturbance? {
      samples.compactMap(value).max().map { Disturbance(kind: kind, most: $0) }
    }
    func share(_ seconds: Double?, of sample: Sample) -> Double? {
      let wanted = sample.load.seconds * Double(min(sample.workers, online))
      guard let seconds, seconds >= leastSeconds, seconds > leastShare * wanted else { return nil }
      return seconds / wanted
    }
    disturbances = [
      most(.otherPrograms, of: samples) { sample in
        // Processors without a worker are free for other programs.
        let free = sample.load.seconds * Double(max(0, online - sample.workers))
        return share(sample.load.otherSeconds.map { $0 - free }, of: sample)
      },
      most(.stolen, of: samples) { share($0.load.stolenSeconds, of: $0) },
      most(.throttled, of: own) {
        share($0.load.throttledSeconds, of: $0)
      },
      most(.involuntarySwitches, of: own) { sample in
        guard let count = sample.load.involuntarySwitches, sample.load.seconds > 0 else {
          return nil
        }
        let rate = Double(count) / sample.load.seconds / Double(sample.workers)
        return rate > leastSwitchesPerSecond ? rate : nil
      },
      spread(own, \.peakGigaflops).map { Disturbance(kind: .peak, most: $0) },
      spread(own, \.imagesPerSecond).map { Disturbance(kind: .speed, most: $0) },
    ].compactMap(\.self)
  }
}

// Smaller values do not count as disturbances.
private let leastShare = 0.02
private let leastSwitchesPerSecond = 100.0
private let leastRatio = 1.1
/// The system counts in hundredths of a second.
private let leastSeconds = 0.03

/// The largest ratio between samples that do the same; nil where it is small.
private func spread(
  _ samples: [Quietness.Sample], _ value: (Quietness.Sample) -> Double
) -> Double? {
  let groups = Dictionary(grouping: samples) { [$0.workers, $0.batchSize] }.values
  let ratios = groups.compactMap { group -> Double? in
    let values = group.map(value)
    guard let least = values.min(), let most = values.max(), least > 0 else { return nil }
    return most / least
  }
  return ratios.max().flatMap { $0 > leastRatio ? $0 : nil }
}

import Lockstep
import Files
import Networks
import NumberText
import Scaling
import Statistics
import Training
import Workers

/// All samples and their evaluation.
struct ScalingReport: Encodable {
  let lockstep = lockstepVersion
  let machine = Machine.current()
  let data: String
  let network: String
  let precision: Precision
  let imagesPerSample: Int
  /// The number of rounds that were requested, and of those that are complete: fewer if the user
  /// ended the command.
  let rounds: Int
  private(set) var completeRounds = 0
  private(set) var samples: [ScalingSample] = []
  private(set) var phaseSamples: [PhaseSample] = []
  private(set) var curves: [ScalingCurve] = []
  /// Whether the machine was quiet while the complete rounds were measured.
  private(set) var quiet: Quietness?
  private(set) var simulation: SimulatedScaling?

  let architecture: Architecture
  let plan: ScalingPlan
  /// Whether the first layer skips products with 0.
  let skipsZeros: Bool

  private enum CodingKeys: CodingKey {
    case lockstep, machine, data, network, precision, imagesPerSample, rounds, completeRounds
    case samples, phaseSamples, curves, quiet, simulation
  }

  init(
    data: String, architecture: Architecture, precision: Precision, plan: ScalingPlan,
    skipsZeros: Bool
  ) {
    self.data = data
    self.skipsZeros = skipsZeros
    self.precision = precision
    self.architecture = architecture
    self.plan = plan
    network = "\(architecture)"
    imagesPerSample = plan.images
    rounds = plan.rounds
  }

  /// Whether the same steps gave the same bits with every number of workers.
  var isSameForAll: Bool {
    let groups = Dictionary(grouping: samples, by: \.batchSize).values
    return groups.allSatisfy { Set($0.map(\.fingerprint)).count == 1 }
  }

  /// Takes all samples, round by round, until the user asks the command to end.
  mutating func measure(with measurement: ScalingMeasurement) throws {
    let phaseCounts = plan.isForSimulation ? plan.countsWithProcessors : []
    let total = Double(
      plan.rounds * (plan.modes.reduce(phaseCounts.count) { $0 + plan.counts($1).count }))
    var progress = ProgressLine()
    defer { progress.clear() }
    for round in 1...plan.rounds {
      func draw(_ work: String) {
        progress.draw(
          title: "round \(round) of \(plan.rounds)",
          share: Double(samples.count + phaseSamples.count) / total, facts: [work])
      }
      do {
        for mode in plan.modes {
          for workers in plan.shuffledCounts(mode, round: round) {
            draw("\(mode.rawValue) scaling, \(counted(workers, "worker"))")
            samples.append(try measurement.sample(plan, mode, workers: workers, round: round))
          }
        }
        for workers in phaseCounts {
          draw("phases, \(counted(workers, "worker"))")
          phaseSamples.append(try measurement.phaseSample(plan, workers: workers, round: round))
        }
      } catch is Interrupted {
        return
      }
      completeRounds = round
    }
  }

  /// Whether all rounds were measured.
  var isComplete: Bool { completeRounds == plan.rounds }

  /// Evaluates the samples.
  ///
  /// - Parameter simulatedWorkers: how far to predict; nil for no prediction.
  mutating func evaluate(simulatedWorkers: Int?) {
    guard completeRounds > 0 else { return }
    let samples = samples.filter { $0.round <= completeRounds }
    curves = plan.modes.map { mode in
      ScalingCurve(mode, samples.filter { $0.mode == mode }, processors: plan.processors)
    }
    quiet = Quietness(
      samples.map(\.conditions), processors: plan.processors, online: machine.processors.online)
    guard let simulatedWorkers else { return }
    simulation = SimulatedScaling(
      architecture: architecture, batchSize: plan.batchSize, limit: simulatedWorkers,
      phases: phaseSamples.filter { $0.round <= completeRounds },
      steps: samples.filter { $0.mode == .strong })
  }

  /// Writes the samples as JSON and CSV.
  ///
  /// - Returns: the names of the files.
  func write(to folder: String) throws(FileProblem) -> [String] {
    try writeJSON(self, to: "\(folder)/scaling.json")
    try writeDurably(Array(ScalingSample.csv(samples).utf8), to: "\(folder)/scaling.csv")
    guard plan.isForSimulation else { return ["scaling.json", "scaling.csv"] }
    try writeDurably(Array(PhaseSample.csv(phaseSamples).utf8), to: "\(folder)/phases.csv")
    return ["scaling.json", "scaling.csv", "phases.csv"]
  }
}

/// The measurements of one mode and the laws that were fitted to them.
struct ScalingCurve: Encodable {
  /// One number of workers.
  struct Point: Encodable {
    let workers: Int
    let batchSize: Int
    let imagesPerSecond: MedianInterval
    let speedUp: MedianInterval
    /// The largest number of distinct threads in a region.
    let threads: Int
    let gigaflops: Double
    let shareOfPeak: Double
    let fingerprint: String
    /// Whether there are more workers than processors that are theirs all the time.
    let isOverSubscribed: Bool
  }

  let mode: ScalingPlan.Mode
  let points: [Point]
  let laws: [FittedLaw]

  init(_ mode: ScalingPlan.Mode, _ samples: [ScalingSample], processors: Int) {
    self.mode = mode
    let times = ScalingTimes(samples)
    points = times.workers.compactMap { workers in
      let own = samples.filter { $0.workers == workers }
      guard let first = own.first, let speedUp = times.speedUp(workers: workers) else { return nil }
      return Point(
        workers: workers, batchSize: first.batchSize,
        imagesPerSecond: MedianInterval(own.map(\.imagesPerSecond)), speedUp: speedUp,
        threads: own.map(\.threads).max() ?? 0,
        gigaflops: MedianInterval(own.map(\.gigaflops)).median,
        shareOfPeak: MedianInterval(own.map { $0.gigaflops / $0.peakGigaflops }).median,
        fingerprint: first.fingerprint, isOverSubscribed: workers > processors)
    }
    let fair = times.upTo(workers: max(1, processors))
    laws = mode == .strong ? [.amdahl(fair), .universal(fair)] : [.gustafson(fair)]
  }
}

extension ScalingTimes {
  /// The time of an image in each sample.
  init(_ samples: [ScalingSample]) {
    let workers = Set(samples.map(\.workers)).sorted()
    let rounds = Dictionary(grouping: samples, by: \.round).sorted { $0.key < $1.key }.map {
      $0.value.sorted { $0.workers < $1.workers }.map { 1 / $0.imagesPerSecond }
    }
    self.init(workers: workers, rounds: rounds)
  }
}

/// `1 worker`, `2 workers`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

import NumberText
import Randomness
import Training

/// The plan of a measurement: the numbers of workers, the mini-batches, the rounds and the
/// duration.
struct ScalingPlan {
  /// The quantity that stays the same when workers are added.
  enum Mode: String, Codable {
    /// The mini-batch.
    case strong
    /// Each worker's part of the mini-batch.
    case weak

    /// The random streams of the orders in which worker counts are measured.
    fileprivate var stream: UInt32 { self == .strong ? 0x5CA1 : 0x5CA2 }
  }

  let modes: [Mode]
  /// Ascending from 1.
  let counts: [Int]
  let batchSize: Int
  let imagesOfSet: Int
  let rounds: Int
  /// The number of workers that can have a processor each all the time.
  let processors: Int
  let isForSimulation: Bool
  /// The number of images in a sample.
  private(set) var images = 0

  init(
    modes: [Mode], counts: [Int], batchSize: Int, imagesOfSet: Int, rounds: Int, processors: Int,
    isForSimulation: Bool
  ) {
    self.modes = modes
    self.counts = counts
    self.batchSize = batchSize
    self.imagesOfSet = imagesOfSet
    self.rounds = rounds
    self.processors = processors
    self.isForSimulation = isForSimulation
  }

  /// The mini-batch size of a sample.
  func batchSize(_ mode: Mode, workers: Int) -> Int {
    mode == .weak ? batchSize * workers : batchSize
  }

  /// The numbers of workers that are measured: for weak scaling those whose mini-batch the data set
  /// can fill.
  func counts(_ mode: Mode) -> [Int] {
    counts.filter { batchSize(mode, workers: $0) <= imagesOfSet }
  }

  /// The numbers of workers that have a processor each: those that laws of scaling speak of.
  var countsWithProcessors: [Int] { counts.filter { $0 <= max(1, processors) } }

  /// The numbers of workers of a mode in the order in which a round measures them. The order is
  /// random, so that a change within a round, such as the processors' temperature, favours no
  /// number. It is the same in every run.
  func shuffledCounts(_ mode: Mode, round: Int) -> [Int] {
    let counts = counts(mode)
    let random = Philox(seed: UInt64(round), purpose: .demonstration, epoch: mode.stream)
    return shuffledIndices(count: counts.count, using: random).map { counts[Int($0)] }
  }

  /// Decides how many images a sample trains on.
  ///
  /// - Parameters:
  ///   - chosen: the user's choice, or nil.
  ///   - seconds: otherwise, the duration of all samples together.
  ///   - imagesPerSecond: measures the speed of one worker.
  /// - Throws: a `UsageProblem` where a sample needs too many epochs, or what `imagesPerSecond`
  ///   throws.
  mutating func chooseImages(
    _ chosen: Int?, seconds: Double, imagesPerSecond: () throws -> Double
  ) throws {
    let speed = try imagesPerSecond()
    // Assumes an ideal speed-up up to the number of processors, and none beyond.
    func time(_ counts: [Int]) -> Double {
      counts.reduce(0) { $0 + 1 / Double(min($1, processors)) }
    }
    let timesOfOne =
      modes.reduce(0) { $0 + time(counts($1)) } + (isForSimulation ? time(countsWithProcessors) : 0)
    let wanted = chosen ?? Int(seconds * speed / (Double(rounds) * timesOfOne))
    images = max(wanted, batchSize)
    let needed =
      modes.flatMap { mode in
        counts(mode).map { epochs(batchSize: batchSize(mode, workers: $0)) }
      }.max() ?? 1
    guard needed <= TrainingSettings.epochLimit else {
      throw UsageProblem(
        "\(grouped(images)) images a sample are \(grouped(needed)) epochs of "
          + "\(grouped(imagesOfSet)), more than \(grouped(TrainingSettings.epochLimit)); "
          + "give fewer with --images")
    }
  }

  /// Enough epochs for a sample: the last, shorter mini-batch of each does not count.
  func epochs(batchSize: Int) -> Int {
    let counted = imagesOfSet / batchSize * batchSize
    return (images + counted - 1) / counted
  }
}

import ArgumentParser
import Digits
import Files
import Foundation
import Foundation
import Lockstep
import Networks
import Training
import Workers

struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Measure the speed-up of training by number of workers.",
    discussion: """
      Trains the same steps with each number of workers in turn, in several rounds. The mini-batch \
      is the same for all numbers of workers (strong scaling) or grows with them (weak scaling). \
      Prints medians over the rounds with confidence intervals of at least 95 %, and fits the laws \
      of Amdahl, Gunther and Gustafson. Every sample is saved in scaling.json and scaling.csv. \
      Equal fingerprints show that all runs computed the same bits. The peak is measured beside \
      each sample, with multiply-adds in registers. Each sample records the processor time that \
      others took, and the last lines say whether the machine was quiet. Ctrl-C ends the \
      measurement; the complete rounds are evaluated and all samples are saved.

      Examples:
        lockstep scaling
        lockstep scaling --synthetic 20000 --plot scaling.svg
        lockstep scaling --simulate 64
        lockstep scaling --hidden 512,512 --batch-size 128 --worker-counts 1,2,4
      """)

  @OptionGroup(title: "Data")
  var data: BenchmarkDataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @OptionGroup(title: "Machine")
  var threads: PlacementOptions

  @Option(help: "Mini-batch size; for weak scaling, per worker.")
  var batchSize = 128

  @Option(help: "Element type of matrix products.")
  var precision = Precision.float

  @Option(
    help: ArgumentHelp(
      "Numbers of workers, such as 1,2,4; 1 is always included (default: 1 to the number of "
        + "usable processors, in larger steps above 8, and twice that number). Over-subscribed "
        + "numbers, with less than a processor per worker, are starred and left out of the fits.",
      valueName: "list"))
  var workerCounts: WorkerCounts?

  @Option(help: "Kind of scaling to measure.")
  var mode = Modes.both

  @Option(help: "Number of rounds; each takes one sample per number of workers.")
  var repeats = 9

  @Option(help: "Approximate duration of all samples together, in seconds.")
  var seconds = 20.0

  @Option(
    help: "Images per sample, rounded up to whole mini-batches; replaces --seconds.")
  var images: Int?

  @Option(
    help: ArgumentHelp(
      "Measure the phases of a step and predict the speed with up to this number of workers, each "
        + "on its own processor.", valueName: "workers"))
  var simulate: Int?

  @Option(
    help: ArgumentHelp("Plot the speed-up by number of workers.", valueName: "file.svg|png"),
    completion: .file(extensions: ["svg", "png"]))
  var plot: PlotPath?

  @Option(
    help: ArgumentHelp(
      "Output folder for the samples (default: runs/<time>-scaling-<network>).",
      valueName: "folder"), completion: .directory)
  var output: String?

  @Flag(help: "Print the content of scaling.json instead of tables.")
  var json = false

  /// The kinds of scaling to measure.
  enum Modes: String, ExpressibleByArgument, CaseIterable {
    case strong, weak, both
  }

  func validate() throws {
    func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
      guard let value, !range.contains(value) else { return }
      throw ValidationError(
        "--\(name) \(value) is not in \(range.lowerBound)…\(range.upperBound)")
    }
    guard batchSize >= 1 else { throw ValidationError("--batch-size \(batchSize) is below 1") }
    try check("repeats", repeats, 1...1000)
    try check("images", images, 1...1_000_000_000)
    try check("simulate", simulate, 1...WorkerCounts.limit)
    guard (0.1...86_400).contains(seconds) else {
      throw ValidationError("--seconds \(seconds) is not in 0.1…86400")
    }
    if simulate != nil, mode == .weak {
      throw ValidationError("--simulate predicts strong scaling, which --mode weak leaves out")
    }
    if plot?.kind == .dot { throw ValidationError("--plot draws a .svg or .png file, no .dot") }
  }

  func run() throws {
    try precision.requireAvailable()
    let available = AvailableProcessors.read()
    let digits = try data.load(batchSize: batchSize, workers: available.usable)
    let architecture = try network.architecture(
      inputs: digits.train.pixelsPerImage, classes: digits.classCount)
    if let plot { try checkWritable(plot.path) }
    let measurement = ScalingMeasurement(
      architecture: architecture, samples: digits.trainingSamples,
      precision: precision, placement: threads.placement)
    var plan = ScalingPlan(
      modes: mode == .both ? [.strong, .weak] : mode == .weak ? [.weak] : [.strong],
      counts: workerCounts?.values ?? WorkerCounts.usual(processors: available.usable),
      batchSize: batchSize, imagesOfSet: digits.train.count, rounds: repeats,
      processors: available.dedicated, isForSimulation: simulate != nil)
    try plan.chooseImages(images, seconds: seconds) {
      try measurement.warmUp(batchSize: batchSize, workers: available.usable)
    }
    let folder = output ?? RunFolder.defaultPath(data: "scaling", network: "\(architecture)")
    try makeFolder(folder)
    var report = ScalingReport(
      data: digits.name, architecture: architecture, precision: precision, plan: plan,
      skipsZeros: measurement.samples.skipsZeros && precision.skipsZeros)
    if !json {
      print(report.introduction(imagesOfSet: digits.train.count).joined(separator: "\n"))
      _ = flushOutput()
    }

    SignalHandling.listen()
    try report.measure(with: measurement)
    report.evaluate(simulatedWorkers: simulate)
    if !json { print(report.text.joined(separator: "\n")) }
    let files = try report.write(to: folder)
    print(json ? jsonText(report) : "\nsamples     \(folder)/\(files.joined(separator: ", "))")
    if let plot, !report.curves.isEmpty {
      try plot.write(report.figure)
      if !json { print("plot        \(plot.path)") }
    }
    guard report.isComplete else {
      complain(
        "interrupted: \(report.completeRounds) of \(plan.rounds) rounds are complete and evaluated")
      throw Interrupted(signal: SignalHandling.signal ?? SIGINT)
    }
    guard report.isSameForAll else {
      throw UsageProblem("the fingerprints differ: this is a fault of Lockstep's, please report it")
    }
  }
}

/// Numbers of workers, as `1,2,4`.
struct WorkerCounts: ExpressibleByArgument {
  static let limit = 1024

  /// Ascending from 1.
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let counts = parts.compactMap(\.self)
    guard counts.count == parts.count, counts.allSatisfy((1...Self.limit).contains),
      Set(counts).count == counts.count
    else { return nil }
    values = Set(counts + [1]).sorted()
  }

  /// The default: all numbers up to 8, then powers of two and the numbers half-way between them,
  /// the number of processors, and twice that number.
  static func usual(processors: Int) -> [Int] {
    let powers = (3...9).flatMap { [1 << $0, 3 << ($0 - 1)] }
    let counts = (1...8).filter { $0 <= processors } + powers.filter { $0 <= processors }
    return Set(counts + [min(processors, limit), min(2 * processors, limit)]).sorted()
  }
}

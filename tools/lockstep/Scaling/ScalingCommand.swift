import ArgumentParser
import Digits
import Files
import Foundation
import Networks
import Training
import Workers

struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Measure how training speeds up with the number of workers.",
    discussion: """
      Trains the same steps with each number of workers in turn, in several rounds, with the same \
      mini-batch for all (strong scaling) and with one that grows with the workers (weak scaling). \
      Prints medians over the rounds with intervals of at least 95 % confidence, and what the laws \
      of Amdahl, Gunther and Gustafson make of them; every sample is saved in scaling.json and \
      scaling.csv. Equal fingerprints show that all computed the same bits. The peak is that of a \
      loop of multiply-adds in registers, measured beside each sample. Each sample records what else \
      took the processors, and the last lines say whether the machine was quiet. Ctrl-C ends the \
      measurement; the complete rounds are evaluated and all samples saved.

      Examples:
        lockstep scaling
        lockstep scaling --synthetic 20000 --plot scaling.svg
        lockstep scaling --simulate 64
        lockstep scaling --hidden 512,512 --batch-size 128 --worker-counts 1,2,4
      """)

  @OptionGroup(title: "Data")
  var data: MeasuredDataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @Option(help: "The images of a mini-batch; for weak scaling, of each worker's part of it.")
  var batchSize = 128

  @Option(help: "The numbers that products are taken of.")
  var precision = Precision.float

  @Option(
    help: ArgumentHelp(
      "The numbers of workers, such as 1,2,4; 1 is always among them (default: 1 up to the "
        + "processors that may be used, in larger steps past 8, and twice as many). Those with less "
        + "than a processor each are starred and left out of the laws.",
      valueName: "list"))
  var workerCounts: WorkerCounts?

  @Option(help: "What to measure: strong, weak or both.")
  var mode = Modes.both

  @Option(help: "The rounds, each with a sample of every number of workers.")
  var repeats = 9

  @Option(help: "About how long all samples take together, in seconds.")
  var seconds = 20.0

  @Option(
    help: "The images of a sample, rounded up to whole mini-batches, instead of --seconds.")
  var images: Int?

  @Option(
    help: ArgumentHelp(
      "Measure what the phases of a step cost and predict the speed of up to so many workers with "
        + "a processor each.", valueName: "workers"))
  var simulate: Int?

  @Option(
    help: ArgumentHelp("Draw speed-up against workers.", valueName: "file.svg|png"))
  var plot: PlotPath?

  @Option(help: ArgumentHelp("The folder for the samples.", valueName: "folder"))
  var output: String?

  @Flag(help: "Print JSON, as scaling.json holds it, instead of tables.")
  var json = false

  /// Which kinds of scaling to measure.
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
    if let plot { try refuseUnwritable(plot.path) }
    let measurement = ScalingMeasurement(
      architecture: architecture, samples: SampleSet(digits.train, classCount: digits.classCount),
      precision: precision)
    var plan = ScalingPlan(
      modes: mode == .both ? [.strong, .weak] : mode == .weak ? [.weak] : [.strong],
      counts: workerCounts?.values ?? WorkerCounts.usual(processors: available.usable),
      batchSize: batchSize, imagesOfSet: digits.train.count, rounds: repeats,
      processors: available.dedicated, isForSimulation: simulate != nil)
    try plan.chooseImages(images, seconds: seconds) {
      try measurement.warmUp(batchSize: batchSize, workers: available.usable)
    }
    let folder = output ?? RunFolder.name(data: "scaling", network: "\(architecture)")
    try makeFolder(folder)
    var report = ScalingReport(
      data: digits.name, architecture: architecture, precision: precision, plan: plan,
      skipsZeros: measurement.samples.skipsZeros)
    if !json {
      print(report.introduction(imagesOfSet: digits.train.count).joined(separator: "\n"))
      flushOutput()
    }

    Interruption.listen()
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
      throw Interrupted()
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

  /// All numbers up to 8; beyond, powers of two and what lies half-way between them; then all
  /// processors, and twice as many workers as those.
  static func usual(processors: Int) -> [Int] {
    let powers = (3...9).flatMap { [1 << $0, 3 << ($0 - 1)] }
    let counts = (1...8).filter { $0 <= processors } + powers.filter { $0 <= processors }
    return Set(counts + [min(processors, limit), min(2 * processors, limit)]).sorted()
  }
}

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
      Trains the same steps with each number of workers, in turn, several times over, and prints the \
      median of each; every sample is saved in scaling.json and scaling.csv. Equal fingerprints show \
      that all computed the same bits. The peak is that of a loop of multiply-adds in registers, \
      measured beside each sample.

      Examples:
        lockstep scaling
        lockstep scaling --hidden 512,512 --batch-size 128 --worker-counts 1,2,4
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @Option(help: "The images of a mini-batch.")
  var batchSize = 128

  @Option(
    help: ArgumentHelp(
      "The numbers of workers, such as 1,2,4 (default: 1 up to the processors that may be used).",
      valueName: "list"))
  var workerCounts: WorkerCounts?

  @Option(help: "The images of a sample, rounded up to whole epochs.")
  var images = 60_000

  @Option(help: "The samples of each number of workers.")
  var repeats = 5

  @Option(help: ArgumentHelp("The folder for scaling.json and scaling.csv.", valueName: "folder"))
  var output: String?

  func validate() throws {
    guard batchSize >= 1 else { throw ValidationError("--batch-size \(batchSize) is below 1") }
    guard (1...1000).contains(repeats) else {
      throw ValidationError("--repeats \(repeats) is not in 1…1000")
    }
    guard (1...1_000_000_000).contains(images) else {
      throw ValidationError("--images \(images) is not in 1…1000000000")
    }
  }

  func run() throws {
    try refuseDebugBuild()
    let available = AvailableProcessors.read()
    let counts = workerCounts?.values ?? Array(1...available.usable)
    let (digits, _) = try data.load(workers: available.usable)
    let architecture = try network.architecture(
      inputs: digits.train.pixelsPerImage, classes: digits.classCount)
    let folder = output ?? RunFolder.name(data: "scaling", network: "\(architecture)")
    try makeFolder(folder)

    let settings = TrainingSettings(
      epochs: max(1, (images + digits.train.count - 1) / digits.train.count),
      batchSize: batchSize, schedule: .constant)
    let measurement = ScalingMeasurement(
      architecture: architecture,
      samples: SampleSet(digits.train, classCount: digits.classCount), settings: settings)
    print(
      """
      data      \(digits.name): \(grouped(digits.train.count)) images, \
      \(settings.epochs) epochs a sample, \(repeats) samples each after a warm-up
      network   \(networkInWords(architecture)), batch \(batchSize)
      machine   \(Machine.current().processor), \(available.description)

      """)
    flushOutput()

    _ = measurement.sample(workers: counts[0])
    var samples: [ScalingSample] = []
    for _ in 0..<repeats {
      for workers in counts { samples.append(measurement.sample(workers: workers)) }
    }
    let report = ScalingReport(
      data: digits.name, network: "\(architecture)", settings: settings, samples: samples)
    print(report.table.joined(separator: "\n"))
    try writeJSON(report, to: "\(folder)/scaling.json")
    try writeDurably(Array(report.csv.utf8), to: "\(folder)/scaling.csv")
    print("\nsamples   \(folder)/scaling.json, scaling.csv")
    guard report.isSameForAll else {
      throw UsageProblem("the fingerprints differ: this is a fault of Lockstep's, please report it")
    }
  }

  private func refuseDebugBuild() throws {
    #if DEBUG
      throw UsageProblem("this is a debug build; measure with swift build -c release")
    #endif
  }
}

/// Numbers of workers, as `1,2,4`.
struct WorkerCounts: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",").map { Int($0) }
    values = parts.compactMap(\.self)
    guard !values.isEmpty, values.count == parts.count, values.allSatisfy((1...1024).contains)
    else { return nil }
  }
}

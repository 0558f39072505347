import ArgumentParser
import Digits
import Files
import Foundation
import Lockstep
import Training
import Workers

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Train in many ways that must give the same bits, and compare them.",
    discussion: """
      Numbers of workers, sizes of shards, skipped and multiplied zeros, breaks with a checkpoint, \
      evaluations between steps: each training runs side by side with the plainest one, and the first \
      weight that differs is named. --program adds other builds of the command, such as one for other \
      instructions. The exit status is 1 where something differs.

      Examples:
        lockstep verify
        lockstep verify --hidden 300,100 --optimizer adamw --batch-size 100
        lockstep verify --program .build-portable/release/lockstep
      """)

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Network")
  var network: NetworkOptions

  @OptionGroup(title: "Training")
  var optimizer: OptimizerOptions

  @Option(help: "Largest number of workers (default: twice the usable processors).")
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Another build of this command, which has to give the same bits; may be repeated.",
      valueName: "path"),
    completion: .file())
  var program: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers \(workers) is not in 1…1024")
    }
  }

  func run() throws {
    SignalHandling.listen()
    let processors = AvailableProcessors.read().usable
    let (read, source) = try data.load(workers: processors)
    let digits = read.prepared(workers: processors)
    let architecture = try network.architecture(
      inputs: digits.train.pixelsPerImage, classes: digits.classCount)
    var settings = try optimizer.settings(architecture, sampleCount: digits.train.count)
    settings.epochs = optimizer.epochs ?? 2
    let verification = Verification(digits, architecture, settings: settings)

    if !json { printHead(verification) }
    let fingerprint = try verification.fingerprint()
    var outcomes: [Outcome] = []
    for way in verification.ways(workers: workers ?? 2 * processors) {
      outcomes.append(
        Outcome(way: way.description, difference: try verification.difference(of: way)))
      if !json { print(outcomes.last?.line ?? "") }
      if let signal = flushOutput() ? SignalHandling.signal : SIGPIPE {
        throw Interrupted(signal: signal)
      }
    }
    for path in program {
      let other = OtherProgram(path: path, source: source, transpose: data.transpose)
      outcomes.append(
        Outcome(way: path, difference: try other.difference(from: verification)))
      if !json { print(outcomes.last?.line ?? "") }
    }
    let report = VerificationReport(fingerprint: fingerprint, ways: outcomes)
    print(json ? jsonText(report) : report.summary)
    if report.differences > 0 { throw BitsDiffer() }
  }

  private func printHead(_ verification: Verification) {
    print(
      """
      data       \(verification.digits.name)
      network    \(networkInWords(verification.architecture))
      training   \(verification.settings.epochs) epochs, batch \(verification.settings.batchSize), \
      seed \(verification.settings.seed)
      optimizer  \(optimizerInWords(verification.settings))

      """)
  }
}

/// A verification that found a difference, which was printed.
struct BitsDiffer: Error {}

/// What became of one way to compute the training.
private struct Outcome: Encodable {
  let way: String
  let isSame: Bool
  let difference: String?

  init(way: String, difference: Verification.Difference?) {
    self.way = way
    isSame = difference == nil
    self.difference = difference?.description
  }

  var line: String {
    "\(way.rightPadded(to: 34))  "
      + (difference.map { "DIFFERS: \($0)" } ?? "same bits")
  }
}

/// The output of `verify`.
private struct VerificationReport: Encodable {
  let fingerprint: String
  let ways: [Outcome]

  var differences: Int { ways.count { !$0.isSame } }

  var summary: String {
    """

    \(differences == 0 ? "all \(ways.count) ways give" : "\(differences) of \(ways.count) ways do not give")
    fingerprint  \(fingerprint)
    """
  }
}

import Files
import ArgumentParser
import Digits
import Files
import Lockstep
import Lecture
import Networks
import Training
import Workers

/// The options of a topic: how to run its demonstration, and the form of the output.
struct TopicOptions: ParsableArguments {
  @OptionGroup var classroom: ClassroomOptions

  @Option(
    help: ArgumentHelp(
      "Write the topic's plot as SVG or PNG; a topic with a graph also as Graphviz DOT.",
      valueName: "file.svg|png|dot"),
    completion: .file(extensions: ["svg", "png", "dot"]))
  var plot: PlotPath?

  @Flag(help: "Print JSON.")
  var json = false

  /// Computes a demonstration, prints it and writes its picture.
  ///
  /// - Throws: at once where the picture cannot be written; `ClaimsFailed` where not every claim
  ///   held.
  func show(
    _ topic: any Topic.Type, by demonstrate: (Classroom) throws -> Demonstration
  ) throws {
    try plot?.refuseUnfit(for: topic)
    let demonstration = try demonstrate(classroom.make())
    let report = TopicReport(topic, demonstration, seed: classroom.seed)
    print(json ? jsonText(report) : report.text(width: pageWidth))
    try plot?.write(demonstration)
    let failed = demonstration.claims.count { !$0.holds }
    if failed > 0 { throw ClaimsFailed(count: failed) }
  }
}

/// The options of all demonstrations.
struct ClassroomOptions: ParsableArguments {
  @Option(help: "Random seed.")
  var seed: UInt64 = 1

  @OptionGroup var machine: WorkerOptions

  /// A classroom with the embedded digits, which are read once at most.
  func make() -> Classroom {
    let workers = machine.count()
    let clock = ContinuousClock()
    let start = clock.now
    var kept: Classroom.Digits?
    return Classroom(
      seed: seed, workers: workers, elapsedSeconds: { (clock.now - start).seconds },
      digits: {
        if let kept { return kept }
        let folder = try DataOptions.folder(
          named: ["mnist-5k"], hint: "run the command in a folder of the package")
        let digits = try DigitDataset(contentsOf: folder, workers: workers)
        let read = Classroom.Digits(train: digits.trainingSamples, test: digits.testSamples)
        kept = read
        return read
      })
  }
}

/// Some claims of the lecture did not hold.
struct ClaimsFailed: Error {
  let count: Int
}

import ArgumentParser
import Digits
import Files
import Lockstep
import Networks
import Reports
import Training

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: settings that differ, results, and McNemar's test on the test images.",
    usage: "lockstep compare <run> <run> … [<options>]",
    discussion: """
      Each network is asked about the test images of its training, or about those of --data. \
      McNemar's test then counts the images that only one of two networks names right. Up to three \
      runs are tested in pairs, more of them against the first.

      Examples:
        lockstep compare runs/plain runs/deep
        lockstep compare runs/* --plot curves.svg
        lockstep compare runs/plain runs/deep --html compare.html
        lockstep compare runs/plain runs/deep --json
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs, model files or checkpoints.", valueName: "run"),
    completion: .directory)
  var runs: [String]

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Output")
  var curves: CurveOptions

  @Option(
    help: ArgumentHelp("Draw the curves of loss and accuracy as .svg or .png.", valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var plot: PlotPath?

  @Option(
    help: ArgumentHelp(
      "Write a page for a browser, with the images on which the networks disagree.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(help: "Print JSON, with the logs and all images on which the networks disagree.")
  var json = false

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  func validate() throws {
    guard runs.count >= 2 else {
      throw ValidationError("name two runs or more; `lockstep evaluate` looks at one")
    }
    if plot?.kind == .dot { throw ValidationError("--plot draws a .svg or .png file, no .dot") }
  }

  func run() throws {
    for path in [plot?.path, html].compactMap(\.self) { try checkWritable(path) }
    var problems: [FileProblem] = []
    var read = try readRuns(runs, &problems)
    var tests = TestSetReader(options: data, workers: machine.count())
    for index in read.indices { tests.evaluate(&read[index]) }
    let comparison = Comparison(read)
    print(
      json
        ? jsonText(comparison)
        : ComparisonText(comparison, width: max(20, Terminal.output.width)).lines.joined(
          separator: "\n"))
    for (name, run) in zip(comparison.names, read) {
      for note in run.notes { complain("note: \(name): \(note)") }
    }
    let logs = zip(comparison.names, read).map { ($0, $1.log) }
    if let plot { try curves.write(logs, to: plot, tells: !json) }
    if let html {
      try comparison.writePage(to: html, curves: curves.figure(logs))
      if !json { print("page  \(html)") }
    }
    if let first = problems.first { throw Unread(first: first) }
  }
}

/// Reads runs, and says of those that cannot be read what is wrong with them.
///
/// - Parameters:
///   - paths: folders of runs, or model files.
///   - problems: gets what was wrong.
/// - Throws: the problem, where no run can be read.
/// - Returns: the runs that can be read.
func readRuns(_ paths: [String], _ problems: inout [FileProblem]) throws -> [ComparedRun] {
  var runs: [ComparedRun] = []
  for path in paths {
    do throws(FileProblem) {
      runs.append(try ComparedRun(contentsOf: path))
    } catch {
      complain(error.description)
      problems.append(error)
    }
  }
  if runs.isEmpty, let first = problems.first { throw Unread(first: first) }
  return runs
}

/// Reads the test images of models, those of each data set once.
private struct TestSetReader {
  let options: DataOptions
  let workers: Int
  private var known: [Known] = []

  private struct Known {
    let source: String
    let preparation: Preparation?
    let digits: DigitDataset
    let digests: DatasetDigests
  }

  init(options: DataOptions, workers: Int) {
    self.options = options
    self.workers = workers
  }

  /// Asks the network of a run about its test images; where they cannot be found, the run notes why.
  mutating func evaluate(_ run: inout ComparedRun) {
    do {
      let source = try options.source(ofModel: run.model, at: run.path)
      let data = try data(source, for: run.model)
      try run.evaluate(
        on: data.digits, digests: data.digests, from: source, workers: workers)
    } catch {
      run.noteMissingTestSet("\(error)")
    }
  }

  private mutating func data(_ source: String, for model: Model) throws -> Known {
    let preparation = model.preparation
    if let old = known.first(where: { $0.source == source && $0.preparation == preparation }) {
      return old
    }
    let digits = try DigitDataset(
      contentsOf: source, resize: options.resize, transpose: options.transpose,
      preparation: preparation, workers: workers)
    let new = Known(
      source: source, preparation: preparation, digits: digits,
      digests: digits.contentDigests(workers: workers))
    known.append(new)
    return new
  }
}

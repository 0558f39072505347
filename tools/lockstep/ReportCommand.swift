import ArgumentParser
import Digits
import Files
import Foundation
import Lockstep
import Networks
import Reports
import Training

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page about a run: one HTML file that needs no network.",
    usage: "lockstep report <run> [--output <file>] [<options>]",
    discussion: """
      The page shows settings, curves, the confusion matrix with its images, the worst mistakes, \
      calibration and features, and has a canvas to draw digits for the network. `train` writes it, \
      too. The network is evaluated on the test set of its training; where that data is gone, the \
      page goes without.

      Examples:
        lockstep report runs/first
        lockstep report runs/first --output first.html
      """)

  @Argument(help: ArgumentHelp("Run folder.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(
    help: ArgumentHelp(
      "Page to write (default: report.html in the run folder).", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Machine")
  var machine: WorkerOptions

  func run() throws {
    let workers = machine.count()
    let folder = RunFolder(existing: runFolder)
    let record = try RunRecord(contentsOf: folder.record)
    let path = output ?? folder.report
    try checkWritable(path)
    let found = try digits(of: record, in: folder, workers: workers)
    let report = try RunReport(
      of: folder, digits: found?.digits, command: repeatingCommand, notes: found?.notes ?? [],
      workers: workers)
    try report.write(to: path)
    print("report         \(path)")
  }

  /// The data of the run as its model takes it; nil where there is no model, or nothing at the place
  /// that the record names.
  ///
  /// - Throws: what is wrong with data that was named by --data, or is there and broken.
  private func digits(
    of record: RunRecord, in folder: RunFolder, workers: Int
  ) throws -> (digits: DigitDataset, notes: [String])? {
    guard let model = try? Model(contentsOfRunOrFile: folder.path),
      let source = data.data ?? Model.dataFolder(ofModel: folder.path)
    else { return nil }
    let read = try DigitDataset(
      contentsOf: source, resize: data.resize ?? record.data.imageSize, transpose: data.transpose,
      preparation: model.preparation, workers: workers)
    let digits = try model.matched(read, from: source)
    let isOther = read.contentDigests(workers: workers) != record.data.digests
    let notes =
      isOther ? ["The network was evaluated on other data than that of its training."] : []
    return (digits, read.notices + notes)
  }
}

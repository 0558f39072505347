import ArgumentParser
import Files
import Lockstep
import Pictures

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the loss and accuracy of runs over their epochs.",
    usage: "lockstep plot <run> … --output <file> [<options>]",
    discussion: """
      The curves are those of the validation images or, without them, of the test images. Those of up \
      to four runs are drawn with the training's, dashed.

      Examples:
        lockstep plot runs/plain --output curves.svg
        lockstep plot runs/plain runs/deep --output loss.png --metric loss --scale logarithmic
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs, or files in them.", valueName: "run"),
    completion: .directory)
  var runs: [String]

  @Option(
    help: ArgumentHelp("File to draw, .svg or .png.", valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var output: PlotPath

  @OptionGroup(title: "Curves")
  var curves: CurveOptions

  func validate() throws {
    if output.kind == .dot { throw ValidationError("--output is a .svg or .png file, no .dot") }
  }

  func run() throws {
    try checkWritable(output.path)
    var problems: [FileProblem] = []
    let read = try readRuns(runs, &problems)
    let names = Comparison.names(of: read)
    try curves.write(zip(names, read).map { ($0, $1.log) }, to: output, tells: true)
    if let first = problems.first { throw Unread(first: first) }
  }
}

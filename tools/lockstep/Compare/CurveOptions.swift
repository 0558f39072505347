import ArgumentParser
import Lockstep
import Pictures

/// Which curves of runs are drawn, and how.
struct CurveOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Curves to draw: \(RunCurves.Metric.allCases.map(\.rawValue).joined(separator: ", ")); repeat it "
        + "for several (default: loss and accuracy).", valueName: "metric"))
  var metric: [RunCurves.Metric] = []

  @Option(
    help: """
      Vertical axis of the curves, but of accuracy: linear, logarithmic, or auto, which is logarithmic \
      for a loss or norm whose largest value is over 50 times the smallest.
      """)
  var scale = RunCurves.Scale.automatic

  private var metrics: [RunCurves.Metric] { metric.isEmpty ? [.loss, .accuracy] : metric }

  /// The curves of runs.
  ///
  /// - Parameter runs: each with its name and its epochs.
  /// - Returns: a figure; nil where no run has logged any.
  func figure(_ runs: [(name: String, log: [LogLine])]) -> Figure? {
    RunCurves(runs, scale: scale).figure(metrics)
  }

  /// Draws the curves of runs.
  ///
  /// - Parameters:
  ///   - runs: each with its name and its epochs.
  ///   - plot: the file.
  ///   - tells: whether the file is named on standard output.
  /// - Throws: the file cannot be written.
  func write(_ runs: [(name: String, log: [LogLine])], to plot: PlotPath, tells: Bool) throws {
    guard let figure = figure(runs) else {
      let names = metrics.map(\.rawValue).joined(separator: ", ")
      complain("note: no run has logged an epoch with \(names), so \(plot.path) was not drawn")
      return
    }
    try plot.write(figure)
    if tells { print("plot  \(plot.path)") }
  }
}

extension RunCurves.Metric: ExpressibleByArgument {}
extension RunCurves.Scale: ExpressibleByArgument {}
